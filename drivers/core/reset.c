// SPDX-License-Identifier: GPL-2.0-only
/*
 * reset.c - controller reset
 *
 * A reset is stop, start, go on: commands that the controller had not answered
 * are requeued by the stop and sent again after the start. It runs in a work
 * item of its own; whoever asks for one moves the state from LIVE to RESETTING
 * and by that is the only one. A reset that fails gives the controller up.
 *
 * The scan that follows looks whether namespaces changed meanwhile, and fits
 * the tag set to the number of queues; it is no part of the reset, because it
 * may have to wait for I/O, and that may need the next reset.
 */
#include <linux/sched/mm.h>
#include <linux/workqueue.h>
#include "ctrl.h"
#include "ns.h"
#include "reset.h"

static const char reset_failed[] = "reset failed";

void nvmeq_reset_work(struct work_struct *work)
{
	struct nvmeq_ctrl *ctrl = container_of(work, struct nvmeq_ctrl, reset_work);
	unsigned int noio;
	int err;

	/* Memory must not wait for write-back to the disks that wait for us. */
	noio = memalloc_noio_save();
	mutex_lock(&ctrl->reset_mutex);
	if (nvmeq_ctrl_state(ctrl) != NVMEQ_STATE_RESETTING) {
		mutex_unlock(&ctrl->reset_mutex);
		memalloc_noio_restore(noio);
		return;
	}
	ctrl->resets++;
	nvmeq_ctrl_stop(ctrl, false);
	err = nvmeq_ctrl_present(ctrl) ? 0 : -ENODEV;
	if (!err && !nvmeq_ctrl_set_state(ctrl, NVMEQ_STATE_CONNECTING))
		err = -EBUSY;
	if (!err)
		err = nvmeq_ctrl_start(ctrl);
	if (!err && !nvmeq_ctrl_set_state(ctrl, NVMEQ_STATE_LIVE))
		err = -EBUSY;
	if (!err) {
		if (ctrl->io_queues != ctrl->io_set.nr_hw_queues)
			nvmeq_ns_hold(ctrl);
		nvmeq_ctrl_unquiesce_io(ctrl);
	}
	mutex_unlock(&ctrl->reset_mutex);
	memalloc_noio_restore(noio);

	if (err) {
		dev_err(&ctrl->dev, "%s (%d)\n", reset_failed, err);
		nvmeq_ctrl_kill(ctrl, reset_failed);
		return;
	}
	dev_info(&ctrl->dev, "reset done, %u I/O queues\n", ctrl->io_queues);
	queue_work(nvmeq_wq, &ctrl->scan_work);
}

int nvmeq_reset_schedule(struct nvmeq_ctrl *ctrl)
{
	unsigned long flags;
	int err = 0;

	spin_lock_irqsave(&ctrl->state_lock, flags);
	if (ctrl->removing || ctrl->state >= NVMEQ_STATE_DELETING)
		err = -ENODEV;
	else if (ctrl->state != NVMEQ_STATE_LIVE)
		err = -EBUSY;
	if (!err) {
		WRITE_ONCE(ctrl->state, NVMEQ_STATE_RESETTING);
		queue_work(nvmeq_reset_wq, &ctrl->reset_work);
	}
	spin_unlock_irqrestore(&ctrl->state_lock, flags);
	return err;
}

int nvmeq_reset_sync(struct nvmeq_ctrl *ctrl)
{
	int err = nvmeq_reset_schedule(ctrl);

	if (err)
		return err;
	flush_work(&ctrl->reset_work);
	return nvmeq_ctrl_state(ctrl) == NVMEQ_STATE_LIVE ? 0 : -EIO;
}

int nvmeq_reset_subsystem(struct nvmeq_ctrl *ctrl)
{
	bool live;

	if (!ctrl->cap.subsys_reset)
		return -EOPNOTSUPP;
	/* The mutex keeps the registers mapped: removal ends LIVE under it. */
	mutex_lock(&ctrl->reset_mutex);
	live = nvmeq_ctrl_state(ctrl) == NVMEQ_STATE_LIVE;
	/* Base 3.7.1: this resets every controller of the subsystem, ours among them. */
	if (live)
		nvmeq_reg_write(ctrl, NVMEQ_REG_NSSR, NVMEQ_NSSR_MAGIC);
	mutex_unlock(&ctrl->reset_mutex);
	return live ? nvmeq_reset_sync(ctrl) : -EBUSY;
}
