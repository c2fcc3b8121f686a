// SPDX-License-Identifier: GPL-2.0-only
/*
 * irqplan_test.c - queue counts and vectors, from 1 CPU with 1 vector to 1024
 * CPUs with 64
 *
 * Small numbers are gone through completely, against a model that hands out
 * pairs one at a time and finds types and groups by counting.
 */
#include <nvmeq/irqplan.h>

#include "support/test.h"

#define D	NVMEQ_QUEUE_DEFAULT
#define R	NVMEQ_QUEUE_READ
#define P	NVMEQ_QUEUE_POLL

static struct nvmeq_irq_want asking(u32 cpus, u32 io, u32 write, u32 poll)
{
	return (struct nvmeq_irq_want){ .cpus = cpus, .io_queues = io, .write_queues = write,
					.poll_queues = poll };
}

static const char *told(const struct nvmeq_irq_want *w)
{
	return desc("%u CPUs, io %u, write %u, poll %u", w->cpus, w->io_queues, w->write_queues,
		    w->poll_queues);
}

/* ---- the model ---- */

/* Pairs asked for: [0] for reads or everything, [1] for writes, [2] polled. */
static void model_asked(const struct nvmeq_irq_want *w, u32 asked[3])
{
	u32 number[3] = { w->io_queues ? w->io_queues : w->cpus, w->write_queues, w->poll_queues };
	unsigned int i;

	for (i = 0; i < 3; i++)
		asked[i] = min(number[i], w->cpus);
}

static u32 model_sum(const struct nvmeq_irq_want *w)
{
	u32 asked[3];

	model_asked(w, asked);
	return asked[0] + asked[1] + asked[2];
}

/* One pair after the other, as long as there are any. */
static void model_deal(const struct nvmeq_irq_want *w, u32 granted, u32 pairs[3])
{
	u32 asked[3], got[3] = { 0 };
	unsigned int i;

	model_asked(w, asked);
	for (i = 0; i < 3; i++)
		if (asked[i] && granted) {
			got[i]++;
			granted--;
		}
	/* Numbers that were given go before "one per CPU". */
	for (i = 0; i < 3; i++) {
		unsigned int next = w->io_queues ? i : (i + 1) % 3;

		while (got[next] < asked[next] && granted) {
			got[next]++;
			granted--;
		}
	}
	pairs[D] = got[1] ? got[1] : got[0];
	pairs[R] = got[1] ? got[0] : 0;
	pairs[P] = got[2];
}

/* Type of the pair: count off the pairs of each. */
static enum nvmeq_queue_type model_type(const u32 pairs[3], u32 qid)
{
	unsigned int t;

	for (t = 0; t < NVMEQ_QUEUE_TYPES; t++) {
		if (qid <= pairs[t])
			break;
		qid -= pairs[t];
	}
	return t;
}

/* Every number that was given is there; a count that was left open is never missed. */
static bool model_meets(const u32 pairs[3], const struct nvmeq_irq_want *w)
{
	u32 asked[3], reads = w->write_queues ? pairs[R] : pairs[D];

	model_asked(w, asked);
	if (w->io_queues && reads < asked[0])
		return false;
	/* Without pairs for reads, those of the default type are not for writes only. */
	if (w->write_queues && (!pairs[R] || pairs[D] < asked[1]))
		return false;
	return pairs[P] >= asked[2];
}

/* ---- the ladder ---- */

static void ladder_descends_from_the_best(void)
{
	static const enum nvmeq_irq_mode all[] = { NVMEQ_IRQ_MSIX, NVMEQ_IRQ_MSI, NVMEQ_IRQ_INTX,
						   NVMEQ_IRQ_POLL };
	enum nvmeq_irq_mode out[4];
	unsigned int i;

	WANT("auto", nvmeq_irqplan_ladder(NVMEQ_IRQ_AUTO, out), 4);
	for (i = 0; i < 4; i++)
		WANT(desc("auto, rung %u", i), out[i], all[i]);
	for (i = 0; i < 4; i++) {
		memset(out, 0xee, sizeof(out));
		WANT(desc("forced %u", all[i]), nvmeq_irqplan_ladder(all[i], out), 1);
		WANT(desc("forced %u", all[i]), out[0], all[i]);
	}
}

/* ---- pairs ---- */

