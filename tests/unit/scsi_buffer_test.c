// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_buffer_test.c - WRITE BUFFER: modes by hand from SPC-4 6.49, Firmware
 * Image Download and Commit from NVMe Base 5.12 and 5.13
 */
#include "support/scsi_row.h"
#include "support/test.h"

static struct nvmeq_scsi_facts facts;
static struct scsi_rig rig;

static void disk(void)
{
	facts = (struct nvmeq_scsi_facts) {
		.nsid = 3, .blocks = 1000, .block_shift = 9, .max_transfer_bytes = 16384,
		.oacs = 0x04, .firmware_slots = 3, .firmware_unit_bytes = 4096,
	};
	scsi_rig_init(&rig, &facts);
}

#define BE24(n)		(u8)((n) >> 16), (u8)((n) >> 8), (u8)(n)
#define WB(mode, id, offset, n)	{ 0x3b, mode, id, BE24(offset), BE24(n) }
#define LOAD(at, n)	{ 'a', 0x11, 0, (n) / 4 - 1, (at) / 4, n }
#define COMMIT(dw10)	{ 'a', 0x10, 0, dw10, 0, 0 }
#define BAD(byte)	.sense = NVMEQ_SENSE_CDB_FIELD, .at = AT_BYTE(byte)
#define SHORT		.sense = NVMEQ_SENSE_LIST_LENGTH
#define GIVEN(n)	.out_bytes = n, .moved = n

static const struct scsi_row modes[] = {
	{ "whole image, slot of the controller's choice", WB(0x05, 0, 0, 4096), GIVEN(4096),
	  .sent = { LOAD(0, 4096), COMMIT(0x08) } },
	{ "whole image to a slot", WB(0x05, 3, 0, 4096), GIVEN(4096),
	  .sent = { LOAD(0, 4096), COMMIT(0x0b) } },
	{ "part, saved", WB(0x07, 0, 8192, 4096), GIVEN(4096), .sent = { LOAD(8192, 4096) } },
	{ "part, with events", WB(0x8d, 0, 4096, 4096), GIVEN(4096),
	  .sent = { LOAD(4096, 4096) } },
	{ "part, with another event", WB(0xad, 0, 4096, 4096), GIVEN(4096),
	  .sent = { LOAD(4096, 4096) } },
	{ "part, deferred", WB(0x0e, 0, 0xfff000, 4096), GIVEN(4096),
	  .sent = { LOAD(0xfff000, 4096) } },
	{ "last part, of a few dwords", WB(0x0e, 0, 4096, 12), GIVEN(12),
	  .sent = { LOAD(4096, 12) } },
	{ "activate", WB(0x0f, 0, 0, 0), .sent = { COMMIT(0x08) } },
	{ "activate a slot", WB(0x0f, 2, 0, 0), .sent = { COMMIT(0x0a) } },
	{ "nothing of an image", WB(0x05, 0, 0, 0), .moved = 0 },
	{ "nothing of a part", WB(0x0e, 0, 4096, 0), .moved = 0 },
	{ "more is given", WB(0x0e, 0, 0, 4096), .out_bytes = 8192, .moved = 4096,
	  .sent = { LOAD(0, 4096) } },
};

