// SPDX-License-Identifier: GPL-2.0-only
/*
 * irqplan_test.c - queue counts and vectors, from 1 CPU with 1 vector to 1024
 * CPUs with 64
 */
#include <nvmeq/irqplan.h>

#include "support/test.h"

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

static void queues_are_the_smallest_of_three(void)
{
	static const struct {
		const char *desc;
		u32 cpus, granted, limit;
		u16 want;
	} row[] = {
		{ "one of all", 1, 1, 0, 1 },
		{ "more CPUs than pairs", 8, 3, 0, 3 },
		{ "more pairs than CPUs", 2, 64, 0, 2 },
		{ "limited", 8, 64, 4, 4 },
		{ "limit above", 8, 64, 100, 8 },
		{ "limit of one", 1024, 64, 1, 1 },
		{ "none granted", 8, 0, 0, 0 },
		{ "none granted, limited", 8, 0, 4, 0 },
		{ "1024 CPUs", 1024, 65535, 0, 1024 },
		{ "65535 pairs", 100000, 65535, 0, 65535 },
	};
	u32 cpus, granted, limit;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		WANT(row[i].desc, nvmeq_irqplan_queues(row[i].cpus, row[i].granted, row[i].limit),
		     row[i].want);
	for (cpus = 1; cpus < 20; cpus++)
		for (granted = 0; granted < 20; granted++)
			for (limit = 0; limit < 20; limit++) {
				u32 want = cpus < granted ? cpus : granted;

				if (limit && limit < want)
					want = limit;
				WANT(desc("%u CPUs, %u granted, limit %u", cpus, granted, limit),
				     nvmeq_irqplan_queues(cpus, granted, limit), want);
			}
}

