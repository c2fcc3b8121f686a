// SPDX-License-Identifier: GPL-2.0-only
/*
 * io_path.c - the hot path: a request's way to the device and back
 *
 * In the order in which a request travels:
 *
 *	setup     what the request means, as a submission queue entry
 *	map       its memory, as PRPs or SGLs
 *	prep      both, and the command identifier; outside of any lock
 *	push      copy the entry into the ring, ring the doorbell when due
 *	reap      interrupt, polling thread, poller, watch or timeout: take
 *	          completions
 *	unmap     the memory is ours again
 *	complete  end the request
 *
 * Every command takes this way, those of users and the driver's own included;
 * they come with a prepared entry (REQ_OP_DRV_IN and _OUT). What does not
 * belong to every I/O is elsewhere: disks and limits in disk.c, transfers that
 * take list memory in map.c, discard and write zeroes in trim.c, errors in
 * failed.c, timeouts in core/eh.c, decisions in lib/.
 *
 * Locks: sq_lock around push, cq_lock around reap. A request is ended outside of
 * both where it can be.
 */
#include <linux/blk-integrity.h>
#include <linux/blk-mq.h>
#include <linux/dma-mapping.h>
#include <linux/interrupt.h>
#include <nvmeq/cmd.h>
#include <nvmeq/compat/blk.h>
#include <nvmeq/sgl.h>
#include "../core/attend.h"
#include "../core/ctrl.h"
#include "../core/frontend.h"
#include "../core/irq.h"
#include "../core/ns.h"
#include "../core/reset.h"
#include "failed.h"
#include "fused.h"
#include "map.h"
#include "protect.h"
#include "trim.h"

/* --- setup: request to submission queue entry --- */

/* Reads and writes, which nearly all requests are; the others have a longer way. */
static __always_inline bool setup_is_rw(const struct request *rq)
{
	return req_op(rq) == REQ_OP_READ || req_op(rq) == REQ_OP_WRITE;
}

/*
 * Whole blocks of the format in force? A request can be older than the format:
 * it was checked against the old one and then waited for the queue to thaw.
 */
static __always_inline bool setup_fits(const struct nvmeq_ns *ns, struct request *rq)
{
	u64 bytes = blk_rq_bytes(rq) | blk_rq_pos(rq) << 9;

	return !ns->stale && !(bytes & (BIT(ns->facts.block_shift) - 1));
}

/* What a read or write says beside its blocks. */
static void setup_hints(const struct request *rq, struct nvmeq_rw *rw)
{
	if (rq->cmd_flags & REQ_FUA)
		rw->flags |= NVMEQ_RW_FUA;
	if (rq->cmd_flags & (REQ_FAILFAST_DEV | REQ_RAHEAD))
		rw->flags |= NVMEQ_RW_LR;
	if (rq->cmd_flags & REQ_RAHEAD)
		rw->dsm |= NVMEQ_RW_DSM_FREQ_PREFETCH;
}

static __always_inline struct nvmeq_rw setup_describe(const struct nvmeq_ns *ns,
						      struct request *rq, u8 opcode)
{
	u8 shift = ns->facts.block_shift;
	struct nvmeq_rw rw = {
		.opcode = opcode,
		.nsid = ns->nsid,
		.slba = nvmeq_sect512_to_lba(shift, blk_rq_pos(rq)),
		.blocks = blk_rq_bytes(rq) >> shift,
	};

	if (unlikely(rq->cmd_flags & (REQ_FUA | REQ_FAILFAST_DEV | REQ_RAHEAD)))
		setup_hints(rq, &rw);
	return rw;
}

/* The entry goes straight to the ring; what prep left of it in @cmd says where the data is. */
static __always_inline void setup_rw(const struct nvmeq_ns *ns, struct request *rq,
				     const struct nvmeq_cmd *cmd, struct nvmeq_sqe *slot)
{
	struct nvmeq_rw rw = setup_describe(ns, rq, cmd->sqe.opcode);

	nvmeq_cmd_rw_put(slot, &rw, cmd->sqe.cid, cmd->sqe.flags, &cmd->sqe.dptr);
}

/* With metadata, which others look after: the entry is made as a whole. */
static noinline blk_status_t setup_protected(const struct nvmeq_ns *ns, struct request *rq,
					     struct nvmeq_cmd *cmd)
{
	struct nvmeq_rw rw = setup_describe(ns, rq, cmd->sqe.opcode);
	blk_status_t sts = nvmeq_protect_setup(ns, rq, &rw);

