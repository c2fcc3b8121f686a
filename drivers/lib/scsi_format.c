// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_format.c - FORMAT UNIT and SANITIZE
 *
 * Both destroy all data, so all that they were told is judged before anything
 * is sent, and what is not understood is refused.
 *
 * FORMAT UNIT is one Format NVM. The block length is the one that MODE SELECT
 * chose, else the present one; protection is what FMTPINFO and the parameter
 * list ask for. Together they name an LBA format:
 *
 *	protection	the first of that length with 8 bytes of metadata
 *	none		the present format, if it has none and that length; else the first
 *			without metadata; else the present one with its protection off
 *
 * and no other: without a match the command is refused (5/26/00), there is no
 * format to fall back to. Only the first 16 are looked at, more exist only for
 * hosts that enable them. Format NVM is over when it is over; with IMMED the
 * caller is let go and the task goes on alone.
 *
 * SANITIZE starts a Sanitize, which the controller carries out by itself; its
 * log tells how that ends. It reaches every namespace of the NVM subsystem.
 * References: SBC-3 sections 5.3 and 5.30, Base sections 5.14, 5.16.1.25, 5.24.
 */
#include <nvmeq/scsi_plan.h>
#include <nvmeq/spec_id.h>

#define FORMAT_LBAF_MAX		16U
#define FORMAT_PI_BYTES		8

/* Parameter list header, byte 1 */
#define FORMAT_FOV		BIT(7)	/* the options below are meant */
#define FORMAT_OPTIONS		0x7c	/* DPRY, DCRT, STPF, IP and an obsolete one */
#define FORMAT_IP		BIT(3)	/* there is an initialization pattern */
#define FORMAT_IMMED		BIT(1)

#define SANITIZE_LIST_BYTES	8
#define SANITIZE_LOG_BYTES	512
#define SANITIZE_POLL_MS	500
#define SANITIZE_PASSES_MAX	16

/* --- FORMAT UNIT: the parameter list --- */

#define FORMAT_PI_NONE		0xff

/* Protection type by FMTPINFO and PROTECTION FIELD USAGE; what is not here does not exist. */
static u8 format_pi_type(u8 fmtpinfo, u8 usage)
{
	static const u8 types[4][2] = {
		{ 0, FORMAT_PI_NONE },
		{ FORMAT_PI_NONE, FORMAT_PI_NONE },
		{ 1, FORMAT_PI_NONE },
		{ 2, 3 },
	};

	return usage < 2 ? types[fmtpinfo & 0x3][usage] : FORMAT_PI_NONE;
}

static bool format_refuse(struct nvmeq_scsi_task *t, u16 byte, u8 bit)
{
	nvmeq_scsi_fail_field(t, NVMEQ_SENSE_LIST_FIELD, byte, bit);
	return false;
}

/* Short: 0 usage, 1 options, 2..3 length of the defect list. Long: 3 interval, 4..7 length. */
static bool format_list_valid(struct nvmeq_scsi_task *t)
{
	const u8 *list = t->list;
	bool wide = t->req->format.long_list;

	if (!(list[1] & FORMAT_FOV) && (list[1] & FORMAT_OPTIONS))
		return format_refuse(t, 1, 7);
	if (list[1] & FORMAT_IP)
		return format_refuse(t, 1, 3);
	if (wide && list[3])
		return format_refuse(t, 3, 7);
	if (wide ? nvmeq_get_be32(list + 4) : nvmeq_get_be16(list + 2))
		return format_refuse(t, wide ? 4 : 2, NVMEQ_SENSE_NO_BIT);
	return true;
}

/* --- FORMAT UNIT: the format --- */

/* The first LBA format of this size; negative when there is none. */
static int format_find(const struct nvmeq_scsi_facts *f, u32 block_bytes, u16 metadata_bytes)
{
	u32 i, n = min_t(u32, f->nr_formats, FORMAT_LBAF_MAX);

	for (i = 0; i < n; i++) {
		u8 shift = f->formats[i].block_shift;

		if (shift && shift < 32 && 1U << shift == block_bytes &&
		    f->formats[i].metadata_bytes == metadata_bytes)
			return (int)i;
	}
	return -1;
}

