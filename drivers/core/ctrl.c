// SPDX-License-Identifier: GPL-2.0-only
/*
 * ctrl.c - enable, bring up, stop, give up: the controller's life between probe
 * and remove
 *
 * Two sequences and their building blocks. nvmeq_ctrl_start() goes from a
 * disabled controller to one with I/O queues, in the order of Base 3.5.1;
 * nvmeq_ctrl_stop() goes back, in the order that keeps data safe:
 *
 *	quiesce    no request is on its way into a ring any more
 *	halt       CC.EN = 0 and RDY = 0 seen, or the function may not write any
 *	           more, or it is gone: from here on no DMA
 *	detach     no interrupt handler, no polling thread runs any more
 *	reap       what the controller completed before it stopped is completed
 *	cancel     everything else ends as aborted by the host
 *
 * Probe, reset and removal are made of these two (pci.c, reset.c). The state
 * says which of them is under way; the table of transitions is lib/state.c.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/slab.h>
#include <nvmeq/status.h>
#include "admin.h"
#include "cache.h"
#include "ctrl.h"
#include "frontend.h"
#include "host_id.h"
#include "irq.h"
#include "ns.h"
#include "params.h"
#include "reset.h"
#include "settings.h"

/* Between two looks at CSTS: controllers take from microseconds to seconds. */
#define CTRL_WAIT_US_FIRST	100
#define CTRL_WAIT_US_MAX	10000
/* Shutdown: RTD3E where the controller reports it, within these bounds. */
#define CTRL_SHUTDOWN_MS_MIN	5000
#define CTRL_SHUTDOWN_MS_MAX	60000
#define CTRL_DRAIN_MS		2000

u32 nvmeq_reg_read(struct nvmeq_ctrl *ctrl, enum nvmeq_reg reg)
{
	return readl(ctrl->bar + reg);
}

void nvmeq_reg_write(struct nvmeq_ctrl *ctrl, enum nvmeq_reg reg, u32 value)
{
	writel(value, ctrl->bar + reg);
}

/* Two halves: not every platform and not every controller takes 8-byte accesses (PCIe 3.1). */
static void reg_write64(struct nvmeq_ctrl *ctrl, enum nvmeq_reg reg, u64 value)
{
	writel((u32)value, ctrl->bar + reg);
	writel((u32)(value >> 32), ctrl->bar + reg + 4);
}

bool nvmeq_ctrl_present(struct nvmeq_ctrl *ctrl)
{
	return pci_device_is_present(ctrl->pdev) &&
	       nvmeq_reg_read(ctrl, NVMEQ_REG_CSTS) != NVMEQ_REG_GONE;
}

bool nvmeq_ctrl_set_state(struct nvmeq_ctrl *ctrl, enum nvmeq_state to)
{
	unsigned long flags;
	bool ok;

	spin_lock_irqsave(&ctrl->state_lock, flags);
	ok = nvmeq_state_may(ctrl->state, to);
	if (ok)
		WRITE_ONCE(ctrl->state, to);
	spin_unlock_irqrestore(&ctrl->state_lock, flags);
	if (ok)
		wake_up_all(&ctrl->state_wq);
	return ok;
}

/* --- waiting for the status register --- */

static int ctrl_wait(struct nvmeq_ctrl *ctrl, enum nvmeq_wait (*judge)(u32 csts), u32 ms)
{
	unsigned long deadline = jiffies + msecs_to_jiffies(ms) + 1;
	unsigned int pause = CTRL_WAIT_US_FIRST;

	for (;;) {
		/* Read the clock first: a long sleep must not rob us of a last look. */
		bool late = time_after(jiffies, deadline);

		switch (judge(nvmeq_reg_read(ctrl, NVMEQ_REG_CSTS))) {
		case NVMEQ_WAIT_DONE:
			return 0;
		case NVMEQ_WAIT_GONE:
			return -ENODEV;
		case NVMEQ_WAIT_FATAL:
			return -EIO;
		case NVMEQ_WAIT_MORE:
			break;
		}
		if (late)
			return -ETIMEDOUT;
		usleep_range(pause, 2 * pause);
		pause = min_t(unsigned int, 2 * pause, CTRL_WAIT_US_MAX);
	}
}

static enum nvmeq_wait judge_ready(u32 csts)
{
	return nvmeq_wait_ready(csts, true);
}