static const struct scsi_row refused[] = {
	{ "mode 00", WB(0x00, 0, 0, 4096), .out_bytes = 4096, BAD(1) },
	{ "data", WB(0x02, 0, 0, 4096), .out_bytes = 4096, BAD(1) },
	{ "activate without saving", WB(0x04, 0, 0, 4096), .out_bytes = 4096, BAD(1) },
	{ "part, activate without saving", WB(0x06, 0, 0, 4096), .out_bytes = 4096, BAD(1) },
	{ "echo buffer", WB(0x0a, 0, 0, 4096), .out_bytes = 4096, BAD(1) },
	{ "mode 1F", WB(0x1f, 0, 0, 4096), .out_bytes = 4096, BAD(1) },
	{ "mode specific of 05", WB(0x25, 0, 0, 4096), .out_bytes = 4096, BAD(1) },
	{ "mode specific of 07", WB(0x87, 0, 0, 4096), .out_bytes = 4096, BAD(1) },
	{ "no event", WB(0x0d, 0, 0, 4096), .out_bytes = 4096, BAD(1) },
	{ "hard reset as an event", WB(0xcd, 0, 0, 4096), .out_bytes = 4096, BAD(1) },
	{ "hard reset as the only event", WB(0x4d, 0, 0, 4096), .out_bytes = 4096, BAD(1) },
	{ "mode specific of 0E", WB(0x8e, 0, 0, 4096), .out_bytes = 4096, BAD(1) },
	{ "mode specific of 0F", WB(0x2f, 0, 0, 0), BAD(1) },
	{ "slot that is not there", WB(0x05, 4, 0, 4096), .out_bytes = 4096, BAD(2) },
	{ "slot beyond the field", WB(0x0f, 9, 0, 0), BAD(2) },
	{ "slot 255", WB(0x0f, 255, 0, 0), BAD(2) },
	{ "slot of a part (07)", WB(0x07, 1, 0, 4096), .out_bytes = 4096, BAD(2) },
	{ "slot of a part (0D)", WB(0x8d, 1, 0, 4096), .out_bytes = 4096, BAD(2) },
	{ "slot of a part (0E)", WB(0x0e, 1, 0, 4096), .out_bytes = 4096, BAD(2) },
	{ "whole image at an offset", WB(0x05, 0, 4096, 4096), .out_bytes = 4096, BAD(3) },
	{ "offset inside a unit", WB(0x0e, 0, 512, 4096), .out_bytes = 4096, BAD(3) },
	{ "offset inside a dword", WB(0x0e, 0, 4097, 4096), .out_bytes = 4096, BAD(3) },
	{ "length inside a dword", WB(0x05, 0, 0, 4095), .out_bytes = 4096, BAD(6) },
	{ "length of a part inside a dword", WB(0x0e, 0, 0, 2), .out_bytes = 4096, BAD(6) },
	{ "activate with data", WB(0x0f, 0, 0, 4), .out_bytes = 4, BAD(6) },
};

/* Weakness 25: the length was believed, whatever the caller gave. */
static const struct scsi_row short_data[] = {
	{ "a byte is missing", WB(0x05, 0, 0, 4096), .out_bytes = 4095, SHORT },
	{ "all is missing", WB(0x0e, 0, 0, 4096), SHORT },
	{ "16 MiB of nothing", WB(0x07, 0, 0, 0xfffffc), .out_bytes = 512, SHORT },
	{ "data the other way", WB(0x05, 0, 0, 4096), .in_bytes = 4096, SHORT },
};

static void each_mode_is_downloads_and_a_commit(void)
{
	disk();
	scsi_rows_check(&rig, modes, ARRAY_SIZE(modes));
	scsi_rig_free(&rig);
}

static void what_is_refused_sends_nothing(void)
{
	disk();
	scsi_rows_check(&rig, refused, ARRAY_SIZE(refused));
	scsi_rows_check(&rig, short_data, ARRAY_SIZE(short_data));
	scsi_rig_free(&rig);
}

