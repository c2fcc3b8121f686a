// SPDX-License-Identifier: GPL-2.0-only
/*
 * protect.c - reads and writes of namespaces with metadata
 *
 * What such a request says and brings along is decided in lib/prot.c. Here is its memory: a
 * piece for the metadata, or, where that goes behind each block and no SGL puts it there, for
 * all of it, to which data is copied. Tuples are made when a write is mapped, so that the block
 * layer's promise of stable pages covers them. They are compared when a read has come back and
 * its memory is ours again.
 *
 * Comparing takes microseconds for each 64 KiB. Where interrupts wait for it, that is done for
 * small reads; larger ones are handed to a worker on the same CPU. In between the request is
 * complete, as far as the block layer's timeout is concerned, and not ended, so that a freeze
 * waits for it.
 *
 * A mismatch ends the bios that it is in, and no others, with EILSEQ.
 *
 * Memory comes from kmalloc(), without waiting, and from a reserve of one piece when there is
 * none, which keeps write-back going.
 */
#include <linux/blk-integrity.h>
#include <linux/blk-mq.h>
#include <linux/dma-mapping.h>
#include <linux/highmem.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <nvmeq/compat/blk.h>
#include <nvmeq/prot.h>
#include <nvmeq/status.h>
#include <nvmeq/weave.h>
#include "../core/ctrl.h"
#include "../core/fault.h"
#include "../core/reset.h"
#include "map.h"
#include "payload.h"
#include "protect.h"

/* What is compared while interrupts wait. */
#define PROTECT_IRQ_BYTES	16384U

/* With highmem, only single pages have an address. */
#ifdef CONFIG_HIGHMEM
#define protect_for_each(bv, bio, iter)	bio_for_each_segment(bv, bio, iter)
#else
#define protect_for_each(bv, bio, iter)	bio_for_each_bvec(bv, bio, iter)
#endif

/**
 * struct nvmeq_meta - memory for the metadata of a request
 * @work: compares it later
 * @rq: request
 * @reserve: from the reserve
 * @bytes: the device's while the command is
 */
struct nvmeq_meta {
	struct work_struct work;
	struct request *rq;
	bool reserve;
	u8 bytes[] __aligned(ARCH_DMA_MINALIGN);
};

static_assert(sizeof(struct nvmeq_meta) + NVMEQ_PROT_BYTES <= NVMEQ_META_RESERVE_BYTES,
	      "the largest request fits the reserve");

static const struct nvmeq_ns *protect_ns(const struct request *rq)
{
	return rq->q->queuedata;
}

static u32 protect_blocks(const struct request *rq)
{
	return blk_rq_bytes(rq) >> protect_ns(rq)->facts.block_shift;
}

static u64 protect_lba(const struct request *rq)
{
	return nvmeq_sect512_to_lba(protect_ns(rq)->facts.block_shift, blk_rq_pos(rq));
}

/* --- setup --- */

blk_status_t nvmeq_protect_setup(const struct nvmeq_ns *ns, struct request *rq,
				 struct nvmeq_rw *rw)
{
	struct nvmeq_cmd *cmd = nvmeq_rq_cmd(rq);
	bool brought = blk_integrity_rq(rq);

	cmd->way = nvmeq_prot_way(&ns->prot, brought, rw->blocks, blk_rq_nr_phys_segments(rq));
	cmd->checked = ns->prot.host && !brought;
	if (!brought) {
		if (cmd->unchecked)
			nvmeq_prot_undress(&ns->prot, rw);
		else
			nvmeq_prot_dress(&ns->prot, rw);
		return BLK_STS_OK;
	}
	/* Made for a format that is no more? */
	if (!blk_integrity_queue_supports_integrity(rq->q) ||
	    !nvmeq_payload_fits(ns, rq, rw->blocks) || !nvmeq_payload_is_crc(rq))
		return BLK_STS_NOTSUPP;
	nvmeq_prot_dress_payload(&ns->prot, nvmeq_payload_is_checked(rq), rw);
	return BLK_STS_OK;
}

/* --- map --- */

static struct nvmeq_meta *protect_alloc(struct nvmeq_ctrl *ctrl, u32 bytes)
{
	struct nvmeq_meta *meta;