static int format_choose(const struct nvmeq_scsi_facts *f, u32 block_bytes, u8 pi_type)
{
	bool same = block_bytes == nvmeq_scsi_block_bytes(f);
	int lbaf;

	if (pi_type)
		return format_find(f, block_bytes, FORMAT_PI_BYTES);
	if (same && !f->pi_type)
		return format_find(f, block_bytes, f->metadata_bytes);
	lbaf = format_find(f, block_bytes, 0);
	return lbaf < 0 && same ? format_find(f, block_bytes, f->metadata_bytes) : lbaf;
}

/* Where the tuple is: as it is now, else where the controller can have it, at the end if it may. */
static bool format_pi_first(const struct nvmeq_scsi_facts *f)
{
	if (f->pi_type)
		return f->pi_first;
	return (f->dpc & (NVMEQ_DPC_PI_FIRST | NVMEQ_DPC_PI_LAST)) == NVMEQ_DPC_PI_FIRST;
}

/*
 * Encodes the command; false when the task has failed. Metadata that was not there before gets a
 * buffer of its own; a controller that cannot do that refuses the format.
 */
static bool format_encode(struct nvmeq_scsi_task *t, u8 pi_type)
{
	const struct nvmeq_scsi_facts *f = t->f;
	u32 block_bytes = t->state.format_block_bytes;
	struct nvmeq_format how;
	int lbaf;

	if (pi_type == FORMAT_PI_NONE || (pi_type && !(f->dpc & BIT(pi_type - 1))))
		return format_refuse(t, 0, 2);
	if (!block_bytes)
		block_bytes = nvmeq_scsi_block_bytes(f);
	lbaf = format_choose(f, block_bytes, pi_type);
	if (lbaf < 0) {
		nvmeq_scsi_fail(t, NVMEQ_SENSE_LIST_FIELD);
		return false;
	}
	how = (struct nvmeq_format) {
		.nsid = f->format_all ? NVMEQ_NSID_ALL : f->nsid,
		.lbaf = (u8)lbaf,
		.extended = f->formats[lbaf].metadata_bytes && f->extended,
		.pi_type = pi_type,
		.pi_first = pi_type && format_pi_first(f),
	};
	nvmeq_cmd_format(nvmeq_scsi_sqe(t), &how);
	return true;
}

/* --- FORMAT UNIT: the steps --- */

/* What MODE SELECT chose is now so. */
static void format_done(struct nvmeq_scsi_task *t)
{
	if (t->state.format_block_bytes) {
		t->state.format_block_bytes = 0;
		t->out.after |= (u32)NVMEQ_SCSI_AFTER_STATE;
	}
	nvmeq_scsi_good(t);
}

/* Encoded before the caller is let go, who is told of all that is wrong with the command. */
static void format_send(struct nvmeq_scsi_task *t)
{
	nvmeq_scsi_send_admin(t, nvmeq_scsi_no_data(), format_done);
}

static void format_list(struct nvmeq_scsi_task *t)
{
	u8 usage = t->list[0] & 0x7;

	if (!format_list_valid(t) || !format_encode(t, format_pi_type(t->req->format.pi, usage)))
		return;
	if (t->list[1] & FORMAT_IMMED)
		nvmeq_scsi_detach(t, format_send);
	else
		format_send(t);
}

static void format_plain(struct nvmeq_scsi_task *t)
{
	if (format_encode(t, 0))
		format_send(t);
}

/* CMPLST tells of a defect list, of which there is none. */
void nvmeq_scsi_plan_format(struct nvmeq_scsi_task *t)
{
	const struct nvmeq_scsi_req *req = t->req;

	if (req->format.defects)
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_CDB_FIELD, 1, 2);
	else if (!req->format.data && req->format.pi)
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_CDB_FIELD, 1, 7);
	else if (!req->format.data)
		format_plain(t);
	else if (t->mem.out_bytes < req->list_bytes)
		nvmeq_scsi_fail(t, NVMEQ_SENSE_LIST_LENGTH);
	else
		nvmeq_scsi_need_list(t, format_list);
}

/* --- SANITIZE --- */

enum { SANITIZE_ACTION_OVERWRITE = 0x01, SANITIZE_ACTION_EXIT = 0x1f };

/* Sanitize Status log, byte 2 bits 2:0: over and well, without or with deallocation inhibited */
enum { SANITIZE_COMPLETED = 1, SANITIZE_COMPLETED_KEPT = 4 };