	nvmeq_cmd_rw(&cmd->sqe, &rw);
	return sts;
}

/* Everything else has its entry made here, or comes with one. */
static noinline blk_status_t setup_other(struct nvmeq_ns *ns, struct request *rq,
					 struct nvmeq_cmd *cmd)
{
	/* Entry and metadata of a passthrough command were filled in by who made the request. */
	if (blk_rq_is_passthrough(rq)) {
		/* One that comes a second time may have been described otherwise. */
		cmd->sqe.flags &= ~NVMEQ_SQE_PSDT_MASK;
		return BLK_STS_OK;
	}
	if (req_op(rq) == REQ_OP_FLUSH) {
		nvmeq_cmd_flush(&cmd->sqe, ns->nsid);
		return BLK_STS_OK;
	}
	if (unlikely(!setup_fits(ns, rq)))
		return BLK_STS_IOERR;
	switch (req_op(rq)) {
	case REQ_OP_DISCARD:
		return nvmeq_trim_discard(ns, rq, &cmd->sqe);
	case REQ_OP_WRITE_ZEROES:
		nvmeq_trim_write_zeroes(ns, rq, &cmd->sqe);
		return BLK_STS_OK;
	default:
		return BLK_STS_NOTSUPP;
	}
}

static __always_inline blk_status_t setup_cmd(struct nvmeq_ns *ns, struct request *rq,
					      struct nvmeq_cmd *cmd)
{
	if (!(rq->rq_flags & RQF_DONTPREP)) {
		cmd->retries = 0;
		cmd->way = NVMEQ_PROT_NONE;
		cmd->checked = false;
		cmd->unchecked = false;
		cmd->own = NULL;
		rq->rq_flags |= RQF_DONTPREP;
	}
	if (unlikely(!setup_is_rw(rq)))
		return setup_other(ns, rq, cmd);
	if (unlikely(!setup_fits(ns, rq)))
		return BLK_STS_IOERR;
	cmd->sqe.opcode = rq_data_dir(rq) == WRITE ? NVMEQ_NVM_WRITE : NVMEQ_NVM_READ;
	cmd->sqe.flags = 0;
	if (unlikely(ns->prot.way || blk_integrity_rq(rq)))
		return setup_protected(ns, rq, cmd);
	return BLK_STS_OK;
}

/* --- map: memory to PRPs or SGLs; what takes list memory is in map.c --- */

/* One run, as most are: the entry itself describes it. */
static __always_inline int map_single(struct nvmeq_queue *q, struct request *rq,
				      struct nvmeq_cmd *cmd)
{
	struct nvmeq_dptr *dptr = &cmd->sqe.dptr;
	u32 page = q->single.page_bytes;
	u32 offset, bytes;
	dma_addr_t dma;

	if (unlikely(nvmeq_map_run(q, rq, cmd)))
		return -ENOMEM;
	dma = cmd->dma;
	bytes = cmd->dma_bytes;
	offset = dma & (page - 1);
	/* The block layer keeps addresses dword aligned; one that is not is map.c's to refuse. */
	switch (likely(!(dma & 3)) ? nvmeq_dptr_single(&q->single, offset, bytes) :
				     NVMEQ_DPTR_NONE) {
	case NVMEQ_DPTR_PRP:
		dptr->prp1 = cpu_to_le64(dma);
		dptr->prp2 = offset + bytes > page ? cpu_to_le64(dma - offset + page) : 0;
		return 0;
	case NVMEQ_DPTR_SGL:
		cmd->sqe.flags |= NVMEQ_SQE_PSDT_SGL;
		nvmeq_sgl_put(&dptr->sgl, NVMEQ_SGL_DATA_BLOCK, dma, bytes);
		return 0;
	default:
		return nvmeq_map_listed(q, cmd);
	}
}

static noinline int map_protected(struct nvmeq_queue *q, struct request *rq, struct nvmeq_cmd *cmd)
{
	int err = 0;

	/* Where metadata goes behind each block, the data is mapped with it, or copied to it. */
	if (cmd->way == NVMEQ_PROT_INSERT || cmd->way == NVMEQ_PROT_SEPARATE)
		err = blk_rq_nr_phys_segments(rq) == 1 ? map_single(q, rq, cmd) :
							 nvmeq_map_many(q, rq, cmd);
	if (!err && cmd->way != NVMEQ_PROT_INSERT)
		err = nvmeq_protect_map(q, rq, cmd);
	return err;
}