	meta = kmalloc(sizeof(*meta) + bytes, GFP_NOWAIT | __GFP_NOWARN);
	if (meta) {
		meta->reserve = false;
		return meta;
	}
	meta = mempool_alloc(ctrl->pools.meta, GFP_NOWAIT | __GFP_NOWARN);
	if (meta)
		meta->reserve = true;
	return meta;
}

/* Data of a MIXED request into its memory, or out of it. */
static void protect_copy(struct request *rq, u8 *mixed, bool in)
{
	const struct nvmeq_prot *prot = &protect_ns(rq)->prot;
	struct bvec_iter iter;
	struct bio_vec bv;
	struct bio *bio;
	u32 at = 0;
	u8 *p;

	__rq_for_each_bio(bio, rq) {
		protect_for_each(bv, bio, iter) {
			p = bvec_kmap_local(&bv);
			nvmeq_prot_copy(prot, mixed, &at, p, bv.bv_len, in);
			kunmap_local(p);
		}
	}
}

static bool protect_walk_bio(struct nvmeq_prot_walk *walk, struct bio *bio)
{
	struct bvec_iter iter;
	struct bio_vec bv;
	bool ok = true;
	u8 *p;

	protect_for_each(bv, bio, iter) {
		p = bvec_kmap_local(&bv);
		ok = nvmeq_prot_walk_piece(walk, p, bv.bv_len);
		kunmap_local(p);
		if (!ok)
			break;
	}
	return ok;
}

/* Is it all in one piece, and in the tuple's guard nothing but data? Then there is no walk. */
static bool protect_is_whole(const struct nvmeq_prot *prot, const struct bio *bio, u32 blocks,
			     struct bio_vec *bv)
{
	*bv = mp_bvec_iter_bvec(bio->bi_io_vec, bio->bi_iter);
	return !IS_ENABLED(CONFIG_HIGHMEM) && !prot->covered &&
	       bv->bv_len >= blocks << prot->block_shift;
}

/*
 * Make or compare the tuples of the first @blocks blocks of what is left of a request; bios end
 * where they do.
 */
static bool protect_tuples(struct request *rq, const struct nvmeq_cmd *cmd, u8 *memory,
			   u32 blocks, bool verify, struct nvmeq_dif_error *bad)
{
	const struct nvmeq_prot *prot = &protect_ns(rq)->prot;
	struct nvmeq_prot_walk walk;
	struct bio_vec bv;
	struct bio *bio;

	if (cmd->way == NVMEQ_PROT_MIXED)
		return nvmeq_prot_mixed(prot, protect_lba(rq), memory, blocks, verify, bad);
	if (likely(protect_is_whole(prot, rq->bio, blocks, &bv)))
		return nvmeq_prot_whole(prot, protect_lba(rq), bvec_virt(&bv), memory, blocks,
					verify, bad);
	nvmeq_prot_walk_begin(&walk, prot, protect_lba(rq), memory, verify);
	for (bio = rq->bio; bio && walk.block < blocks; bio = bio->bi_next) {
		if (!protect_walk_bio(&walk, bio)) {
			*bad = walk.bad;
			return false;
		}
	}
	return true;
}

static int protect_map_mixed(struct nvmeq_queue *q, struct request *rq, struct nvmeq_cmd *cmd,
			     u32 bytes)
{
	cmd->dma = dma_map_single(q->dev, cmd->own->bytes, bytes, nvmeq_map_dir(rq));
	if (dma_mapping_error(q->dev, cmd->dma))
		return -ENOMEM;
	cmd->map = NVMEQ_MAP_SINGLE;
	cmd->dma_bytes = bytes;
	return nvmeq_map_listed(q, cmd);
}

static int protect_map_woven(struct nvmeq_queue *q, struct request *rq, struct nvmeq_cmd *cmd)
{
	const struct nvmeq_prot *prot = &protect_ns(rq)->prot;
	struct nvmeq_weave weave = {
		.block_bytes = BIT(prot->block_shift),
		.meta_bytes = prot->meta_bytes,
		.blocks = protect_blocks(rq),
	};

	return nvmeq_map_woven(q, rq, cmd, &weave);
}

