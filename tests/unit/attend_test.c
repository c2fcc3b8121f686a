// SPDX-License-Identifier: GPL-2.0-only
/*
 * attend_test.c - lost interrupts, storms and the pace of polling
 *
 * The watch is run on scripted looks, and on a simulated queue whose interrupts
 * come in time, late, or never. The simulation knows when each entry arrived and
 * who took it; from that alone it knows what each look must say.
 */
#include <nvmeq/attend.h>
#include <nvmeq/irqplan.h>

#include "support/test.h"

#define IDLE	NVMEQ_WATCH_IDLE
#define FINE	NVMEQ_WATCH_FINE
#define REAP	NVMEQ_WATCH_REAP
#define LATE	NVMEQ_WATCH_LATE
#define LOST	NVMEQ_WATCH_LOST

#define NONE	NVMEQ_SERVICE_NONE
#define IRQ	NVMEQ_SERVICE_IRQ
#define STORM	NVMEQ_SERVICE_STORM
#define THREAD	NVMEQ_SERVICE_THREAD
#define CALLER	NVMEQ_SERVICE_CALLER

static void names(void)
{
	static const char *const service[] = { "none", "irq", "storm", "thread", "caller" };
	static const char *const why[] = { "mode", "lost", "storm" };
	unsigned int i;

	WANT("services", ARRAY_SIZE(service), NVMEQ_SERVICES);
	for (i = 0; i < ARRAY_SIZE(service); i++)
		WANT_STR(service[i], nvmeq_service_name(i), service[i]);
	WANT("reasons", ARRAY_SIZE(why), NVMEQ_POLLED_WHYS);
	for (i = 0; i < ARRAY_SIZE(why); i++)
		WANT_STR(why[i], nvmeq_polled_why_name(i), why[i]);
	HOLDS("no such service", nvmeq_service_name(NVMEQ_SERVICES));
	HOLDS("no such reason", nvmeq_polled_why_name(NVMEQ_POLLED_WHYS));
}

/* ---- the watch, look by look ---- */

struct look {
	enum nvmeq_service service;
	bool busy, waiting;
	u64 completed, announced;
	int want;		/* -1 ends a script */
};

#define END	{ NONE, false, false, 0, 0, -1 }