static __always_inline blk_status_t map_request(struct nvmeq_queue *q, struct request *rq,
						struct nvmeq_cmd *cmd)
{
	unsigned int segments = blk_rq_nr_phys_segments(rq);
	int err = 0;

	cmd->map = NVMEQ_MAP_NONE;
	if (unlikely(cmd->way))
		err = map_protected(q, rq, cmd);
	else if (segments == 1)
		err = map_single(q, rq, cmd);
	else if (segments)
		err = nvmeq_map_many(q, rq, cmd);
	if (unlikely(!err && blk_rq_is_passthrough(rq) && cmd->meta))
		err = nvmeq_map_meta(q, rq, cmd);
	if (likely(!err))
		return BLK_STS_OK;
	nvmeq_unmap_any(q, rq, cmd);
	if (cmd->way)
		nvmeq_protect_free(q, cmd);
	return err == -ENOMEM ? BLK_STS_RESOURCE : BLK_STS_IOERR;
}

static __always_inline void unmap_request(struct nvmeq_queue *q, struct request *rq,
					  struct nvmeq_cmd *cmd)
{
	if (likely(cmd->map == NVMEQ_MAP_SINGLE)) {
		dma_unmap_page(q->dev, cmd->dma, cmd->dma_bytes, nvmeq_map_dir(rq));
		cmd->map = NVMEQ_MAP_NONE;
	} else {
		nvmeq_unmap_any(q, rq, cmd);
	}
}

/* --- prep: everything before the ring --- */

static __always_inline blk_status_t prep_request(struct nvmeq_queue *q, struct nvmeq_ns *ns,
						 struct request *rq)
{
	struct nvmeq_cmd *cmd = nvmeq_rq_cmd(rq);
	blk_status_t sts;

	sts = setup_cmd(ns, rq, cmd);
	if (unlikely(sts))
		return sts;
	sts = map_request(q, rq, cmd);
	if (unlikely(sts)) {
		nvmeq_trim_cleanup(rq);
		return sts;
	}
	cmd->gen++;
	cmd->sqe.cid = cpu_to_le16(nvmeq_cid(rq->tag, cmd->gen));
	cmd->status = 0;
	cmd->owner = NVMEQ_OWNER_HARDWARE;
	blk_mq_start_request(rq);
	if (unlikely(cmd->way))
		nvmeq_protect_started(q, rq, cmd);
	return BLK_STS_OK;
}

/*
 * May a request go to this queue now? Queues are quiesced while there is
 * nothing to send to, so only the ends of a controller's life come here with
 * false: given up, or a pair that a reset did not get back.
 */
static __always_inline blk_status_t prep_admit(const struct nvmeq_queue *q, struct request *rq)
{
	enum nvmeq_state state = nvmeq_ctrl_state(q->ctrl);

	if (likely(READ_ONCE(q->ready) && state == NVMEQ_STATE_LIVE))
		return BLK_STS_OK;
	switch (nvmeq_state_admit(state, !q->qid && nvmeq_rq_cmd(rq)->internal)) {
	case NVMEQ_ADMIT_SEND:
		return READ_ONCE(q->ready) ? BLK_STS_OK : BLK_STS_IOERR;
	case NVMEQ_ADMIT_HOLD:
		/* A held admin command would keep a tag that bring-up needs. */
		return q->qid ? BLK_STS_RESOURCE : BLK_STS_AGAIN;
	default:
		return BLK_STS_IOERR;
	}
}

/* --- push: into the ring --- */

static __always_inline void push_ring(struct nvmeq_queue *q, bool last)
{
	if (nvmeq_sq_due(&q->sq, last)) {
		nvmeq_doorbell_write(q->sq_doorbell, nvmeq_sq_told(&q->sq));
		q->sq_doorbells++;
	}
}

static __always_inline void push_cmd(struct nvmeq_queue *q, struct request *rq)
{
	const struct nvmeq_cmd *cmd = nvmeq_rq_cmd(rq);
	struct nvmeq_sqe *slot = &q->sqes[nvmeq_sq_push(&q->sq)];

	lockdep_assert_held(&q->sq_lock);
	if (likely(setup_is_rw(rq) && !cmd->way))
		setup_rw(rq->q->queuedata, rq, cmd, slot);
	else
		*slot = cmd->sqe;
	/* Read by the polling thread and the watch; no ordering needed, both look again. */
	WRITE_ONCE(q->submitted, q->submitted + 1);
}

