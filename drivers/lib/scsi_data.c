// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_data.c - READ CAPACITY, REPORT LUNS, GET LBA STATUS, REPORT SUPPORTED
 * OPERATION CODES and REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS
 *
 * All but one are put from the facts. REPORT SUPPORTED OPERATION CODES walks
 * the table that decodes the commands (scsi_op.c), so that what it lists is
 * what is accepted.
 *
 * GET LBA STATUS is made of NVMe's command of that name, which knows of blocks
 * that may be unreadable and nothing of deallocation: provisioning status is 0,
 * "mapped or unknown", everywhere, and additional status tells the blocks that
 * may be lost (SBC-4 section 5.9). Its list comes from the controller and is
 * believed only as far as it is in order and on the disk.
 */
#include <nvmeq/scsi_plan.h>
#include <nvmeq/spec_id.h>

/* --- READ CAPACITY --- */

void nvmeq_scsi_plan_capacity10(struct nvmeq_scsi_task *t)
{
	nvmeq_buf_put_be32(&t->resp, (u32)min_t(u64, t->f->blocks - 1, 0xffffffffU));
	nvmeq_buf_put_be32(&t->resp, nvmeq_scsi_block_bytes(t->f));
	nvmeq_scsi_good(t);
}

/* Logical blocks per physical block, as an exponent that fits four bits. */
static u8 capacity_exponent(const struct nvmeq_scsi_facts *f)
{
	u8 n = 0;

	while (n < 15 && f->physical_bytes >> n > nvmeq_scsi_block_bytes(f))
		n++;
	return n;
}

void nvmeq_scsi_plan_capacity16(struct nvmeq_scsi_task *t)
{
	const struct nvmeq_scsi_facts *f = t->f;
	struct nvmeq_buf *b = &t->resp;
	u8 protect = 0, provisioning = 0;

	if (nvmeq_scsi_can_protect(f))
		protect = (u8)((f->pi_type - 1) << 1 | 1);	/* P_TYPE, PROT_EN */
	if (nvmeq_scsi_can_unmap(f))
		provisioning |= 0x80;				/* LBPME */
	if (nvmeq_scsi_unmap_zeroes(f))
		provisioning |= 0x40;				/* LBPRZ */
	nvmeq_buf_put_be64(b, f->blocks - 1);
	nvmeq_buf_put_be32(b, nvmeq_scsi_block_bytes(f));
	nvmeq_buf_put_u8(b, protect);
	nvmeq_buf_put_u8(b, capacity_exponent(f));
	nvmeq_buf_put_u8(b, provisioning);
	nvmeq_buf_put_zeroes(b, 32 - 15);
	nvmeq_scsi_good(t);
}

/* --- REPORT LUNS --- */

#define LUNS_HEADER	8U
#define LUNS_ENTRY	8U
enum { LUNS_ALL = 0, LUNS_WELL_KNOWN = 1, LUNS_EVERYTHING = 2 };

/* SAM-5 section 4.7: peripheral, flat, then extended flat of 4 and of 6 bytes. */
static void luns_put(struct nvmeq_buf *b, u32 lun)
{
	u32 end = b->len + LUNS_ENTRY;

	if (lun < 256) {
		nvmeq_buf_put_be16(b, (u16)lun);
	} else if (lun < 16384) {
		nvmeq_buf_put_be16(b, (u16)(0x4000 | lun));
	} else if (lun < 1U << 24) {
		nvmeq_buf_put_be32(b, 0xd2U << 24 | lun);
	} else {
		nvmeq_buf_put_be16(b, 0xe200);
		nvmeq_buf_put_be32(b, lun);
	}
	nvmeq_buf_put_zeroes(b, end - b->len);
}

/* The list is as long as its entries, and no longer than what can be returned. */
static void luns_list(struct nvmeq_scsi_task *t)
{
	u32 most = (t->req->op->resp - LUNS_HEADER) / LUNS_ENTRY;
	u32 n = min_t(u32, t->f->nr_nsids, most), i;

	if (t->req->luns.select == LUNS_WELL_KNOWN)
		return;
	if (!n)
		luns_put(&t->resp, t->f->nsid - 1);
	for (i = 0; i < n; i++)
		luns_put(&t->resp, t->f->nsids[i] - 1);
}

void nvmeq_scsi_plan_luns(struct nvmeq_scsi_task *t)
{
	if (t->req->luns.select > LUNS_EVERYTHING) {
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_CDB_FIELD, 2, NVMEQ_SENSE_NO_BIT);
		return;
	}
	nvmeq_buf_put_zeroes(&t->resp, LUNS_HEADER);
	luns_list(t);
	nvmeq_buf_set_be32(&t->resp, 0, t->resp.len - LUNS_HEADER);
	nvmeq_scsi_good(t);
}

