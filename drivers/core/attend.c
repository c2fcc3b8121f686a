// SPDX-License-Identifier: GPL-2.0-only
/*
 * attend.c - who looks after completion queues when their interrupts do not: the
 * polling thread and the watch
 *
 * The thread serves queues without an interrupt. It looks at once, then rests
 * for a share of the time that it has waited, and sleeps while none of its
 * queues has a command in flight; a submitter wakes it.
 *
 * The watch looks at every queue a few times a second, as long as commands are
 * in flight. An entry that waits from one look to the next was not announced:
 * the watch takes it, and hands a queue to which that happens again and again to
 * the thread. Nothing of this costs a command more than two loads.
 *
 * What counts as lost, as a storm, as rest, is decided by lib/attend.c. The lock
 * of the completion side makes all consumers equal; irq_mutex is held where a
 * queue changes hands.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/rcupdate.h>
#include <linux/sched/mm.h>
#include <linux/workqueue.h>
#include "attend.h"
#include "ctrl.h"
#include "frontend.h"
#include "irq.h"
#include "params.h"

unsigned int nvmeq_attend_reap(struct nvmeq_queue *q)
{
	return nvmeq_datapath.reap(q, NVMEQ_REAP_LATE);
}

/* --- the polling thread --- */

static bool poll_wanted(struct nvmeq_queue *q)
{
	switch (READ_ONCE(q->service)) {
	case NVMEQ_SERVICE_STORM:
		return true;
	case NVMEQ_SERVICE_THREAD:
		return nvmeq_queue_busy(q);
	default:
		return false;
	}
}

static bool poll_any_wanted(struct nvmeq_ctrl *ctrl)
{
	u16 qid;

	for (qid = 0; qid < ctrl->nr_queues; qid++)
		if (poll_wanted(&ctrl->queues[qid]))
			return true;
	return false;
}

/* A storm's time is counted from when the thread takes over. */
static void poll_take_over(struct nvmeq_queue *q)
{
	u64 now_ms = ktime_to_ms(ktime_get());
	u32 hold_ms = nvmeq_storm_hold_ms(&q->storm, now_ms);

	dev_dbg(&q->ctrl->dev, "queue %u: too many interrupts, polled for %u ms\n", q->qid,
		hold_ms);
	nvmeq_irq_leave(q, NVMEQ_POLLED_STORM, jiffies + msecs_to_jiffies(hold_ms));
	WRITE_ONCE(q->ctrl->poll_resync, true);
}

static void poll_give_back(struct nvmeq_queue *q)
{
	nvmeq_storm_ended(&q->storm, ktime_to_ms(ktime_get()));
	nvmeq_irq_return(q);
}

/* Is a command in flight on a queue of the same vector? */
static bool poll_group_busy(const struct nvmeq_queue *q)
{
	const struct nvmeq_ctrl *ctrl = q->ctrl;
	u16 qid;

	for (qid = 0; qid < ctrl->nr_queues; qid++)
		if (ctrl->queues[qid].vector == q->vector && nvmeq_queue_busy(&ctrl->queues[qid]))
			return true;
	return false;
}

/* After a storm: jiffies until the queue may go back, if it is idle then; 0 now. */
static unsigned long poll_storm_left(const struct nvmeq_queue *q)
{
	long left = q->poll_until - READ_ONCE(jiffies);

	if (left > 0)
		return left;
	/* Busy: better when it is idle, but not for ever; one thread is one thread. */
	return poll_group_busy(q) && -left < msecs_to_jiffies(NVMEQ_STORM_HOLD_MS_MAX) ? 1 : 0;
}

/* One look at each queue; returns completions taken. @rest: when a storm ends at the latest. */
static unsigned int poll_round(struct nvmeq_ctrl *ctrl, unsigned long *rest)
{
	unsigned int found = 0;
	unsigned long left;
	u16 qid;

	*rest = MAX_SCHEDULE_TIMEOUT;
	mutex_lock(&ctrl->irq_mutex);
	for (qid = 0; qid < ctrl->nr_queues; qid++) {
		struct nvmeq_queue *q = &ctrl->queues[qid];

		if (q->service == NVMEQ_SERVICE_STORM)
			poll_take_over(q);
		if (q->service != NVMEQ_SERVICE_THREAD)
			continue;
		found += nvmeq_datapath.reap(q, NVMEQ_REAP_POLL);
		if (q->polled_why != NVMEQ_POLLED_STORM)
			continue;
		left = poll_storm_left(q);
		if (left)
			*rest = min(*rest, left);
		else
			poll_give_back(q);
	}
	mutex_unlock(&ctrl->irq_mutex);
	return found;
}

/*
 * A queue has come over. A submitter that still saw the interrupt in charge wakes
 * nobody, but has told of its command when it is done, and submitters run under
 * RCU: until a grace period has passed there is no sleep.
 */
static bool poll_unsettled(struct nvmeq_ctrl *ctrl, unsigned long *grace, bool *waiting)
{
	if (xchg(&ctrl->poll_resync, false)) {
		*grace = start_poll_synchronize_rcu();
		*waiting = true;
	}
	/* Passed: one more look before the sleep. */
	if (*waiting && poll_state_synchronize_rcu(*grace)) {
		*waiting = false;
		return true;
	}
	return *waiting;
}

static bool poll_may_wake(struct nvmeq_ctrl *ctrl)
{
	return kthread_should_stop() || READ_ONCE(ctrl->poll_resync) || poll_any_wanted(ctrl);
}

static void poll_rest(u32 us)
{
	if (us)
		usleep_range(us, us + us / 4);
	else
		cond_resched();
}