static void watch_says(void)
{
	static const struct {
		const char *desc;
		struct look look[14];
	} row[] = {
		{ "nothing in flight", {
			{ IRQ, false, false, 0, 0, IDLE },
			{ IRQ, false, false, 0, 0, IDLE }, END } },
		{ "a slow device is fine", {
			{ IRQ, true, false, 0, 0, FINE },
			{ IRQ, true, false, 0, 0, FINE },
			{ IRQ, true, false, 0, 0, FINE },
			{ IRQ, true, false, 0, 0, FINE }, END } },
		{ "one look is not enough", {
			{ IRQ, true, true, 0, 0, FINE },
			{ IRQ, true, false, 1, 1, FINE },
			{ IRQ, true, true, 1, 1, FINE },
			{ IRQ, true, false, 2, 2, FINE }, END } },
		{ "two looks in a row are", {
			{ IRQ, true, true, 7, 7, FINE },
			{ IRQ, true, true, 7, 7, LATE }, END } },
		{ "the first look ever sees nothing overdue", {
			{ IRQ, true, true, 0, 0, FINE }, END } },
		{ "not in a row", {
			{ IRQ, true, true, 7, 7, FINE },
			{ IRQ, true, false, 7, 7, FINE },
			{ IRQ, true, true, 7, 7, FINE }, END } },
		{ "progress between looks", {
			{ IRQ, true, true, 7, 3, FINE },
			{ IRQ, true, true, 8, 4, FINE },
			{ IRQ, true, true, 9, 5, FINE },
			{ IRQ, true, true, 10, 5, FINE },
			{ IRQ, true, true, 10, 5, LATE }, END } },
		{ "idle between looks", {
			{ IRQ, true, true, 7, 3, FINE },
			{ IRQ, false, false, 7, 3, IDLE },
			{ IRQ, true, true, 7, 3, FINE },
			{ IRQ, true, true, 7, 3, LATE }, END } },
		{ "what nobody waits for is not looked at", {
			{ IRQ, false, true, 7, 3, IDLE },
			{ IRQ, false, true, 7, 3, IDLE },
			{ IRQ, false, true, 7, 3, IDLE }, END } },
		{ "the taken entry is not in the next one's way", {
			{ IRQ, true, true, 7, 7, FINE },
			{ IRQ, true, true, 7, 7, LATE },
			{ IRQ, true, true, 8, 7, FINE },
			{ IRQ, true, true, 8, 7, LATE }, END } },
		{ "somebody else took it just before the watch could", {
			{ IRQ, true, true, 7, 7, FINE },
			{ IRQ, true, true, 7, 7, LATE },
			{ IRQ, true, true, 7, 7, FINE },
			{ IRQ, true, true, 7, 7, LATE }, END } },
		{ "three times in a row", {
			{ IRQ, true, true, 0, 0, FINE },
			{ IRQ, true, true, 0, 0, LATE },
			{ IRQ, true, true, 1, 0, FINE },
			{ IRQ, true, true, 1, 0, LATE },
			{ IRQ, true, true, 2, 0, FINE },
			{ IRQ, true, true, 2, 0, LOST }, END } },
		{ "also with quiet times between", {
			{ IRQ, true, true, 0, 0, FINE },
			{ IRQ, true, true, 0, 0, LATE },
			{ IRQ, false, false, 1, 0, IDLE },
			{ IRQ, true, true, 1, 0, FINE },
			{ IRQ, true, true, 1, 0, LATE },
			{ IRQ, true, false, 2, 0, FINE },
			{ IRQ, true, false, 2, 0, FINE },
			{ IRQ, true, true, 2, 0, FINE },
			{ IRQ, true, true, 2, 0, LOST }, END } },
		{ "after interrupts that worked", {
			{ IRQ, true, true, 50, 40, FINE },
			{ IRQ, true, true, 50, 40, LATE },
			{ IRQ, true, true, 51, 40, FINE },
			{ IRQ, true, true, 51, 40, LATE },
			{ IRQ, true, true, 52, 40, FINE },
			{ IRQ, true, true, 52, 40, LOST }, END } },
		{ "an interrupt after the first forgives", {
			{ IRQ, true, true, 0, 0, FINE },
			{ IRQ, true, true, 0, 0, LATE },
			{ IRQ, true, false, 2, 1, FINE },
			{ IRQ, true, true, 2, 1, FINE },
			{ IRQ, true, true, 2, 1, LATE },
			{ IRQ, true, true, 3, 1, FINE },
			{ IRQ, true, true, 3, 1, LATE },
			{ IRQ, true, true, 4, 1, FINE },
			{ IRQ, true, true, 4, 1, LOST }, END } },
		{ "an interrupt after the second forgives", {
			{ IRQ, true, true, 0, 0, FINE },
			{ IRQ, true, true, 0, 0, LATE },
			{ IRQ, true, true, 1, 0, FINE },
			{ IRQ, true, true, 1, 0, LATE },
			{ IRQ, true, true, 3, 1, FINE },
			{ IRQ, true, true, 3, 1, LATE },
			{ IRQ, true, true, 4, 1, FINE },
			{ IRQ, true, true, 4, 1, LATE },
			{ IRQ, true, true, 5, 1, FINE },
			{ IRQ, true, true, 5, 1, LOST }, END } },
		{ "every second interrupt lost", {
			{ IRQ, true, true, 0, 0, FINE },
			{ IRQ, true, true, 0, 0, LATE },
			{ IRQ, true, true, 2, 1, FINE },
			{ IRQ, true, true, 2, 1, LATE },
			{ IRQ, true, true, 4, 2, FINE },
			{ IRQ, true, true, 4, 2, LATE },
			{ IRQ, true, true, 6, 3, FINE },
			{ IRQ, true, true, 6, 3, LATE },
			{ IRQ, true, true, 8, 4, FINE },
			{ IRQ, true, true, 8, 4, LATE }, END } },
		{ "back from polling, it counts anew", {
			{ IRQ, true, true, 0, 0, FINE },
			{ IRQ, true, true, 0, 0, LATE },
			{ IRQ, true, true, 1, 0, FINE },
			{ IRQ, true, true, 1, 0, LATE },
			{ IRQ, true, true, 2, 0, FINE },
			{ IRQ, true, true, 2, 0, LOST },
			{ THREAD, true, false, 9, 0, FINE },
			{ IRQ, true, true, 9, 0, FINE },
			{ IRQ, true, true, 9, 0, LATE },
			{ IRQ, true, true, 10, 0, FINE },
			{ IRQ, true, true, 10, 0, LATE },
			{ IRQ, true, true, 11, 0, FINE },
			{ IRQ, true, true, 11, 0, LOST }, END } },
		{ "a queue that is being built", {
			{ NONE, true, true, 0, 0, IDLE },
			{ NONE, true, true, 0, 0, IDLE },
			{ IRQ, true, true, 0, 0, FINE },
			{ IRQ, true, true, 0, 0, LATE }, END } },
		{ "a queue that is taken down and built again", {
			{ IRQ, true, true, 5, 0, FINE },
			{ NONE, true, true, 5, 0, IDLE },
			{ IRQ, true, true, 5, 0, FINE },
			{ IRQ, true, true, 5, 0, LATE }, END } },
		{ "largest counters", {
			{ IRQ, true, true, ~0ULL, ~0ULL, FINE },
			{ IRQ, true, true, ~0ULL, ~0ULL, LATE },
			{ IRQ, true, true, 0, ~0ULL, FINE },
			{ IRQ, true, true, 0, ~0ULL, LATE },
			{ IRQ, true, true, 1, ~0ULL, FINE },
			{ IRQ, true, true, 1, ~0ULL, LOST }, END } },
	};
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_watch w = { 0 };

		for (k = 0; k < ARRAY_SIZE(row[i].look) && row[i].look[k].want >= 0; k++) {
			const struct look *l = &row[i].look[k];
			struct nvmeq_watch_facts f = { l->service, l->busy, l->waiting,
						       l->completed, l->announced };

			WANT(desc("%s, look %u", row[i].desc, k + 1), nvmeq_watch_look(&w, &f),
			     l->want);
		}
		HOLDS(row[i].desc, k >= 1);
	}
}

