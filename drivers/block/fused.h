/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fused.h - two requests that must stand one behind the other in the ring
 *
 * The block layer sends them one by one, and others' in between. So the first to
 * come to the queue waits, started by nobody and seen by no timeout, and the
 * other takes it along: both are prepared, or both end in error; both are
 * pushed under one lock and told with one doorbell (Base 2.0c section 3.4.2).
 * A reset that comes before that leaves the one that waits as it is, and its
 * mate is sent, or fails, behind the reset; one that comes after it takes both
 * back. Neither is ever sent again.
 */
#ifndef NVMEQ_BLOCK_FUSED_H
#define NVMEQ_BLOCK_FUSED_H

#include <linux/blk-mq.h>
#include "../core/queue.h"

static inline bool nvmeq_fused_is(struct request *rq)
{
	return blk_rq_is_passthrough(rq) && nvmeq_rq_cmd(rq)->mate;
}

/* Has the other one been here? If not, it will be told that this one has. */
static inline bool nvmeq_fused_meet(struct nvmeq_queue *q, struct nvmeq_cmd *cmd)
{
	bool both;

	spin_lock(&q->sq_lock);
	both = nvmeq_rq_cmd(cmd->mate)->met;
	cmd->met = true;
	spin_unlock(&q->sq_lock);
	return both;
}

/*
 * Both, in their order, for push_chain(). It does not ring in between: that
 * happens only when the ring is full of what was not told yet, and the
 * second one still has its slot.
 */
static inline struct request *nvmeq_fused_chain(struct request *rq, struct request *mate)
{
	u8 fuse = nvmeq_rq_cmd(rq)->sqe.flags & NVMEQ_SQE_FUSE_MASK;
	struct request *first = fuse == NVMEQ_SQE_FUSE_FIRST ? rq : mate;
	struct request *second = first == rq ? mate : rq;

	first->rq_next = second;
	second->rq_next = NULL;
	return first;
}

#endif /* NVMEQ_BLOCK_FUSED_H */