static enum nvmeq_wait judge_disabled(u32 csts)
{
	return nvmeq_wait_ready(csts, false);
}

/* --- hardware on and off --- */

/* Base 3.5.1 step 1, and 3.7.2: clear EN, then RDY must follow before anything else. */
static int ctrl_disable(struct nvmeq_ctrl *ctrl)
{
	u32 cc = nvmeq_reg_read(ctrl, NVMEQ_REG_CC);

	if (cc == NVMEQ_REG_GONE)
		return -ENODEV;
	cc &= ~(NVMEQ_FIELD_PUT(CC_EN, 1) | NVMEQ_FIELD_PUT(CC_SHN, NVMEQ_CC_SHN_MASK));
	nvmeq_reg_write(ctrl, NVMEQ_REG_CC, cc);
	return ctrl_wait(ctrl, judge_disabled, ctrl->cap.ready_ms);
}

void nvmeq_ctrl_halt(struct nvmeq_ctrl *ctrl)
{
	int err;

	mutex_lock(&ctrl->halt_mutex);
	err = ctrl_disable(ctrl);
	if (err && err != -ENODEV)
		dev_warn(&ctrl->dev, "controller does not leave ready (%d), CSTS=%08x; bus mastering taken away\n",
			 err, nvmeq_reg_read(ctrl, NVMEQ_REG_CSTS));
	if (err) {
		pci_clear_master(ctrl->pdev);
		/* What the function had sent before may still be under way. */
		if (err != -ENODEV)
			pci_wait_for_pending_transaction(ctrl->pdev);
	}
	mutex_unlock(&ctrl->halt_mutex);
}

/* Base 3.6.1: announce that power may go, wait until the caches are safe. */
static void ctrl_shutdown(struct nvmeq_ctrl *ctrl)
{
	u32 ms = clamp_t(u32, ctrl->facts.shutdown_us / 1000, CTRL_SHUTDOWN_MS_MIN,
			 CTRL_SHUTDOWN_MS_MAX);
	u32 cc = nvmeq_reg_read(ctrl, NVMEQ_REG_CC);
	int err;

	if (cc == NVMEQ_REG_GONE || !NVMEQ_FIELD(cc, CC_EN))
		return;
	cc &= ~NVMEQ_FIELD_PUT(CC_SHN, NVMEQ_CC_SHN_MASK);
	cc |= NVMEQ_FIELD_PUT(CC_SHN, NVMEQ_CC_SHN_NORMAL);
	nvmeq_reg_write(ctrl, NVMEQ_REG_CC, cc);
	err = ctrl_wait(ctrl, nvmeq_wait_shutdown, ms);
	if (err)
		dev_warn(&ctrl->dev, "shutdown not complete after %u ms (%d)\n", ms, err);
}

static int ctrl_enable(struct nvmeq_ctrl *ctrl)
{
	struct nvmeq_queue *admin = &ctrl->queues[0];
	u32 crto = 0;
	int err;

	pci_set_master(ctrl->pdev);
	nvmeq_queue_init(admin);
	nvmeq_reg_write(ctrl, NVMEQ_REG_AQA, nvmeq_aqa(admin->entries));
	reg_write64(ctrl, NVMEQ_REG_ASQ, admin->sq_dma);
	reg_write64(ctrl, NVMEQ_REG_ACQ, admin->cq_dma);
	nvmeq_reg_write(ctrl, NVMEQ_REG_CC, nvmeq_cc_enable(&ctrl->cap, ctrl->page_shift));
	if (ctrl->cap.crwms)
		crto = nvmeq_reg_read(ctrl, NVMEQ_REG_CRTO);
	err = ctrl_wait(ctrl, judge_ready, nvmeq_ready_ms(&ctrl->cap, crto));
	if (err)
		dev_err(&ctrl->dev, "controller does not become ready (%d), CSTS=%08x\n", err,
			nvmeq_reg_read(ctrl, NVMEQ_REG_CSTS));
	return err;
}

/* --- bring-up --- */

static int ctrl_attach_admin(struct nvmeq_ctrl *ctrl)
{
	struct nvmeq_queue *admin = &ctrl->queues[0];
	int err;

	err = nvmeq_irq_attach(admin);
	if (!err)
		WRITE_ONCE(admin->ready, true);
	return err;
}