/* Entries that nobody takes for ever: the watch takes each, and blames no interrupt. */
static void only_interrupts_are_blamed(void)
{
	static const enum nvmeq_service others[] = { STORM, THREAD, CALLER };
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(others); i++) {
		struct nvmeq_watch w = { 0 };
		struct nvmeq_watch_facts f = { others[i], true, true, 0, 0 };

		for (k = 0; k < 20; k++) {
			const char *text = desc("%s, look %u", nvmeq_service_name(others[i]),
						2 * k + 1);

			WANT(text, nvmeq_watch_look(&w, &f), FINE);
			WANT(text, nvmeq_watch_look(&w, &f), REAP);
			f.completed++;
		}
		/* Nor are these held against the interrupts that come after. */
		f.service = IRQ;
		for (k = 0; k < 3; k++) {
			const char *text = desc("after %s, %u", nvmeq_service_name(others[i]), k);

			WANT(text, nvmeq_watch_look(&w, &f), FINE);
			WANT(text, nvmeq_watch_look(&w, &f), k < 2 ? LATE : LOST);
			f.completed++;
		}
	}
}

/* ---- a queue, its interrupts, and the watch ---- */

struct sim {
	struct rng r;
	struct nvmeq_watch watch;
	enum nvmeq_service service;
	u32 lose;		/* one in so many interrupts is lost; 0 none, 1 all */
	u32 run;		/* entries that a handler takes at most; 0 all */
	u32 arrived_at[4096];	/* looks made before the entry arrived */
	u32 arrived, taken;
	u32 raised;		/* interrupts on their way */
	u64 announced;
	u32 looks;
	u32 strikes;		/* what the model counts */
	u32 verdicts[5];
};