/* Behind the doorbell: see that somebody looks for the answer. */
static __always_inline void push_done(struct nvmeq_queue *q)
{
	if (unlikely(READ_ONCE(q->service) == NVMEQ_SERVICE_THREAD))
		nvmeq_attend_kick(q->ctrl);
	if (unlikely(!READ_ONCE(q->ctrl->watching)))
		nvmeq_attend_watch(q->ctrl);
}

static void push_chain(struct nvmeq_queue *q, struct request *chain)
{
	spin_lock(&q->sq_lock);
	while (chain) {
		/* Behind a doorbell the request may end at once, and its link be another's. */
		struct request *next = chain->rq_next;

		push_cmd(q, chain);
		push_ring(q, false);
		chain = next;
	}
	push_ring(q, true);
	spin_unlock(&q->sq_lock);
	push_done(q);
}

/* One of a fused pair (fused.h). Once it is prepared, nothing may be tried again. */
static noinline blk_status_t push_fused(struct nvmeq_queue *q, struct nvmeq_ns *ns, struct request *rq)
{
	struct request *mate = nvmeq_rq_cmd(rq)->mate;
	blk_status_t sts;

	if (!nvmeq_fused_meet(q, nvmeq_rq_cmd(rq)))
		return BLK_STS_OK;
	sts = prep_admit(q, rq) ?: prep_request(q, ns, rq);
	if (sts == BLK_STS_RESOURCE)
		return sts;
	if (!sts && prep_request(q, ns, mate)) {
		unmap_request(q, rq, nvmeq_rq_cmd(rq));
		nvmeq_rq_cmd(rq)->owner = NVMEQ_OWNER_HOST;
		sts = BLK_STS_IOERR;
	}
	if (sts)
		blk_mq_end_request(mate, sts);
	else
		push_chain(q, nvmeq_fused_chain(rq, mate));
	return sts;
}

static blk_status_t io_queue_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *bd)
{
	struct nvmeq_queue *q = hctx->driver_data;
	blk_status_t sts;

	if (unlikely(nvmeq_fused_is(bd->rq)))
		return push_fused(q, hctx->queue->queuedata, bd->rq);
	sts = prep_admit(q, bd->rq);
	if (unlikely(sts))
		return sts;
	sts = prep_request(q, hctx->queue->queuedata, bd->rq);
	if (unlikely(sts))
		return sts;
	spin_lock(&q->sq_lock);
	push_cmd(q, bd->rq);
	push_ring(q, bd->last);
	spin_unlock(&q->sq_lock);
	push_done(q);
	return BLK_STS_OK;
}

static void io_commit_rqs(struct blk_mq_hw_ctx *hctx)
{
	struct nvmeq_queue *q = hctx->driver_data;

	spin_lock(&q->sq_lock);
	push_ring(q, true);
	spin_unlock(&q->sq_lock);
}

/*
 * A plug's requests at once: prepared one by one, pushed queue by queue with
 * one lock and one doorbell. Those that cannot be prepared are handed back and
 * come again through io_queue_rq(), which can say why.
 */
static void io_queue_rqs(nvmeq_rq_list *list)
{
	struct request *rq, *chain = NULL, **tail = &chain;
	nvmeq_rq_list rest = NVMEQ_RQ_LIST_INIT;
	struct nvmeq_queue *q = NULL;

	while ((rq = rq_list_pop(list))) {
		struct nvmeq_queue *rq_q = rq->mq_hctx->driver_data;

		if (rq_q != q && chain) {
			push_chain(q, chain);
			chain = NULL;
			tail = &chain;
		}
		q = rq_q;
		nvmeq_rq_publish(rq);
		if (nvmeq_fused_is(rq) || prep_admit(q, rq) || prep_request(q, rq->q->queuedata, rq)) {
			nvmeq_rq_list_add(&rest, rq);
			continue;
		}
		rq->rq_next = NULL;
		*tail = rq;
		tail = &rq->rq_next;
	}
	if (chain)
		push_chain(q, chain);
	*list = rest;
}

/* --- complete: the request's end --- */

static void io_complete(struct request *rq)
{
	struct nvmeq_queue *q = rq->mq_hctx->driver_data;
	struct nvmeq_cmd *cmd = nvmeq_rq_cmd(rq);

	unmap_request(q, rq, cmd);
	nvmeq_trim_cleanup(rq);
	if (unlikely(cmd->own) && nvmeq_protect_end(q, rq, cmd))
		return;
	if (likely(!(cmd->status & NVMEQ_STATUS_CODE_MASK)))
		blk_mq_end_request(rq, BLK_STS_OK);
	else
		nvmeq_failed_end(q, rq, cmd);
}

