/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * queue.h - a submission and completion queue pair
 */
#ifndef NVMEQ_CORE_QUEUE_H
#define NVMEQ_CORE_QUEUE_H

#include <linux/spinlock.h>
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
 * Submission: everything up to @ctrl is guarded by @sq_lock. Completion: the
 * consumer is alone by construction, the pair's interrupt handler (the core
 * runs one handler of one interrupt at a time), or the polling thread, or
 * whoever has disabled that interrupt; so no lock is taken. The cold part is
 * guarded by nvmeq_ctrl.reset_mutex.
 */
struct nvmeq_queue {
	/* --- submission: @sq_lock --- */
	spinlock_t sq_lock;
	struct nvmeq_sq_cursor sq;
	struct nvmeq_sqe *sqes;
	nvmeq_doorbell sq_doorbell;
	u64 submitted;

	struct nvmeq_ctrl *ctrl;	/* immutable */
	u16 qid;			/* immutable, 0 is the admin queue */
	bool ready;			/* WRITE_ONCE under reset_mutex, read by submitters */
	bool polled;			/* no interrupt: submitters wake the polling thread */

	/* --- completion: its single consumer --- */
	struct nvmeq_cq_cursor cq ____cacheline_aligned_in_smp;
	struct nvmeq_cqe *cqes;
	nvmeq_doorbell cq_doorbell;
	u64 completed;
	u64 bad_completions;

	/* --- cold: reset_mutex --- */
	dma_addr_t sq_dma ____cacheline_aligned_in_smp;
	dma_addr_t cq_dma;
	u16 entries;
	int vector;			/* index in the plan, -1 polled */
	bool irq_requested;		/* irq_mutex: completions are being looked after */
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

/* Reset both cursors, clear the completion ring, point at the doorbells. Under reset_mutex. */
void nvmeq_queue_init(struct nvmeq_queue *q);

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

/* Commands between doorbell and completion; exact only for the completion's consumer. */
static inline bool nvmeq_queue_busy(const struct nvmeq_queue *q)
{
	return READ_ONCE(q->submitted) != READ_ONCE(q->completed);
}

#endif /* NVMEQ_CORE_QUEUE_H */