static void sim_take(struct sim *s, u32 most)
{
	u32 n = s->arrived - s->taken;

	s->taken += most && most < n ? most : n;
}

static void sim_arrive(struct sim *s)
{
	HOLDS("the model has room", s->arrived - s->taken < ARRAY_SIZE(s->arrived_at));
	s->arrived_at[s->arrived++ % ARRAY_SIZE(s->arrived_at)] = s->looks;
	if (!s->lose || !one_in(&s->r, s->lose))
		s->raised++;
}

static void sim_interrupt(struct sim *s)
{
	if (!s->raised || s->service != IRQ)
		return;
	s->raised--;
	if (s->arrived == s->taken)
		return;
	sim_take(s, s->run);
	s->announced++;
	s->strikes = 0;
}

/* What the look must say: is there an entry that was already there at the look before? */
static enum nvmeq_watch_verdict sim_expect(struct sim *s, bool busy, u32 taken_before)
{
	u32 oldest = s->arrived_at[s->taken % ARRAY_SIZE(s->arrived_at)];

	if (!busy || s->service == NONE)
		return IDLE;
	if (s->taken == s->arrived || oldest + 1 > s->looks)
		return FINE;
	/* Something older was taken since then. */
	if (s->taken != taken_before)
		return FINE;
	if (s->service != IRQ)
		return REAP;
	if (++s->strikes < NVMEQ_WATCH_STRIKES)
		return LATE;
	s->strikes = 0;
	return LOST;
}

static u32 sim_look(struct sim *s, u32 taken_before)
{
	bool waiting = s->arrived != s->taken;
	struct nvmeq_watch_facts f = {
		.service = s->service,
		.busy = waiting || !one_in(&s->r, 4),
		.waiting = waiting,
		.completed = s->taken,
		.announced = s->announced,
	};
	enum nvmeq_watch_verdict want = sim_expect(s, f.busy, taken_before), got;

	got = nvmeq_watch_look(&s->watch, &f);
	WANT(desc("look %u, %u arrived, %u taken", s->looks, s->arrived, s->taken), got, want);
	s->verdicts[got]++;
	s->looks++;
	if (got == REAP || got == LATE || got == LOST)
		sim_take(s, 0);
	if (got == LOST && one_in(&s->r, 2))
		s->service = THREAD;
	return s->taken;
}

/* No entry is older than two looks, when everything that takes takes all. */
static void sim_check_age(struct sim *s)
{
	u32 oldest = s->arrived_at[s->taken % ARRAY_SIZE(s->arrived_at)];

	if (!s->run && s->service != NONE && s->arrived != s->taken)
		HOLDS(desc("look %u, an entry of look %u waits", s->looks, oldest),
		      s->looks < oldest + 2);
}

static void sim_step(struct sim *s)
{
	switch (rnd(&s->r, 6)) {
	case 0:
	case 1:
		sim_arrive(s);
		break;
	case 2:
	case 3:
		sim_interrupt(s);
		break;
	case 4:
		if (s->service == THREAD || s->service == CALLER)
			sim_take(s, s->run);
		break;
	case 5:
		if (s->service != IRQ && one_in(&s->r, 30))
			s->service = IRQ;
		else if (s->service == IRQ && one_in(&s->r, 100))
			s->service = rnd_in(&s->r, IRQ, CALLER);
		break;
	}
}