static void pairs_asked_for(void)
{
	static const struct {
		const char *desc;
		struct nvmeq_irq_want want;
		u16 max, pairs;
	} row[] = {
		{ "one per CPU", { 4, 0, 0, 0 }, 1024, 4 },
		{ "fewer", { 4, 3, 0, 0 }, 1024, 3 },
		{ "more than CPUs", { 4, 8, 0, 0 }, 1024, 4 },
		{ "each type", { 4, 0, 2, 3 }, 1024, 9 },
		{ "each type, by number", { 4, 3, 2, 1 }, 1024, 6 },
		{ "each type more than CPUs", { 4, 9, 9, 9 }, 1024, 12 },
		{ "no more than can be used", { 4, 0, 2, 3 }, 8, 8 },
		{ "one can be used", { 4, 0, 2, 3 }, 1, 1 },
		{ "1024 CPUs", { 1024, 0, 1024, 1024 }, 65535, 3072 },
		{ "sum beyond 16 bits", { 65535, 0, 65535, 65535 }, 65535, 65535 },
		{ "sum beyond 32 bits", { 1u << 31, 0, 1u << 31, 1 }, 65535, 65535 },
		{ "largest numbers", { ~0u, ~0u, ~0u, ~0u }, 65535, 65535 },
		{ "largest numbers, few CPUs", { 2, ~0u, ~0u, ~0u }, 65535, 6 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		WANT(row[i].desc, nvmeq_irqplan_wanted(&row[i].want, row[i].max), row[i].pairs);
}

static void pairs_are_shared_out(void)
{
	static const struct {
		const char *desc;
		struct nvmeq_irq_want want;
		u16 granted;
		u16 pairs[NVMEQ_QUEUE_TYPES];
	} row[] = {
		{ "one of all", { 1, 0, 0, 0 }, 1, { 1 } },
		{ "more CPUs than pairs", { 8, 0, 0, 0 }, 3, { 3 } },
		{ "more pairs than CPUs", { 2, 0, 0, 0 }, 64, { 2 } },
		{ "limited", { 8, 4, 0, 0 }, 64, { 4 } },
		{ "limit above", { 8, 100, 0, 0 }, 64, { 8 } },
		{ "limit of one", { 1024, 1, 0, 0 }, 64, { 1 } },
		{ "none granted", { 8, 0, 0, 0 }, 0, { 0 } },
		{ "none granted, all types", { 8, 4, 4, 4 }, 0, { 0 } },
		{ "1024 CPUs", { 1024, 0, 0, 0 }, 65535, { 1024 } },
		{ "65535 pairs", { 100000, 0, 0, 0 }, 65535, { 65535 } },
		{ "writes beside reads", { 4, 0, 2, 0 }, 64, { 2, 4, 0 } },
		{ "polled beside everything", { 4, 0, 0, 2 }, 64, { 4, 0, 2 } },
		{ "all three", { 4, 3, 2, 1 }, 64, { 2, 3, 1 } },
		{ "all three, one per CPU at most", { 4, 9, 9, 9 }, 64, { 4, 4, 4 } },
		{ "one for three", { 4, 0, 4, 4 }, 1, { 1, 0, 0 } },
		{ "two for three", { 4, 0, 4, 4 }, 2, { 1, 1, 0 } },
		{ "three for three", { 4, 0, 4, 4 }, 3, { 1, 1, 1 } },
		{ "writes by number grow first", { 4, 0, 4, 4 }, 6, { 4, 1, 1 } },
		{ "then polled ones", { 4, 0, 4, 4 }, 8, { 4, 1, 3 } },
		{ "then what is left open", { 4, 0, 4, 4 }, 10, { 4, 2, 4 } },
		{ "reads by number", { 4, 4, 4, 4 }, 6, { 1, 4, 1 } },
		{ "one for polled and the rest", { 4, 0, 0, 4 }, 1, { 1, 0, 0 } },
		{ "two for polled and the rest", { 4, 0, 0, 4 }, 2, { 1, 0, 1 } },
		{ "1024 CPUs, all types", { 1024, 0, 1024, 1024 }, 2050, { 1024, 2, 1024 } },
		{ "1024 CPUs, 4 granted", { 1024, 0, 1024, 1024 }, 4, { 2, 1, 1 } },
	};
	unsigned int i, t;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_irqplan p;
		u32 sum = 0;

		memset(&p, 0xee, sizeof(p));
		nvmeq_irqplan_share(&row[i].want, row[i].granted, &p);
		for (t = 0; t < NVMEQ_QUEUE_TYPES; t++) {
			WANT(desc("%s, type %u", row[i].desc, t), p.pairs[t], row[i].pairs[t]);
			WANT(row[i].desc, p.type_vectors[t], 0);
			sum += row[i].pairs[t];
		}
		WANT(row[i].desc, p.io_queues, sum);
		WANT(row[i].desc, p.vectors, 0);
		WANT(row[i].desc, p.admin_shared, false);
	}
}

static void vectors_asked_for(void)
{
	static const struct {
		const char *desc;
		enum nvmeq_irq_mode mode;
		u16 pairs[NVMEQ_QUEUE_TYPES];
		u32 want;
	} row[] = {
		{ "MSI-X, admin only", NVMEQ_IRQ_MSIX, { 0 }, 1 },
		{ "MSI-X, one pair", NVMEQ_IRQ_MSIX, { 1 }, 2 },
		{ "MSI-X, 64 pairs", NVMEQ_IRQ_MSIX, { 64 }, 65 },
		{ "MSI-X, 2047 pairs", NVMEQ_IRQ_MSIX, { 2047 }, 2048 },
		{ "MSI-X, 2048 pairs", NVMEQ_IRQ_MSIX, { 2048 }, 2048 },
		{ "MSI-X, most pairs", NVMEQ_IRQ_MSIX, { 65535 }, 2048 },
		{ "MSI-X, reads apart", NVMEQ_IRQ_MSIX, { 2, 4, 0 }, 7 },
		{ "MSI-X, polled pairs need none", NVMEQ_IRQ_MSIX, { 2, 4, 8 }, 7 },
		{ "MSI-X, most pairs of two types", NVMEQ_IRQ_MSIX, { 32768, 32767, 0 }, 2048 },
		{ "MSI, one pair", NVMEQ_IRQ_MSI, { 1 }, 2 },
		{ "MSI, 31 pairs", NVMEQ_IRQ_MSI, { 31 }, 32 },
		{ "MSI, 32 pairs", NVMEQ_IRQ_MSI, { 32 }, 32 },
		{ "MSI, 31 pairs of two types", NVMEQ_IRQ_MSI, { 16, 15, 9 }, 32 },
		{ "MSI, most pairs", NVMEQ_IRQ_MSI, { 65535 }, 32 },
		{ "INTx, admin only", NVMEQ_IRQ_INTX, { 0 }, 1 },
		{ "INTx, 8 pairs", NVMEQ_IRQ_INTX, { 2, 4, 2 }, 1 },
		{ "polling", NVMEQ_IRQ_POLL, { 8 }, 0 },
		{ "not a kind", NVMEQ_IRQ_AUTO, { 8 }, 0 },
		{ "no such kind", NVMEQ_IRQ_MODES, { 8 }, 0 },
	};
	unsigned int i, t;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_irqplan p = { 0 };

		for (t = 0; t < NVMEQ_QUEUE_TYPES; t++) {
			p.pairs[t] = row[i].pairs[t];
			p.io_queues += row[i].pairs[t];
		}
		WANT(row[i].desc, nvmeq_irqplan_vectors(row[i].mode, &p), row[i].want);
	}
}

