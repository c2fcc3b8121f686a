/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * map.h - transfers that their entry cannot describe alone
 */
#ifndef NVMEQ_BLOCK_MAP_H
#define NVMEQ_BLOCK_MAP_H

#include <linux/blk-mq.h>
#include <linux/dma-direction.h>
#include "../core/queue.h"

struct nvmeq_weave;

static inline enum dma_data_direction nvmeq_map_dir(const struct request *rq)
{
	return rq_data_dir(rq) == WRITE ? DMA_TO_DEVICE : DMA_FROM_DEVICE;
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
