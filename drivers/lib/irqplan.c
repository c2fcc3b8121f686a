// SPDX-License-Identifier: GPL-2.0-only
/*
 * irqplan.c - how many queues, how many vectors, which queue on which vector
 *
 * The caller climbs down the ladder: for each kind it asks for the vectors that
 * nvmeq_irqplan_vectors() names, and the first kind that is granted any goes
 * into nvmeq_irqplan_make(). Allocation itself is core/irq.c.
 *
 * The admin queue has vector 0. It is rarely used, but its interrupt must not
 * depend on a CPU that goes offline with its I/O queue. I/O pairs spread over
 * the rest in even groups of neighbours: with n pairs on v vectors,
 *
 *	vector(qid) = 1 + (qid - 1) * v / n	(rounded down)
 *
 * which is one each when v = n, and never leaves two groups more than one
 * apart in size. Examples:
 *
 *	pairs	vectors	admin	I/O
 *	1	1	0	0		shared
 *	4	5	0	1 2 3 4
 *	4	3	0	1 1 2 2
 *	5	3	0	1 1 1 2 2
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

u16 nvmeq_irqplan_queues(u32 cpus, u32 granted, u32 limit)
{
	u32 queues = min_t(u32, max_t(u32, cpus, 1), granted);

	if (limit)
		queues = min_t(u32, queues, limit);
	return (u16)min_t(u32, queues, 0xffff);
}

u32 nvmeq_irqplan_vectors(enum nvmeq_irq_mode mode, u16 io_queues)
{
	if (!irqplan_kind(mode))
		return 0;
	return min_t(u32, 1U + io_queues, irqplan_vectors_max[mode]);
}

int nvmeq_irqplan_make(enum nvmeq_irq_mode mode, u32 vectors, u16 io_queues,
		       struct nvmeq_irqplan *plan)
{
	memset(plan, 0, sizeof(*plan));
	if (!irqplan_kind(mode) || (mode != NVMEQ_IRQ_POLL && !vectors))
		return -EINVAL;
	plan->mode = mode;
	plan->io_queues = io_queues;
	plan->vectors = (u16)min_t(u32, vectors, nvmeq_irqplan_vectors(mode, io_queues));
	plan->admin_shared = plan->vectors == 1 && io_queues;
	return 0;
}

int nvmeq_irqplan_vector(const struct nvmeq_irqplan *plan, u16 qid)
{
	u32 pair, spread;

	if (!plan->vectors)
		return -1;
	if (!qid || plan->vectors == 1 || !plan->io_queues)
		return 0;
	pair = min_t(u32, qid, plan->io_queues) - 1;
	spread = plan->vectors - 1U;
	return (int)(1 + pair * spread / plan->io_queues);
}

const char *nvmeq_irq_mode_name(enum nvmeq_irq_mode mode)
{
	return (unsigned int)mode < NVMEQ_IRQ_MODES ? nvmeq_irq_mode_words[mode] : "unknown";
}

int nvmeq_irq_mode_parse(const char *word)
{
	return nvmeq_param_word(nvmeq_irq_mode_words, word);
}