static void plans_without_a_vector_are_refused(void)
{
	static const struct {
		const char *desc;
		enum nvmeq_irq_mode mode;
		u32 vectors;
		int want;
	} row[] = {
		{ "auto", NVMEQ_IRQ_AUTO, 1, -EINVAL },
		{ "MSI-X", NVMEQ_IRQ_MSIX, 0, -EINVAL },
		{ "MSI", NVMEQ_IRQ_MSI, 0, -EINVAL },
		{ "INTx", NVMEQ_IRQ_INTX, 0, -EINVAL },
		{ "no such kind", NVMEQ_IRQ_MODES, 1, -EINVAL },
		{ "poll", NVMEQ_IRQ_POLL, 0, 0 },
		{ "MSI-X with one", NVMEQ_IRQ_MSIX, 1, 0 },
	};
	struct nvmeq_irq_want want = asking(1, 0, 0, 0);
	struct nvmeq_irqplan p;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		nvmeq_irqplan_share(&want, 1, &p);
		WANT(row[i].desc, nvmeq_irqplan_make(&p, row[i].mode, row[i].vectors),
		     row[i].want);
	}
}

/* A plan is made from what was granted, not from what was granted on a rung before. */
static void a_plan_can_be_made_again(void)
{
	static const struct {
		enum nvmeq_irq_mode mode;
		u32 vectors;
	} rung[] = {
		{ NVMEQ_IRQ_MSIX, 7 }, { NVMEQ_IRQ_MSIX, 1 }, { NVMEQ_IRQ_MSI, 4 },
		{ NVMEQ_IRQ_INTX, 1 }, { NVMEQ_IRQ_MSIX, 3 }, { NVMEQ_IRQ_POLL, 0 },
	};
	struct nvmeq_irq_want want = asking(4, 0, 2, 1);
	struct nvmeq_irqplan p, fresh;
	unsigned int i;

	nvmeq_irqplan_share(&want, 64, &p);
	for (i = 0; i < ARRAY_SIZE(rung); i++) {
		nvmeq_irqplan_share(&want, 64, &fresh);
		WANT("fresh", nvmeq_irqplan_make(&fresh, rung[i].mode, rung[i].vectors), 0);
		WANT("again", nvmeq_irqplan_make(&p, rung[i].mode, rung[i].vectors), 0);
		WANT_MEM(desc("rung %u", i), &p, &fresh, sizeof(p));
	}
}

/* ---- what the contract says of every plan ---- */

static bool check_share(const char *text, const struct nvmeq_irq_want *w, u16 granted,
			const struct nvmeq_irqplan *p)
{
	u32 pairs[3], sum = p->pairs[D] + p->pairs[R] + p->pairs[P], kinds, t;
	bool ok = true;

	model_deal(w, granted, pairs);
	for (t = 0; t < NVMEQ_QUEUE_TYPES; t++) {
		ok &= WANT(text, p->pairs[t], pairs[t]);
		ok &= HOLDS(text, p->pairs[t] <= w->cpus);
	}
	ok &= WANT(text, sum, p->io_queues);
	ok &= WANT(text, sum, min(model_sum(w), granted));
	kinds = 1 + !!w->write_queues + !!w->poll_queues;
	if (granted >= kinds) {
		ok &= HOLDS(text, p->pairs[D]);
		ok &= WANT(text, p->pairs[R] > 0, w->write_queues > 0);
		ok &= WANT(text, p->pairs[P] > 0, w->poll_queues > 0);
	}
	return ok;
}

static bool check_types(const char *text, const struct nvmeq_irqplan *p)
{
	u32 pairs[3] = { p->pairs[D], p->pairs[R], p->pairs[P] }, first = 1, t, q;
	bool ok = true;

	for (t = 0; t < NVMEQ_QUEUE_TYPES; t++) {
		ok &= WANT(text, nvmeq_irqplan_first(p, t), first);
		first += pairs[t];
	}
	for (q = 1; q <= p->io_queues; q++)
		ok &= WANT(text, nvmeq_irqplan_type(p, (u16)q), model_type(pairs, q));
	return ok;
}

