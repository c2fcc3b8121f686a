/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * map.h - transfers that their entry cannot describe alone
 */
#ifndef NVMEQ_BLOCK_MAP_H
#define NVMEQ_BLOCK_MAP_H

#include <linux/blk-mq.h>
#include <linux/dma-mapping.h>
#include "../core/queue.h"

struct nvmeq_weave;

static inline enum dma_data_direction nvmeq_map_dir(const struct request *rq)
{
	return rq_data_dir(rq) == WRITE ? DMA_TO_DEVICE : DMA_FROM_DEVICE;
}

/* Map the one run of @rq, and leave it to the caller to describe it. Inline: the hot path's. */
static __always_inline int nvmeq_map_run(struct nvmeq_queue *q, struct request *rq,
					 struct nvmeq_cmd *cmd)
{
	struct bio_vec bv = req_bvec(rq);
	dma_addr_t dma = dma_map_bvec(q->dev, &bv, nvmeq_map_dir(rq), 0);

	if (unlikely(dma_mapping_error(q->dev, dma)))
		return -ENOMEM;
	cmd->map = NVMEQ_MAP_SINGLE;
	cmd->dma = dma;
	cmd->dma_bytes = bv.bv_len;
	return 0;
}

/*
 * For these: context any. Return 0, -ENOMEM when memory is short, another negative
 * errno when it cannot be; what was mapped stays for nvmeq_unmap_any().
 */

/* Describe @cmd's single run, which is mapped. */
int nvmeq_map_listed(struct nvmeq_queue *q, struct nvmeq_cmd *cmd);
/* Map the runs of @rq and describe them in @cmd. */
int nvmeq_map_many(struct nvmeq_queue *q, struct request *rq, struct nvmeq_cmd *cmd);
/* Map the metadata of @cmd, and say in its entry where that is. */
int nvmeq_map_meta(struct nvmeq_queue *q, struct request *rq, struct nvmeq_cmd *cmd);
/* Map data and metadata, and describe them as one; @weave has the blocks. */
int nvmeq_map_woven(struct nvmeq_queue *q, struct request *rq, struct nvmeq_cmd *cmd,
		    struct nvmeq_weave *weave);

/* Unmap and give back whatever @cmd->map says. Context: any. */
void nvmeq_unmap_any(struct nvmeq_queue *q, struct request *rq, struct nvmeq_cmd *cmd);

#endif /* NVMEQ_BLOCK_MAP_H */