static int ctrl_identify(struct nvmeq_ctrl *ctrl)
{
	struct nvmeq_ctrl_facts *facts;
	int err;

	facts = kzalloc(sizeof(*facts), GFP_KERNEL);
	if (!facts)
		return -ENOMEM;
	ctrl->version = nvmeq_reg_read(ctrl, NVMEQ_REG_VS);
	err = nvmeq_admin_identify_ctrl(ctrl, facts);
	if (err) {
		dev_err(&ctrl->dev, "Identify Controller failed (%d)\n", err);
		err = min(err, 0) ?: -EIO;
	} else if (ctrl->identified && strcmp(facts->serial, ctrl->facts.serial)) {
		dev_err(&ctrl->dev, "another controller answers: serial %s instead of %s\n",
			facts->serial, ctrl->facts.serial);
		err = -ENODEV;
	} else {
		ctrl->facts = *facts;
		ctrl->identified = true;
	}
	kfree(facts);
	return err;
}

/* Other vectors, for another number of I/O pairs; there are none at the moment. */
static int ctrl_replan(struct nvmeq_ctrl *ctrl, u16 pairs)
{
	WRITE_ONCE(ctrl->queues[0].ready, false);
	nvmeq_irq_detach(&ctrl->queues[0]);
	nvmeq_irq_free(ctrl);
	return nvmeq_irq_alloc(ctrl, pairs) ?: ctrl_attach_admin(ctrl);
}

/* How many pairs the controller has for us; vectors are taken anew when fewer than hoped. */
static int ctrl_plan_io(struct nvmeq_ctrl *ctrl, u16 hoped)
{
	u16 granted = 0;
	int err;

	err = nvmeq_admin_queue_count(ctrl, hoped, &granted);
	if (err) {
		dev_err(&ctrl->dev, "Set Features Number of Queues failed (%d)\n", err);
		return min(err, 0) ?: -EIO;
	}
	/* One that grants just what is asked for may have more. */
	ctrl->granted = granted == hoped ? 0 : granted;
	if (granted >= hoped)
		return 0;
	return ctrl_replan(ctrl, granted);
}

static int ctrl_start_queue(struct nvmeq_ctrl *ctrl, u16 qid)
{
	u32 want = nvmeq_param_value(NVMEQ_PARAM_IO_QUEUE_DEPTH);
	struct nvmeq_queue *q = &ctrl->queues[qid];
	int err;

	if (!q->sqes) {
		err = nvmeq_queue_alloc(q, min(want, ctrl->cap.entries_max),
					nvmeq_irq_node(ctrl, qid));
		if (err)
			return err;
	}
	nvmeq_queue_init(q);
	err = nvmeq_queue_create(q);
	if (err)
		return err;
	err = nvmeq_irq_attach(q);
	if (err)
		return err;
	WRITE_ONCE(q->ready, true);
	return 0;
}

/* Start the planned pairs; @made receives how many there are. */
static int ctrl_start_planned(struct nvmeq_ctrl *ctrl, u16 *made)
{
	int err = 0;
	u16 qid;

	for (qid = 1; !err && qid <= ctrl->plan.io_queues; qid++)
		err = ctrl_start_queue(ctrl, qid);
	*made = err ? qid - 2 : qid - 1;
	return err;
}

static void ctrl_end_pairs(struct nvmeq_ctrl *ctrl, u16 made)
{
	for (; made; made--) {
		struct nvmeq_queue *q = &ctrl->queues[made];

		WRITE_ONCE(q->ready, false);
		nvmeq_irq_detach(q);
		nvmeq_queue_delete(q);
	}
}

/*
 * A device error spoils everything; a refusal only the pairs from there on. Vectors
 * and CPUs are planned anew for those that can be had, so that each CPU's vector
 * has its pair.
 */
static int ctrl_start_io(struct nvmeq_ctrl *ctrl)
{
	u16 made;
	int err;

	for (;;) {
		err = ctrl_start_planned(ctrl, &made);
		ctrl->io_queues = made;
		if (!err)
			return 0;
		if (err < 0 || !made) {
			dev_err(&ctrl->dev, "I/O queue %u cannot be created (%d)\n", made + 1, err);
			return min(err, 0) ?: -EIO;
		}
		dev_warn(&ctrl->dev, "I/O queue %u refused (%s); going on with %u\n", made + 1,
			 nvmeq_status_info(err)->name, made);
		ctrl_end_pairs(ctrl, made);
		err = ctrl_replan(ctrl, made);
		if (err)
			return err;
	}
}

