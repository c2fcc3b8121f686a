/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * irqplan.h - how many queues, how many vectors, which queue on which vector
 */
#ifndef NVMEQ_IRQPLAN_H
#define NVMEQ_IRQPLAN_H

#include <nvmeq/base.h>

enum nvmeq_irq_mode {
	NVMEQ_IRQ_AUTO,
	NVMEQ_IRQ_MSIX,
	NVMEQ_IRQ_MSI,
	NVMEQ_IRQ_INTX,
	NVMEQ_IRQ_POLL,
	NVMEQ_IRQ_MODES
};

#define NVMEQ_VECTORS_MSIX_MAX	2048
#define NVMEQ_VECTORS_MSI_MAX	32

/**
 * nvmeq_irqplan_ladder() - interrupt kinds to try, best first
 * @want: parameter; a forced kind is the whole ladder
 * @out: receives 1..4 modes, never NVMEQ_IRQ_AUTO
 *
 * Return: how many.
 */
unsigned int nvmeq_irqplan_ladder(enum nvmeq_irq_mode want, enum nvmeq_irq_mode out[4]);

/**
 * nvmeq_irqplan_queues() - I/O queue pairs to have
 * @cpus: possible CPUs
 * @granted: pairs that the controller allows, 0 none
 * @limit: parameter io_queues, 0 no limit
 *
 * Return: the smallest of the three, 0 only when @granted is 0.
 */
u16 nvmeq_irqplan_queues(u32 cpus, u32 granted, u32 limit);

/* Vectors to ask for: one for admin, one per I/O pair, within what the kind can have. */
u32 nvmeq_irqplan_vectors(enum nvmeq_irq_mode mode, u16 io_queues);

/**
 * struct nvmeq_irqplan - the outcome
 * @mode: never AUTO
 * @io_queues: pairs
 * @vectors: in use, 0 when polling
 * @admin_shared: the admin queue shares its vector with I/O
 */
struct nvmeq_irqplan {
	enum nvmeq_irq_mode mode;
	u16 io_queues;
	u16 vectors;
	bool admin_shared;
};

/**
 * nvmeq_irqplan_make() - decide from what was granted
 * @mode: kind that was allocated, or POLL
 * @vectors: vectors granted, 0 only with POLL
 * @io_queues: pairs, 0 allowed (admin only)
 * @plan: result
 *
 * Return: 0, or -EINVAL for AUTO or an interrupt kind without a vector.
 */
int nvmeq_irqplan_make(enum nvmeq_irq_mode mode, u32 vectors, u16 io_queues,
		       struct nvmeq_irqplan *plan);

/**
 * nvmeq_irqplan_vector() - vector of a queue
 * @plan: the plan
 * @qid: 0 admin, 1..io_queues
 *
 * The admin queue has vector 0. I/O pairs take vectors from 1 on, one each, or
 * in even contiguous groups when there are fewer, so that neighbours share;
 * all share vector 0 when it is the only one.
 *
 * Return: vector index, or -1 when polling.
 */
int nvmeq_irqplan_vector(const struct nvmeq_irqplan *plan, u16 qid);

/* "auto", "msix", "msi", "intx", "poll" and back; parse returns -EINVAL for other words.
 * A trailing newline is allowed.
 */
extern const char *const nvmeq_irq_mode_words[NVMEQ_IRQ_MODES + 1];	/* ends with NULL */
const char *nvmeq_irq_mode_name(enum nvmeq_irq_mode mode);
int nvmeq_irq_mode_parse(const char *word);

#endif /* NVMEQ_IRQPLAN_H */
