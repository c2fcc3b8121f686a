// SPDX-License-Identifier: GPL-2.0-only
/*
 * pool.c - memory that commands borrow while the hardware owns them
 *
 * List memory for PRPs and SGLs comes from two DMA pools: one small piece is
 * enough up to 128 KiB (32 pages), larger transfers chain pages. A pool that
 * is empty fails the command with -ENOMEM; the block layer tries again when
 * other commands have given theirs back. Scatterlists and Dataset Management
 * pages come from mempools, whose reserve lets the command that frees memory
 * for everybody else (writeback) always go on.
 */
#include <linux/slab.h>
#include "pool.h"

int nvmeq_pools_init(struct nvmeq_ctrl *ctrl)
{
	struct nvmeq_pools *p = &ctrl->pools;
	struct device *dev = &ctrl->pdev->dev;
	size_t sg = sizeof(struct scatterlist);

	/* Alignment to the size keeps a piece from crossing a controller page. */
	p->list_small = dma_pool_create("nvmeq list small", dev, NVMEQ_LIST_SMALL_BYTES,
					NVMEQ_LIST_SMALL_BYTES, 0);
	p->list_large = dma_pool_create("nvmeq list large", dev, NVMEQ_LIST_LARGE_BYTES,
					NVMEQ_LIST_LARGE_BYTES, 0);
	p->sg_small = mempool_create_kmalloc_pool(8, NVMEQ_SG_SMALL * sg);
	p->sg_large = mempool_create_kmalloc_pool(1, NVMEQ_MAX_SEGMENTS * sg);
	p->meta = mempool_create_kmalloc_pool(1, NVMEQ_META_RESERVE_BYTES);
	p->ranges = mempool_create_page_pool(1, 0);
	if (p->list_small && p->list_large && p->sg_small && p->sg_large && p->meta && p->ranges)
		return 0;
	nvmeq_pools_exit(ctrl);
	return -ENOMEM;
}

/* The destructors take NULL. */
void nvmeq_pools_exit(struct nvmeq_ctrl *ctrl)
{
	struct nvmeq_pools *p = &ctrl->pools;

	mempool_destroy(p->ranges);
	mempool_destroy(p->meta);
	mempool_destroy(p->sg_large);
	mempool_destroy(p->sg_small);
	dma_pool_destroy(p->list_large);
	dma_pool_destroy(p->list_small);
	memset(p, 0, sizeof(*p));
}

static struct dma_pool *list_pool(struct nvmeq_pools *pools, bool small)
{
	return small ? pools->list_small : pools->list_large;
}

int nvmeq_pool_get_lists(struct nvmeq_pools *pools, struct nvmeq_cmd *cmd, unsigned int count,
			 bool small, dma_addr_t dma[NVMEQ_MAX_LISTS])
{
	struct dma_pool *pool = list_pool(pools, small);
	unsigned int i;

	cmd->lists_small = small;
	for (i = 0; i < count; i++) {
		cmd->lists[i] = dma_pool_alloc(pool, GFP_ATOMIC, &dma[i]);
		if (!cmd->lists[i])
			goto err_free_lists;
	}
	cmd->nr_lists = count;
	cmd->list_dma = dma[0];
	return 0;

err_free_lists:
	cmd->nr_lists = i;
	nvmeq_pool_drop_lists(pools, cmd, dma);
	return -ENOMEM;
}

void nvmeq_pool_drop_lists(struct nvmeq_pools *pools, struct nvmeq_cmd *cmd,
			   const dma_addr_t dma[NVMEQ_MAX_LISTS])
{
	while (cmd->nr_lists) {
		cmd->nr_lists--;
		dma_pool_free(list_pool(pools, cmd->lists_small), cmd->lists[cmd->nr_lists],
			      dma[cmd->nr_lists]);
	}
}

void nvmeq_pool_put_lists(struct nvmeq_pools *pools, struct nvmeq_cmd *cmd)
{
	const unsigned int last = NVMEQ_LIST_LARGE_BYTES / sizeof(__le64) - 1;
	struct dma_pool *pool = list_pool(pools, cmd->lists_small);
	dma_addr_t dma = cmd->list_dma;
	unsigned int i;

	for (i = 0; i < cmd->nr_lists; i++) {
		__le64 *list = cmd->lists[i];
		dma_addr_t next = 0;

		if (i + 1 < cmd->nr_lists)
			next = le64_to_cpu(list[last]);
		dma_pool_free(pool, list, dma);
		dma = next;
	}
	cmd->nr_lists = 0;
}