/* --- GET LBA STATUS --- */

#define LBA_LIST_BYTES		4096U
#define LBA_LIST_HEADER		8U
#define LBA_LIST_ENTRY		16U
#define LBA_LIST_MAX		((LBA_LIST_BYTES - LBA_LIST_HEADER) / LBA_LIST_ENTRY)
#define LBA_ACTION_TRACKED	0x11	/* what the controller knows already, no scan */
#define LBA_LIST_CUT		1	/* completion condition: the buffer was full */
#define LBA_DESC_MAX		0xffffffffU
#define LBA_MAY_BE_LOST		0x01

static void lba_put(struct nvmeq_scsi_task *t, u64 lba, u64 blocks, u8 status)
{
	nvmeq_buf_put_be64(&t->resp, lba);
	nvmeq_buf_put_be32(&t->resp, (u32)min_t(u64, blocks, LBA_DESC_MAX));
	nvmeq_buf_put_u8(&t->resp, 0);			/* mapped, or unknown */
	nvmeq_buf_put_u8(&t->resp, status);
	nvmeq_buf_put_be16(&t->resp, 0);
}

/*
 * Blocks from *at to before @end that are not in the list. Descriptors join on
 * to each other, so one that is cut to 32 bits is the last; false then.
 */
static bool lba_put_rest(struct nvmeq_scsi_task *t, u64 *at, u64 end)
{
	u64 blocks = end - *at;

	if (blocks)
		lba_put(t, *at, blocks, 0);
	*at = end;
	return blocks <= LBA_DESC_MAX;
}

static_assert(8 + (2 * LBA_LIST_MAX + 1) * 16 <= 8192,
	      "a gap before each entry and one behind the last fit the response");

/* One entry of the controller's list; false when no more descriptors can follow. */
static bool lba_put_entry(struct nvmeq_scsi_task *t, const u8 *entry, u64 *at)
{
	u64 first = nvmeq_get_le64(entry), end;
	u32 blocks = nvmeq_get_le32(entry + 8);

	if (!blocks || first >= t->f->blocks)
		return true;
	end = first + min_t(u64, blocks, t->f->blocks - first);
	if (end <= *at)
		return true;
	if (first > *at && !lba_put_rest(t, at, first))
		return false;
	lba_put(t, *at, end - *at, LBA_MAY_BE_LOST);
	*at = end;
	return true;
}

static void lba_answered(struct nvmeq_scsi_task *t)
{
	const u8 *list = nvmeq_scsi_work(t, 0);
	u32 said = nvmeq_get_le32(list), n = min_t(u32, said, LBA_LIST_MAX), i;
	bool cut = said > n || list[4] == LBA_LIST_CUT, more = true;
	u64 at = t->req->lba;

	nvmeq_buf_put_zeroes(&t->resp, 8);
	for (i = 0; i < n && more; i++)
		more = lba_put_entry(t, list + LBA_LIST_HEADER + i * LBA_LIST_ENTRY, &at);
	if (more && !cut)
		lba_put_rest(t, &at, t->f->blocks);
	nvmeq_buf_set_be32(&t->resp, 0, t->resp.len - 4);
	nvmeq_scsi_good(t);
}

/* A block to ask for there must be: the one behind the end is not, though no block is moved. */
void nvmeq_scsi_plan_lba_status(struct nvmeq_scsi_task *t)
{
	if (t->req->lba >= t->f->blocks) {
		nvmeq_scsi_fail(t, NVMEQ_SENSE_LBA_RANGE);
		return;
	}
	nvmeq_cmd_lba_status(nvmeq_scsi_sqe(t), t->f->nsid, t->req->lba, LBA_LIST_BYTES,
			     LBA_ACTION_TRACKED, 0);
	nvmeq_scsi_send_admin(t, nvmeq_scsi_in_work(0, LBA_LIST_BYTES), lba_answered);
}

/* --- REPORT SUPPORTED OPERATION CODES --- */

#define OPCODES_CTDP		0x80	/* of the one command format */
#define OPCODES_NOT_SUPPORTED	0x01
#define OPCODES_STANDARD	0x03
enum { OPCODES_ALL = 0, OPCODES_PLAIN = 1, OPCODES_WITH_ACTION = 2, OPCODES_EITHER = 3 };