/* A controller that does not coalesce works all the same. */
static int ctrl_coalesce(struct nvmeq_ctrl *ctrl)
{
	int err;

	if (!ctrl->settings.coalesce_time_us && !ctrl->settings.coalesce_entries)
		return 0;
	err = nvmeq_settings_coalesce(ctrl);
	if (err > 0)
		dev_warn(&ctrl->dev, "the controller refuses to coalesce interrupts: %s\n",
			 nvmeq_status_info(err)->name);
	return min(err, 0);
}

int nvmeq_ctrl_start(struct nvmeq_ctrl *ctrl)
{
	struct nvmeq_irq_want want;
	u16 hoped;
	int err;

	lockdep_assert_held(&ctrl->reset_mutex);
	err = ctrl_disable(ctrl);
	if (err) {
		dev_err(&ctrl->dev, "controller does not become disabled (%d)\n", err);
		return err;
	}
	/* What PCI error recovery restores: the configuration without vectors. */
	pci_save_state(ctrl->pdev);
	/* Vectors first: the controller learns at CC.EN which kind of interrupt it has. */
	nvmeq_settings_want(ctrl, &want);
	hoped = nvmeq_irqplan_wanted(&want, ctrl->nr_queues - 1);
	err = nvmeq_irq_alloc(ctrl, hoped);
	if (err)
		return err;
	err = ctrl_enable(ctrl);
	if (err)
		return err;
	err = ctrl_attach_admin(ctrl);
	if (err)
		return err;
	nvmeq_ctrl_unquiesce_admin(ctrl);
	err = ctrl_identify(ctrl);
	if (err)
		return err;
	err = ctrl_plan_io(ctrl, hoped);
	if (err)
		return err;
	err = ctrl_start_io(ctrl);
	if (err)
		return err;
	err = ctrl_coalesce(ctrl);
	if (err)
		return err;
	err = nvmeq_host_id_set(ctrl);
	if (err)
		return err;
	return nvmeq_cache_restore(ctrl);
}

/* --- standstill --- */

static void ctrl_quiesce(struct nvmeq_ctrl *ctrl)
{
	struct nvmeq_ns *ns;

	mutex_lock(&ctrl->ns_mutex);
	if (!ctrl->io_quiesced) {
		list_for_each_entry(ns, &ctrl->namespaces, entry)
			blk_mq_quiesce_queue(ns->queue);
		ctrl->io_quiesced = true;
	}
	mutex_unlock(&ctrl->ns_mutex);
	if (!ctrl->admin_quiesced) {
		blk_mq_quiesce_queue(ctrl->admin_q);
		ctrl->admin_quiesced = true;
	}
}

void nvmeq_ctrl_unquiesce_admin(struct nvmeq_ctrl *ctrl)
{
	lockdep_assert_held(&ctrl->reset_mutex);
	if (ctrl->admin_quiesced) {
		ctrl->admin_quiesced = false;
		blk_mq_unquiesce_queue(ctrl->admin_q);
	}
}

void nvmeq_ctrl_unquiesce_io(struct nvmeq_ctrl *ctrl)
{
	struct nvmeq_ns *ns;

	mutex_lock(&ctrl->ns_mutex);
	if (ctrl->io_quiesced) {
		ctrl->io_quiesced = false;
		list_for_each_entry(ns, &ctrl->namespaces, entry) {
			blk_mq_unquiesce_queue(ns->queue);
			/* Nobody is made to wait for a retry delay of before. */
			blk_mq_kick_requeue_list(ns->queue);
		}
	}
	mutex_unlock(&ctrl->ns_mutex);
}

/* Under halt_mutex; called for every request that was started and not freed. */
static bool ctrl_cancel_rq(struct request *rq, void *data)
{
	struct nvmeq_cmd *cmd = nvmeq_rq_cmd(rq);

	if (!nvmeq_rq_in_flight(rq))
		return true;
	cmd->owner = NVMEQ_OWNER_HOST;
	cmd->status = NVMEQ_SC_HOST_ABORTED;
	blk_mq_complete_request(rq);
	return true;
}

void nvmeq_ctrl_take_back(struct nvmeq_ctrl *ctrl, struct request *rq)
{
	mutex_lock(&ctrl->halt_mutex);
	ctrl_cancel_rq(rq, NULL);
	mutex_unlock(&ctrl->halt_mutex);
}