/* Contiguous groups of pairs @from..@to on vectors @low..@high, none idle, sizes 1 apart. */
static bool check_groups(const char *text, const struct nvmeq_irqplan *p, u32 from, u32 to,
			 int low, int high)
{
	u32 size = 0, least = ~0u, most = 0, q;
	int last = low, at;

	for (q = from; q <= to; q++) {
		at = nvmeq_irqplan_vector(p, (u16)q);
		if (at != last) {
			if (!WANT(text, at, last + 1))
				return false;
			least = min(least, size);
			most = max(most, size);
			size = 0;
			last = at;
		}
		size++;
	}
	least = min(least, size);
	most = max(most, size);
	return WANT(text, last, high) && HOLDS(text, least >= 1 && most - least <= 1);
}

/* Rounded to one side or the other of the proportion, or held to one vector each. */
static bool check_split(const char *text, const struct nvmeq_irqplan *p, const u16 out[3], u32 v)
{
	s64 n = p->pairs[D] + p->pairs[R], off = (s64)out[D] * n - (s64)v * p->pairs[D];
	bool ok = WANT(text, out[D] + out[R] + out[P], v);

	ok &= WANT(text, out[P], 0);
	if (v == 1 || !p->pairs[R])
		return WANT(text, out[D], v) && ok;
	ok &= HOLDS(text, out[D] >= 1 && out[R] >= 1);
	ok &= HOLDS(text, (off > -n && off < n) || out[D] == 1 || out[R] == 1);
	if (v <= n)
		ok &= HOLDS(text, out[D] <= p->pairs[D] && out[R] <= p->pairs[R]);
	return ok;
}

static bool check_vectors(const char *text, const struct nvmeq_irqplan *p)
{
	u32 reads = p->pairs[D] + 1, polled = reads + p->pairs[R], q, irq = polled - 1;
	bool ok = true, poll = p->mode == NVMEQ_IRQ_POLL;
	int shared = p->vectors == 2, split;
	u16 out[3];

	WANT(text, nvmeq_irqplan_vector(p, 0), poll ? -1 : 0);
	for (q = poll ? 1 : polled; q <= p->io_queues; q++)
		ok &= WANT(text, nvmeq_irqplan_vector(p, (u16)q), -1);
	if (poll || p->vectors == 1) {
		ok &= WANT(text, p->type_vectors[D] + p->type_vectors[R] + p->type_vectors[P], 0);
		ok &= WANT(text, p->admin_shared, !poll && irq);
		for (q = 1; !poll && q <= irq; q++)
			ok &= WANT(text, nvmeq_irqplan_vector(p, (u16)q), 0);
		return ok;
	}
	ok &= WANT(text, p->admin_shared, false);
	nvmeq_irqplan_split(p, p->vectors - 1u, out);
	ok &= WANT_MEM(text, p->type_vectors, out, sizeof(out));
	ok &= check_split(text, p, out, p->vectors - 1u);
	if (!p->pairs[R])
		return ok && check_groups(text, p, 1, irq, 1, p->vectors - 1);
	/* The first vector of reads is behind the last of the others, unless there is but one. */
	split = shared ? 1 : 1 + out[D];
	ok &= check_groups(text, p, 1, reads - 1, 1, shared ? 1 : split - 1);
	return ok && check_groups(text, p, reads, polled - 1, split, p->vectors - 1);
}

static bool check_plan(const struct nvmeq_irq_want *w, u16 granted, enum nvmeq_irq_mode mode,
		       u32 vectors, struct nvmeq_irqplan *p)
{
	const char *text = desc("%s; %u granted, mode %u, %u vectors", told(w), granted, mode,
				vectors);
	u32 most = mode == NVMEQ_IRQ_MSIX ? 2048 : mode == NVMEQ_IRQ_MSI ? 32 :
		   mode == NVMEQ_IRQ_INTX ? 1 : 0;
	struct nvmeq_irqplan before;
	bool ok;

	memset(p, 0xee, sizeof(*p));
	nvmeq_irqplan_share(w, granted, p);
	before = *p;
	ok = check_share(text, w, granted, p);
	ok &= check_types(text, p);
	ok &= WANT(text, nvmeq_irqplan_make(p, mode, vectors), 0);
	ok &= WANT(text, p->mode, mode);
	ok &= WANT(text, p->io_queues, before.io_queues);
	ok &= WANT_MEM(text, p->pairs, before.pairs, sizeof(before.pairs));
	most = min(most, 1u + p->pairs[D] + p->pairs[R]);
	ok &= WANT(text, nvmeq_irqplan_vectors(mode, p), most);
	ok &= WANT(text, p->vectors, min(vectors, most));
	return ok && check_vectors(text, p);
}

/* Each number of vectors of one kind, up to more than enough. */
static bool check_offers(const struct nvmeq_irq_want *w, u16 granted, enum nvmeq_irq_mode mode)
{
	struct nvmeq_irqplan p;
	u32 v;

	for (v = 1; v <= 2 * w->cpus + 2; v++)
		if (!check_plan(w, granted, mode, v, &p))
			return false;
	return true;
}

static bool check_modes(const struct nvmeq_irq_want *w, u16 granted)
{
	struct nvmeq_irqplan p;

	return check_offers(w, granted, NVMEQ_IRQ_MSIX) &&
	       check_offers(w, granted, NVMEQ_IRQ_MSI) &&
	       check_plan(w, granted, NVMEQ_IRQ_INTX, 1, &p) &&
	       check_plan(w, granted, NVMEQ_IRQ_POLL, 0, &p);
}