/* All zero: how long a command takes is not said. */
static void opcodes_put_timeouts(struct nvmeq_scsi_task *t)
{
	if (!t->req->opcodes.timeouts)
		return;
	nvmeq_buf_put_be16(&t->resp, 12 - 2);
	nvmeq_buf_put_zeroes(&t->resp, 12 - 2);
}

static void opcodes_put_row(struct nvmeq_scsi_task *t, const struct nvmeq_scsi_op *op)
{
	bool has_action = op->action != NVMEQ_SCSI_NO_ACTION;
	u8 flags = (has_action ? 0x01 : 0) | (t->req->opcodes.timeouts ? 0x02 : 0);

	nvmeq_buf_put_u8(&t->resp, op->opcode);
	nvmeq_buf_put_u8(&t->resp, 0);
	nvmeq_buf_put_be16(&t->resp, has_action ? op->action : 0);
	nvmeq_buf_put_u8(&t->resp, 0);
	nvmeq_buf_put_u8(&t->resp, flags);
	nvmeq_buf_put_be16(&t->resp, op->cdb_bytes);
	opcodes_put_timeouts(t);
}

static void opcodes_all(struct nvmeq_scsi_task *t)
{
	const struct nvmeq_scsi_op *op;
	unsigned int i;

	nvmeq_buf_put_be32(&t->resp, 0);
	for (i = 0; (op = nvmeq_scsi_op_row(i)); i++)
		if (nvmeq_scsi_op_offered(op, t->f))
			opcodes_put_row(t, op);
	nvmeq_buf_set_be32(&t->resp, 0, t->resp.len - 4);
	nvmeq_scsi_good(t);
}

static void opcodes_one(struct nvmeq_scsi_task *t, const struct nvmeq_scsi_op *op)
{
	u8 timeouts = t->req->opcodes.timeouts ? OPCODES_CTDP : 0;

	nvmeq_buf_put_u8(&t->resp, 0);
	if (op) {
		nvmeq_buf_put_u8(&t->resp, timeouts | OPCODES_STANDARD);
		nvmeq_buf_put_be16(&t->resp, op->cdb_bytes);
		nvmeq_buf_put_bytes(&t->resp, op->usage, op->cdb_bytes);
		opcodes_put_timeouts(t);
	} else {
		nvmeq_buf_put_u8(&t->resp, OPCODES_NOT_SUPPORTED);
		nvmeq_buf_put_be16(&t->resp, 0);
	}
	nvmeq_scsi_good(t);
}

/* An offered row, or NULL. The action that means "none" is one that may be asked for. */
static const struct nvmeq_scsi_op *opcodes_find(const struct nvmeq_scsi_task *t, bool with_action,
						u16 action)
{
	const struct nvmeq_scsi_op *op;

	if (with_action && action == NVMEQ_SCSI_NO_ACTION)
		return NULL;
	op = nvmeq_scsi_op_find(t->req->opcodes.opcode,
				with_action ? action : NVMEQ_SCSI_NO_ACTION);
	return op && nvmeq_scsi_op_offered(op, t->f) ? op : NULL;
}

static void opcodes_refuse(struct nvmeq_scsi_task *t)
{
	nvmeq_scsi_fail_field(t, NVMEQ_SENSE_CDB_FIELD, 2, 2);
}

void nvmeq_scsi_plan_opcodes(struct nvmeq_scsi_task *t)
{
	bool actions = nvmeq_scsi_op_has_actions(t->req->opcodes.opcode, t->f);
	const struct nvmeq_scsi_op *plain = opcodes_find(t, false, 0);
	const struct nvmeq_scsi_op *with = opcodes_find(t, true, t->req->opcodes.action);

	switch (t->req->opcodes.option) {
	case OPCODES_ALL:
		opcodes_all(t);
		break;
	case OPCODES_PLAIN:
		if (actions)
			opcodes_refuse(t);
		else
			opcodes_one(t, plain);
		break;
	case OPCODES_WITH_ACTION:
		if (plain)
			opcodes_refuse(t);
		else
			opcodes_one(t, with);
		break;
	case OPCODES_EITHER:
		opcodes_one(t, plain && !t->req->opcodes.action ? plain : with);
		break;
	default:
		opcodes_refuse(t);
		break;
	}
}

/* --- REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS --- */

/* None can be sent through this interface. */
void nvmeq_scsi_plan_tmfs(struct nvmeq_scsi_task *t)
{
	nvmeq_buf_put_be32(&t->resp, 0);
	nvmeq_scsi_good(t);
}
