// SPDX-License-Identifier: GPL-2.0-only
/*
 * failed.c - the end of a request whose command failed: sent again, or ended with
 * the right error and one message
 *
 * Off the hot path. What a status means is a row of lib/status.c; here it is
 * carried out.
 */
#include <linux/blk-mq.h>
#include <nvmeq/compat/blk.h>
#include <nvmeq/status.h>
#include "../core/ctrl.h"
#include "../core/ns.h"
#include "failed.h"
#include "protect.h"

/* Times that a command which may be retried is sent again before its error is believed. */
#define FAILED_MAX_RETRIES	5
/* The controller may ask for a pause of up to 109 minutes before a retry; nobody waits so long. */
#define FAILED_DELAY_MS_MAX	10000

static const blk_status_t failed_blk[NVMEQ_CLASS_COUNT] = {
	[NVMEQ_CLASS_OK]	 = BLK_STS_OK,
	[NVMEQ_CLASS_IOERR]	 = BLK_STS_IOERR,
	[NVMEQ_CLASS_MEDIUM]	 = BLK_STS_MEDIUM,
	[NVMEQ_CLASS_PROTECTION] = BLK_STS_PROTECTION,
	[NVMEQ_CLASS_NOTSUPP]	 = BLK_STS_NOTSUPP,
	[NVMEQ_CLASS_NOSPC]	 = BLK_STS_NOSPC,
	[NVMEQ_CLASS_TARGET]	 = BLK_STS_TARGET,
	[NVMEQ_CLASS_RESERVED]	 = NVMEQ_STS_RESV_CONFLICT,
	[NVMEQ_CLASS_TRANSPORT]	 = BLK_STS_TRANSPORT,
	[NVMEQ_CLASS_TIMEOUT]	 = BLK_STS_TIMEOUT,
	[NVMEQ_CLASS_RESOURCE]	 = BLK_STS_IOERR,	/* retries are used up by then */
};

/* Guard, application or reference tag: a mismatch that the controller found. */
static bool failed_is_mismatch(const struct nvmeq_cmd *cmd)
{
	return nvmeq_status_info(cmd->status)->class == NVMEQ_CLASS_PROTECTION &&
	       NVMEQ_STATUS_SCT(cmd->status) == NVMEQ_SCT_MEDIA;
}

static void failed_report(struct nvmeq_queue *q, struct request *rq,
			    const struct nvmeq_cmd *cmd)
{
	const struct nvmeq_ns *ns = rq->q->queuedata;

	if (blk_rq_is_passthrough(rq) || (rq->rq_flags & RQF_QUIET))
		return;
	if (failed_is_mismatch(cmd)) {
		nvmeq_protect_refused(rq, cmd);
		return;
	}
	dev_err_ratelimited(&q->ctrl->dev, "%s: %s at sector %llu, %u bytes: %s (%#x)%s, %u retries\n",
			    ns->disk->disk_name, nvmeq_nvm_op_name(cmd->sqe.opcode),
			    (u64)blk_rq_pos(rq), blk_rq_bytes(rq),
			    nvmeq_status_info(cmd->status)->name, cmd->status,
			    cmd->status & NVMEQ_STATUS_DNR ? " DNR" : "", cmd->retries);
}

static void failed_retry(struct nvmeq_ctrl *ctrl, struct request *rq, struct nvmeq_cmd *cmd)
{
	u32 delay = nvmeq_status_delay_ms(cmd->status, ctrl->facts.retry_delay_ms);

	cmd->retries++;
	blk_mq_requeue_request(rq, false);
	blk_mq_delay_kick_requeue_list(rq->q, min_t(u32, delay, FAILED_DELAY_MS_MAX));
}

void nvmeq_failed_end(struct nvmeq_queue *q, struct request *rq, struct nvmeq_cmd *cmd)
{
	bool noretry = blk_noretry_request(rq) || blk_rq_is_passthrough(rq);

	if (nvmeq_ctrl_state(q->ctrl) != NVMEQ_STATE_DEAD &&
	    nvmeq_status_dispose(cmd->status, cmd->retries, FAILED_MAX_RETRIES, noretry) ==
	    NVMEQ_DISPOSE_RETRY) {
		failed_retry(q->ctrl, rq, cmd);
		return;
	}
	if (failed_is_mismatch(cmd) && nvmeq_protect_again(rq, cmd)) {
		blk_mq_requeue_request(rq, true);
		return;
	}
	failed_report(q, rq, cmd);
	blk_mq_end_request(rq, failed_blk[nvmeq_status_info(cmd->status)->class]);
}
