// SPDX-License-Identifier: GPL-2.0-only
/*
 * eh.c - a command's time is up: gather the facts, ask lib/escalate.c, act
 *
 * Runs in the block layer's timeout work, which may sleep and holds a
 * reference to the request. The first thing is always to look at the
 * completion queue: an answer whose interrupt got lost is no reason for a
 * reset.
 */
#include <linux/blk-mq.h>
#include <nvmeq/escalate.h>
#include <nvmeq/status.h>
#include "attend.h"
#include "ctrl.h"
#include "reset.h"

static const char *eh_op_name(const struct nvmeq_queue *q, u8 opcode)
{
	return q->qid ? nvmeq_nvm_op_name(opcode) : nvmeq_admin_op_name(opcode);
}

static void eh_gather(struct nvmeq_queue *q, struct request *rq, struct nvmeq_eh_facts *f)
{
	struct nvmeq_cmd *cmd = nvmeq_rq_cmd(rq);
	struct nvmeq_ctrl *ctrl = q->ctrl;
	u8 gen = READ_ONCE(cmd->gen);

	nvmeq_attend_reap(q);
	/* It may have been answered, told to try again, and sent again since. */
	f->reaped = !nvmeq_rq_in_flight(rq) || READ_ONCE(cmd->gen) != gen ||
		    time_before(jiffies, READ_ONCE(rq->deadline));
	f->state = nvmeq_ctrl_state(ctrl);
	f->disconnected = !pci_device_is_present(ctrl->pdev);
	f->offline = pci_channel_offline(ctrl->pdev);
	f->csts = f->disconnected ? NVMEQ_REG_GONE : nvmeq_reg_read(ctrl, NVMEQ_REG_CSTS);
}

/*
 * The controller is being brought up by somebody who waits for this command
 * under reset_mutex. Stop the hardware, so that the memory is ours again, and
 * end the command; its sender sees the error and cleans up.
 */
static enum blk_eh_timer_return eh_abort_one(struct nvmeq_queue *q, struct request *rq)
{
	nvmeq_ctrl_halt(q->ctrl);
	nvmeq_attend_reap(q);
	nvmeq_ctrl_take_back(q->ctrl, rq);
	return BLK_EH_DONE;
}

/*
 * Hand the command to a reset, which takes all commands back; a reset of a
 * device that is gone ends by giving it up. While going away there are no
 * resets: then the controller is given up at once. Both run elsewhere: this
 * work also serves the commands that a bring-up is waiting for, and must not
 * wait for the bring-up itself.
 */
static enum blk_eh_timer_return eh_take_all(struct nvmeq_queue *q)
{
	if (nvmeq_reset_schedule(q->ctrl) == -ENODEV)
		nvmeq_ctrl_kill_schedule(q->ctrl);
	return BLK_EH_RESET_TIMER;
}

enum blk_eh_timer_return nvmeq_eh_timeout(struct request *rq)
{
	struct nvmeq_queue *q = rq->mq_hctx->driver_data;
	struct nvmeq_cmd *cmd = nvmeq_rq_cmd(rq);
	struct nvmeq_ctrl *ctrl = q->ctrl;
	struct nvmeq_eh_facts facts;
	enum nvmeq_eh_action action;

	eh_gather(q, rq, &facts);
	action = nvmeq_escalate(&facts);
	dev_warn_ratelimited(&ctrl->dev,
			     "queue %u cid %#06x %s timed out, state %s, CSTS=%08x: %s\n", q->qid,
			     le16_to_cpu(cmd->sqe.cid), eh_op_name(q, cmd->sqe.opcode),
			     nvmeq_state_name(facts.state), facts.csts,
			     nvmeq_eh_action_name(action));
	switch (action) {
	case NVMEQ_EH_REAPED:
		return BLK_EH_DONE;
	case NVMEQ_EH_WAIT:
		return BLK_EH_RESET_TIMER;
	case NVMEQ_EH_RESET:
		return eh_take_all(q);
	case NVMEQ_EH_STOP:
	case NVMEQ_EH_GONE:
		if (facts.state == NVMEQ_STATE_NEW || facts.state == NVMEQ_STATE_CONNECTING)
			return eh_abort_one(q, rq);
		return eh_take_all(q);
	}
	return BLK_EH_RESET_TIMER;
}
