/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * queue.h - a submission and completion queue pair
 */
#ifndef NVMEQ_CORE_QUEUE_H
#define NVMEQ_CORE_QUEUE_H

#include <linux/spinlock.h>
#include <nvmeq/attend.h>
#include <nvmeq/ring.h>
#include "cmd_ctx.h"

struct nvmeq_ctrl;
struct nvmeq_stopped;

/**
 * struct nvmeq_queue - one SQ/CQ pair
 *
 * Entries of nvmeq_ctrl.queues[] live as long as the controller and never
 * move; what a pair points to comes with nvmeq_queue_alloc() and goes with
 * nvmeq_queue_free(), which wants proof that the hardware is done with it.
 *
 * Submission: everything up to @ctrl is guarded by @sq_lock. Completion:
 * guarded by @cq_lock, taken in hard-irq context. @service says who is meant to
 * take completions; the lock is for the others, who look when those do not.
 * The cold part is guarded by nvmeq_ctrl.reset_mutex.
 */
struct nvmeq_queue {
	/* --- submission: @sq_lock --- */
	spinlock_t sq_lock;
	struct nvmeq_sq_cursor sq;
	struct nvmeq_sqe *sqes;
	nvmeq_doorbell sq_doorbell;
	u64 submitted;
	u64 sq_doorbells;

	struct nvmeq_ctrl *ctrl;	/* immutable */
	struct device *dev;		/* of the PCI function, for DMA; immutable */
	struct nvmeq_dptr_single single; /* written while nothing is sent (nvmeq_queue_init()) */
	u16 qid;			/* immutable, 0 is the admin queue */
	bool ready;			/* WRITE_ONCE under reset_mutex, read by submitters */
	u8 service;			/* enum nvmeq_service; irq_mutex and cq_lock, read by submitters */

	/* --- completion: @cq_lock --- */
	spinlock_t cq_lock ____cacheline_aligned_in_smp;
	struct nvmeq_cq_cursor cq;
	struct nvmeq_cqe *cqes;
	struct blk_mq_tags *tags;	/* where commands are looked up; NULL while they change */
	nvmeq_doorbell cq_doorbell;
	u64 completed;
	u64 cq_doorbells;
	u64 interrupts;
	u64 empty_interrupts;		/* that brought nothing */
	u64 polls;			/* looks of the polling thread or of pollers */
	u64 found_late;			/* completions that no interrupt announced in time */
	u64 bad_completions;
	struct nvmeq_storm storm;

	/* --- the watch's and the polling thread's --- */
	struct nvmeq_watch watch ____cacheline_aligned_in_smp;
	u64 mode_changes;		/* irq_mutex */
	unsigned long poll_until;	/* jiffies; a storm is sat out until then, irq_mutex */
	u8 polled_why;			/* enum nvmeq_polled_why, irq_mutex */
	bool irq_requested;		/* a handler is registered, irq_mutex */
	bool late_told;			/* the watch's */

	/* --- cold: reset_mutex --- */
	dma_addr_t sq_dma;
	dma_addr_t cq_dma;
	u16 entries;
	u8 type;			/* enum nvmeq_queue_type */
	int vector;			/* index in the plan, -1 none */
	int node;
	char irq_name[24];
};

/**
 * nvmeq_queue_alloc() - give a pair its ring memory
 * @q: pair, without rings
 * @entries: slots of both rings
 * @node: NUMA node to allocate on, or NUMA_NO_NODE
 *
 * Context: task, under reset_mutex. Return: 0 or -ENOMEM.
 */
int nvmeq_queue_alloc(struct nvmeq_queue *q, u16 entries, int node);

/* Reset both cursors and counts of commands in flight, clear the completion ring, point at the doorbells. Under reset_mutex. */
void nvmeq_queue_init(struct nvmeq_queue *q);

/* Tie the I/O queues to the tag set's tags, or untie them before these change. Task context. */
void nvmeq_queues_bind_tags(struct nvmeq_ctrl *ctrl, bool bind);

/* The same for one queue. */
void nvmeq_queue_set_tags(struct nvmeq_queue *q, struct blk_mq_tags *tags);

/* Give the ring memory back. @stopped proves that the hardware is done with it. */
void nvmeq_queue_free(struct nvmeq_queue *q, struct nvmeq_stopped stopped);

/**
 * nvmeq_queue_create() - create an I/O pair on the controller
 * @q: pair with rings and vector
 *
 * Sends Create I/O Completion Queue and Create I/O Submission Queue (Base 5.4,
 * 5.5); a completion queue whose submission queue is refused is deleted again.
 *
 * Context: task, controller CONNECTING, under reset_mutex.
 * Return: 0, negative errno, or a positive NVMe status.
 */
int nvmeq_queue_create(struct nvmeq_queue *q);

/* Delete an I/O pair, submission queue first. Failures are ignored: a disable follows. */
void nvmeq_queue_delete(struct nvmeq_queue *q);

/* Commands between doorbell and completion; exact only under both locks. */
static inline bool nvmeq_queue_busy(const struct nvmeq_queue *q)
{
	return READ_ONCE(q->submitted) != READ_ONCE(q->completed);
}

/* Is there an entry at the head that nobody took? Exact only under cq_lock. */
static inline bool nvmeq_queue_waiting(const struct nvmeq_queue *q)
{
	return nvmeq_cq_new(&q->cq, le16_to_cpu(READ_ONCE(q->cqes[q->cq.head].status)));
}

#endif /* NVMEQ_CORE_QUEUE_H */
