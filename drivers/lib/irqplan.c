// SPDX-License-Identifier: GPL-2.0-only
/*
 * irqplan.c - how many queues, how many vectors, which queue on which vector
 *
 * The caller climbs down the ladder: for each kind it asks for the vectors that
 * nvmeq_irqplan_vectors() names, and the first kind that is granted any goes
 * into nvmeq_irqplan_make(). Allocation itself is core/irq.c.
 *
 * Pairs come in up to three types. Plain, all are of the default type. Asked for
 * write_queues, that many pairs of the default type take what is not a read,
 * and reads have the others; poll_queues come on top. Where the controller
 * grants fewer than asked for, each type first gets one, so that none is
 * starved by the size of another.
 *
 * The admin queue has vector 0. It is rarely used, but its interrupt must not
 * depend on a CPU that goes offline with its I/O queue. The other vectors are
 * split between default and read pairs, each of which must reach every CPU on
 * its own; within a type, n pairs spread over v vectors in even groups of
 * neighbours,
 *
 *	vector(i) = first + i * v / n	(rounded down, i from 0)
 *
 * which is one each when v = n, and never leaves two groups more than one
 * apart in size. Examples:
 *
 *	pairs			vectors	admin	I/O
 *	1			1	0	0		shared
 *	4			5	0	1 2 3 4
 *	4			3	0	1 1 2 2
 *	5			3	0	1 1 1 2 2
 *	2 write + 4 read	7	0	1 2 | 3 4 5 6
 *	2 write + 4 read	4	0	1 1 | 2 2 3 3
 *	2 write + 4 read	2	0	1 1 | 1 1 1 1
 *
 * INTx has one line for everything. Polling has no vector; its queues are
 * created without interrupts.
 */
#include <nvmeq/irqplan.h>
#include <nvmeq/param.h>

const char *const nvmeq_irq_mode_words[NVMEQ_IRQ_MODES + 1] = {
	[NVMEQ_IRQ_AUTO]	= "auto",
	[NVMEQ_IRQ_MSIX]	= "msix",
	[NVMEQ_IRQ_MSI]		= "msi",
	[NVMEQ_IRQ_INTX]	= "intx",
	[NVMEQ_IRQ_POLL]	= "poll",
	[NVMEQ_IRQ_MODES]	= NULL,
};

const char *const nvmeq_irq_affinity_words[NVMEQ_AFFINITY_USER + 2] = {
	[NVMEQ_AFFINITY_MANAGED]	= "managed",
	[NVMEQ_AFFINITY_USER]		= "user",
	NULL
};

/* Most vectors that a function can have of each kind. */
static const u16 irqplan_vectors_max[NVMEQ_IRQ_MODES] = {
	[NVMEQ_IRQ_MSIX]	= NVMEQ_VECTORS_MSIX_MAX,
	[NVMEQ_IRQ_MSI]		= NVMEQ_VECTORS_MSI_MAX,
	[NVMEQ_IRQ_INTX]	= 1,
	[NVMEQ_IRQ_POLL]	= 0,
};

static const enum nvmeq_irq_mode irqplan_auto[4] = {
	NVMEQ_IRQ_MSIX, NVMEQ_IRQ_MSI, NVMEQ_IRQ_INTX, NVMEQ_IRQ_POLL,
};

static bool irqplan_kind(enum nvmeq_irq_mode mode)
{
	return mode != NVMEQ_IRQ_AUTO && (unsigned int)mode < NVMEQ_IRQ_MODES;
}

unsigned int nvmeq_irqplan_ladder(enum nvmeq_irq_mode want, enum nvmeq_irq_mode out[4])
{
	if (irqplan_kind(want)) {
		out[0] = want;
		return 1;
	}
	memcpy(out, irqplan_auto, sizeof(irqplan_auto));
	return ARRAY_SIZE(irqplan_auto);
}

/* Pairs asked for: for reads or everything, and the two optional types. */
static u32 irqplan_base(const struct nvmeq_irq_want *want)
{
	u32 cpus = max_t(u32, want->cpus, 1);

	return want->io_queues ? min_t(u32, want->io_queues, cpus) : cpus;
}

/* A second pair of one type for one CPU would have nothing to do. */
static u32 irqplan_extra(const struct nvmeq_irq_want *want, u32 pairs)
{
	return min_t(u32, pairs, max_t(u32, want->cpus, 1));
}

u16 nvmeq_irqplan_wanted(const struct nvmeq_irq_want *want, u16 max)
{
	u64 all = (u64)irqplan_base(want) + irqplan_extra(want, want->write_queues) +
		  irqplan_extra(want, want->poll_queues);

	return (u16)min_t(u64, all, max);
}

static u32 irqplan_take(u32 *left, u32 wanted)
{
	u32 got = min_t(u32, *left, wanted);

	*left -= got;
	return got;
}

void nvmeq_irqplan_share(const struct nvmeq_irq_want *want, u16 granted,
			 struct nvmeq_irqplan *plan)
{
	u32 asked[3] = { irqplan_base(want), irqplan_extra(want, want->write_queues),
			 irqplan_extra(want, want->poll_queues) };
	u32 left = granted, got[3];
	unsigned int i;

