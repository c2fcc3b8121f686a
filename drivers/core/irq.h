/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * irq.h - carries out an interrupt plan
 */
#ifndef NVMEQ_CORE_IRQ_H
#define NVMEQ_CORE_IRQ_H

#include <linux/types.h>
#include <nvmeq/attend.h>

struct blk_mq_tag_set;
struct nvmeq_ctrl;
struct nvmeq_queue;

/**
 * nvmeq_irq_alloc() - get vectors for the admin queue and a number of I/O pairs
 * @ctrl: controller without vectors; its plan is written
 * @io_queues: pairs that there will be at most
 *
 * Shares the pairs out to their types as the controller's settings say, and goes
 * down the ladder that irq_mode allows, to polling at last.
 * Context: task, under reset_mutex. Return: 0, or the error of a forced mode.
 */
int nvmeq_irq_alloc(struct nvmeq_ctrl *ctrl, u16 io_queues);

/* Release the vectors. Every queue must be detached. */
void nvmeq_irq_free(struct nvmeq_ctrl *ctrl);

/* From here on completions of @q are taken / no longer, and no handler runs any more. */
int nvmeq_irq_attach(struct nvmeq_queue *q);
void nvmeq_irq_detach(struct nvmeq_queue *q);

/**
 * nvmeq_irq_leave() - go on without interrupts, by the polling thread
 * @q: queue that has an interrupt; those that share its vector go with it
 * @why: NVMEQ_POLLED_LOST or NVMEQ_POLLED_STORM
 * @until: jiffies; from when on a storm may be over
 *
 * Masks the interrupt, at the device too where that is not the vector's own
 * business (INTx, MSI). Nothing happens when the queue is not served by its
 * interrupt. Context: task, under irq_mutex, may sleep. Who calls it must look
 * at the queues before it sleeps.
 */
void nvmeq_irq_leave(struct nvmeq_queue *q, enum nvmeq_polled_why why, unsigned long until);

/* The way back, for all that share the vector; a handler that cannot be registered leaves the
 * queue to the thread.
 */
void nvmeq_irq_return(struct nvmeq_queue *q);

/* INTx and MSI can be masked in hard-irq context, at the device; for MSI-X nothing happens. */
void nvmeq_irq_mask(struct nvmeq_queue *q);

/* Completions so far of all queues that share the vector of @q. Context: any; a snapshot. */
u64 nvmeq_irq_vector_completed(const struct nvmeq_queue *q);

/* Which CPU submits to which pair, for each type: along the vectors' affinity where there is one. */
void nvmeq_irq_map_queues(struct nvmeq_ctrl *ctrl, struct blk_mq_tag_set *set);

/* Is the tag set mapped to the pairs that there are? Under reset_mutex. */
bool nvmeq_irq_mapped(const struct nvmeq_ctrl *ctrl);

/* NUMA node of the first CPU that will use the pair. */
int nvmeq_irq_node(struct nvmeq_ctrl *ctrl, u16 qid);

#endif /* NVMEQ_CORE_IRQ_H */