static void io_complete_batch(struct io_comp_batch *iob)
{
	struct request *rq;

	rq_list_for_each(&iob->req_list, rq) {
		unmap_request(rq->mq_hctx->driver_data, rq, nvmeq_rq_cmd(rq));
		nvmeq_trim_cleanup(rq);
	}
	blk_mq_end_request_batch(iob);
}

/* --- reap: completions --- */

/*
 * The device names a command that it does not have. Nothing may be completed
 * on its word; what it means by it is unknowable, so it is reset.
 */
static noinline void reap_bad(struct nvmeq_queue *q, const struct nvmeq_cqe *cqe)
{
	q->bad_completions++;
	dev_err_ratelimited(&q->ctrl->dev,
			    "queue %u: completion for cid %#06x, which is not in flight; resetting\n",
			    q->qid, le16_to_cpu(cqe->cid));
	nvmeq_reset_schedule(q->ctrl);
}

static __always_inline struct request *reap_find(struct nvmeq_queue *q, u16 cid)
{
	struct nvmeq_cmd *cmd;
	struct request *rq;

	rq = likely(q->tags) ? blk_mq_tag_to_rq(q->tags, nvmeq_cid_tag(cid)) : NULL;
	if (unlikely(!rq))
		return NULL;
	cmd = nvmeq_rq_cmd(rq);
	if (unlikely(cmd->owner != NVMEQ_OWNER_HARDWARE || le16_to_cpu(cmd->sqe.cid) != cid ||
		     rq->mq_hctx->driver_data != q))
		return NULL;
	return rq;
}

/* Returns whether the entry answered a command. */
static __always_inline bool reap_one(struct nvmeq_queue *q, const struct nvmeq_cqe *cqe,
				     struct io_comp_batch *iob)
{
	struct request *rq = reap_find(q, le16_to_cpu(cqe->cid));
	struct nvmeq_cmd *cmd;

	if (unlikely(!rq)) {
		reap_bad(q, cqe);
		return false;
	}
	cmd = nvmeq_rq_cmd(rq);
	cmd->owner = NVMEQ_OWNER_HOST;
	cmd->status = le16_to_cpu(cqe->status) >> 1;
	cmd->result = le64_to_cpu(cqe->result);
	/* The fault injector of the block layer may swallow it; then the timeout comes. */
	if (unlikely(blk_should_fake_timeout(rq->q)))
		return true;
	if (blk_mq_complete_request_remote(rq))
		return true;
	if (unlikely(cmd->own) || !blk_mq_add_to_batch(rq, iob, cmd->status, io_complete_batch))
		io_complete(rq);
	return true;
}

/* Take up to @max completions. Inline: the handler's prologue is enough of them. */
static __always_inline unsigned int reap_some(struct nvmeq_queue *q, struct io_comp_batch *iob,
					      unsigned int max)
{
	unsigned int found = 0, answered = 0;

	lockdep_assert_held(&q->cq_lock);
	/* Bounded: a device that never stops must not keep us for ever. */
	while (found < max && nvmeq_queue_waiting(q)) {
		/* The phase was read; the rest of the entry only behind it (Base 3.3.1.2). */
		nvmeq_dma_rmb();
		answered += reap_one(q, &q->cqes[q->cq.head], iob);
		nvmeq_cq_advance(&q->cq);
		found++;
	}
	if (found) {
		WRITE_ONCE(q->completed, q->completed + answered);
		nvmeq_doorbell_write(q->cq_doorbell, q->cq.head);
		q->cq_doorbells++;
	}
	return found;
}

static void reap_finish(struct io_comp_batch *iob)
{
	if (rq_list_peek(&iob->req_list))
		io_complete_batch(iob);
}

/* Account for a run of the handler: must it stop? */
static bool irq_is_storm(struct nvmeq_queue *q, unsigned int found)
{
	switch (nvmeq_storm_charge(&q->storm, jiffies_to_msecs(jiffies), found,
				   q->ctrl->irq_budget, q->ctrl->plan.mode == NVMEQ_IRQ_INTX)) {
	case NVMEQ_STORM_OVER:
		return true;
	case NVMEQ_STORM_SILENT:
		return nvmeq_storm_stuck(&q->storm, nvmeq_irq_vector_completed(q));
	default:
		return unlikely(found == NVMEQ_STORM_RUN) && nvmeq_queue_waiting(q);
	}
}

