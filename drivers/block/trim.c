// SPDX-License-Identifier: GPL-2.0-only
/*
 * trim.c - discard and write zeroes: requests without data of their own
 *
 * A discard becomes a Dataset Management command, whose list of ranges is made
 * here in a page from a pool and travels as the request's special payload. A
 * write zeroes needs no memory at all. Both are called by the hot path, in
 * whose place in the request's way they stand (io_path.c, setup).
 */
#include <linux/blk-mq.h>
#include <nvmeq/cmd.h>
#include "../core/ctrl.h"
#include "../core/ns.h"
#include "trim.h"

void nvmeq_trim_write_zeroes(const struct nvmeq_ns *ns, struct request *rq,
			     struct nvmeq_sqe *sqe)
{
	u8 shift = ns->facts.block_shift;
	struct nvmeq_rw rw = {
		.opcode = NVMEQ_NVM_WRITE_ZEROES,
		.nsid = ns->nsid,
		.slba = nvmeq_sect512_to_lba(shift, blk_rq_pos(rq)),
		.blocks = blk_rq_bytes(rq) >> shift,
	};

	/* Only where deallocated blocks read as zeroes, and the caller does not want them kept. */
	if (!(rq->cmd_flags & REQ_NOUNMAP) && ns->facts.wz_dealloc && ns->facts.dealloc_zero)
		rw.flags |= NVMEQ_RW_DEAC;
	if (ns->prot.way)
		nvmeq_prot_dress(&ns->prot, &rw);
	nvmeq_cmd_rw(sqe, &rw);
}

/*
 * The block layer merges discards of separate places into one request, each
 * bio a range; where one range is all, it merges neighbours into one place.
 * Returns the number of ranges, 0 for more than there is room for.
 */
static u32 trim_ranges(struct request *rq, u8 shift, struct nvmeq_dsm_range *range)
{
	struct bio *bio;
	u32 n = 0;

	if (queue_max_discard_segments(rq->q) == 1) {
		nvmeq_cmd_dsm_range(range, nvmeq_sect512_to_lba(shift, blk_rq_pos(rq)),
				    blk_rq_bytes(rq) >> shift);
		return 1;
	}
	__rq_for_each_bio(bio, rq) {
		if (n == NVMEQ_DSM_MAX_RANGES)
			return 0;
		nvmeq_cmd_dsm_range(&range[n++],
				    nvmeq_sect512_to_lba(shift, bio->bi_iter.bi_sector),
				    bio->bi_iter.bi_size >> shift);
	}
	return n;
}

blk_status_t nvmeq_trim_discard(const struct nvmeq_ns *ns, struct request *rq,
				struct nvmeq_sqe *sqe)
{
	struct page *page;
	u32 n;

	page = mempool_alloc(ns->ctrl->pools.ranges, GFP_ATOMIC);
	if (!page)
		return BLK_STS_RESOURCE;
	n = trim_ranges(rq, ns->facts.block_shift, page_address(page));
	if (WARN_ON_ONCE(!n)) {
		mempool_free(page, ns->ctrl->pools.ranges);
		return BLK_STS_IOERR;
	}
	rq->special_vec.bv_page = page;
	rq->special_vec.bv_offset = 0;
	rq->special_vec.bv_len = n * sizeof(struct nvmeq_dsm_range);
	rq->rq_flags |= RQF_SPECIAL_PAYLOAD;
	nvmeq_cmd_dsm(sqe, ns->nsid, n, NVMEQ_DSM_AD);
	return BLK_STS_OK;
}

void nvmeq_trim_give_back(struct request *rq)
{
	const struct nvmeq_queue *q = rq->mq_hctx->driver_data;

	mempool_free(rq->special_vec.bv_page, q->ctrl->pools.ranges);
	rq->rq_flags &= ~RQF_SPECIAL_PAYLOAD;
}