/* No handler is left: we are the only consumer of every completion queue. */
static void ctrl_take_all_back(struct nvmeq_ctrl *ctrl)
{
	u16 qid;

	mutex_lock(&ctrl->halt_mutex);
	for (qid = 0; qid < ctrl->nr_queues; qid++)
		if (ctrl->queues[qid].cqes && ctrl->queues[qid].cq.entries)
			nvmeq_datapath.reap(&ctrl->queues[qid], NVMEQ_REAP_STOPPED);
	blk_mq_tagset_busy_iter(&ctrl->admin_set, ctrl_cancel_rq, NULL);
	if (ctrl->io_set_ready)
		blk_mq_tagset_busy_iter(&ctrl->io_set, ctrl_cancel_rq, NULL);
	mutex_unlock(&ctrl->halt_mutex);
	blk_mq_tagset_wait_completed_request(&ctrl->admin_set);
	if (ctrl->io_set_ready)
		blk_mq_tagset_wait_completed_request(&ctrl->io_set);
}

static bool ctrl_busy(struct nvmeq_ctrl *ctrl)
{
	u16 qid;

	for (qid = 0; qid < ctrl->nr_queues; qid++)
		if (ctrl->queues[qid].ready && nvmeq_queue_busy(&ctrl->queues[qid]))
			return true;
	return false;
}

/* Before a planned stop: let the controller answer what it has, as long as it does. */
static void ctrl_drain(struct nvmeq_ctrl *ctrl)
{
	unsigned long deadline = jiffies + msecs_to_jiffies(CTRL_DRAIN_MS);

	while (ctrl_busy(ctrl) && time_before(jiffies, deadline))
		usleep_range(CTRL_WAIT_US_MAX / 10, CTRL_WAIT_US_MAX);
}

struct nvmeq_stopped nvmeq_ctrl_stop(struct nvmeq_ctrl *ctrl, enum nvmeq_stop how)
{
	u16 qid;

	lockdep_assert_held(&ctrl->reset_mutex);
	ctrl_quiesce(ctrl);
	if (how != NVMEQ_STOP_NOW && nvmeq_ctrl_present(ctrl)) {
		ctrl_drain(ctrl);
		if (how == NVMEQ_STOP_SHUTDOWN)
			ctrl_shutdown(ctrl);
	}
	nvmeq_ctrl_halt(ctrl);
	for (qid = 0; qid < ctrl->nr_queues; qid++) {
		WRITE_ONCE(ctrl->queues[qid].ready, false);
		nvmeq_irq_detach(&ctrl->queues[qid]);
	}
	nvmeq_irq_free(ctrl);
	ctrl_take_all_back(ctrl);
	return (struct nvmeq_stopped){ .ctrl = ctrl };
}

void nvmeq_ctrl_kill_locked(struct nvmeq_ctrl *ctrl, const char *why)
{
	lockdep_assert_held(&ctrl->reset_mutex);
	if (!nvmeq_ctrl_set_state(ctrl, NVMEQ_STATE_DEAD))
		return;
	dev_err(&ctrl->dev, "%s; controller given up\n", why);
	nvmeq_ctrl_stop(ctrl, NVMEQ_STOP_NOW);
	/* DEAD fails whatever is queued or comes: nobody waits for ever. */
	nvmeq_ctrl_unquiesce_admin(ctrl);
	nvmeq_ctrl_unquiesce_io(ctrl);
}

void nvmeq_ctrl_kill(struct nvmeq_ctrl *ctrl, const char *why)
{
	mutex_lock(&ctrl->reset_mutex);
	nvmeq_ctrl_kill_locked(ctrl, why);
	mutex_unlock(&ctrl->reset_mutex);
	/* File systems may wait for I/O in here, which by now fails fast; not under the mutex. */
	nvmeq_ns_mark_dead(ctrl);
}

void nvmeq_ctrl_kill_work(struct work_struct *work)
{
	nvmeq_ctrl_kill(container_of(work, struct nvmeq_ctrl, kill_work),
			"no answer while going down");
}

void nvmeq_ctrl_kill_schedule(struct nvmeq_ctrl *ctrl)
{
	queue_work(nvmeq_reset_wq, &ctrl->kill_work);
}