static irqreturn_t io_irq(int irq, void *data)
{
	DEFINE_IO_COMP_BATCH(iob);
	struct nvmeq_queue *q = data;
	unsigned int found = 0;
	bool storm = false;

	spin_lock(&q->cq_lock);
	if (likely(q->service == NVMEQ_SERVICE_IRQ)) {
		found = reap_some(q, &iob, NVMEQ_STORM_RUN);
		q->interrupts++;
		q->empty_interrupts += !found;
		storm = irq_is_storm(q, found);
		if (unlikely(storm))
			WRITE_ONCE(q->service, NVMEQ_SERVICE_STORM);
	}
	spin_unlock(&q->cq_lock);
	reap_finish(&iob);
	if (unlikely(storm))
		nvmeq_attend_storm(q);
	/* A message is ours whether or not somebody else was faster; a line may be another's. */
	return found || q->ctrl->plan.mode != NVMEQ_IRQ_INTX ? IRQ_HANDLED : IRQ_NONE;
}

static unsigned int io_reap_run(struct nvmeq_queue *q, enum nvmeq_reaper who)
{
	DEFINE_IO_COMP_BATCH(iob);
	unsigned int found = 0;
	unsigned long flags;

	spin_lock_irqsave(&q->cq_lock, flags);
	if ((q->service == NVMEQ_SERVICE_NONE) == (who == NVMEQ_REAP_STOPPED))
		found = reap_some(q, &iob, NVMEQ_STORM_RUN);
	q->polls += who == NVMEQ_REAP_POLL;
	if (who == NVMEQ_REAP_LATE)
		q->found_late += found;
	spin_unlock_irqrestore(&q->cq_lock, flags);
	reap_finish(&iob);
	return found;
}

/* Interrupts are off for one run at a time; a lap is enough for everybody who comes here. */
static unsigned int io_reap(struct nvmeq_queue *q, enum nvmeq_reaper who)
{
	unsigned int found, all = 0;

	do {
		found = io_reap_run(q, who);
		all += found;
	} while (found == NVMEQ_STORM_RUN && all < q->entries);
	return all;
}

/* REQ_POLLED: who sent the command looks for it, and may take other people's on the way. */
static int io_poll(struct blk_mq_hw_ctx *hctx, struct io_comp_batch *iob)
{
	struct nvmeq_queue *q = hctx->driver_data;
	unsigned long flags;
	int found = 0;

	if (READ_ONCE(q->service) != NVMEQ_SERVICE_CALLER)
		return 0;
	spin_lock_irqsave(&q->cq_lock, flags);
	if (q->service == NVMEQ_SERVICE_CALLER) {
		found = reap_some(q, iob, NVMEQ_STORM_RUN);
		q->polls++;
	}
	spin_unlock_irqrestore(&q->cq_lock, flags);
	return found;
}

/* --- blk-mq's view --- */

static int io_init_hctx(struct blk_mq_hw_ctx *hctx, void *data, unsigned int index)
{
	struct nvmeq_ctrl *ctrl = data;

	hctx->driver_data = &ctrl->queues[index + 1];
	return 0;
}

static int admin_init_hctx(struct blk_mq_hw_ctx *hctx, void *data, unsigned int index)
{
	struct nvmeq_ctrl *ctrl = data;

	hctx->driver_data = &ctrl->queues[0];
	return 0;
}

static void io_map_queues(struct blk_mq_tag_set *set)
{
	nvmeq_irq_map_queues(set->driver_data, set);
}

static const struct blk_mq_ops admin_ops = {
	.queue_rq = io_queue_rq,
	.commit_rqs = io_commit_rqs,
	.complete = io_complete,
	.init_hctx = admin_init_hctx,
	.timeout = nvmeq_eh_timeout,
};

static const struct blk_mq_ops io_ops = {
	.queue_rq = io_queue_rq,
	.queue_rqs = io_queue_rqs,
	.commit_rqs = io_commit_rqs,
	.complete = io_complete,
	.init_hctx = io_init_hctx,
	.map_queues = io_map_queues,
	.poll = io_poll,
	.timeout = nvmeq_eh_timeout,
};

const struct nvmeq_datapath nvmeq_datapath = {
	.admin_ops = &admin_ops,
	.io_ops = &io_ops,
	.irq = io_irq,
	.reap = io_reap,
};
