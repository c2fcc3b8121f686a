/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cmd_ctx.h - what the driver keeps with every request (the blk-mq pdu)
 *
 * Who owns a command, and may touch its memory:
 *
 *	block layer -> driver     queue_rq() or queue_rqs() was called
 *	driver -> hardware        the SQ tail that covers it may be written
 *	hardware -> driver        its CQE was reaped, or the controller was proven
 *	                          stopped (struct nvmeq_stopped in ctrl.h)
 *	driver -> block layer     unmapped and ended, or requeued
 *
 * While the hardware owns it, nothing that the SQE points to may be unmapped,
 * freed or reused. @owner is written at each hand-over and read when a
 * completion arrives: one for a command that the hardware does not own is the
 * device's error and never completes anything.
 */
#ifndef NVMEQ_CORE_CMD_CTX_H
#define NVMEQ_CORE_CMD_CTX_H

#include <linux/blk-mq.h>
#include <linux/scatterlist.h>
#include <nvmeq/dptr.h>
#include <nvmeq/spec_cmd.h>

struct nvmeq_meta;

enum nvmeq_owner {
	NVMEQ_OWNER_HOST,
	NVMEQ_OWNER_HARDWARE,
};

/* What a command has mapped or borrowed, and so what there is to give back; bits. */
enum nvmeq_map {
	NVMEQ_MAP_NONE = 0,
	NVMEQ_MAP_SINGLE = 1,	/* @dma, @dma_bytes; most commands have just this */
	NVMEQ_MAP_SG = 2,	/* @sg, @sg_nents entries */
	NVMEQ_MAP_LISTS = 4,	/* @lists, @nr_lists pieces */
	NVMEQ_MAP_META = 8,	/* @meta_dma, @meta_bytes */
};

/**
 * struct nvmeq_cmd - per-request state
 * @sqe: copied to the ring under the queue's lock; of a read or write only opcode, flags,
 *	identifier and data pointer are kept, and the rest is made in the ring
 * @result: dwords 0 and 1 of the completion
 * @status: status field without the phase bit
 * @gen: generation of the tag, in the command identifier
 * @owner: enum nvmeq_owner
 * @map: bits of enum nvmeq_map
 * @nr_lists: pieces of list memory held in @lists
 * @internal: sent by the driver itself, so also while users are kept out
 * @sg_small: @sg comes from the pool of small scatterlists
 * @lists_small: they come from the pool of small pieces
 * @retries: times the command was sent again
 * @sg_nents: entries of @sg that were handed to the DMA API
 * @dma: bus address of a single run; @dma_bytes its length
 * @sg: scatterlist
 * @lists: list memory; bus address of the first is @list_dma, of each further
 *	one the last entry of its predecessor
 * @mate: of a passthrough command: the other one of a fused pair, or NULL
 * @met: a request of a pair that has come to the queue, sq_lock
 * @way: enum nvmeq_prot_way of a read or write of the block layer; all else has none
 * @checked: its tuples are made or compared by the driver
 * @unchecked: it goes out without the controller's check, which has complained
 * @own: memory for its metadata (block/protect.c), or NULL
 * @meta: metadata in memory of its own, or NULL; of a passthrough command kernel memory of the
 *	caller
 * @meta_bytes: its length
 * @meta_dma: its bus address while mapped
 */
struct nvmeq_cmd {
	struct nvmeq_sqe sqe;

	u64 result;
	u16 status;
	u8 gen;
	u8 owner;
	u8 map;
	u8 nr_lists;
	bool internal;
	bool sg_small;
	bool lists_small;
	u8 retries;		/* begins as 0, and so do the three below it: one store */
	u8 way;
	bool checked;
	bool unchecked;
	u32 sg_nents;
	u32 dma_bytes;
	dma_addr_t dma;
	struct scatterlist *sg;
	dma_addr_t list_dma;
	void *lists[NVMEQ_MAX_LISTS];

	struct nvmeq_meta *own;

	struct request *mate;
	bool met;
	void *meta;
	u32 meta_bytes;
	dma_addr_t meta_dma;
};

static inline struct nvmeq_cmd *nvmeq_rq_cmd(struct request *rq)
{
	return blk_mq_rq_to_pdu(rq);
}

/* Started and neither completed nor requeued since. */
static inline bool nvmeq_rq_in_flight(struct request *rq)
{
	return blk_mq_rq_state(rq) == MQ_RQ_IN_FLIGHT;
}

#endif /* NVMEQ_CORE_CMD_CTX_H */