/* Counts through all that may be asked for, to one more than CPUs of each type. */
static bool want_next(struct nvmeq_irq_want *w)
{
	u32 *digit[] = { &w->io_queues, &w->write_queues, &w->poll_queues };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(digit); i++) {
		if (++*digit[i] <= w->cpus + 1)
			return true;
		*digit[i] = 0;
	}
	return false;
}

static void small_plans_keep_the_rules(void)
{
	u32 cpus, granted;

	for (cpus = 1; cpus <= 4; cpus++) {
		struct nvmeq_irq_want w = asking(cpus, 0, 0, 0);

		do {
			for (granted = 0; granted <= 3 * cpus + 1; granted++)
				if (!check_modes(&w, (u16)granted))
					return;
		} while (want_next(&w));
	}
}

static void large_plan(struct rng *r, u32 cpus, u32 offered)
{
	struct nvmeq_irq_want w = asking(cpus, 0, one_in(r, 2) ? rnd(r, 2 * cpus) : 0,
					 one_in(r, 2) ? rnd(r, 2 * cpus) : 0);
	u16 granted = (u16)(one_in(r, 3) ? rnd(r, 65536) : 65535);
	struct nvmeq_irqplan p;

	check_plan(&w, granted, NVMEQ_IRQ_MSIX, offered, &p);
	check_plan(&w, granted, NVMEQ_IRQ_MSI, offered, &p);
	check_plan(&w, granted, NVMEQ_IRQ_INTX, 1, &p);
}

/* Around the bounds of MSI and MSI-X, and far beyond. */
static void large_plans_keep_the_rules(void)
{
	static const u32 cpus[] = { 1, 15, 16, 31, 32, 33, 64, 1024, 2047, 2048, 65535, 100000 };
	static const u32 offer[] = { 1, 2, 3, 31, 32, 64, 1025, 2047, 2048, 65536 };
	struct rng r = test_rng();
	unsigned int i, k, n;

	for (i = 0; i < ARRAY_SIZE(cpus); i++)
		for (k = 0; k < ARRAY_SIZE(offer); k++)
			for (n = 0; n < 4 && !test_misses(); n++)
				large_plan(&r, cpus[i], offer[k]);
}

static void random_plans_keep_the_rules(void)
{
	struct rng r = test_rng();
	struct nvmeq_irqplan p;
	u32 i;

	for (i = 0; i < 3000 && !test_misses(); i++) {
		struct nvmeq_irq_want w = asking(rnd_in(&r, 1, 80), rnd(&r, 90), rnd(&r, 90),
						 rnd(&r, 90));

		check_plan(&w, (u16)rnd(&r, 260), rnd_in(&r, NVMEQ_IRQ_MSIX, NVMEQ_IRQ_INTX),
			   rnd_in(&r, 1, 200), &p);
	}
}

/* Also of more vectors than the interrupt core will ever ask about. */
static void splits_are_in_proportion(void)
{
	struct nvmeq_irqplan p = { 0 };
	u32 d, r, v;
	u16 out[3];

	for (d = 1; d <= 12; d++)
		for (r = 0; r <= 12; r++)
			for (v = 1; v <= 30; v++) {
				p.pairs[D] = (u16)d;
				p.pairs[R] = (u16)r;
				p.pairs[P] = 5;
				p.io_queues = (u16)(d + r + 5);
				memset(out, 0xee, sizeof(out));
				nvmeq_irqplan_split(&p, v, out);
				check_split(desc("%u + %u pairs, %u vectors", d, r, v), &p, out, v);
			}
}

/* As if the controller had only the first @made of them. */
static void cut(struct nvmeq_irqplan *p, u32 made)
{
	unsigned int t;

	p->io_queues = (u16)min(made, p->io_queues);
	for (t = 0; t < NVMEQ_QUEUE_TYPES; t++) {
		p->pairs[t] = (u16)min(made, p->pairs[t]);
		made -= p->pairs[t];
	}
}

static void pairs_asked_for_by_number_are_missed(void)
{
	static const struct {
		const char *desc;
		struct nvmeq_irq_want want;
		u16 granted, made;
		bool met;
	} row[] = {
		{ "one per CPU is a wish", { 8, 0, 0, 0 }, 3, 3, true },
		{ "one of eight by number", { 8, 8, 0, 0 }, 7, 7, false },
		{ "eight by number", { 8, 8, 0, 0 }, 8, 8, true },
		{ "by number, more than CPUs", { 8, 100, 0, 0 }, 64, 8, true },
		{ "polled ones", { 4, 0, 0, 2 }, 6, 6, true },
		{ "polled ones, one beside everything", { 4, 0, 0, 1 }, 2, 2, true },
		{ "polled ones, everything fewer", { 4, 0, 0, 2 }, 4, 4, true },
		{ "polled ones, one short", { 4, 0, 0, 4 }, 4, 4, false },
		{ "polled ones refused", { 4, 0, 0, 2 }, 64, 5, false },
		{ "writes, reads fewer than CPUs", { 4, 0, 2, 0 }, 64, 3, true },
		{ "writes, no pair for reads", { 4, 0, 2, 0 }, 64, 2, false },
		{ "writes, one short", { 4, 4, 2, 0 }, 5, 5, false },
		{ "one pair for reads and writes", { 4, 0, 1, 0 }, 1, 1, false },
		{ "reads by number refused", { 4, 4, 2, 0 }, 64, 5, false },
		{ "everything by number", { 4, 4, 2, 1 }, 64, 7, true },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_irqplan p;

		nvmeq_irqplan_share(&row[i].want, row[i].granted, &p);
		cut(&p, row[i].made);
		WANT(row[i].desc, nvmeq_irqplan_meets(&p, &row[i].want), row[i].met);
	}
}

