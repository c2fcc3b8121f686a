/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * irq.h - carries out an interrupt plan
 */
#ifndef NVMEQ_CORE_IRQ_H
#define NVMEQ_CORE_IRQ_H

#include <linux/types.h>

struct blk_mq_queue_map;
struct nvmeq_ctrl;
struct nvmeq_queue;

/**
 * nvmeq_irq_alloc() - get vectors for the admin queue and a number of I/O pairs
 * @ctrl: controller without vectors; its plan is written
 * @io_queues: pairs
 *
 * Goes down the ladder that irq_mode allows, to polling at last.
 * Context: task, under reset_mutex. Return: 0, or the error of a forced mode.
 */
int nvmeq_irq_alloc(struct nvmeq_ctrl *ctrl, u16 io_queues);

/* Release the vectors, or end the polling thread. Every queue must be detached. */
void nvmeq_irq_free(struct nvmeq_ctrl *ctrl);

/* From here on completions of @q are noticed / no longer, and no handler runs any more. */
int nvmeq_irq_attach(struct nvmeq_queue *q);
void nvmeq_irq_detach(struct nvmeq_queue *q);

/* Look at the completion queue beside the interrupt; returns completions taken. May sleep. */
unsigned int nvmeq_irq_reap(struct nvmeq_queue *q);

/* A command went to a polled queue: wake the thread. */
void nvmeq_irq_kick(struct nvmeq_ctrl *ctrl);

/* Which CPU submits to which pair: along the vectors' affinity where there is one. */
void nvmeq_irq_map_queues(struct nvmeq_ctrl *ctrl, struct blk_mq_queue_map *map);

/* NUMA node of the first CPU that will use the pair. */
int nvmeq_irq_node(struct nvmeq_ctrl *ctrl, u16 qid);

#endif /* NVMEQ_CORE_IRQ_H */
