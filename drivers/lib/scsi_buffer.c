// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_buffer.c - WRITE BUFFER: firmware
 *
 * An image goes to the controller by Firmware Image Download, in pieces that
 * it takes, and becomes firmware by Firmware Commit.
 *
 *	mode	05h	the whole image: downloads, then a commit
 *		07h	a part of it: downloads; nothing tells which part is the last one
 *		0Dh	likewise, with events that activate it
 *		0Eh	likewise
 *		0Fh	the commit for these three
 *
 * A part begins at a multiple of the controller's unit and ends at any dword:
 * where an image ends is for the controller to judge, and every part but the
 * last is held to the unit by the beginning of the next one.
 *
 * Modes 04h and 06h, which activate without saving, do not exist on NVMe; nor
 * does any mode that is not in the table.
 *
 * BUFFER ID is the firmware slot where there is a commit, 0 leaves it to the
 * controller. The image is activated at once where the controller does that
 * without a reset, else by the next reset; a commit that asks for one is GOOD.
 */
#include <nvmeq/scsi_plan.h>

#define BUFFER_SLOT_MAX		7
#define BUFFER_AT_RESET		1	/* commit actions: replace and activate at the next reset */
#define BUFFER_AT_ONCE		3	/* replace and activate now */
#define BUFFER_UNIT		4U	/* dwords */
#define BUFFER_EVENTS_MASK	0x6	/* of MODE SPECIFIC of 0Dh: these bits ... */
#define BUFFER_EVENTS		0x4	/* ... must be this */

/* Bytes of the CDB */
enum { BUFFER_MODE_AT = 1, BUFFER_ID_AT = 2, BUFFER_OFFSET_AT = 3, BUFFER_LENGTH_AT = 6 };

#define BUFFER_LOADS		BIT(0)	/* takes data */
#define BUFFER_COMMITS		BIT(1)	/* BUFFER ID is a slot */
#define BUFFER_PART		BIT(2)	/* at an offset */
#define BUFFER_HAS_EVENTS	BIT(3)

static const u8 buffer_modes[32] = {
	[0x05] = BUFFER_LOADS | BUFFER_COMMITS,
	[0x07] = BUFFER_LOADS | BUFFER_PART,
	[0x0d] = BUFFER_LOADS | BUFFER_PART | BUFFER_HAS_EVENTS,
	[0x0e] = BUFFER_LOADS | BUFFER_PART,
	[0x0f] = BUFFER_COMMITS,
};

static u8 buffer_flags(const struct nvmeq_scsi_task *t)
{
	return buffer_modes[t->req->buffer.mode & 0x1f];
}

/* --- commit --- */

static void buffer_commit(struct nvmeq_scsi_task *t, u8 action, nvmeq_scsi_then then)
{
	nvmeq_cmd_fw_commit(nvmeq_scsi_sqe(t), t->req->buffer.id, action);
	nvmeq_scsi_send_admin(t, nvmeq_scsi_no_data(), then);
}

/* What would stop I/O for longer than the controller promised is left to the next reset. */
static void buffer_committed(struct nvmeq_scsi_task *t)
{
	if ((t->answer.status & NVMEQ_STATUS_CODE_MASK) == NVMEQ_SC_FW_MAX_TIME)
		buffer_commit(t, BUFFER_AT_RESET, nvmeq_scsi_good);
	else
		nvmeq_scsi_fail_status(t, t->answer.status);
}

static void buffer_activate(struct nvmeq_scsi_task *t)
{
	if (!t->f->activate_now) {
		buffer_commit(t, BUFFER_AT_RESET, nvmeq_scsi_good);
		return;
	}
	nvmeq_scsi_tolerate(t);
	buffer_commit(t, BUFFER_AT_ONCE, buffer_committed);
}

/* --- download --- */

/* Whole units; a controller whose unit is more than it takes at once gets what it takes. */
static u32 buffer_piece(const struct nvmeq_scsi_facts *f)
{
	u32 max = f->max_transfer_bytes, unit = f->firmware_unit_bytes;

	if (!unit || unit > max)
		unit = BUFFER_UNIT;
	return max - max % unit;
}

static void buffer_load(struct nvmeq_scsi_task *t)
{
	u32 at = t->vars.at, bytes = min_t(u32, t->req->list_bytes - at, buffer_piece(t->f));

	if (at == t->req->list_bytes) {
		if (buffer_flags(t) & BUFFER_COMMITS)
			buffer_activate(t);
		else
			nvmeq_scsi_good(t);
		return;
	}
	t->vars.at += bytes;
	nvmeq_cmd_fw_download(nvmeq_scsi_sqe(t), bytes, t->req->buffer.offset + at);
	nvmeq_scsi_send_admin(t, nvmeq_scsi_of_caller(t, at, bytes, true), buffer_load);
}

/* --- what is asked for --- */

static bool buffer_specific_valid(const struct nvmeq_scsi_task *t)
{
	u8 specific = t->req->buffer.specific;

	if (buffer_flags(t) & BUFFER_HAS_EVENTS)
		return (specific & BUFFER_EVENTS_MASK) == BUFFER_EVENTS;
	return !specific;
}

static bool buffer_id_valid(const struct nvmeq_scsi_task *t)
{
	const struct nvmeq_scsi_facts *f = t->f;
	u8 id = t->req->buffer.id;

	if (!(buffer_flags(t) & BUFFER_COMMITS))
		return !id;
	if (id == 1 && f->slot1_read_only)
		return false;
	return id <= min_t(u8, f->firmware_slots, BUFFER_SLOT_MAX);
}

static bool buffer_offset_valid(const struct nvmeq_scsi_task *t)
{
	u32 offset = t->req->buffer.offset, unit = t->f->firmware_unit_bytes;

	if (!(buffer_flags(t) & BUFFER_LOADS))
		return true;
	if (!(buffer_flags(t) & BUFFER_PART))
		return !offset;
	return !(offset % BUFFER_UNIT) && (!unit || !(offset % unit));
}

static bool buffer_length_valid(const struct nvmeq_scsi_task *t)
{
	if (!(buffer_flags(t) & BUFFER_LOADS))
		return !t->req->list_bytes;
	return !(t->req->list_bytes % BUFFER_UNIT);
}

/* The first field that is wrong, by its first byte; 0 none. */
static u16 buffer_wrong(const struct nvmeq_scsi_task *t)
{
	if (!buffer_flags(t) || !buffer_specific_valid(t))
		return BUFFER_MODE_AT;
	if (!buffer_id_valid(t))
		return BUFFER_ID_AT;
	if (!buffer_offset_valid(t))
		return BUFFER_OFFSET_AT;
	if (!buffer_length_valid(t))
		return BUFFER_LENGTH_AT;
	return 0;
}

void nvmeq_scsi_plan_write_buffer(struct nvmeq_scsi_task *t)
{
	u16 wrong = buffer_wrong(t);

	if (wrong)
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_CDB_FIELD, wrong, NVMEQ_SENSE_NO_BIT);
	else if (t->state.formatting)
		nvmeq_scsi_fail(t, NVMEQ_SENSE_FORMATTING);
	else if (t->req->list_bytes > t->mem.out_bytes)
		nvmeq_scsi_fail(t, NVMEQ_SENSE_LIST_LENGTH);
	else if (!(buffer_flags(t) & BUFFER_LOADS))
		buffer_activate(t);
	else if (!t->req->list_bytes)
		nvmeq_scsi_good(t);
	else
		buffer_load(t);
}