static void simulate(struct sim *s, u32 looks)
{
	u32 before = 0, steps;

	s->service = IRQ;
	while (s->looks < looks && !test_misses()) {
		for (steps = rnd(&s->r, 12); steps; steps--)
			sim_step(s);
		before = sim_look(s, before);
		sim_check_age(s);
	}
}

static void lost_interrupts_cost_two_looks_at_most(void)
{
	static const u32 lose[] = { 0, 1, 2, 3, 10, 100 };
	static const u32 run[] = { 0, 0, 1, 3 };
	struct rng r = test_rng();
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(lose); i++)
		for (k = 0; k < ARRAY_SIZE(run); k++) {
			struct sim s = { .r.s = rnd64(&r), .lose = lose[i], .run = run[k] };

			simulate(&s, 20000);
			HOLDS("the watch has something to do", s.verdicts[FINE] > 100);
			if (lose[i] == 1)
				HOLDS("and finds it", s.verdicts[LATE] && s.verdicts[LOST]);
		}
}

/* An interrupt always comes before the next look: whatever else happens, none is blamed. */
static void interrupts_in_time_are_never_blamed(void)
{
	struct sim s = { .r = test_rng(), .service = IRQ };
	u32 steps, before = 0;

	while (s.looks < 20000 && !test_misses()) {
		for (steps = rnd(&s.r, 12); steps; steps--)
			one_in(&s.r, 2) ? sim_arrive(&s) : sim_interrupt(&s);
		before = sim_look(&s, before);
		while (s.raised)
			sim_interrupt(&s);
	}
	WANT("late", s.verdicts[LATE] + s.verdicts[LOST] + s.verdicts[REAP], 0);
}

/* One command at a time, every interrupt lost: the queue polls after the third. */
static void a_dead_vector_is_given_up_after_three(void)
{
	struct nvmeq_watch w = { 0 };
	struct nvmeq_watch_facts f = { .service = IRQ, .busy = true, .completed = 1000,
				       .announced = 900 };
	unsigned int command, looks = 0;
	enum nvmeq_watch_verdict got = IDLE;

	for (command = 0; command < NVMEQ_WATCH_STRIKES; command++) {
		f.waiting = true;
		do
			got = nvmeq_watch_look(&w, &f);
		while (++looks < 100 && got != LATE && got != LOST);
		f.completed++;
	}
	WANT("three commands", got, LOST);
	WANT("of two looks each", looks, 2 * NVMEQ_WATCH_STRIKES);
}

/* ---- the watch's period ---- */

static void watch_period_is_within_bounds(void)
{
	static const u32 timeout[] = { 0, 100, 1000, 4999, 5000, 5001, 10000, 29999, 30000, 30001,
				       60000, 86400000, 0x7fffffff, 0xffffffff };
	u32 coalesce, period, last;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(timeout); i++) {
		last = 0;
		for (coalesce = 0; coalesce <= NVMEQ_COALESCE_TIME_US_MAX; coalesce += 50) {
			const char *text = desc("timeout %u, coalescing %u", timeout[i], coalesce);

			period = nvmeq_watch_period_ms(timeout[i], coalesce);
			HOLDS(text, period >= last);
			/* What may be held back that long is announced within one period. */
			HOLDS(text, (u64)period * 1000 >= coalesce + 10000u);
			HOLDS(text, 2 * period - DIV_ROUND_UP(coalesce, 1000) * 2 <= 500);
			last = period;
		}
		HOLDS(desc("timeout %u", timeout[i]), i == 0 ||
		      nvmeq_watch_period_ms(timeout[i], 0) >=
		      nvmeq_watch_period_ms(timeout[i - 1], 0));
	}
	for (i = 10000; i <= 30000; i += 200)
		WANT(desc("two looks of %u", i), 2 * nvmeq_watch_period_ms(i, 0), i / 100);
	HOLDS("two looks fit into the shortest timeout", 2 * nvmeq_watch_period_ms(100, 0) < 100);
	HOLDS("the default is below half a second", 2 * nvmeq_watch_period_ms(30000, 0) < 500);
}