static int poll_thread(void *data)
{
	struct nvmeq_ctrl *ctrl = data;
	unsigned long rest = MAX_SCHEDULE_TIMEOUT, grace = 0;
	ktime_t since = ktime_get();
	bool waiting = false;

	/* Memory must not wait for the disks whose completions wait for us. */
	memalloc_noio_save();
	while (!kthread_should_stop()) {
		if (!poll_unsettled(ctrl, &grace, &waiting) && !poll_any_wanted(ctrl)) {
			wait_event_interruptible_timeout(ctrl->poll_wq, poll_may_wake(ctrl), rest);
			since = ktime_get();
		}
		if (poll_round(ctrl, &rest))
			since = ktime_get();
		poll_rest(nvmeq_poll_rest_us(ktime_us_delta(ktime_get(), since)));
	}
	return 0;
}

void nvmeq_attend_kick(struct nvmeq_ctrl *ctrl)
{
	/* wq_has_sleeper() orders the counter of the new command before the look at the sleeper. */
	if (wq_has_sleeper(&ctrl->poll_wq))
		wake_up(&ctrl->poll_wq);
}

void nvmeq_attend_storm(struct nvmeq_queue *q)
{
	/* A level-triggered line would come again before the thread gets to run. */
	nvmeq_irq_mask(q);
	wake_up(&q->ctrl->poll_wq);
}

/* --- the watch --- */

static void watch_gather(struct nvmeq_queue *q, struct nvmeq_watch_facts *f)
{
	unsigned long flags;

	spin_lock_irqsave(&q->cq_lock, flags);
	f->service = q->service;
	f->busy = f->service != NVMEQ_SERVICE_NONE && nvmeq_queue_busy(q);
	f->waiting = f->busy && nvmeq_queue_waiting(q);
	f->completed = q->completed;
	f->announced = q->interrupts - q->empty_interrupts;
	spin_unlock_irqrestore(&q->cq_lock, flags);
}

static void watch_late(struct nvmeq_queue *q)
{
	unsigned int found = nvmeq_attend_reap(q);

	if (!found || q->late_told)
		return;
	q->late_told = true;
	dev_warn(&q->ctrl->dev, "queue %u: %u completions came without an interrupt\n", q->qid,
		 found);
}

static void watch_lost(struct nvmeq_queue *q)
{
	struct nvmeq_ctrl *ctrl = q->ctrl;
	bool left;

	mutex_lock(&ctrl->irq_mutex);
	left = q->service == NVMEQ_SERVICE_IRQ;
	nvmeq_irq_leave(q, NVMEQ_POLLED_LOST, jiffies);
	if (left)
		WRITE_ONCE(ctrl->poll_resync, true);
	mutex_unlock(&ctrl->irq_mutex);
	if (left)
		dev_warn(&ctrl->dev, "queue %u: interrupts of vector %d are lost; polled from now on\n",
			 q->qid, q->vector);
	nvmeq_attend_kick(ctrl);
}

/* Returns whether commands are in flight. */
static bool watch_queue(struct nvmeq_queue *q)
{
	struct nvmeq_watch_facts facts;

	watch_gather(q, &facts);
	switch (nvmeq_watch_look(&q->watch, &facts)) {
	case NVMEQ_WATCH_IDLE:
		return false;
	case NVMEQ_WATCH_FINE:
		break;
	case NVMEQ_WATCH_REAP:
		nvmeq_datapath.reap(q, NVMEQ_REAP_POLL);
		nvmeq_attend_kick(q->ctrl);
		break;
	case NVMEQ_WATCH_LATE:
		watch_late(q);
		break;
	case NVMEQ_WATCH_LOST:
		watch_late(q);
		watch_lost(q);
		break;
	}
	return true;
}

static void watch_again(struct nvmeq_ctrl *ctrl)
{
	u32 timeout_ms = min(nvmeq_param_value(NVMEQ_PARAM_IO_TIMEOUT_MS),
			     nvmeq_param_value(NVMEQ_PARAM_ADMIN_TIMEOUT_MS));
	u32 period = nvmeq_watch_period_ms(timeout_ms, ctrl->settings.coalesce_time_us);

	queue_delayed_work(nvmeq_watch_wq, &ctrl->watch_work, msecs_to_jiffies(period));
}

/*
 * Nothing in flight: say so, and look once more a period later, for the command
 * whose submitter saw the watch awake just before.
 */
static void watch_work(struct work_struct *work)
{
	struct nvmeq_ctrl *ctrl = container_of(to_delayed_work(work), struct nvmeq_ctrl,
					       watch_work);
	bool awake = READ_ONCE(ctrl->watching);
	bool busy = false;
	u16 qid;

	for (qid = 0; qid < ctrl->nr_queues; qid++)
		busy |= watch_queue(&ctrl->queues[qid]);
	WRITE_ONCE(ctrl->watching, busy);
	if (busy || awake)
		watch_again(ctrl);
}

void nvmeq_attend_watch(struct nvmeq_ctrl *ctrl)
{
	if (!cmpxchg(&ctrl->watching, false, true))
		watch_again(ctrl);
}

/* --- both --- */

int nvmeq_attend_start(struct nvmeq_ctrl *ctrl)
{
	struct task_struct *t;

	INIT_DELAYED_WORK(&ctrl->watch_work, watch_work);
	t = kthread_run(poll_thread, ctrl, "nvmeq_poll/%d", ctrl->instance);
	if (IS_ERR(t))
		return PTR_ERR(t);
	ctrl->poller = t;
	return 0;
}

void nvmeq_attend_stop(struct nvmeq_ctrl *ctrl)
{
	cancel_delayed_work_sync(&ctrl->watch_work);
	kthread_stop(ctrl->poller);
}
