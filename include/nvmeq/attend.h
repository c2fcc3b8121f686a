/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * attend.h - decisions about looking after a completion queue when interrupts do
 * not, or do too much
 *
 * Three questions, each answered from counters: are this queue's interrupts
 * lost (watch), do they come faster than is good (storm), and how long to rest
 * between two looks of a thread that polls. Carried out by core/attend.c.
 */
#ifndef NVMEQ_ATTEND_H
#define NVMEQ_ATTEND_H

#include <nvmeq/base.h>

/* Who takes the completions of a queue. */
enum nvmeq_service {
	NVMEQ_SERVICE_NONE,	/* nobody: the queue is being built or taken down */
	NVMEQ_SERVICE_IRQ,	/* its interrupt handler */
	NVMEQ_SERVICE_STORM,	/* the handler has given up; the thread is about to take over */
	NVMEQ_SERVICE_THREAD,	/* the polling thread */
	NVMEQ_SERVICE_CALLER,	/* who sent the command polls for it */
	NVMEQ_SERVICES
};

/* Why a queue that could have an interrupt is served by the thread. */
enum nvmeq_polled_why {
	NVMEQ_POLLED_MODE,	/* irq_mode=poll, or nothing else works */
	NVMEQ_POLLED_LOST,	/* its interrupts do not arrive */
	NVMEQ_POLLED_STORM,	/* they came too fast; it goes back when it is idle */
	NVMEQ_POLLED_WHYS
};

/* "irq", "storm", "thread", "caller"; "mode", "lost", "storm". */
const char *nvmeq_service_name(enum nvmeq_service s);
const char *nvmeq_polled_why_name(enum nvmeq_polled_why why);

/**
 * struct nvmeq_watch - what the watch remembers of one queue
 * @completed: completions taken when an entry was first seen waiting
 * @waiting: an entry was waiting at the last look
 * @strikes: times in a row that completions came without an interrupt
 * @announced: interrupts that brought completions, at the last strike
 */
struct nvmeq_watch {
	u64 completed;
	u64 announced;
	bool waiting;
	u8 strikes;
};

/**
 * struct nvmeq_watch_facts - one look at a queue
 * @service: who should be taking completions
 * @busy: commands are in flight
 * @waiting: the completion ring has an entry that nobody took
 * @completed: completions taken so far
 * @announced: interrupts so far that brought completions
 */
struct nvmeq_watch_facts {
	enum nvmeq_service service;
	bool busy;
	bool waiting;
	u64 completed;
	u64 announced;
};

enum nvmeq_watch_verdict {
	NVMEQ_WATCH_IDLE,	/* nothing in flight */
	NVMEQ_WATCH_FINE,	/* in flight, nothing overdue */
	NVMEQ_WATCH_REAP,	/* take the completions; nobody is to blame */
	NVMEQ_WATCH_LATE,	/* take them: an interrupt was lost */
	NVMEQ_WATCH_LOST,	/* take them, and poll from now on */
};

/* Strikes after which a queue goes on by polling. */
#define NVMEQ_WATCH_STRIKES	3

/**
 * nvmeq_watch_look() - has an entry been waiting for a whole period?
 * @w: memory of this queue, all zero at first; updated
 * @f: what there is to see now
 *
 * An entry counts as overdue when it was seen waiting by two looks in a row and
 * nothing was taken in between: a period may end just behind an entry's
 * arrival, and its interrupt be on its way. Strikes are forgiven by any
 * interrupt that brought completions.
 */
enum nvmeq_watch_verdict nvmeq_watch_look(struct nvmeq_watch *w,
					  const struct nvmeq_watch_facts *f);

/**
 * nvmeq_watch_period_ms() - time between two looks
 * @timeout_ms: the shorter of the command timeouts
 * @coalesce_us: time for which the controller may hold interrupts back
 *
 * Two looks are 1 % of the timeout, within bounds: long enough for an interrupt
 * that is merely slow, short enough that nobody notices the stall.
 */