/* ---- storms ---- */

static void handlers_stop_at_their_budget(void)
{
	static const struct {
		const char *desc;
		u32 budget;
		struct {
			u64 now_ms;
			u32 found;
			int want;	/* -1 ends the row */
		} run[8];
	} row[] = {
		{ "far from it", 100, { { 0, 1, 0 }, { 0, 1, 0 }, { 3, 1, 0 }, { 3, 0, -1 } } },
		{ "each run costs one", 3, { { 8, 0, 0 }, { 9, 0, 0 }, { 10, 0, 1 },
					     { 0, 0, -1 } } },
		{ "and each completion", 10, { { 8, 4, 0 }, { 9, 3, 0 }, { 9, 0, 1 },
					       { 0, 0, -1 } } },
		{ "at once", 10, { { 8, 50, 1 }, { 0, 0, -1 } } },
		{ "just not", 52, { { 8, 50, 0 }, { 8, 0, 1 }, { 0, 0, -1 } } },
		{ "stays used up within the tick", 4, { { 100, 5, 1 }, { 101, 0, 1 }, { 103, 0, 1 },
							{ 104, 0, 0 }, { 0, 0, -1 } } },
		{ "a new tick", 10, { { 103, 8, 0 }, { 104, 8, 0 }, { 108, 8, 0 }, { 111, 8, 1 },
				      { 0, 0, -1 } } },
		{ "long after", 10, { { 0, 8, 0 }, { 1ULL << 40, 8, 0 }, { 0, 0, -1 } } },
	};
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_storm s = { 0 };

		for (k = 0; k < ARRAY_SIZE(row[i].run) && row[i].run[k].want >= 0; k++)
			WANT(desc("%s, run %u", row[i].desc, k + 1),
			     nvmeq_storm_charge(&s, row[i].run[k].now_ms, row[i].run[k].found,
						row[i].budget, false),
			     row[i].run[k].want);
	}
}

/* Charge @n interrupts that bring nothing; the verdict on the last. */
static int silent(struct nvmeq_storm *s, u64 now_ms, unsigned int n)
{
	while (--n)
		if (!WANT("empty", nvmeq_storm_charge(s, now_ms, 0, 16, true), NVMEQ_STORM_FINE))
			break;
	return nvmeq_storm_charge(s, now_ms, 0, 16, true);
}

/* A line that brings nothing is not charged, but does not go on for ever. */
static void lines_are_stuck_at_last(void)
{
	struct nvmeq_storm s = { 0 };
	unsigned int round;

	for (round = 0; round < 3; round++) {
		WANT("one too many", silent(&s, 0, NVMEQ_STORM_EMPTY), NVMEQ_STORM_SILENT);
		WANT("stuck", nvmeq_storm_stuck(&s, 0), 1);
	}
	silent(&s, 8, NVMEQ_STORM_EMPTY - 1);
	WANT("one that brings something", nvmeq_storm_charge(&s, 8, 1, 16, true), NVMEQ_STORM_FINE);
	WANT("begins anew", nvmeq_storm_charge(&s, 8, 0, 16, true), NVMEQ_STORM_FINE);
	WANT("what it brings is charged", nvmeq_storm_charge(&s, 8, 14, 16, true),
	     NVMEQ_STORM_OVER);
}

/* A queue at rest sees the interrupts of its neighbours, as many as they have. */
static void neighbours_are_no_storm(void)
{
	struct nvmeq_storm s = { 0 };
	u64 completed;

	for (completed = NVMEQ_STORM_EMPTY; completed < 10 * NVMEQ_STORM_EMPTY;
	     completed += NVMEQ_STORM_EMPTY) {
		WANT("many", silent(&s, completed, NVMEQ_STORM_EMPTY), NVMEQ_STORM_SILENT);
		WANT("they are the neighbours'", nvmeq_storm_stuck(&s, completed), 0);
	}
	WANT("and then", silent(&s, completed, NVMEQ_STORM_EMPTY), NVMEQ_STORM_SILENT);
	WANT("nobody's", nvmeq_storm_stuck(&s, completed - NVMEQ_STORM_EMPTY), 1);
}