/* Weakness 25: an image that is larger than one command moves was sent in one. */
static void images_are_split_by_what_a_command_moves(void)
{
	static const struct {
		const char *desc;
		u32 max, unit;
		struct scsi_row row;
	} split[] = {
		{ "three pieces", 16384, 4096,
		  { "three pieces", WB(0x05, 1, 0, 40960), GIVEN(40960),
		    .sent = { LOAD(0, 16384), LOAD(16384, 16384), LOAD(32768, 8192),
			      COMMIT(0x09) } } },
		{ "at an offset", 16384, 4096,
		  { "at an offset", WB(0x0e, 0, 0x10000, 20480), GIVEN(20480),
		    .sent = { LOAD(0x10000, 16384), LOAD(0x14000, 4096) } } },
		{ "pieces are whole units", 20480, 8192,
		  { "pieces are whole units", WB(0x07, 0, 0, 32768), GIVEN(32768),
		    .sent = { LOAD(0, 16384), LOAD(16384, 16384) } } },
		{ "the last one need not be", 16384, 4096,
		  { "the last one need not be", WB(0x07, 0, 0, 16388), GIVEN(16388),
		    .sent = { LOAD(0, 16384), LOAD(16384, 4) } } },
		{ "no rule for the size", 1022, 4,
		  { "no rule for the size", WB(0x05, 0, 0, 2048), GIVEN(2048),
		    .sent = { LOAD(0, 1020), LOAD(1020, 1020), LOAD(2040, 8),
			      COMMIT(0x08) } } },
		{ "a unit that no command moves", 4096, 1044480,
		  { "a unit that no command moves", WB(0x05, 0, 0, 8192), GIVEN(8192),
		    .sent = { LOAD(0, 4096), LOAD(4096, 4096), COMMIT(0x08) } } },
		{ "unit 0", 4096, 0,
		  { "unit 0", WB(0x0e, 0, 4, 4100), GIVEN(4100),
		    .sent = { LOAD(4, 4096), LOAD(4100, 4) } } },
		{ "no transfer at all", 3, 4096,
		  { "no transfer at all", WB(0x05, 0, 0, 4096), .out_bytes = 4096,
		    .sense = NVMEQ_SENSE_TARGET_FAILURE } },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(split); i++) {
		disk();
		facts.max_transfer_bytes = split[i].max;
		facts.firmware_unit_bytes = split[i].unit;
		scsi_row_check(&rig, &split[i].row);
		scsi_rig_free(&rig);
	}
}

static void largest_image_is_cut_without_gap(void)
{
	static const struct scsi_row row = { "16 MiB less a dword", WB(0x05, 0, 0, 0xfffffc),
					     .out_bytes = 0xfffffc };
	struct nvmeq_scsi_mem mem = { .out_bytes = row.out_bytes };
	struct nvmeq_scsi_answer ok = { 0 };
	const struct nvmeq_scsi_step *st;
	struct nvmeq_scsi_req req;
	struct nvmeq_scsi_task t;
	u32 at = 0;

	disk();
	facts.max_transfer_bytes = 1u << 20;
	nvmeq_scsi_decode(row.cdb, 10, &facts, &req);
	WANT("no scratch memory", nvmeq_scsi_scratch_bytes(&req, &facts), 0);
	nvmeq_scsi_begin(&t, &req, &facts, &rig.state, &mem);
	for (st = nvmeq_scsi_next(&t); st->cmd[0].sqe.opcode == 0x11 && !test_misses();
	     st = nvmeq_scsi_next(&t)) {
		const struct nvmeq_scsi_cmd *cmd = &st->cmd[0];

		WANT("caller's data", cmd->data.where, NVMEQ_SCSI_CALLER);
		WANT("from", cmd->data.at, at);
		WANT("to", cmd->sqe.cdw11 * 4, at);
		WANT("length", cmd->sqe.cdw10 * 4 + 4, cmd->data.bytes);
		at += cmd->data.bytes;
		nvmeq_scsi_answer(&t, &ok);
	}
	WANT("all of it", at, 0xfffffc);
	WANT("commit", st->cmd[0].sqe.opcode, 0x10);
	scsi_rig_free(&rig);
}

static void slots_are_those_that_can_be_written(void)
{
	static const struct scsi_row read_only[] = {
		{ "image to slot 1", WB(0x05, 1, 0, 4096), .out_bytes = 4096, BAD(2) },
		{ "commit to slot 1", WB(0x0f, 1, 0, 0), BAD(2) },
		{ "commit to slot 2", WB(0x0f, 2, 0, 0), .sent = { COMMIT(0x0a) } },
	};
	static const struct scsi_row most[] = {
		{ "slot 7", WB(0x0f, 7, 0, 0), .sent = { COMMIT(0x0f) } },
		{ "slot 8 is no slot", WB(0x0f, 8, 0, 0), BAD(2) },
	};
	static const struct scsi_row none[] = {
		{ "slot 1 of none", WB(0x0f, 1, 0, 0), BAD(2) },
		{ "any slot", WB(0x0f, 0, 0, 0), .sent = { COMMIT(0x08) } },
	};

	disk();
	facts.slot1_read_only = true;
	scsi_rows_check(&rig, read_only, ARRAY_SIZE(read_only));
	facts.firmware_slots = 200;
	scsi_rows_check(&rig, most, ARRAY_SIZE(most));
	facts.firmware_slots = 0;
	facts.slot1_read_only = false;
	scsi_rows_check(&rig, none, ARRAY_SIZE(none));
	scsi_rig_free(&rig);
}