int nvmeq_protect_map(struct nvmeq_queue *q, struct request *rq, struct nvmeq_cmd *cmd)
{
	u32 bytes = nvmeq_prot_room(&protect_ns(rq)->prot, cmd->way, protect_blocks(rq));
	struct nvmeq_dif_error bad;

	if (bytes > NVMEQ_PROT_BYTES)
		return -EINVAL;
	cmd->own = protect_alloc(q->ctrl, bytes);
	if (!cmd->own)
		return -ENOMEM;
	cmd->own->rq = rq;
	/* Of a read, too: what a controller leaves out is not some old memory of ours. */
	memset(cmd->own->bytes, 0, bytes);
	if (rq_data_dir(rq) == WRITE) {
		if (cmd->way == NVMEQ_PROT_MIXED)
			protect_copy(rq, cmd->own->bytes, true);
		if (cmd->checked) {
			protect_tuples(rq, cmd, cmd->own->bytes, protect_blocks(rq), false, &bad);
			if (nvmeq_fault_is_due(q->ctrl, NVMEQ_FAULT_SPOIL_GUARD))
				nvmeq_prot_spoil(&protect_ns(rq)->prot, cmd->way, cmd->own->bytes);
		}
	}
	if (cmd->way == NVMEQ_PROT_MIXED)
		return protect_map_mixed(q, rq, cmd, bytes);
	cmd->meta = cmd->own->bytes;
	cmd->meta_bytes = bytes;
	if (cmd->way == NVMEQ_PROT_WOVEN)
		return protect_map_woven(q, rq, cmd);
	return nvmeq_map_meta(q, rq, cmd);
}

static void protect_sync(struct nvmeq_queue *q, const struct nvmeq_cmd *cmd, bool to_device)
{
	bool mixed = cmd->way == NVMEQ_PROT_MIXED;
	dma_addr_t dma = mixed ? cmd->dma : cmd->meta_dma;
	u32 bytes = mixed ? cmd->dma_bytes : cmd->meta_bytes;

	if (to_device)
		dma_sync_single_for_device(q->dev, dma, bytes, DMA_TO_DEVICE);
	else
		dma_sync_single_for_cpu(q->dev, dma, bytes, DMA_TO_DEVICE);
}

void nvmeq_protect_started(struct nvmeq_queue *q, struct request *rq, struct nvmeq_cmd *cmd)
{
	if (!blk_integrity_rq(rq) || rq_data_dir(rq) != WRITE)
		return;
	protect_sync(q, cmd, false);
	nvmeq_payload_copy(protect_ns(rq), rq, cmd->own->bytes, true);
	protect_sync(q, cmd, true);
}

void nvmeq_protect_free(struct nvmeq_queue *q, struct nvmeq_cmd *cmd)
{
	struct nvmeq_meta *meta = cmd->own;

	cmd->own = NULL;
	cmd->meta = NULL;
	if (!meta)
		return;
	if (meta->reserve)
		mempool_free(meta, q->ctrl->pools.meta);
	else
		kfree(meta);
}

/* --- end --- */

static const char *const protect_fields[] = {
	[NVMEQ_DIF_GUARD]	= "guard",
	[NVMEQ_DIF_APP]		= "application tag",
	[NVMEQ_DIF_REF]		= "reference tag",
};

/* The namespace counts; all else of it is only read here. */
static void protect_count(struct request *rq)
{
	struct nvmeq_ns *ns = rq->q->queuedata;

	atomic_inc(&ns->protection_errors);
}

static void protect_report(struct request *rq, const struct nvmeq_cmd *cmd,
			   const struct nvmeq_dif_error *bad)
{
	const struct nvmeq_ns *ns = protect_ns(rq);

	protect_count(rq);
	dev_err_ratelimited(&ns->ctrl->dev,
			    "%s: protection: %s of block %llu: %s is %#llx, should be %#llx\n",
			    ns->disk->disk_name, nvmeq_nvm_op_name(cmd->sqe.opcode),
			    protect_lba(rq) + bad->block, protect_fields[bad->field], bad->found,
			    bad->expected);
}

void nvmeq_protect_refused(struct request *rq, const struct nvmeq_cmd *cmd)
{
	const struct nvmeq_ns *ns = protect_ns(rq);
	u64 lba = protect_lba(rq);

	protect_count(rq);
	dev_err_ratelimited(&ns->ctrl->dev,
			    "%s: protection: %s of blocks %llu to %llu: %s (%#x), found by the controller\n",
			    ns->disk->disk_name, nvmeq_nvm_op_name(cmd->sqe.opcode), lba,
			    lba + protect_blocks(rq) - 1,
			    nvmeq_status_info(cmd->status)->name, cmd->status);
}