/* The time between two storms counts from when the first was really over. */
static void storms_that_last_double_too(void)
{
	struct nvmeq_storm s = { 0 };

	WANT("first", nvmeq_storm_hold_ms(&s, 1000), NVMEQ_STORM_HOLD_MS_MIN);
	nvmeq_storm_ended(&s, 3000);
	WANT("soon after its end", nvmeq_storm_hold_ms(&s, 3005), 2 * NVMEQ_STORM_HOLD_MS_MIN);
}

static void budgets_are_counted_by_tick(void)
{
	struct rng r = test_rng();
	unsigned int round, k;

	for (round = 0; round < 200 && !test_misses(); round++) {
		u32 budget = rnd_in(&r, 16, one_in(&r, 2) ? 200 : 5000);
		u64 now = rnd64(&r) >> rnd_in(&r, 1, 50), spent = 0, tick = ~0ULL;
		struct nvmeq_storm s = { 0 };

		for (k = 0; k < 300; k++) {
			u32 found = rnd(&r, one_in(&r, 20) ? 600 : 12);

			now += one_in(&r, 4) ? rnd(&r, 7) : 0;
			if (now / NVMEQ_STORM_TICK_MS != tick)
				spent = 0;
			tick = now / NVMEQ_STORM_TICK_MS;
			spent += 1 + found;
			WANT(desc("budget %u, %u found, %llu spent", budget, found,
				  (unsigned long long)spent),
			     nvmeq_storm_charge(&s, now, found, budget, false),
			     spent >= budget);
		}
	}
}

/* Storm after storm, each @gap after the last one's end. */
static void want_doubling(const char *text, u64 now, s64 gap)
{
	struct nvmeq_storm s = { 0 };
	u32 want = NVMEQ_STORM_HOLD_MS_MIN, got;
	unsigned int i;

	for (i = 0; i < 20; i++) {
		got = nvmeq_storm_hold_ms(&s, now);
		WANT(desc("%s, storm %u", text, i + 1), got, want);
		want = min(2 * want, NVMEQ_STORM_HOLD_MS_MAX);
		now += got + gap;
	}
}

static void holds_double_from_storm_to_storm(void)
{
	want_doubling("at boot", 0, 0);
	want_doubling("at once", 123456, 0);
	want_doubling("a little later", 123456, 3);
	/* The end is kept by another clock, which may be a tick ahead. */
	want_doubling("a little before the end", 123456, -4);
	want_doubling("far in time", 1ULL << 50, 1);
}

static void holds_begin_anew_after_a_quiet_time(void)
{
	u32 storms, gap, next;

	for (storms = 1; storms <= 10; storms++) {
		bool quiet = false;

		for (gap = 0; gap <= 100000; gap += gap < 200 ? 1 : 97) {
			struct nvmeq_storm s = { 0 };
			u64 now = 5000;
			u32 hold = 0, k;

			for (k = 0; k < storms; k++) {
				now += hold;
				hold = nvmeq_storm_hold_ms(&s, now);
			}
			next = nvmeq_storm_hold_ms(&s, now + hold + gap);
			/* Either the same storm or a new one; once it is new, it stays so. */
			if (next == NVMEQ_STORM_HOLD_MS_MIN)
				quiet = true;
			else
				WANT(desc("%u storms, then %u ms", storms, gap), next,
				     min(2 * hold, NVMEQ_STORM_HOLD_MS_MAX));
			WANT(desc("%u storms, then %u ms", storms, gap),
			     next == NVMEQ_STORM_HOLD_MS_MIN, quiet);
			HOLDS("not quiet for as long as it was held", gap > hold || !quiet);
		}
		HOLDS(desc("%u storms, then 100 s", storms), quiet);
	}
}