static void activates_at_once_where_it_can(void)
{
	static const struct scsi_row row[] = {
		{ "image", WB(0x05, 2, 0, 4096), GIVEN(4096),
		  .sent = { LOAD(0, 4096), COMMIT(0x1a) } },
		{ "activate", WB(0x0f, 0, 0, 0), .sent = { COMMIT(0x18) } },
		{ "needs a conventional reset", WB(0x0f, 0, 0, 0), .sent = { COMMIT(0x18) },
		  .status = { 0x410b } },
		{ "needs a subsystem reset", WB(0x0f, 0, 0, 0), .sent = { COMMIT(0x18) },
		  .status = { 0x0110 } },
		{ "needs a controller reset", WB(0x0f, 0, 0, 0), .sent = { COMMIT(0x18) },
		  .status = { 0x4111 } },
		{ "takes too long", WB(0x0f, 1, 0, 0), .sent = { COMMIT(0x19), COMMIT(0x09) },
		  .status = { 0x4112 } },
		{ "takes too long and fails", WB(0x0f, 1, 0, 0),
		  .sent = { COMMIT(0x19), COMMIT(0x09) }, .status = { 0x0112, 0x4106 },
		  .sense = NVMEQ_SENSE_CDB_FIELD },
		{ "bad image", WB(0x05, 0, 0, 4096), .out_bytes = 4096, .moved = 4096,
		  .sent = { LOAD(0, 4096), COMMIT(0x18) }, .status = { 0, 0x4107 },
		  .sense = NVMEQ_SENSE_LIST_FIELD },
		{ "prohibited", WB(0x0f, 0, 0, 0), .sent = { COMMIT(0x18) },
		  .status = { 0x4113 }, .sense = NVMEQ_SENSE_CDB_FIELD },
	};

	disk();
	facts.activate_now = true;
	scsi_rows_check(&rig, row, ARRAY_SIZE(row));
	scsi_rig_free(&rig);
}

static void failures_end_it(void)
{
	static const struct scsi_row row[] = {
		{ "first piece", WB(0x05, 0, 0, 20480), .out_bytes = 20480, .moved = 0,
		  .sent = { LOAD(0, 16384) }, .status = { 0x4002 },
		  .sense = NVMEQ_SENSE_CDB_FIELD },
		{ "overlap", WB(0x05, 0, 0, 20480), .out_bytes = 20480, .moved = 16384,
		  .sent = { LOAD(0, 16384), LOAD(16384, 4096) }, .status = { 0, 0x4114 },
		  .sense = NVMEQ_SENSE_LIST_FIELD },
		{ "a commit that waits for a reset", WB(0x05, 0, 0, 4096), GIVEN(4096),
		  .sent = { LOAD(0, 4096), COMMIT(0x08) }, .status = { 0, 0x410b } },
	};
	static const struct scsi_row formatting = { "while a format runs", WB(0x05, 0, 0, 4096),
		.out_bytes = 4096, .sense = NVMEQ_SENSE_FORMATTING };
	static const struct scsi_row absent = { "no firmware commands", WB(0x05, 0, 0, 4096),
		.out_bytes = 4096, .sense = NVMEQ_SENSE_OPCODE };

	disk();
	scsi_rows_check(&rig, row, ARRAY_SIZE(row));
	rig.state.formatting = true;
	scsi_row_check(&rig, &formatting);
	facts.oacs = 0xfffb;
	scsi_row_check(&rig, &absent);
	scsi_rig_free(&rig);
}

static const struct CMUnitTest tests[] = {
	TEST(each_mode_is_downloads_and_a_commit),
	TEST(what_is_refused_sends_nothing),
	TEST(images_are_split_by_what_a_command_moves),
	TEST(largest_image_is_cut_without_gap),
	TEST(slots_are_those_that_can_be_written),
	TEST(activates_at_once_where_it_can),
	TEST(failures_end_it),
};

TEST_MAIN("scsi_buffer", tests)