static void check_meets(const struct nvmeq_irq_want *w, const struct nvmeq_irqplan *p)
{
	u32 pairs[3] = { p->pairs[D], p->pairs[R], p->pairs[P] };

	WANT(desc("pairs %u %u %u, %s", pairs[0], pairs[1], pairs[2], told(w)),
	     nvmeq_irqplan_meets(p, w), model_meets(pairs, w));
}

static void plans_meet_what_they_have(void)
{
	u32 cpus, granted, made;
	struct nvmeq_irqplan p;

	for (cpus = 1; cpus <= 4; cpus++) {
		struct nvmeq_irq_want w = asking(cpus, 0, 0, 0);

		do {
			for (granted = 0; granted <= 3 * cpus + 1; granted++)
				for (made = 0; made <= granted; made++) {
					nvmeq_irqplan_share(&w, (u16)granted, &p);
					cut(&p, made);
					check_meets(&w, &p);
				}
		} while (want_next(&w));
	}
}

/* A plan that was made for something else. */
static void other_plans_meet_what_they_happen_to_have(void)
{
	struct rng r = test_rng();
	unsigned int i;

	for (i = 0; i < 20000 && !test_misses(); i++) {
		u32 cpus = rnd_in(&r, 1, 6);
		struct nvmeq_irq_want was = asking(cpus, rnd(&r, 7), rnd(&r, 5), rnd(&r, 4));
		struct nvmeq_irq_want w = asking(cpus, rnd(&r, 7), rnd(&r, 5), rnd(&r, 4));
		struct nvmeq_irqplan p;

		nvmeq_irqplan_share(&was, (u16)rnd(&r, 20), &p);
		check_meets(&w, &p);
	}
}

/* ---- worked examples ---- */

static void draw_at(char *line, size_t size, int vector, u32 times)
{
	const char *at = vector < 0 ? "-" : desc("%d", vector);
	size_t used = strlen(line);

	if (times >= 5) {
		snprintf(line + used, size - used, " %sx%u", at, times);
		return;
	}
	for (; times; times--) {
		used = strlen(line);
		snprintf(line + used, size - used, " %s", at);
	}
}

/* "0 d 1 1 r 2 3 p -": the admin queue's vector, then of each type those of its pairs. */
static void draw(const struct nvmeq_irqplan *p, char *line, size_t size)
{
	static const char letter[] = "drp";
	u32 qid = 1, run, t, n;

	line[0] = 0;
	draw_at(line, size, nvmeq_irqplan_vector(p, 0), 1);
	for (t = 0; t < NVMEQ_QUEUE_TYPES; t++) {
		if (p->pairs[t])
			snprintf(line + strlen(line), size - strlen(line), " %c", letter[t]);
		for (n = p->pairs[t]; n; n -= run, qid += run) {
			int at = nvmeq_irqplan_vector(p, (u16)qid);

			for (run = 1; run < n; run++)
				if (nvmeq_irqplan_vector(p, (u16)(qid + run)) != at)
					break;
			draw_at(line, size, at, run);
		}
	}
	memmove(line, line + 1, strlen(line));
}