static const u8 sanitize_actions[0x20] = {
	[0x01] = NVMEQ_SANITIZE_OVERWRITE,
	[0x02] = NVMEQ_SANITIZE_BLOCK,
	[0x03] = NVMEQ_SANITIZE_CRYPTO,
	[0x1f] = NVMEQ_SANITIZE_EXIT_FAILURE,
};

static void sanitize_poll(struct nvmeq_scsi_task *t);

static void sanitize_logged(struct nvmeq_scsi_task *t)
{
	const u8 *log = nvmeq_scsi_work(t, 0);
	struct nvmeq_sense s;

	if (nvmeq_sense_sanitize(log, &s)) {
		if (s.code == NVMEQ_SENSE_SANITIZING)
			nvmeq_scsi_wait(t, SANITIZE_POLL_MS, sanitize_poll);
		else
			nvmeq_scsi_fail_sense(t, &s);
		return;
	}
	switch (log[2] & 0x7) {
	case SANITIZE_COMPLETED:
	case SANITIZE_COMPLETED_KEPT:
		nvmeq_scsi_good(t);
		break;
	default:	/* as if it had never been started */
		nvmeq_scsi_fail(t, NVMEQ_SENSE_TARGET_FAILURE);
		break;
	}
}

/* The page is cleared before, so that a controller that writes less than all of it says nothing. */
static void sanitize_poll(struct nvmeq_scsi_task *t)
{
	memset(nvmeq_scsi_work(t, 0), 0, SANITIZE_LOG_BYTES);
	nvmeq_cmd_peek_log(nvmeq_scsi_sqe(t), NVMEQ_LOG_SANITIZE, NVMEQ_NSID_ALL,
			   SANITIZE_LOG_BYTES);
	nvmeq_scsi_send_admin(t, nvmeq_scsi_in_work(0, SANITIZE_LOG_BYTES), sanitize_logged);
}

static void sanitize_send(struct nvmeq_scsi_task *t, const struct nvmeq_sanitize *how)
{
	bool at_once = t->req->immed || how->action == NVMEQ_SANITIZE_EXIT_FAILURE;

	nvmeq_cmd_sanitize(nvmeq_scsi_sqe(t), how);
	nvmeq_scsi_send_admin(t, nvmeq_scsi_no_data(), at_once ? nvmeq_scsi_good : sanitize_poll);
}

/*
 * List: 0 INVERT 7, TEST 6:5, passes 4:0; 2..3 length of the pattern; 4.. pattern. The blocks are
 * to hold the pattern afterwards, so they are not deallocated, unless the controller knows better.
 */
static void sanitize_list(struct nvmeq_scsi_task *t)
{
	const u8 *list = t->list;
	struct nvmeq_sanitize how = {
		.action = NVMEQ_SANITIZE_OVERWRITE,
		.ause = t->req->sanitize.ause,
		.passes = list[0] & 0x1f,
		.invert = list[0] & BIT(7),
		.keep = !(t->f->sanicap & NVMEQ_SANICAP_NDI),
		.pattern = nvmeq_get_le32(list + 4),	/* first byte first on the medium */
	};

	if (list[0] & 0x60)
		format_refuse(t, 0, 6);
	else if (!how.passes || how.passes > SANITIZE_PASSES_MAX)
		format_refuse(t, 0, 4);
	else if (nvmeq_get_be16(list + 2) != SANITIZE_LIST_BYTES - 4)
		format_refuse(t, 2, NVMEQ_SENSE_NO_BIT);
	else
		sanitize_send(t, &how);
}

void nvmeq_scsi_plan_sanitize(struct nvmeq_scsi_task *t)
{
	const struct nvmeq_scsi_req *req = t->req;
	u16 action = req->op->action;
	u32 want = action == SANITIZE_ACTION_OVERWRITE ? SANITIZE_LIST_BYTES : 0;
	struct nvmeq_sanitize how = {
		.action = sanitize_actions[action & 0x1f],
		.ause = req->sanitize.ause,
	};

	if (req->list_bytes != want)
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_CDB_FIELD, 7, NVMEQ_SENSE_NO_BIT);
	else if (!want)
		sanitize_send(t, &how);
	else if (t->mem.out_bytes < want)
		nvmeq_scsi_fail(t, NVMEQ_SENSE_LIST_LENGTH);
	else
		nvmeq_scsi_need_list(t, sanitize_list);
}