	memset(plan, 0, sizeof(*plan));
	for (i = 0; i < ARRAY_SIZE(asked); i++)
		got[i] = irqplan_take(&left, min_t(u32, asked[i], 1));
	/* What was asked for by number goes before "one per CPU". */
	for (i = want->io_queues ? 0 : 1; i < ARRAY_SIZE(asked); i++)
		got[i] += irqplan_take(&left, asked[i] - got[i]);
	got[0] += irqplan_take(&left, asked[0] - got[0]);
	plan->io_queues = (u16)(granted - left);
	plan->pairs[NVMEQ_QUEUE_DEFAULT] = (u16)(got[1] ? got[1] : got[0]);
	plan->pairs[NVMEQ_QUEUE_READ] = (u16)(got[1] ? got[0] : 0);
	plan->pairs[NVMEQ_QUEUE_POLL] = (u16)got[2];
}

bool nvmeq_irqplan_meets(const struct nvmeq_irqplan *plan, const struct nvmeq_irq_want *want)
{
	unsigned int t, reads = want->write_queues ? NVMEQ_QUEUE_READ : NVMEQ_QUEUE_DEFAULT;
	struct nvmeq_irqplan asked;

	nvmeq_irqplan_share(want, 0xffff, &asked);
	/* One per CPU is no number; but writes have pairs of their own only beside reads. */
	if (!want->io_queues)
		asked.pairs[reads] = want->write_queues ? 1 : 0;
	for (t = 0; t < NVMEQ_QUEUE_TYPES; t++)
		if (plan->pairs[t] < asked.pairs[t])
			return false;
	return true;
}

static u32 irqplan_irq_pairs(const struct nvmeq_irqplan *plan)
{
	return (u32)plan->pairs[NVMEQ_QUEUE_DEFAULT] + plan->pairs[NVMEQ_QUEUE_READ];
}

u32 nvmeq_irqplan_vectors(enum nvmeq_irq_mode mode, const struct nvmeq_irqplan *plan)
{
	if (!irqplan_kind(mode))
		return 0;
	return min_t(u32, 1U + irqplan_irq_pairs(plan), irqplan_vectors_max[mode]);
}

void nvmeq_irqplan_split(const struct nvmeq_irqplan *plan, u32 io_vectors,
			 u16 out[NVMEQ_QUEUE_TYPES])
{
	u32 pairs = irqplan_irq_pairs(plan), first = io_vectors;

	memset(out, 0, NVMEQ_QUEUE_TYPES * sizeof(*out));
	if (plan->pairs[NVMEQ_QUEUE_READ] && io_vectors > 1) {
		first = (u32)((u64)io_vectors * plan->pairs[NVMEQ_QUEUE_DEFAULT] / pairs);
		first = min_t(u32, max_t(u32, first, 1), io_vectors - 1);
	}
	out[NVMEQ_QUEUE_DEFAULT] = (u16)first;
	out[NVMEQ_QUEUE_READ] = (u16)(io_vectors - first);
}

int nvmeq_irqplan_make(struct nvmeq_irqplan *plan, enum nvmeq_irq_mode mode, u32 vectors)
{
	if (!irqplan_kind(mode) || (mode != NVMEQ_IRQ_POLL && !vectors))
		return -EINVAL;
	plan->mode = mode;
	plan->vectors = (u16)min_t(u32, vectors, nvmeq_irqplan_vectors(mode, plan));
	plan->admin_shared = plan->vectors == 1 && irqplan_irq_pairs(plan);
	memset(plan->type_vectors, 0, sizeof(plan->type_vectors));
	if (plan->vectors > 1)
		nvmeq_irqplan_split(plan, plan->vectors - 1U, plan->type_vectors);
	return 0;
}

u32 nvmeq_irqplan_first(const struct nvmeq_irqplan *plan, enum nvmeq_queue_type type)
{
	unsigned int t;
	u32 qid = 1;

	for (t = 0; t < (unsigned int)type && t < NVMEQ_QUEUE_TYPES; t++)
		qid += plan->pairs[t];
	return qid;
}

enum nvmeq_queue_type nvmeq_irqplan_type(const struct nvmeq_irqplan *plan, u16 qid)
{
	if (qid >= nvmeq_irqplan_first(plan, NVMEQ_QUEUE_POLL))
		return NVMEQ_QUEUE_POLL;
	return qid >= nvmeq_irqplan_first(plan, NVMEQ_QUEUE_READ) ? NVMEQ_QUEUE_READ :
								    NVMEQ_QUEUE_DEFAULT;
}

int nvmeq_irqplan_vector(const struct nvmeq_irqplan *plan, u16 qid)
{
	enum nvmeq_queue_type type;
	u32 index, base = 1;

	if (!plan->vectors)
		return -1;
	if (!qid || !plan->io_queues)
		return 0;
	qid = min_t(u16, qid, plan->io_queues);
	type = nvmeq_irqplan_type(plan, qid);
	if (type == NVMEQ_QUEUE_POLL)
		return -1;
	if (plan->vectors == 1)
		return 0;
	if (!plan->type_vectors[type])	/* one vector for both types */
		return 1;
	index = qid - nvmeq_irqplan_first(plan, type);
	if (type == NVMEQ_QUEUE_READ)
		base += plan->type_vectors[NVMEQ_QUEUE_DEFAULT];
	return (int)(base + index * plan->type_vectors[type] / plan->pairs[type]);
}

const char *nvmeq_irq_mode_name(enum nvmeq_irq_mode mode)
{
	return (unsigned int)mode < NVMEQ_IRQ_MODES ? nvmeq_irq_mode_words[mode] : "unknown";
}

int nvmeq_irq_mode_parse(const char *word)
{
	return nvmeq_param_word(nvmeq_irq_mode_words, word);
}