static void worked_examples(void)
{
	static const struct {
		struct nvmeq_irq_want want;	/* CPUs, io, write, poll */
		u16 granted;
		enum nvmeq_irq_mode mode;
		u32 offered;
		u32 asked;
		const char *map;
	} row[] = {
		{ { 1, 0, 0, 0 }, 64, NVMEQ_IRQ_MSIX, 1, 2, "0 d 0" },
		{ { 1, 0, 0, 0 }, 64, NVMEQ_IRQ_MSIX, 2, 2, "0 d 1" },
		{ { 1, 0, 1, 0 }, 64, NVMEQ_IRQ_MSIX, 3, 3, "0 d 1 r 2" },
		{ { 1, 0, 1, 1 }, 64, NVMEQ_IRQ_MSIX, 3, 3, "0 d 1 r 2 p -" },
		{ { 1, 0, 1, 1 }, 64, NVMEQ_IRQ_MSIX, 2, 3, "0 d 1 r 1 p -" },
		{ { 1, 0, 1, 1 }, 64, NVMEQ_IRQ_MSIX, 1, 3, "0 d 0 r 0 p -" },
		{ { 1, 0, 0, 1 }, 1, NVMEQ_IRQ_MSIX, 2, 2, "0 d 1" },
		{ { 1, 0, 0, 0 }, 0, NVMEQ_IRQ_MSIX, 8, 1, "0" },
		{ { 2, 0, 0, 0 }, 64, NVMEQ_IRQ_MSIX, 3, 3, "0 d 1 2" },
		{ { 2, 0, 0, 0 }, 64, NVMEQ_IRQ_MSIX, 2, 3, "0 d 1 1" },
		{ { 4, 0, 0, 0 }, 64, NVMEQ_IRQ_MSIX, 64, 5, "0 d 1 2 3 4" },
		{ { 4, 0, 0, 0 }, 64, NVMEQ_IRQ_MSIX, 5, 5, "0 d 1 2 3 4" },
		{ { 4, 0, 0, 0 }, 64, NVMEQ_IRQ_MSIX, 4, 5, "0 d 1 1 2 3" },
		{ { 4, 0, 0, 0 }, 64, NVMEQ_IRQ_MSIX, 3, 5, "0 d 1 1 2 2" },
		{ { 4, 0, 0, 0 }, 64, NVMEQ_IRQ_MSIX, 2, 5, "0 d 1 1 1 1" },
		{ { 4, 0, 0, 0 }, 64, NVMEQ_IRQ_MSIX, 1, 5, "0 d 0 0 0 0" },
		{ { 4, 2, 0, 0 }, 64, NVMEQ_IRQ_MSIX, 3, 3, "0 d 1 2" },
		{ { 8, 0, 0, 0 }, 5, NVMEQ_IRQ_MSIX, 3, 6, "0 d 1 1 1 2 2" },
		{ { 8, 0, 0, 0 }, 64, NVMEQ_IRQ_MSI, 4, 9, "0 d 1 1 1 2 2 2 3 3" },
		{ { 8, 0, 0, 0 }, 64, NVMEQ_IRQ_MSI, 1, 9, "0 d 0x8" },
		{ { 64, 0, 0, 0 }, 64, NVMEQ_IRQ_MSI, 8, 32,
		  "0 d 1x10 2x9 3x9 4x9 5x9 6x9 7x9" },
		{ { 4, 0, 2, 0 }, 64, NVMEQ_IRQ_MSIX, 7, 7, "0 d 1 2 r 3 4 5 6" },
		{ { 4, 0, 2, 0 }, 64, NVMEQ_IRQ_MSIX, 4, 7, "0 d 1 1 r 2 2 3 3" },
		{ { 4, 0, 2, 0 }, 64, NVMEQ_IRQ_MSIX, 3, 7, "0 d 1 1 r 2 2 2 2" },
		{ { 4, 0, 2, 0 }, 64, NVMEQ_IRQ_MSIX, 2, 7, "0 d 1 1 r 1 1 1 1" },
		{ { 4, 0, 2, 0 }, 64, NVMEQ_IRQ_MSIX, 1, 7, "0 d 0 0 r 0 0 0 0" },
		{ { 4, 0, 4, 0 }, 64, NVMEQ_IRQ_MSIX, 9, 9, "0 d 1 2 3 4 r 5 6 7 8" },
		{ { 4, 0, 4, 0 }, 64, NVMEQ_IRQ_MSIX, 6, 9, "0 d 1 1 2 2 r 3 3 4 5" },
		{ { 8, 7, 1, 0 }, 64, NVMEQ_IRQ_MSIX, 3, 9, "0 d 1 r 2x7" },
		{ { 8, 1, 7, 0 }, 64, NVMEQ_IRQ_MSIX, 3, 9, "0 d 1x7 r 2" },
		{ { 4, 0, 0, 2 }, 64, NVMEQ_IRQ_MSIX, 16, 5, "0 d 1 2 3 4 p - -" },
		{ { 4, 0, 0, 2 }, 64, NVMEQ_IRQ_MSIX, 3, 5, "0 d 1 1 2 2 p - -" },
		{ { 4, 2, 2, 2 }, 64, NVMEQ_IRQ_MSIX, 5, 5, "0 d 1 2 r 3 4 p - -" },
		{ { 4, 0, 4, 4 }, 5, NVMEQ_IRQ_MSIX, 16, 5, "0 d 1 2 3 r 4 p -" },
		{ { 4, 0, 4, 4 }, 3, NVMEQ_IRQ_MSIX, 16, 3, "0 d 1 r 2 p -" },
		{ { 4, 0, 4, 4 }, 2, NVMEQ_IRQ_MSIX, 16, 3, "0 d 1 r 2" },
		{ { 4, 0, 4, 4 }, 1, NVMEQ_IRQ_MSIX, 16, 2, "0 d 1" },
		{ { 4, 0, 2, 1 }, 64, NVMEQ_IRQ_INTX, 1, 1, "0 d 0 0 r 0 0 0 0 p -" },
		{ { 1024, 0, 0, 0 }, 65535, NVMEQ_IRQ_INTX, 1, 1, "0 d 0x1024" },
		{ { 4, 0, 0, 0 }, 64, NVMEQ_IRQ_POLL, 0, 0, "- d - - - -" },
		{ { 4, 0, 2, 1 }, 64, NVMEQ_IRQ_POLL, 0, 0, "- d - - r - - - - p -" },
		{ { 1024, 0, 0, 0 }, 64, NVMEQ_IRQ_MSIX, 3, 65, "0 d 1x32 2x32" },
		{ { 1024, 0, 512, 512 }, 65535, NVMEQ_IRQ_MSIX, 4, 1537,
		  "0 d 1x512 r 2x512 3x512 p -x512" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		const char *text = desc("%s; %u granted, %u vectors", told(&row[i].want),
					row[i].granted, row[i].offered);
		char line[128];
		struct nvmeq_irqplan p;

		nvmeq_irqplan_share(&row[i].want, row[i].granted, &p);
		WANT(text, nvmeq_irqplan_vectors(row[i].mode, &p), row[i].asked);
		WANT(text, nvmeq_irqplan_make(&p, row[i].mode, row[i].offered), 0);
		draw(&p, line, sizeof(line));
		WANT_STR(text, line, row[i].map);
	}
}

static void worked_examples_too_large_to_draw(void)
{
	static const struct {
		const char *desc;
		struct nvmeq_irq_want want;
		u16 granted;
		u32 offered;
		u16 queues, used;
		struct {
			u16 qid;
			int on;
		} at[7];
	} row[] = {
		{ "64 CPUs, 33 vectors", { 64, 0, 0, 0 }, 64, 33, 64, 33,
		  { { 1, 1 }, { 2, 1 }, { 3, 2 }, { 63, 32 }, { 64, 32 } } },
		{ "64 CPUs, 65 vectors", { 64, 0, 0, 0 }, 128, 65, 64, 65,
		  { { 1, 1 }, { 2, 2 }, { 64, 64 } } },
		{ "1024 CPUs, 64 vectors", { 1024, 0, 0, 0 }, 65535, 64, 1024, 64,
		  { { 1, 1 }, { 17, 1 }, { 18, 2 }, { 1008, 62 }, { 1009, 63 }, { 1024, 63 } } },
		{ "1024 CPUs, 3 pairs, 64 vectors", { 1024, 0, 0, 0 }, 3, 64, 3, 4,
		  { { 1, 1 }, { 2, 2 }, { 3, 3 } } },
		{ "1024 CPUs, 64 write and 32 polled, 64 vectors", { 1024, 0, 64, 32 }, 65535, 64,
		  1120, 64, { { 1, 1 }, { 22, 1 }, { 64, 3 }, { 65, 4 }, { 1088, 63 },
			      { 1089, -1 }, { 1120, -1 } } },
		{ "1024 CPUs, a vector for each of 2048 pairs but one", { 1024, 0, 1024, 0 },
		  65535, 2048, 2048, 2048, { { 1, 1 }, { 2, 1 }, { 1024, 1023 }, { 1025, 1024 },
					     { 2048, 2047 } } },
		{ "most pairs", { 100000, 0, 0, 0 }, 65535, 4096, 65535, 2048,
		  { { 1, 1 }, { 32, 1 }, { 34, 2 }, { 65535, 2047 } } },
	};
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_irqplan p;

		nvmeq_irqplan_share(&row[i].want, row[i].granted, &p);
		WANT(row[i].desc, nvmeq_irqplan_make(&p, NVMEQ_IRQ_MSIX, row[i].offered), 0);
		WANT(row[i].desc, p.io_queues, row[i].queues);
		WANT(row[i].desc, p.vectors, row[i].used);
		WANT(row[i].desc, nvmeq_irqplan_vector(&p, 0), 0);
		for (k = 0; k < ARRAY_SIZE(row[i].at) && row[i].at[k].qid; k++)
			WANT(desc("%s, queue %u", row[i].desc, row[i].at[k].qid),
			     nvmeq_irqplan_vector(&p, row[i].at[k].qid), row[i].at[k].on);
	}
}