bool nvmeq_protect_again(struct request *rq, struct nvmeq_cmd *cmd)
{
	if (!cmd->way || !cmd->checked || cmd->unchecked || rq_data_dir(rq) == WRITE)
		return false;
	cmd->unchecked = true;
	return true;
}

/*
 * Something in it is wrong. Bio by bio, each looked at once more: one that is right is ended as
 * that. The block layer advances the request, so that it always is what is left.
 */
static void protect_end_parts(struct nvmeq_queue *q, struct request *rq, struct nvmeq_cmd *cmd)
{
	const struct nvmeq_prot *prot = &protect_ns(rq)->prot;
	u8 *memory = cmd->own->bytes;
	blk_status_t sts, worst = BLK_STS_OK;
	struct nvmeq_dif_error bad;
	u32 bytes, blocks;

	do {
		bytes = rq->bio->bi_iter.bi_size;
		/* Bios that share a block cannot be told apart. */
		if (bytes & (BIT(prot->block_shift) - 1))
			bytes = blk_rq_bytes(rq);
		blocks = bytes >> prot->block_shift;
		sts = BLK_STS_OK;
		if (!protect_tuples(rq, cmd, memory, blocks, true, &bad)) {
			protect_report(rq, cmd, &bad);
			sts = BLK_STS_PROTECTION;
			worst = sts;
		}
		memory += nvmeq_prot_room(prot, cmd->way, blocks);
	} while (blk_update_request(rq, sts, bytes));
	nvmeq_protect_free(q, cmd);
	/* Bios have their status; a device mapper that made the request hears of this one. */
	__blk_mq_end_request(rq, worst);
}

/* The controller found a mismatch, and in what it sent after that there is none. */
static void protect_disagree(struct request *rq)
{
	const struct nvmeq_ns *ns = protect_ns(rq);
	u64 lba = protect_lba(rq);

	protect_count(rq);
	dev_warn_ratelimited(&ns->ctrl->dev,
			     "%s: protection: blocks %llu to %llu: a mismatch at the controller, none here\n",
			     ns->disk->disk_name, lba, lba + protect_blocks(rq) - 1);
}

static void protect_end_read(struct nvmeq_queue *q, struct request *rq, struct nvmeq_cmd *cmd)
{
	u8 *memory = cmd->own->bytes;
	struct nvmeq_dif_error bad;

	if (cmd->way == NVMEQ_PROT_MIXED)
		protect_copy(rq, memory, false);
	if (cmd->checked && !protect_tuples(rq, cmd, memory, protect_blocks(rq), true, &bad)) {
		protect_end_parts(q, rq, cmd);
		return;
	}
	if (cmd->unchecked)
		protect_disagree(rq);
	if (blk_integrity_rq(rq))
		nvmeq_payload_copy(protect_ns(rq), rq, memory, false);
	nvmeq_protect_free(q, cmd);
	blk_mq_end_request(rq, BLK_STS_OK);
}

static void protect_work(struct work_struct *work)
{
	struct request *rq = container_of(work, struct nvmeq_meta, work)->rq;

	protect_end_read(rq->mq_hctx->driver_data, rq, nvmeq_rq_cmd(rq));
}

/* Has a read come back in which there is something to do? */
static bool protect_has_work(struct request *rq, const struct nvmeq_cmd *cmd)
{
	if (rq_data_dir(rq) == WRITE || cmd->status & NVMEQ_STATUS_CODE_MASK)
		return false;
	return cmd->checked || cmd->way == NVMEQ_PROT_MIXED || blk_integrity_rq(rq);
}

bool nvmeq_protect_end(struct nvmeq_queue *q, struct request *rq, struct nvmeq_cmd *cmd)
{
	if (!protect_has_work(rq, cmd)) {
		nvmeq_protect_free(q, cmd);
		return false;
	}
	if (blk_rq_bytes(rq) > PROTECT_IRQ_BYTES && (!in_task() || irqs_disabled())) {
		INIT_WORK(&cmd->own->work, protect_work);
		queue_work(nvmeq_verify_wq, &cmd->own->work);
		return true;
	}
	protect_end_read(q, rq, cmd);
	return true;
}
