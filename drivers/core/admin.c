// SPDX-License-Identifier: GPL-2.0-only
/*
 * admin.c - the driver's own admin commands: encode (lib), run, decode (lib)
 *
 * No policy lives here: what is asked, when, and what follows from the answer
 * is the caller's. Each command is a blk-mq request on the admin queue with a
 * timeout, like those of users.
 */
#include <linux/blk-mq.h>
#include <linux/slab.h>
#include <nvmeq/cmd.h>
#include <nvmeq/ident.h>
#include <nvmeq/spec_id.h>
#include <nvmeq/status.h>
#include "admin.h"
#include "ctrl.h"
#include "params.h"

int nvmeq_admin_exec(struct nvmeq_ctrl *ctrl, const struct nvmeq_sqe *sqe, void *buf,
		     unsigned int bytes, u64 *result)
{
	blk_opf_t op = NVMEQ_OP_DATA_OUT(sqe->opcode) ? REQ_OP_DRV_OUT : REQ_OP_DRV_IN;
	struct nvmeq_cmd *cmd;
	struct request *rq;
	blk_status_t sts;
	int err;

	rq = blk_mq_alloc_request(ctrl->admin_q, op, BLK_MQ_REQ_RESERVED);
	if (IS_ERR(rq))
		return PTR_ERR(rq);
	cmd = nvmeq_rq_cmd(rq);
	cmd->sqe = *sqe;
	cmd->internal = true;
	cmd->meta = NULL;
	cmd->mate = NULL;
	cmd->status = 0;
	rq->timeout = msecs_to_jiffies(nvmeq_param_value(NVMEQ_PARAM_ADMIN_TIMEOUT_MS));
	rq->rq_flags |= RQF_QUIET;

	err = buf ? blk_rq_map_kern(rq->q, rq, buf, bytes, GFP_KERNEL) : 0;
	if (!err) {
		sts = blk_execute_rq(rq, true);
		err = cmd->status & NVMEQ_STATUS_CODE_MASK;
		if (err == NVMEQ_SC_HOST_ABORTED || (sts && !err))
			err = -EIO;
		if (result)
			*result = cmd->result;
	}
	blk_mq_free_request(rq);
	return err;
}

static int admin_identify(struct nvmeq_ctrl *ctrl, u8 cns, u32 nsid, u8 csi, void *page)
{
	struct nvmeq_sqe sqe;

	nvmeq_cmd_identify(&sqe, cns, nsid, csi, 0);
	return nvmeq_admin_exec(ctrl, &sqe, page, NVMEQ_IDENTIFY_BYTES, NULL);
}

int nvmeq_admin_identify_ctrl(struct nvmeq_ctrl *ctrl, struct nvmeq_ctrl_facts *facts)
{
	void *page = kzalloc(NVMEQ_IDENTIFY_BYTES, GFP_KERNEL);
	int err;

	if (!page)
		return -ENOMEM;
	err = admin_identify(ctrl, NVMEQ_CNS_CTRL, 0, 0, page);
	if (err)
		goto out;
	err = nvmeq_ident_ctrl(page, NVMEQ_IDENTIFY_BYTES, ctrl->cap.page_shift_min, facts);
	if (err)
		goto out;
	/* CNS 06h is mandatory from 2.0 on; before, only some have it: a refusal is no error. */
	if (ctrl->version >= NVMEQ_VERSION(2, 0, 0) || ctrl->cap.all_csi) {
		memset(page, 0, NVMEQ_IDENTIFY_BYTES);
		err = admin_identify(ctrl, NVMEQ_CNS_CSI_CTRL, 0, NVMEQ_CSI_NVM, page);
		if (!err)
			nvmeq_ident_ctrl_nvm(page, NVMEQ_IDENTIFY_BYTES, ctrl->cap.page_shift_min,
					     facts);
		err = min(err, 0);
	}
out:
	kfree(page);
	return err;
}

/* What kind of protection information is it? Of a controller that cannot tell, none of ours. */
static int admin_identify_protection(struct nvmeq_ctrl *ctrl, struct nvmeq_ns_facts *facts,
				     void *page)
{
	int err;

	if (!facts->pi_type || !ctrl->facts.extended_formats)
		return 0;
	memset(page, 0, NVMEQ_IDENTIFY_BYTES);
	err = admin_identify(ctrl, NVMEQ_CNS_CSI_NS, facts->nsid, NVMEQ_CSI_NVM, page);
	if (!err)
		return nvmeq_ident_ns_nvm(page, NVMEQ_IDENTIFY_BYTES, PAGE_SHIFT, facts);
	if (err != NVMEQ_SC_INVALID_FIELD && err != NVMEQ_SC_INVALID_OPCODE)
		return err;
	if (facts->use == NVMEQ_NS_USABLE)
		facts->use = NVMEQ_NS_GUARD;
	return 0;
}

int nvmeq_admin_identify_ns(struct nvmeq_ctrl *ctrl, u32 nsid, struct nvmeq_ns_facts *facts,
			    bool *names)
{
	void *page = kzalloc(NVMEQ_IDENTIFY_BYTES, GFP_KERNEL);
	int err;

	if (!page)
		return -ENOMEM;
	*names = true;
	err = admin_identify(ctrl, NVMEQ_CNS_NS, nsid, 0, page);
	if (err)
		goto out;
	err = nvmeq_ident_ns(page, NVMEQ_IDENTIFY_BYTES, nsid, PAGE_SHIFT, facts);
	if (err)
		goto out;
	err = admin_identify_protection(ctrl, facts, page);
	if (err)
		goto out;
	if (ctrl->version >= NVMEQ_VERSION(1, 3, 0)) {
		memset(page, 0, NVMEQ_IDENTIFY_BYTES);
		err = admin_identify(ctrl, NVMEQ_CNS_NS_DESC_LIST, nsid, 0, page);
		if (!err)
			nvmeq_ident_ns_descs(page, NVMEQ_IDENTIFY_BYTES, facts);
		*names = !err;
		err = min(err, 0);
	}
out:
	kfree(page);
	return err;
}

int nvmeq_admin_ns_list(struct nvmeq_ctrl *ctrl, u32 after, u32 *list, u32 max)
{
	void *page = kzalloc(NVMEQ_IDENTIFY_BYTES, GFP_KERNEL);
	int err;

	if (!page)
		return -ENOMEM;
	err = admin_identify(ctrl, NVMEQ_CNS_ACTIVE_NS_LIST, after, 0, page);
	if (err > 0)
		err = -EREMOTEIO;
	else if (!err)
		err = nvmeq_ident_ns_list(page, NVMEQ_IDENTIFY_BYTES, after, list, max);
	kfree(page);
	return err;
}

int nvmeq_admin_queue_count(struct nvmeq_ctrl *ctrl, u16 wanted, u16 *granted)
{
	struct nvmeq_sqe sqe;
	u64 result = 0;
	int err;

	nvmeq_cmd_set_features(&sqe, NVMEQ_FEAT_NUM_QUEUES, 0,
			       nvmeq_cmd_queue_count_cdw11(wanted, wanted), 0);
	err = nvmeq_admin_exec(ctrl, &sqe, NULL, 0, &result);
	if (!err)
		*granted = nvmeq_cmd_queue_count_result((u32)result);
	return err;
}