static void holds_are_within_bounds(void)
{
	struct rng r = test_rng();
	struct nvmeq_storm s = { 0 };
	u64 now = 0;
	u32 i, hold;

	for (i = 0; i < 20000 && !test_misses(); i++) {
		now += one_in(&r, 50) ? rnd64(&r) >> 20 : rnd(&r, 3000);
		hold = nvmeq_storm_hold_ms(&s, now);
		HOLDS("at least", hold >= NVMEQ_STORM_HOLD_MS_MIN);
		HOLDS("at most", hold <= NVMEQ_STORM_HOLD_MS_MAX);
		WANT("end", s.ended_ms, now + hold);
	}
}

/* ---- the thread's pace ---- */

#define REST_LEAST_US	10	/* "a few microseconds" */
#define REST_MOST_US	1000

static void want_rest(u64 waited, u32 *last)
{
	u32 rest = nvmeq_poll_rest_us(waited);
	const char *text = desc("waited %llu us", (unsigned long long)waited);

	HOLDS(text, rest >= *last);
	HOLDS(text, rest <= REST_MOST_US);
	HOLDS(text, rest <= REST_LEAST_US || rest <= waited / 8);
	*last = rest;
}

static void rests_are_an_eighth_of_the_wait(void)
{
	u32 last = 0, i;
	u64 waited;

	WANT("at once", nvmeq_poll_rest_us(0), 0);
	for (waited = 0; waited <= 20000; waited++)
		want_rest(waited, &last);
	for (i = 15; i < 64; i++) {
		want_rest((1ULL << i) - 1, &last);
		want_rest(1ULL << i, &last);
		want_rest((1ULL << i) + 7, &last);
	}
	want_rest(~0ULL, &last);
	WANT("an eighth", nvmeq_poll_rest_us(800), 100);
	WANT("an eighth", nvmeq_poll_rest_us(4007), 500);
	WANT("bound", nvmeq_poll_rest_us(~0ULL), nvmeq_poll_rest_us(1000000));
}

/*
 * A device that answers after @latency: how much later the thread finds out, and
 * how often it looked. A look costs a microsecond.
 */
static u64 poll_finds(u64 latency, u64 *looks)
{
	u64 t = 0;

	for (*looks = 1; t < latency; (*looks)++)
		t += 1 + nvmeq_poll_rest_us(t);
	return t - latency;
}

static void waiting_costs_an_eighth_and_few_looks(void)
{
	u64 latency, looks, after;

	for (latency = 1; latency <= 10000000; latency += latency / 7 + 1) {
		const char *text = desc("latency %llu us", (unsigned long long)latency);

		after = poll_finds(latency, &looks);
		HOLDS(text, after <= latency / 8 + REST_LEAST_US + 1);
		HOLDS(text, after <= REST_MOST_US + 1);
		/* Spinning in the beginning, then some tens, then one a millisecond. */
		HOLDS(text, looks <= 150 + latency / 900);
	}
}

static const struct CMUnitTest tests[] = {
	TEST(names),
	TEST(watch_says),
	TEST(only_interrupts_are_blamed),
	TEST(lost_interrupts_cost_two_looks_at_most),
	TEST(interrupts_in_time_are_never_blamed),
	TEST(a_dead_vector_is_given_up_after_three),
	TEST(watch_period_is_within_bounds),
	TEST(handlers_stop_at_their_budget),
	TEST(neighbours_are_no_storm),
	TEST(lines_are_stuck_at_last),
	TEST(storms_that_last_double_too),
	TEST(budgets_are_counted_by_tick),
	TEST(holds_double_from_storm_to_storm),
	TEST(holds_begin_anew_after_a_quiet_time),
	TEST(holds_are_within_bounds),
	TEST(rests_are_an_eighth_of_the_wait),
	TEST(waiting_costs_an_eighth_and_few_looks),
};

TEST_MAIN("attend", tests)
