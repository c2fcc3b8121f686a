// SPDX-License-Identifier: GPL-2.0-only
/*
 * user_cmd.c - commands that are sent for somebody outside of the driver
 *
 * In the order of nvmeq_user_run(): wait for a reset that is under way, hold
 * block I/O back if the command asks for that, make a request, check it, map
 * its memory, send it, wait, give the memory back, let block I/O go on.
 *
 * The check is made with the request in hand: it holds the queue, and formats
 * change with the queue frozen only. So what was checked is what is sent,
 * and a controller never gets buffers that are shorter than what it moves.
 */
#include <linux/blk-mq.h>
#include <linux/delay.h>
#include <linux/sched/signal.h>
#include <linux/uio.h>
#include <nvmeq/policy.h>
#include <nvmeq/status.h>
#include <nvmeq/transfer.h>
#include "ctrl.h"
#include "ns.h"
#include "reset.h"
#include "user_cmd.h"

static struct request_queue *user_queue(const struct nvmeq_user_cmd *c)
{
	return c->admin ? c->ctrl->admin_q : c->ns->queue;
}

/* --- checks --- */

static int user_check(const struct nvmeq_user_cmd *c)
{
	struct nvmeq_transfer t;

	if (c->bytes > (u64)queue_max_hw_sectors(user_queue(c)) << 9)
		return -EINVAL;
	if (!c->admin && c->ns->stale)
		return -EAGAIN;
	if (!c->admin && c->gen && c->gen != c->ns->gen)
		return -ESTALE;
	t = nvmeq_transfer_of(c->admin, &c->sqe, c->ns ? &c->ns->facts : NULL);
	if (!t.known)
		return c->trusted ? 0 : -EACCES;
	return c->bytes < t.data_bytes || c->meta_bytes < t.meta_bytes ? -EINVAL : 0;
}

/* --- the request --- */

static void user_fill(struct nvmeq_user_cmd *c, struct request *rq)
{
	struct nvmeq_cmd *cmd = nvmeq_rq_cmd(rq);

	cmd->sqe = c->sqe;
	cmd->internal = false;
	cmd->meta = c->meta;
	cmd->meta_bytes = c->meta_bytes;
	cmd->mate = NULL;
	cmd->status = 0;
	cmd->result = 0;
	if (c->timeout)
		rq->timeout = c->timeout;
	c->rq = rq;
	c->bio = NULL;
}

static int user_map(struct nvmeq_user_cmd *c)
{
	struct request *rq = c->rq;
	int err;

	if (!c->bytes)
		return 0;
	if (!c->iter)
		return blk_rq_map_kern(rq->q, rq, c->buf, c->bytes, GFP_KERNEL);
	err = blk_rq_map_user_iov(rq->q, rq, NULL, c->iter, GFP_KERNEL);
	/* The request's pointer moves on while it completes. */
	if (!err)
		c->bio = rq->bio;
	return err;
}

static blk_opf_t user_op(const struct nvmeq_user_cmd *c)
{
	return NVMEQ_OP_DATA_OUT(c->sqe.opcode) ? REQ_OP_DRV_OUT : REQ_OP_DRV_IN;
}

/* Takes the request, or what stands for one in error. */
static int user_begin(struct nvmeq_user_cmd *c, struct request *rq)
{
	int err;

	if (IS_ERR(rq))
		return PTR_ERR(rq);
	user_fill(c, rq);
	err = user_check(c);
	if (!err)
		err = user_map(c);
	if (err)
		blk_mq_free_request(rq);
	return err;
}

/* It is not sent after all. */
static void user_forget(struct nvmeq_user_cmd *c)
{
	struct bio *bio = c->rq->bio;

	if (c->bio)
		blk_rq_unmap_user(c->bio);
	else if (bio)
		bio_endio(bio);
	c->rq->bio = NULL;
	blk_mq_free_request(c->rq);
}

/* The request has ended: what came of it. */
static int user_end(struct nvmeq_user_cmd *c, blk_status_t sts)
{
	struct nvmeq_cmd *cmd = nvmeq_rq_cmd(c->rq);
	int err = 0, unmap_err = 0;

	c->status = cmd->status & (NVMEQ_STATUS_CODE_MASK | NVMEQ_STATUS_DNR | NVMEQ_STATUS_MORE);
	c->result = cmd->result;
	cmd->meta = NULL;
	/* Only prep_admit() says so: a reset began behind our back, it goes nowhere. */
	c->again = sts == BLK_STS_AGAIN;
	if ((c->status & NVMEQ_STATUS_CODE_MASK) == NVMEQ_SC_HOST_ABORTED)
		err = -EINTR;
	else if (sts && !c->status)
		err = blk_status_to_errno(sts);
	if (c->bio)
		unmap_err = blk_rq_unmap_user(c->bio);
	blk_mq_free_request(c->rq);
	return unmap_err ?: err;
}

static int user_execute(struct nvmeq_user_cmd *c, blk_mq_req_flags_t flags)
{
	int err;

	err = user_begin(c, blk_mq_alloc_request(user_queue(c), user_op(c), flags));
	return err ?: user_end(c, blk_execute_rq(c->rq, c->at_head));
}

/* --- around it --- */