/* ---- words ---- */

static void names_of_modes_go_both_ways(void)
{
	static const char *const word[] = { "auto", "msix", "msi", "intx", "poll" };
	static const char *const no[] = { "", "\n", "MSIX", "msi-x", "msixx", "ms", " msi", "msi ",
					  "msi\n\n", "msi\nx", "0", "1", "auto,msi", "polling" };
	unsigned int i;

	for (i = 0; i < NVMEQ_IRQ_MODES; i++) {
		WANT_STR(word[i], nvmeq_irq_mode_name(i), word[i]);
		WANT(word[i], nvmeq_irq_mode_parse(word[i]), i);
		WANT(word[i], nvmeq_irq_mode_parse(desc("%s\n", word[i])), i);
	}
	for (i = 0; i < ARRAY_SIZE(no); i++)
		WANT(desc("\"%s\"", no[i]), nvmeq_irq_mode_parse(no[i]), -EINVAL);
	HOLDS("a mode that does not exist has a name", nvmeq_irq_mode_name(NVMEQ_IRQ_MODES));
}

static void words_of_affinity(void)
{
	WANT_STR("managed", nvmeq_irq_affinity_words[NVMEQ_AFFINITY_MANAGED], "managed");
	WANT_STR("user", nvmeq_irq_affinity_words[NVMEQ_AFFINITY_USER], "user");
	HOLDS("no more", !nvmeq_irq_affinity_words[NVMEQ_AFFINITY_USER + 1]);
}

static const struct CMUnitTest tests[] = {
	TEST(ladder_descends_from_the_best),
	TEST(pairs_asked_for),
	TEST(pairs_are_shared_out),
	TEST(vectors_asked_for),
	TEST(plans_without_a_vector_are_refused),
	TEST(a_plan_can_be_made_again),
	TEST(small_plans_keep_the_rules),
	TEST(large_plans_keep_the_rules),
	TEST(random_plans_keep_the_rules),
	TEST(splits_are_in_proportion),
	TEST(pairs_asked_for_by_number_are_missed),
	TEST(plans_meet_what_they_have),
	TEST(other_plans_meet_what_they_happen_to_have),
	TEST(worked_examples),
	TEST(worked_examples_too_large_to_draw),
	TEST(names_of_modes_go_both_ways),
	TEST(words_of_affinity),
};

TEST_MAIN("irqplan", tests)
