/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pool.h - memory that commands borrow while the hardware owns them
 */
#ifndef NVMEQ_CORE_POOL_H
#define NVMEQ_CORE_POOL_H

#include <nvmeq/dptr.h>
#include "cmd_ctx.h"
#include "ctrl.h"

/* Make and destroy the pools of a controller. All memory must be back before the second. */
int nvmeq_pools_init(struct nvmeq_ctrl *ctrl);
void nvmeq_pools_exit(struct nvmeq_ctrl *ctrl);

/**
 * nvmeq_pool_get_lists() - lend a command its list memory
 * @pools: pools
 * @cmd: receives the pieces
 * @count: 1..NVMEQ_MAX_LISTS
 * @small: one small piece
 * @dma: receives the bus address of each piece
 *
 * Context: any. Return: 0, or -ENOMEM with nothing taken.
 */
int nvmeq_pool_get_lists(struct nvmeq_pools *pools, struct nvmeq_cmd *cmd, unsigned int count,
			 bool small, dma_addr_t dma[NVMEQ_MAX_LISTS]);

/* Take it back when building the lists failed, so that they hold no links to go by. */
void nvmeq_pool_drop_lists(struct nvmeq_pools *pools, struct nvmeq_cmd *cmd,
			   const dma_addr_t dma[NVMEQ_MAX_LISTS]);

/* Take it back. The links in PRP lists tell the addresses of all but the first. */
void nvmeq_pool_put_lists(struct nvmeq_pools *pools, struct nvmeq_cmd *cmd);

/* Scatterlists go back where they came from, or the reserve of one pool drains into the other. */
static inline mempool_t *nvmeq_pool_sg(struct nvmeq_pools *pools, bool small)
{
	return small ? pools->sg_small : pools->sg_large;
}

#endif /* NVMEQ_CORE_POOL_H */
