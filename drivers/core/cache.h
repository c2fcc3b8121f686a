/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cache.h - the volatile write cache, which users may switch off
 */
#ifndef NVMEQ_CORE_CACHE_H
#define NVMEQ_CORE_CACHE_H

struct nvmeq_ctrl;

/* Ask whether it is on, and tell the block layer. Sleeps; waits for a scan. */
void nvmeq_cache_refresh(struct nvmeq_ctrl *ctrl);

/* Part of bring-up: off again if a user had it off before the reset. 0 or a negative errno. */
int nvmeq_cache_restore(struct nvmeq_ctrl *ctrl);

#endif /* NVMEQ_CORE_CACHE_H */