u32 nvmeq_watch_period_ms(u32 timeout_ms, u32 coalesce_us);

/**
 * struct nvmeq_storm - how busy a queue's handler is
 * @tick: time unit that @spent belongs to
 * @spent: interrupts and completions in it
 * @empty: interrupts in a row that brought nothing
 * @seen: completions of the vector's queues when a row of them was over
 * @hold_ms: how long the last storm was sat out
 * @ended_ms: when it ended, or will at the earliest
 */
struct nvmeq_storm {
	u64 tick;
	u32 spent;
	u32 empty;
	u64 seen;
	u32 hold_ms;
	u64 ended_ms;
};

/* Completions that one run of a handler takes at most. */
#define NVMEQ_STORM_RUN		256
/*
 * The time in which a queue's budget of interrupts and completions is counted; longer
 * where the caller's clock is coarser.
 */
#define NVMEQ_STORM_TICK_MS	4
/* Well below what makes the kernel switch a line off. */
#define NVMEQ_STORM_EMPTY	1024
#define NVMEQ_STORM_BUDGET_DEF	4096
#define NVMEQ_STORM_HOLD_MS_MIN	10
#define NVMEQ_STORM_HOLD_MS_MAX	1000

enum nvmeq_storm_verdict {
	NVMEQ_STORM_FINE,
	NVMEQ_STORM_OVER,	/* the tick is used up: stop */
	NVMEQ_STORM_SILENT,	/* NVMEQ_STORM_EMPTY in a row brought nothing: is it stuck? */
};

/**
 * nvmeq_storm_charge() - account for one run of a handler
 * @s: of this queue
 * @now_ms: monotonic clock
 * @found: completions that the run took
 * @budget: interrupts and completions that a tick may have
 * @line: INTx: one that brings nothing may be another device's and is not charged
 *
 * Return: whether the handler must stop.
 */
static inline enum nvmeq_storm_verdict nvmeq_storm_charge(struct nvmeq_storm *s, u64 now_ms,
							  u32 found, u32 budget, bool line)
{
	u64 tick = now_ms / NVMEQ_STORM_TICK_MS;

	if (s->tick != tick) {
		s->tick = tick;
		s->spent = 0;
	}
	if (found || !line)
		s->spent += 1 + found;
	s->empty = found ? 0 : s->empty + 1;
	if (s->spent < budget && s->empty < NVMEQ_STORM_EMPTY)
		return NVMEQ_STORM_FINE;
	s->empty = 0;
	return s->spent < budget ? NVMEQ_STORM_SILENT : NVMEQ_STORM_OVER;
}

/**
 * nvmeq_storm_stuck() - is it nobody's, what brings this queue nothing?
 * @s: of the queue, whose verdict was NVMEQ_STORM_SILENT
 * @completed: completions so far of all queues that share the vector
 *
 * A queue without I/O sees every interrupt of those that share its vector.
 *
 * Return: true when none of them completed anything since the last time: the line
 * is stuck, and the handler must stop.
 */
bool nvmeq_storm_stuck(struct nvmeq_storm *s, u64 completed);

/**
 * nvmeq_storm_hold_ms() - for how long to poll now
 * @s: of this queue, updated
 * @now_ms: monotonic clock
 *
 * Doubles from storm to storm, and begins anew after a quiet time.
 */
u32 nvmeq_storm_hold_ms(struct nvmeq_storm *s, u64 now_ms);

/* The queue goes back to its interrupt now. */
void nvmeq_storm_ended(struct nvmeq_storm *s, u64 now_ms);

/**
 * nvmeq_poll_rest_us() - rest before the next look of the polling thread
 * @waited_us: time since it last found something, or since it woke
 *
 * An eighth of what has been waited: adds at most that much to any latency,
 * from a few microseconds up to the bound, however slow the device is.
 * Return: microseconds; 0 look again at once.
 */
u32 nvmeq_poll_rest_us(u64 waited_us);

#endif /* NVMEQ_ATTEND_H */
