// SPDX-License-Identifier: GPL-2.0-only
/*
 * attend.c - lost interrupts, interrupt storms, and the pace of polling, as
 * arithmetic on counters
 *
 * Nothing here looks at a clock or a queue: core/attend.c does, and tells.
 */
#include <nvmeq/attend.h>

/* Bounds of the watch's period, and what an interrupt may take beside coalescing. */
#define WATCH_PERIOD_MS_MIN	25
#define WATCH_PERIOD_MS_MAX	150
/* A queue that was quiet for this many holds is not in the same storm any more. */
#define STORM_QUIET_HOLDS	4
/* Below the first the thread spins; sleeping is not finer. */
#define POLL_SPIN_US		40
#define POLL_REST_US_MIN	5
#define POLL_REST_US_MAX	1000

static const char *const service_names[NVMEQ_SERVICES] = {
	[NVMEQ_SERVICE_NONE]	= "none",
	[NVMEQ_SERVICE_IRQ]	= "irq",
	[NVMEQ_SERVICE_STORM]	= "storm",
	[NVMEQ_SERVICE_THREAD]	= "thread",
	[NVMEQ_SERVICE_CALLER]	= "caller",
};

static const char *const why_names[NVMEQ_POLLED_WHYS] = {
	[NVMEQ_POLLED_MODE]	= "mode",
	[NVMEQ_POLLED_LOST]	= "lost",
	[NVMEQ_POLLED_STORM]	= "storm",
};

const char *nvmeq_service_name(enum nvmeq_service s)
{
	return (unsigned int)s < NVMEQ_SERVICES ? service_names[s] : "unknown";
}

const char *nvmeq_polled_why_name(enum nvmeq_polled_why why)
{
	return (unsigned int)why < NVMEQ_POLLED_WHYS ? why_names[why] : "unknown";
}

static enum nvmeq_watch_verdict watch_strike(struct nvmeq_watch *w,
					     const struct nvmeq_watch_facts *f)
{
	if (w->announced != f->announced)
		w->strikes = 0;
	w->announced = f->announced;
	if (++w->strikes < NVMEQ_WATCH_STRIKES)
		return NVMEQ_WATCH_LATE;
	w->strikes = 0;
	return NVMEQ_WATCH_LOST;
}

enum nvmeq_watch_verdict nvmeq_watch_look(struct nvmeq_watch *w,
					  const struct nvmeq_watch_facts *f)
{
	bool overdue = w->waiting && w->completed == f->completed;

	if (f->service == NVMEQ_SERVICE_NONE || !f->busy) {
		w->waiting = false;
		return NVMEQ_WATCH_IDLE;
	}
	w->waiting = f->waiting;
	w->completed = f->completed;
	if (!f->waiting || !overdue)
		return NVMEQ_WATCH_FINE;
	w->waiting = false;
	return f->service == NVMEQ_SERVICE_IRQ ? watch_strike(w, f) : NVMEQ_WATCH_REAP;
}

u32 nvmeq_watch_period_ms(u32 timeout_ms, u32 coalesce_us)
{
	return clamp_t(u32, timeout_ms / 200, WATCH_PERIOD_MS_MIN, WATCH_PERIOD_MS_MAX) +
	       DIV_ROUND_UP(coalesce_us, 1000);
}

bool nvmeq_storm_stuck(struct nvmeq_storm *s, u64 completed)
{
	bool stuck = completed == s->seen;

	s->seen = completed;
	return stuck;
}

u32 nvmeq_storm_hold_ms(struct nvmeq_storm *s, u64 now_ms)
{
	/* The end is kept by jiffies: the next storm may begin a little before it. */
	bool again = now_ms < s->ended_ms + (u64)s->hold_ms * STORM_QUIET_HOLDS;

	s->hold_ms = again ? min_t(u32, 2 * s->hold_ms, NVMEQ_STORM_HOLD_MS_MAX) :
			     NVMEQ_STORM_HOLD_MS_MIN;
	s->ended_ms = now_ms + s->hold_ms;
	return s->hold_ms;
}

void nvmeq_storm_ended(struct nvmeq_storm *s, u64 now_ms)
{
	s->ended_ms = now_ms;
}

u32 nvmeq_poll_rest_us(u64 waited_us)
{
	if (waited_us < POLL_SPIN_US)
		return 0;
	return (u32)clamp_t(u64, waited_us / 8, POLL_REST_US_MIN, POLL_REST_US_MAX);
}