static void vectors_asked_for(void)
{
	static const struct {
		const char *desc;
		enum nvmeq_irq_mode mode;
		u16 queues;
		u32 want;
	} row[] = {
		{ "MSI-X, admin only", NVMEQ_IRQ_MSIX, 0, 1 },
		{ "MSI-X, one pair", NVMEQ_IRQ_MSIX, 1, 2 },
		{ "MSI-X, 64 pairs", NVMEQ_IRQ_MSIX, 64, 65 },
		{ "MSI-X, 2047 pairs", NVMEQ_IRQ_MSIX, 2047, 2048 },
		{ "MSI-X, 2048 pairs", NVMEQ_IRQ_MSIX, 2048, 2048 },
		{ "MSI-X, most pairs", NVMEQ_IRQ_MSIX, 65535, 2048 },
		{ "MSI, one pair", NVMEQ_IRQ_MSI, 1, 2 },
		{ "MSI, 31 pairs", NVMEQ_IRQ_MSI, 31, 32 },
		{ "MSI, 32 pairs", NVMEQ_IRQ_MSI, 32, 32 },
		{ "MSI, most pairs", NVMEQ_IRQ_MSI, 65535, 32 },
		{ "INTx, admin only", NVMEQ_IRQ_INTX, 0, 1 },
		{ "INTx, 8 pairs", NVMEQ_IRQ_INTX, 8, 1 },
		{ "polling", NVMEQ_IRQ_POLL, 8, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		WANT(row[i].desc, nvmeq_irqplan_vectors(row[i].mode, row[i].queues), row[i].want);
}

static void plans_without_a_vector_are_refused(void)
{
	struct nvmeq_irqplan p;

	WANT("auto", nvmeq_irqplan_make(NVMEQ_IRQ_AUTO, 1, 1, &p), -EINVAL);
	WANT("MSI-X", nvmeq_irqplan_make(NVMEQ_IRQ_MSIX, 0, 1, &p), -EINVAL);
	WANT("MSI", nvmeq_irqplan_make(NVMEQ_IRQ_MSI, 0, 1, &p), -EINVAL);
	WANT("INTx", nvmeq_irqplan_make(NVMEQ_IRQ_INTX, 0, 0, &p), -EINVAL);
	WANT("no such kind", nvmeq_irqplan_make(NVMEQ_IRQ_MODES, 1, 1, &p), -EINVAL);
	WANT("poll", nvmeq_irqplan_make(NVMEQ_IRQ_POLL, 0, 1, &p), 0);
}

/* What the contract says about every plan; the map is worked out by counting. */
static void check_plan(enum nvmeq_irq_mode mode, u32 granted, u16 queues)
{
	const char *text = desc("mode %u, %u vectors, %u pairs", mode, granted, queues);
	u32 users[2048] = { 0 }, low = ~0u, high = 0, v;
	struct nvmeq_irqplan p;
	int at, last = -1;
	u32 q;

	memset(&p, 0xee, sizeof(p));
	if (!WANT(text, nvmeq_irqplan_make(mode, granted, queues, &p), 0))
		return;
	WANT(text, p.mode, mode);
	WANT(text, p.io_queues, queues);
	if (mode == NVMEQ_IRQ_POLL) {
		WANT(text, p.vectors, 0);
		for (q = 0; q <= queues; q++)
			WANT(text, nvmeq_irqplan_vector(&p, (u16)q), -1);
		return;
	}
	HOLDS(text, p.vectors >= 1);
	HOLDS(text, p.vectors <= granted);
	HOLDS(text, p.vectors <= queues + 1u);
	if (mode == NVMEQ_IRQ_INTX)
		WANT(text, p.vectors, 1);
	else
		WANT(text, p.vectors, min(min(granted, queues + 1u),
					  mode == NVMEQ_IRQ_MSI ? 32u : 2048u));
	if (queues)
		WANT(text, p.admin_shared, p.vectors == 1);
	WANT(text, nvmeq_irqplan_vector(&p, 0), 0);
	for (q = 1; q <= queues; q++) {
		at = nvmeq_irqplan_vector(&p, (u16)q);
		if (!HOLDS(text, at >= 0 && at < p.vectors))
			return;
		if (p.vectors == 1) {
			WANT(text, at, 0);
			continue;
		}
		HOLDS(text, at >= 1);
		/* Contiguous: the same as the neighbour's, or the next one. */
		HOLDS(text, last < 0 ? at == 1 : at == last || at == last + 1);
		last = at;
		users[at]++;
	}
	if (p.vectors == 1)
		return;
	for (v = 1; v < p.vectors; v++) {
		low = min(low, users[v]);
		high = max(high, users[v]);
	}
	HOLDS(text, low >= 1);
	HOLDS(text, high - low <= 1);
}

static void every_plan_keeps_the_rules(void)
{
	static const u32 many[] = { 63, 64, 65, 127, 128, 511, 1023, 1024, 2047, 2048, 4000, 65535 };
	unsigned int mode, i, k;
	u32 v, q;

	for (mode = NVMEQ_IRQ_MSIX; mode <= NVMEQ_IRQ_MSI; mode++) {
		for (v = 1; v <= 34; v++)
			for (q = 0; q <= 70; q++)
				check_plan(mode, v, (u16)q);
		for (i = 0; i < ARRAY_SIZE(many); i++)
			for (k = 0; k < ARRAY_SIZE(many); k++)
				check_plan(mode, min(many[i], mode == NVMEQ_IRQ_MSI ? 32u : 2048u),
					   (u16)many[k]);
	}
	for (q = 0; q < 100; q++) {
		check_plan(NVMEQ_IRQ_INTX, 1, (u16)q);
		check_plan(NVMEQ_IRQ_POLL, 0, (u16)q);
	}
}

static void worked_examples(void)
{
	static const struct {
		const char *desc;
		u32 cpus, granted, vectors;
		u16 queues, used;
		bool shared;
		u16 qid[6];
		int on[6];
	} row[] = {
		{ "1 CPU, 1 vector", 1, 64, 1, 1, 1, true, { 0, 1 }, { 0, 0 } },
		{ "1 CPU, 2 vectors", 1, 64, 2, 1, 2, false, { 0, 1 }, { 0, 1 } },
		{ "4 CPUs, 1 vector", 4, 64, 1, 4, 1, true, { 0, 1, 4 }, { 0, 0, 0 } },
		{ "4 CPUs, 2 vectors", 4, 64, 2, 4, 2, false, { 0, 1, 2, 3, 4 },
		  { 0, 1, 1, 1, 1 } },
		{ "4 CPUs, 3 vectors", 4, 64, 3, 4, 3, false, { 0, 1, 2, 3, 4 },
		  { 0, 1, 1, 2, 2 } },
		{ "4 CPUs, 5 vectors", 4, 64, 5, 4, 5, false, { 0, 1, 2, 3, 4 },
		  { 0, 1, 2, 3, 4 } },
		{ "64 CPUs, 33 vectors", 64, 64, 33, 64, 33, false, { 1, 2, 3, 63, 64 },
		  { 1, 1, 2, 32, 32 } },
		{ "64 CPUs, 65 vectors", 64, 128, 65, 64, 65, false, { 1, 2, 64 }, { 1, 2, 64 } },
		{ "1024 CPUs, 64 vectors", 1024, 65535, 64, 1024, 64, false, { 0, 1, 1024 },
		  { 0, 1, 63 } },
		{ "1024 CPUs, 3 pairs, 64 vectors", 1024, 3, 64, 3, 4, false, { 0, 1, 2, 3 },
		  { 0, 1, 2, 3 } },
	};
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		u16 queues = nvmeq_irqplan_queues(row[i].cpus, row[i].granted, 0);
		struct nvmeq_irqplan p;

		WANT(row[i].desc, queues, row[i].queues);
		WANT(row[i].desc, nvmeq_irqplan_make(NVMEQ_IRQ_MSIX, row[i].vectors, queues, &p),
		     0);
		WANT(row[i].desc, p.vectors, row[i].used);
		WANT(row[i].desc, p.admin_shared, row[i].shared);
		for (k = 0; k < 6 && (k == 0 || row[i].qid[k]); k++)
			WANT(desc("%s, queue %u", row[i].desc, row[i].qid[k]),
			     nvmeq_irqplan_vector(&p, row[i].qid[k]), row[i].on[k]);
	}
}

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

static const struct CMUnitTest tests[] = {
	TEST(ladder_descends_from_the_best),
	TEST(queues_are_the_smallest_of_three),
	TEST(vectors_asked_for),
	TEST(plans_without_a_vector_are_refused),
	TEST(every_plan_keeps_the_rules),
	TEST(worked_examples),
	TEST(names_of_modes_go_both_ways),
};

TEST_MAIN("irqplan", tests)
