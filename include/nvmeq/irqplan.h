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

/* Interrupt Coalescing, Base 5.27.1.6: the time in units of 100 us in 8 bits, the count 0's based. */
#define NVMEQ_COALESCE_UNIT_US		100
#define NVMEQ_COALESCE_TIME_US_MAX	(255 * NVMEQ_COALESCE_UNIT_US)
#define NVMEQ_COALESCE_ENTRIES_MAX	256

/**
 * nvmeq_irqplan_ladder() - interrupt kinds to try, best first
 * @want: parameter; a forced kind is the whole ladder
 * @out: receives 1..4 modes, never NVMEQ_IRQ_AUTO
 *
 * Return: how many.
 */
unsigned int nvmeq_irqplan_ladder(enum nvmeq_irq_mode want, enum nvmeq_irq_mode out[4]);

/*
 * What an I/O pair is for. The order is that of queue numbers, and of the block
 * layer's types of hardware queue.
 */
enum nvmeq_queue_type {
	NVMEQ_QUEUE_DEFAULT,	/* everything, or what is not read where reads have their own */
	NVMEQ_QUEUE_READ,
	NVMEQ_QUEUE_POLL,	/* no interrupt: who sent the command looks for its completion */
	NVMEQ_QUEUE_TYPES
};

/**
 * struct nvmeq_irq_want - what is asked for
 * @cpus: possible CPUs
 * @io_queues: pairs with interrupts for reads, or for everything; 0 one per CPU
 * @write_queues: pairs besides those for what is not a read, 0 none
 * @poll_queues: pairs without interrupts, 0 none
 */
struct nvmeq_irq_want {
	u32 cpus;
	u32 io_queues;
	u32 write_queues;
	u32 poll_queues;
};

/**
 * struct nvmeq_irqplan - the outcome
 * @mode: never AUTO
 * @io_queues: pairs in all
 * @pairs: pairs of each type; numbered from 1 on in the order of types
 * @vectors: in use, 0 when polling
 * @type_vectors: of these, for the I/O pairs of each type; all 0 where the admin
 *	queue's only vector serves everything
 * @admin_shared: the admin queue shares its vector with I/O
 */
struct nvmeq_irqplan {
	enum nvmeq_irq_mode mode;
	u16 io_queues;
	u16 pairs[NVMEQ_QUEUE_TYPES];
	u16 vectors;
	u16 type_vectors[NVMEQ_QUEUE_TYPES];
	bool admin_shared;
};

/**
 * nvmeq_irqplan_wanted() - pairs to ask the controller for
 * @want: what is asked for
 * @max: more than this cannot be used, at least 1
 */
u16 nvmeq_irqplan_wanted(const struct nvmeq_irq_want *want, u16 max);

/**
 * nvmeq_irqplan_share() - give the pairs that there are to their types
 * @want: what is asked for
 * @granted: pairs that the controller allows, 0 none
 * @plan: receives @io_queues and @pairs, the rest zeroed
 *
 * Each type that is asked for gets one pair, in the order default or read,
 * write, poll, as far as there are any; then those whose number was given get
 * as many, at most one per CPU, and "one per CPU" what is left. Reads get pairs of their own only beside
 * write pairs.
 */
void nvmeq_irqplan_share(const struct nvmeq_irq_want *want, u16 granted,
			 struct nvmeq_irqplan *plan);

/* Does the plan have every pair that was asked for by number? */
bool nvmeq_irqplan_meets(const struct nvmeq_irqplan *plan, const struct nvmeq_irq_want *want);

/* Vectors to ask for: one for admin, one per pair that has interrupts, within what the kind has. */
u32 nvmeq_irqplan_vectors(enum nvmeq_irq_mode mode, const struct nvmeq_irqplan *plan);

/**
 * nvmeq_irqplan_make() - decide from what was granted
 * @plan: after nvmeq_irqplan_share(); completed here
 * @mode: kind that was allocated, or POLL
 * @vectors: vectors granted, 0 only with POLL
 *
 * Return: 0, or -EINVAL for AUTO or an interrupt kind without a vector.
 */
int nvmeq_irqplan_make(struct nvmeq_irqplan *plan, enum nvmeq_irq_mode mode, u32 vectors);

/**
 * nvmeq_irqplan_split() - how I/O vectors divide between default and read pairs
 * @plan: after nvmeq_irqplan_share()
 * @io_vectors: vectors beside the admin queue's, 1 or more
 * @out: vectors of each type
 *
 * In proportion to their pairs, at least one each; with a single vector, or no
 * read pairs, all go to the first type and serve both.
 */
void nvmeq_irqplan_split(const struct nvmeq_irqplan *plan, u32 io_vectors,
			 u16 out[NVMEQ_QUEUE_TYPES]);

/* What an I/O pair is for; @qid is 1..io_queues. */
enum nvmeq_queue_type nvmeq_irqplan_type(const struct nvmeq_irqplan *plan, u16 qid);

/* Number of the first pair of a type, also where there is none: pairs of the types before, plus 1. */
u32 nvmeq_irqplan_first(const struct nvmeq_irqplan *plan, enum nvmeq_queue_type type);

/**
 * nvmeq_irqplan_vector() - vector of a queue
 * @plan: the plan
 * @qid: 0 admin, 1..io_queues
 *
 * The admin queue has vector 0. Pairs of one type take that type's vectors, one
 * each, or in even contiguous groups when there are fewer, so that neighbours
 * share; all share vector 0 when it is the only one.
 *
 * Return: vector index, or -1 where there is no interrupt.
 */
int nvmeq_irqplan_vector(const struct nvmeq_irqplan *plan, u16 qid);

/* "auto", "msix", "msi", "intx", "poll" and back; parse returns -EINVAL for other words.
 * A trailing newline is allowed.
 */
extern const char *const nvmeq_irq_mode_words[NVMEQ_IRQ_MODES + 1];	/* ends with NULL */
const char *nvmeq_irq_mode_name(enum nvmeq_irq_mode mode);
int nvmeq_irq_mode_parse(const char *word);

enum nvmeq_irq_affinity {
	NVMEQ_AFFINITY_MANAGED,	/* the kernel spreads the vectors and keeps them so */
	NVMEQ_AFFINITY_USER,	/* /proc/irq/N/smp_affinity is the administrator's */
};

extern const char *const nvmeq_irq_affinity_words[NVMEQ_AFFINITY_USER + 2];	/* ends with NULL */

#endif /* NVMEQ_IRQPLAN_H */
