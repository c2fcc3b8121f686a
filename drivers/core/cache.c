// SPDX-License-Identifier: GPL-2.0-only
/*
 * cache.c - the volatile write cache, which users may switch off
 *
 * While it is off the block layer need not flush, and is told so. That must
 * then also hold after a reset, which brings the feature's default back:
 * bring-up switches it off again before I/O goes on. A controller that does
 * not take that a second time is taken for one with a cache by the scan that
 * follows the reset.
 */
#include <nvmeq/cmd.h>
#include <nvmeq/status.h>
#include "admin.h"
#include "cache.h"
#include "ctrl.h"
#include "ns.h"

#define CACHE_ON	BIT(0)	/* WCE in dword 11 and in the result (NVM Figure 57) */

void nvmeq_cache_refresh(struct nvmeq_ctrl *ctrl)
{
	struct nvmeq_sqe sqe;
	u64 result = 0;
	int err;

	if (!ctrl->facts.vwc)
		return;
	nvmeq_cmd_get_features(&sqe, NVMEQ_FEAT_VOLATILE_WC, 0, 0, 0);
	err = nvmeq_admin_exec(ctrl, &sqe, NULL, 0, &result);
	/* Not known counts as on. */
	WRITE_ONCE(ctrl->cache_off, !err && !(result & CACHE_ON));
	nvmeq_ns_rescan(ctrl);
}

int nvmeq_cache_restore(struct nvmeq_ctrl *ctrl)
{
	struct nvmeq_sqe sqe;
	int err;

	if (!ctrl->cache_off)
		return 0;
	nvmeq_cmd_set_features(&sqe, NVMEQ_FEAT_VOLATILE_WC, 0, 0, 0);
	err = nvmeq_admin_exec(ctrl, &sqe, NULL, 0, NULL);
	if (err > 0) {
		WRITE_ONCE(ctrl->cache_off, false);
		dev_warn(&ctrl->dev, "the write cache is on again: %s\n",
			 nvmeq_status_info(err)->name);
	}
	return min(err, 0);
}
