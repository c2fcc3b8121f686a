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
#include "irq.h"
#include "ns.h"
#include "pcierr.h"
#include "reset.h"
#include "settings.h"

static const char reset_failed[] = "reset failed";

/* Does the controller have what was asked for by number? */
static int reset_settings_met(struct nvmeq_ctrl *ctrl)
{
	struct nvmeq_irq_want want;

	nvmeq_settings_want(ctrl, &want);
	if (nvmeq_irqplan_meets(&ctrl->plan, &want))
		return 0;
	dev_err(&ctrl->dev, "the controller has only %u I/O queues\n", ctrl->io_queues);
	return -EINVAL;
}

/* From stopped to ready to go LIVE, with proposed settings if there are any, or else as before. */
static int reset_start(struct nvmeq_ctrl *ctrl)
{
	struct nvmeq_settings before = ctrl->settings;
	int err;

	if (!ctrl->proposed)
		return nvmeq_ctrl_start(ctrl);
	ctrl->settings = *ctrl->proposed;
	ctrl->proposed = NULL;
	err = nvmeq_ctrl_start(ctrl) ?: reset_settings_met(ctrl);
	ctrl->proposed_err = err;
	if (!err)
		return 0;
	dev_warn(&ctrl->dev, "settings not changed (%d)\n", err);
	nvmeq_ctrl_stop(ctrl, NVMEQ_STOP_NOW);
	ctrl->settings = before;
	return nvmeq_ctrl_start(ctrl);
}

/* Others that want to hold it need not wait for the end. */
static void reset_set_held(struct nvmeq_ctrl *ctrl)
{
	WRITE_ONCE(ctrl->held, true);
	wake_up_all(&ctrl->state_wq);
}

/*
 * It failed; because PCI error recovery has the function? Then the reset is held
 * until that is over. Once: the second failure counts. Under reset_mutex.
 */
static bool reset_defer(struct nvmeq_ctrl *ctrl)
{
	if (ctrl->deferred || ctrl->pdev->error_state != pci_channel_io_frozen)
		return false;
	nvmeq_ctrl_stop(ctrl, NVMEQ_STOP_NOW);
	nvmeq_ctrl_set_state(ctrl, NVMEQ_STATE_RESETTING);
	if (nvmeq_ctrl_state(ctrl) != NVMEQ_STATE_RESETTING)
		return false;
	ctrl->deferred = true;
	reset_set_held(ctrl);
	nvmeq_pcierr_patience(ctrl);
	return true;
}

void nvmeq_reset_work(struct work_struct *work)
{
	struct nvmeq_ctrl *ctrl = container_of(work, struct nvmeq_ctrl, reset_work);
	unsigned int noio;
	bool planned;
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
	planned = ctrl->proposed;
	nvmeq_ctrl_stop(ctrl, planned ? NVMEQ_STOP_PLANNED : NVMEQ_STOP_NOW);
	err = nvmeq_ctrl_present(ctrl) ? 0 : -ENODEV;
	if (!err && !nvmeq_ctrl_set_state(ctrl, NVMEQ_STATE_CONNECTING))
		err = -EBUSY;
	if (!err)
		err = reset_start(ctrl);
	if (!err && !nvmeq_ctrl_set_state(ctrl, NVMEQ_STATE_LIVE))
		err = -EBUSY;
	if (!err) {
		/* Who proposed has frozen the namespaces and fits the tag set. */
		if (!planned && !nvmeq_irq_mapped(ctrl))
			nvmeq_ns_hold(ctrl);
		nvmeq_ctrl_unquiesce_io(ctrl);
		ctrl->deferred = false;
		/* It answers: recovery that gave up without a word left this behind (pcierr.c). */
		if (ctrl->pdev->error_state == pci_channel_io_frozen)
			ctrl->pdev->error_state = pci_channel_io_normal;
	} else if (reset_defer(ctrl)) {
		err = -EAGAIN;
	}
	mutex_unlock(&ctrl->reset_mutex);
	memalloc_noio_restore(noio);

	if (err == -EAGAIN) {
		dev_warn(&ctrl->dev, "reset waits for PCI error recovery\n");
		return;
	}
	if (err) {
		dev_err(&ctrl->dev, "%s (%d)\n", reset_failed, err);
		nvmeq_ctrl_kill(ctrl, reset_failed);
		return;
	}
	dev_info(&ctrl->dev, "reset done, %u I/O queues, %s\n", ctrl->io_queues,
		 nvmeq_irq_mode_name(ctrl->plan.mode));
	queue_work(nvmeq_wq, &ctrl->scan_work);
}