/* A reset under way is waited for; it ends in a state that sends, or fails, commands. */
static int user_wait_reset(struct nvmeq_ctrl *ctrl)
{
	int err;

	err = wait_event_killable(ctrl->state_wq,
				  nvmeq_state_admit(nvmeq_ctrl_state(ctrl), false) !=
				  NVMEQ_ADMIT_HOLD);
	if (!err && nvmeq_ctrl_state(ctrl) == NVMEQ_STATE_DEAD)
		err = -ENODEV;
	return err;
}

static int user_try(struct nvmeq_user_cmd *c)
{
	bool freeze = c->effects & NVMEQ_EFFECT_FREEZE;
	unsigned int noio = 0;
	int err;

	c->again = false;
	err = user_wait_reset(c->ctrl);
	if (err)
		return err;
	/* These carry none; touching user memory could need I/O to a disk that is frozen. */
	if (freeze && (c->bytes || c->meta_bytes))
		return -EINVAL;
	if (freeze)
		noio = nvmeq_ns_freeze_all(c->ctrl);
	/* Others may hold every tag while they wait for a page of a disk that is frozen now. */
	err = user_execute(c, freeze ? BLK_MQ_REQ_RESERVED : 0);
	/* One that was not sent has formatted nothing. */
	if (freeze)
		nvmeq_ns_unfreeze_all(c->ctrl, noio, c->again ? 0 : le32_to_cpu(c->sqe.nsid));
	if ((c->effects & NVMEQ_EFFECT_RESCAN) && !err)
		nvmeq_ns_rescan(c->ctrl);
	return err;
}

int nvmeq_user_run(struct nvmeq_user_cmd *c)
{
	int err;

	do {
		err = user_try(c);
	} while (c->again);
	return err;
}

/* --- two that are one --- */

/* Pauses of a millisecond for which a pair may wait for its second tag. */
#define USER_PAIR_TRIES	1000

struct user_wait {
	struct completion done;
	blk_status_t status;
};

static enum rq_end_io_ret user_wake(struct request *rq, blk_status_t sts)
{
	struct user_wait *w = rq->end_io_data;

	w->status = sts;
	complete(&w->done);
	return RQ_END_IO_NONE;
}

static void user_start(struct nvmeq_user_cmd *c, struct user_wait *w)
{
	init_completion(&w->done);
	c->rq->end_io = user_wake;
	c->rq->end_io_data = w;
	blk_execute_rq_nowait(c->rq, c->at_head);
}

/*
 * Tags of one queue, which is that of this processor: who is moved in between tries again.
 * The second may not be waited for with the first in hand. (blk_mq_alloc_request_hctx()
 * takes a queue by its number, but from the reserved tags only, of which there are none.)
 */
static int user_alloc_pair(struct nvmeq_user_cmd *c, struct nvmeq_user_cmd *d,
			   struct request *rq[2])
{
	struct request_queue *q = user_queue(c);
	unsigned int tries;

	for (tries = 0; tries < USER_PAIR_TRIES; tries++) {
		rq[0] = blk_mq_alloc_request(q, user_op(c), 0);
		if (IS_ERR(rq[0]))
			return PTR_ERR(rq[0]);
		rq[1] = blk_mq_alloc_request(q, user_op(d), BLK_MQ_REQ_NOWAIT);
		if (!IS_ERR(rq[1]) && rq[0]->mq_hctx == rq[1]->mq_hctx)
			return 0;
		blk_mq_free_request(rq[0]);
		if (!IS_ERR(rq[1]))
			blk_mq_free_request(rq[1]);
		else if (PTR_ERR(rq[1]) != -EWOULDBLOCK)
			return PTR_ERR(rq[1]);
		msleep(1);
		if (fatal_signal_pending(current))
			return -ERESTARTSYS;
	}
	return -EAGAIN;
}

/* The memory is kernel memory: a request that is not sent has nothing to unmap but that. */
static int user_begin_pair(struct nvmeq_user_cmd *c, struct nvmeq_user_cmd *d)
{
	struct request *rq[2];
	int err;

	err = user_alloc_pair(c, d, rq);
	if (err)
		return err;
	err = user_begin(c, rq[0]);
	if (err) {
		blk_mq_free_request(rq[1]);
		return err;
	}
	err = user_begin(d, rq[1]);
	if (err) {
		user_forget(c);
		return err;
	}
	nvmeq_rq_cmd(rq[0])->mate = rq[1];
	nvmeq_rq_cmd(rq[0])->met = false;
	nvmeq_rq_cmd(rq[1])->mate = rq[0];
	nvmeq_rq_cmd(rq[1])->met = false;
	return 0;
}

int nvmeq_user_run_fused(struct nvmeq_user_cmd *first, struct nvmeq_user_cmd *second)
{
	struct nvmeq_ctrl *ctrl = first->ctrl;
	struct user_wait w[2];
	int err, err2;

	err = user_wait_reset(ctrl);
	if (err)
		return err;
	/*
	 * One pair at a time: with an I/O scheduler a request gets its tag when it
	 * is sent, and many firsts could hold all that their seconds wait for.
	 */
	if (mutex_lock_killable(&ctrl->fused_mutex))
		return -ERESTARTSYS;
	err = user_begin_pair(first, second);
	if (!err) {
		user_start(first, &w[0]);
		user_start(second, &w[1]);
		wait_for_completion_io(&w[0].done);
		wait_for_completion_io(&w[1].done);
		err = user_end(first, w[0].status);
		err2 = user_end(second, w[1].status);
		err = err ?: err2;
	}
	mutex_unlock(&ctrl->fused_mutex);
	return err;
}