/* From LIVE to RESETTING, which one alone can do; under state_lock. */
static int reset_take(struct nvmeq_ctrl *ctrl)
{
	lockdep_assert_held(&ctrl->state_lock);
	if (ctrl->removing || ctrl->state >= NVMEQ_STATE_DELETING)
		return -ENODEV;
	if (ctrl->state != NVMEQ_STATE_LIVE)
		return -EBUSY;
	WRITE_ONCE(ctrl->state, NVMEQ_STATE_RESETTING);
	return 0;
}

int nvmeq_reset_schedule(struct nvmeq_ctrl *ctrl)
{
	unsigned long flags;
	int err;

	spin_lock_irqsave(&ctrl->state_lock, flags);
	err = reset_take(ctrl);
	if (!err)
		queue_work(nvmeq_reset_wq, &ctrl->reset_work);
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

static bool reset_over(struct nvmeq_ctrl *ctrl)
{
	enum nvmeq_state state = nvmeq_ctrl_state(ctrl);

	return state == NVMEQ_STATE_LIVE || state >= NVMEQ_STATE_DELETING;
}

int nvmeq_reset_hold(struct nvmeq_ctrl *ctrl, enum nvmeq_stop how)
{
	unsigned int noio;
	int err;

	do {
		wait_event(ctrl->state_wq, reset_over(ctrl) || READ_ONCE(ctrl->held));
		if (READ_ONCE(ctrl->held))
			return -EALREADY;
		spin_lock_irq(&ctrl->state_lock);
		err = reset_take(ctrl);
		spin_unlock_irq(&ctrl->state_lock);
	} while (err == -EBUSY);
	if (err)
		return err;
	noio = memalloc_noio_save();
	mutex_lock(&ctrl->reset_mutex);
	nvmeq_ctrl_stop(ctrl, how);
	mutex_unlock(&ctrl->reset_mutex);
	memalloc_noio_restore(noio);
	reset_set_held(ctrl);
	return 0;
}

void nvmeq_reset_go_on(struct nvmeq_ctrl *ctrl)
{
	if (xchg(&ctrl->held, false))
		queue_work(nvmeq_reset_wq, &ctrl->reset_work);
}

static void reset_propose(struct nvmeq_ctrl *ctrl, const struct nvmeq_settings *next)
{
	mutex_lock(&ctrl->reset_mutex);
	ctrl->proposed = next;
	ctrl->proposed_err = -ENODEV;
	mutex_unlock(&ctrl->reset_mutex);
}

int nvmeq_reset_with(struct nvmeq_ctrl *ctrl, const struct nvmeq_settings *next)
{
	int err;

	lockdep_assert_held(&ctrl->scan_mutex);
	reset_propose(ctrl, next);
	/* A reset that began before ours does not know of it: then there is another one. */
	do {
		err = nvmeq_reset_schedule(ctrl);
		/* Not for the work item: giving the controller up may wait for frozen disks. */
		wait_event(ctrl->state_wq, reset_over(ctrl));
	} while (err == -EBUSY && READ_ONCE(ctrl->proposed));
	mutex_lock(&ctrl->reset_mutex);
	ctrl->proposed = NULL;
	err = ctrl->proposed_err;
	mutex_unlock(&ctrl->reset_mutex);
	if (nvmeq_ctrl_state(ctrl) == NVMEQ_STATE_DEAD)
		return -EIO;
	return err;
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
