// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_format_test.c - FORMAT UNIT and SANITIZE: fields by hand from SBC-3 5.3
 * and 5.30, NVMe Base 5.14, 5.24 and Figure 267
 */
#include <nvmeq/scsi_plan.h>

#include "support/scsi_row.h"
#include "support/test.h"

static struct nvmeq_scsi_facts facts;
static struct scsi_rig rig;

static const struct nvmeq_ns_format formats[20] = {
	[0] = { 9, 0 }, [1] = { 9, 8 }, [2] = { 12, 0 }, [3] = { 12, 8 }, [4] = { 12, 64 },
	[5] = { 9, 0 }, [6] = { 0, 0 }, [7] = { 11, 8 }, [8] = { 31, 0 }, [9] = { 32, 0 },
	[10] = { 255, 0 }, [15] = { 14, 0 }, [16] = { 13, 0 }, [19] = { 9, 128 },
};

static void disk(void)
{
	facts = (struct nvmeq_scsi_facts) {
		.nsid = 3, .blocks = 1000, .block_shift = 9, .max_transfer_bytes = 65536,
		.oacs = 0x02, .dpc = 0x17, .formats = formats, .nr_formats = ARRAY_SIZE(formats),
		.sanicap = 0x7,
	};
	scsi_rig_init(&rig, &facts);
}

#define FU(b1)		{ 0x04, b1, 0, 0, 0, 0 }
#define FORMAT(dw10)	.sent = { { 'a', 0x80, 3, dw10, 0, 0 } }
#define LIST		.sense = NVMEQ_SENSE_LIST_FIELD
#define BAD		.sense = NVMEQ_SENSE_CDB_FIELD
#define SHORT		.sense = NVMEQ_SENSE_LIST_LENGTH
#define GIVEN(n)	.out_bytes = n, .moved = n

/* --- FORMAT UNIT --- */

static const struct scsi_row plain[] = {
	{ "no parameter list", FU(0x00), FORMAT(0) },
	{ "old logical unit bits are not there, CMPLST is nothing", FU(0x08), FORMAT(0) },
	{ "LONGLIST without a list", FU(0x20), FORMAT(0) },
	{ "data that nobody asked for", FU(0x00), .out_bytes = 4, .moved = 0, FORMAT(0) },
	{ "short list of zeroes", FU(0x10), GIVEN(4), FORMAT(0) },
	{ "long list of zeroes", FU(0x30), GIVEN(8), FORMAT(0) },
	{ "vendor specific bit", FU(0x10), GIVEN(4), FORMAT(0), .out = { 0, 0x01 } },
	{ "no certification", FU(0x18), GIVEN(4), FORMAT(0), .out = { 0, 0xa0 } },
	{ "all options that are allowed", FU(0x18), GIVEN(4), FORMAT(0), .out = { 0, 0xf4 } },
	{ "type 1", FU(0x90), GIVEN(4), FORMAT(0x21) },
	{ "type 2", FU(0xd0), GIVEN(4), FORMAT(0x41) },
	{ "type 3", FU(0xd0), GIVEN(4), FORMAT(0x61), .out = { 1 } },
	{ "type 3 by a long list", FU(0xf0), GIVEN(8), FORMAT(0x61), .out = { 1 } },
	{ "a longer list than the header", FU(0x10), .out_bytes = 64, .moved = 4, FORMAT(0) },
};

static const struct scsi_row refused[] = {
	{ "defect list format", FU(0x04), BAD, .at = AT(1, 2) },
	{ "defect list format with a list", FU(0x11), .out_bytes = 4, BAD, .at = AT(1, 2) },
	{ "FMTPINFO 1 without a list", FU(0x40), BAD, .at = AT(1, 7) },
	{ "FMTPINFO 2 without a list", FU(0x80), BAD, .at = AT(1, 7) },
	{ "NACA", { 0x04, 0, 0, 0, 0, 4 }, BAD, .at = AT(5, 2) },
	{ "list of which nothing comes", FU(0x10), SHORT },
	{ "short list cut", FU(0x10), .out_bytes = 3, SHORT },
	{ "long list cut", FU(0x30), .out_bytes = 7, SHORT },
	{ "list the other way", FU(0x10), .in_bytes = 4, SHORT },
	{ "option without FOV", FU(0x10), GIVEN(4), LIST, .at = AT(1, 7), .out = { 0, 0x20 } },
	{ "IP without FOV", FU(0x10), GIVEN(4), LIST, .at = AT(1, 7), .out = { 0, 0x08 } },
	{ "initialization pattern", FU(0x10), GIVEN(4), LIST, .at = AT(1, 3),
	  .out = { 0, 0x88 } },
	{ "defect list", FU(0x10), GIVEN(4), LIST, .at = AT_BYTE(2), .out = { 0, 0, 0, 1 } },
	{ "large defect list", FU(0x10), GIVEN(4), LIST, .at = AT_BYTE(2), .out = { 0, 0, 1 } },
	{ "long defect list", FU(0x30), GIVEN(8), LIST, .at = AT_BYTE(4),
	  .out = { 0, 0, 0, 0, 0, 0, 0, 1 } },
	{ "largest defect list", FU(0x30), GIVEN(8), LIST, .at = AT_BYTE(4),
	  .out = { 0, 0, 0, 0, 0x80 } },
	{ "interval exponent", FU(0x30), GIVEN(8), LIST, .at = AT(3, 7), .out = { 0, 0, 0, 1 } },
	{ "protection information", FU(0x30), GIVEN(8), LIST, .at = AT(3, 7),
	  .out = { 0, 0, 0, 0x10 } },
	{ "FMTPINFO 0, usage 1", FU(0x10), GIVEN(4), LIST, .at = AT(0, 2), .out = { 1 } },
	{ "FMTPINFO 1", FU(0x50), GIVEN(4), LIST, .at = AT(0, 2) },
	{ "FMTPINFO 2, usage 1", FU(0x90), GIVEN(4), LIST, .at = AT(0, 2), .out = { 1 } },
	{ "FMTPINFO 3, usage 2", FU(0xd0), GIVEN(4), LIST, .at = AT(0, 2), .out = { 2 } },
	{ "FMTPINFO 3, usage 7", FU(0xd0), GIVEN(4), LIST, .at = AT(0, 2), .out = { 7 } },
};

static void parameters_become_fields(void)
{
	disk();
	scsi_rows_check(&rig, plain, ARRAY_SIZE(plain));
	scsi_rig_free(&rig);
}

static void what_is_refused_formats_nothing(void)
{
	disk();
	scsi_rows_check(&rig, refused, ARRAY_SIZE(refused));
	scsi_rig_free(&rig);
}

#define NOT_FOUND	0xffffffff

/* One choice of a format: what is there now, what is asked for, dword 10 of what is sent. */
struct choice {
	const char *desc;
	u8 shift;		/* now */
	u16 metadata;
	bool extended;
	u8 pi_type;
	bool pi_first;
	u32 block_bytes;	/* by MODE SELECT */
	u8 cdb1;
	u8 usage;
	u8 dpc;
	u32 dw10;
};

/*
 * Weakness 23: the last format was never looked at, and when none matched it
 * was number 15. It did not look at metadata either.
 */
static const struct choice choices[] = {
	{ "as it is", 9, 0, 0, 0, 0, 0, 0x10, 0, 0, 0 },
	{ "as it is, 4 KiB", 12, 0, 0, 0, 0, 0, 0x10, 0, 0, 2 },
	{ "as it is, with metadata", 12, 64, 0, 0, 0, 0, 0x10, 0, 0, 4 },
	{ "as it is, with metadata behind the data", 12, 64, 1, 0, 0, 0, 0x10, 0, 0, 0x14 },
	{ "the same by MODE SELECT", 9, 0, 0, 0, 0, 512, 0x10, 0, 0, 0 },
	{ "to 4 KiB", 9, 0, 0, 0, 0, 4096, 0x10, 0, 0, 2 },
	{ "to 512", 12, 0, 0, 0, 0, 512, 0x10, 0, 0, 0 },
	{ "to 512 leaves metadata behind", 12, 64, 1, 0, 0, 512, 0x10, 0, 0, 0 },
	{ "to the last that may be chosen", 9, 0, 0, 0, 0, 16384, 0x10, 0, 0, 15 },
	{ "an index that needs a host behaviour", 9, 0, 0, 0, 0, 8192, 0x10, 0, 0, NOT_FOUND },
	{ "as it is, but that needs one", 9, 128, 0, 0, 0, 0, 0x10, 0, 0, NOT_FOUND },
	{ "a size that is not there", 9, 0, 0, 0, 0, 1024, 0x10, 0, 0, NOT_FOUND },
	{ "a size between two", 9, 0, 0, 0, 0, 513, 0x10, 0, 0, NOT_FOUND },
	{ "size 1 is not an entry that is empty", 9, 0, 0, 0, 0, 1, 0x10, 0, 0, NOT_FOUND },
	{ "2 GiB", 9, 0, 0, 0, 0, 0x80000000, 0x10, 0, 0, 8 },
	{ "largest size", 9, 0, 0, 0, 0, 0xffffffff, 0x10, 0, 0, NOT_FOUND },
	{ "only with metadata", 9, 0, 0, 0, 0, 2048, 0x10, 0, 0, NOT_FOUND },
	{ "only with metadata and protection", 9, 0, 0, 0, 0, 2048, 0x90, 0, 0x11, 0x27 },
	{ "no format now, none chosen", 0, 0, 0, 0, 0, 0, 0x10, 0, 0, NOT_FOUND },
	{ "no format now", 0, 0, 0, 0, 0, 4096, 0x10, 0, 0, 2 },
	{ "protection on", 9, 0, 0, 0, 0, 0, 0x90, 0, 0x11, 0x21 },
	{ "protection on, 4 KiB", 9, 0, 0, 0, 0, 4096, 0xd0, 1, 0x1f, 0x63 },
	{ "not in a format of 64 bytes", 12, 64, 0, 0, 0, 0, 0x90, 0, 0x11, 0x23 },
	{ "no format for it", 9, 0, 0, 0, 0, 16384, 0x90, 0, 0x11, NOT_FOUND },
	{ "tuple first, there is nothing else", 9, 0, 0, 0, 0, 0, 0x90, 0, 0x09, 0x121 },
	{ "tuple last where both are", 9, 0, 0, 0, 0, 0, 0x90, 0, 0x19, 0x21 },
	{ "tuple as it is, first", 9, 8, 0, 1, 1, 0, 0x90, 0, 0x19, 0x121 },
	{ "tuple as it is, last", 9, 8, 1, 1, 0, 0, 0x90, 0, 0x09, 0x31 },
	{ "type 1 is not there", 9, 0, 0, 0, 0, 0, 0x90, 0, 0x16, NOT_FOUND },
	{ "type 2 is not there", 9, 0, 0, 0, 0, 0, 0xd0, 0, 0x15, NOT_FOUND },
	{ "type 3 is not there", 9, 0, 0, 0, 0, 0, 0xd0, 1, 0x13, NOT_FOUND },
	{ "protection off", 9, 8, 0, 1, 1, 0, 0x10, 0, 0x19, 0 },
	{ "protection off, metadata must stay", 11, 8, 1, 2, 1, 0, 0x10, 0, 0x1f, 0x17 },
	{ "protection off to another size", 11, 8, 1, 2, 1, 4096, 0x10, 0, 0x1f, 2 },
};

static void format_is_the_one_that_matches_or_none(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(choices); i++) {
		const struct choice *c = &choices[i];
		struct scsi_row row = { c->desc, FU(c->cdb1), GIVEN(4), .out = { c->usage } };

		if (c->dw10 == NOT_FOUND)
			row.sense = NVMEQ_SENSE_LIST_FIELD;
		else
			row.sent[0] = (struct scsi_row_cmd) { 'a', 0x80, 3, c->dw10, 0, 0 };
		disk();
		facts.block_shift = c->shift;
		facts.metadata_bytes = c->metadata;
		facts.extended = c->extended;
		facts.pi_type = c->pi_type;
		facts.pi_first = c->pi_first;
		facts.dpc = c->dpc;
		rig.state.format_block_bytes = c->block_bytes;
		scsi_row_check(&rig, &row);
		WANT(c->desc, rig.state.format_block_bytes,
		     c->dw10 == NOT_FOUND ? c->block_bytes : 0);
		WANT(c->desc, rig.end.after,
		     c->dw10 != NOT_FOUND && c->block_bytes ? NVMEQ_SCSI_AFTER_STATE : 0);
		scsi_rig_free(&rig);
	}
}

/* Every size of a table of n formats, each of another size: found at its index, the last too. */
static void last_format_is_found(void)
{
	struct nvmeq_ns_format table[16];
	unsigned int n, i;

	for (n = 1; n <= ARRAY_SIZE(table); n++) {
		disk();
		for (i = 0; i < n; i++)
			table[i] = (struct nvmeq_ns_format) { (u8)(9 + i), 0 };
		facts.formats = table;
		facts.nr_formats = (u8)n;
		for (i = 0; i <= n; i++) {
			struct scsi_row row = { desc("format %u of %u", i, n), FU(0), .moved = 0 };

			if (i < n)
				row.sent[0] = (struct scsi_row_cmd) { 'a', 0x80, 3, i, 0, 0 };
			else
				row.sense = NVMEQ_SENSE_LIST_FIELD;
			rig.state.format_block_bytes = 512u << i;
			scsi_row_check(&rig, &row);
		}
		scsi_rig_free(&rig);
	}
}

static void no_formats_no_format(void)
{
	static const struct scsi_row row = { "empty table", FU(0), LIST };

	disk();
	facts.formats = NULL;
	facts.nr_formats = 0;
	scsi_row_check(&rig, &row);
	scsi_rig_free(&rig);
}

/* Weakness 23: IMMED was refused, and only on the path that read a long header. */
static void caller_is_let_go_before_the_format(void)
{
	static const struct scsi_row row[] = {
		{ "short", FU(0x18), GIVEN(4), FORMAT(0), .out = { 0, 0x02 } },
		{ "long", FU(0x38), GIVEN(8), FORMAT(0), .out = { 0, 0x02 } },
		{ "with protection", FU(0xd8), GIVEN(4), FORMAT(0x61), .out = { 1, 0x82 } },
		{ "fails later", FU(0x18), GIVEN(4), FORMAT(0), .out = { 0, 0x02 },
		  .status = { 0x410a }, .sense = NVMEQ_SENSE(0x5, 0x31, 0x01) },
	};
	static const struct scsi_row bad[] = {
		{ "a wrong list is told of", FU(0x18), GIVEN(4), LIST, .out = { 0, 0x02, 0, 1 } },
		{ "so is wrong protection", FU(0x58), GIVEN(4), LIST, .out = { 0, 0x02 } },
	};
	static const struct scsi_row waits = { "without IMMED", FU(0x18), GIVEN(4), FORMAT(0) };
	unsigned int i;

	disk();
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		scsi_row_check(&rig, &row[i]);
		WANT(row[i].desc, rig.detached_at, 0);
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		scsi_row_check(&rig, &bad[i]);
		WANT(bad[i].desc, rig.detached_at, -1);
	}
	scsi_row_check(&rig, &waits);
	WANT("without IMMED", rig.detached_at, -1);
	scsi_rig_free(&rig);
}

static void format_ends_as_the_controller_says(void)
{
	static const struct scsi_row row[] = {
		{ "invalid format", FU(0), FORMAT(2), .status = { 0x410a },
		  .sense = NVMEQ_SENSE(0x5, 0x31, 0x01) },
		{ "format in progress", FU(0), FORMAT(2), .status = { 0x0084 },
		  .sense = NVMEQ_SENSE_FORMATTING },
		{ "write protected", FU(0), FORMAT(2), .status = { 0x4020 },
		  .sense = NVMEQ_SENSE_WRITE_PROTECTED },
		{ "not supported after all", FU(0), FORMAT(2), .status = { 0x4001 },
		  .sense = NVMEQ_SENSE_OPCODE },
		{ "what only a firmware commit may say", FU(0), FORMAT(2), .status = { 0x4110 },
		  .sense = NVMEQ_SENSE_TARGET_FAILURE },
	};

	disk();
	rig.state.format_block_bytes = 4096;
	scsi_rows_check(&rig, row, ARRAY_SIZE(row));
	WANT("the choice is kept", rig.state.format_block_bytes, 4096);
	WANT("nothing to take back", rig.end.after, 0);
	scsi_rig_free(&rig);
}

static void every_namespace_where_there_is_no_other_way(void)
{
	static const struct scsi_row row = { "all", FU(0),
		.sent = { { 'a', 0x80, 0xffffffff, 0, 0, 0 } } };

	disk();
	facts.format_all = true;
	scsi_row_check(&rig, &row);
	scsi_rig_free(&rig);
}

/* Weakness 26: nothing kept a disk from being formatted under a file system. */
static void disk_is_claimed_and_may_be_written(void)
{
	static const struct {
		u8 opcode;
		u16 action;
		bool claims;
	} row[] = {
		{ 0x04, NVMEQ_SCSI_NO_ACTION, true },
		{ 0x48, 0x01, true }, { 0x48, 0x02, true }, { 0x48, 0x03, true },
		{ 0x48, 0x1f, false },
	};
	static const struct scsi_row protected[] = {
		{ "format", FU(0), .sense = NVMEQ_SENSE_WRITE_PROTECTED },
		{ "erase", { 0x48, 0x02 }, .sense = NVMEQ_SENSE_WRITE_PROTECTED },
	};
	static const struct scsi_row busy[] = {
		{ "format during format", FU(0), .sense = NVMEQ_SENSE_FORMATTING },
		{ "erase during format", { 0x48, 0x02 }, .sense = NVMEQ_SENSE_FORMATTING },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		const struct nvmeq_scsi_op *op = nvmeq_scsi_op_find(row[i].opcode, row[i].action);

		if (!HOLDS("row", op))
			continue;
		WANT(op->name, !!(op->flags & NVMEQ_SCSI_OP_EXCLUSIVE), row[i].claims);
		WANT(op->name, op->perm, NVMEQ_SCSI_ROOT);
	}
	disk();
	facts.read_only = true;
	scsi_rows_check(&rig, protected, ARRAY_SIZE(protected));
	facts.read_only = false;
	rig.state.formatting = true;
	scsi_rows_check(&rig, busy, ARRAY_SIZE(busy));
	scsi_rig_free(&rig);
}

static void without_the_ability_there_is_no_such_opcode(void)
{
	static const struct scsi_row row[] = {
		{ "format", FU(0), .sense = NVMEQ_SENSE_OPCODE },
		{ "sanitize", { 0x48, 0x02 }, .sense = NVMEQ_SENSE_OPCODE },
	};

	disk();
	facts.oacs = 0xfffd;
	facts.sanicap = 0xfffffff8;
	scsi_rows_check(&rig, row, ARRAY_SIZE(row));
	scsi_rig_free(&rig);
}

/* --- SANITIZE --- */

#define NO_LOG	0xff

/* SSTAT for each time the log is read, the last stays; NO_LOG: nothing comes. */
static const u8 *sanitize_log;
static u32 log_bytes;

static void give_log(struct scsi_rig *r, const struct nvmeq_scsi_cmd *cmd, u8 *data)
{
	u32 read = 0, i;

	for (i = 0; i < r->nr; i++)
		read += r->cmd[i].sqe.opcode == 0x02;
	HOLDS("the log is a page of 512 bytes", cmd->data.bytes == 512);
	read = min_t(u32, read, log_bytes - 1);
	if (sanitize_log[read] == NO_LOG)
		return;
	memset(data, 0xff, 512);
	data[2] = sanitize_log[read];
}

static void logs(const u8 *states, u32 n)
{
	sanitize_log = states;
	log_bytes = n;
	rig.give = give_log;
}

#define SZ(b1, n)	{ 0x48, b1, 0, 0, 0, 0, 0, (u8)((n) >> 8), (u8)(n) }
#define START(dw10, dw11) { 'a', 0x84, 0, dw10, dw11, 0 }
#define LOG		{ 'a', 0x02, 0xffffffff, 0x007f8081, 0, 512 }

static const struct scsi_row at_once[] = {
	{ "block erase", SZ(0x82, 0), .sent = { START(0x02, 0) } },
	{ "block erase, unrestricted exit", SZ(0xa2, 0), .sent = { START(0x0a, 0) } },
	{ "crypto erase", SZ(0x83, 0), .sent = { START(0x04, 0) } },
	{ "exit failure mode", SZ(0x1f, 0), .sent = { START(0x01, 0) } },
	{ "exit failure mode, immediate", SZ(0x9f, 0), .sent = { START(0x01, 0) } },
	{ "overwrite once", SZ(0x81, 8), GIVEN(8), .sent = { START(0x213, 0x04030201) },
	  .out = { 0x01, 0, 0, 4, 1, 2, 3, 4 } },
	{ "overwrite twice, inverted", SZ(0x81, 8), GIVEN(8), .sent = { START(0x323, 0xff) },
	  .out = { 0x82, 0, 0, 4, 0xff } },
	{ "overwrite 15 times", SZ(0xa1, 8), GIVEN(8), .sent = { START(0x2fb, 0xaa000000) },
	  .out = { 0x0f, 0, 0, 4, 0, 0, 0, 0xaa } },
	{ "overwrite 16 times", SZ(0x81, 8), GIVEN(8), .sent = { START(0x203, 0) },
	  .out = { 0x10, 0, 0, 4 } },
	{ "reserved byte of the list", SZ(0x81, 8), GIVEN(8), .sent = { START(0x213, 0) },
	  .out = { 0x01, 0xff, 0, 4 } },
};

static const struct scsi_row sanitize_refused[] = {
	{ "service action 0", SZ(0x00, 0), BAD, .at = AT(1, 4) },
	{ "service action 4", SZ(0x04, 0), BAD, .at = AT(1, 4) },
	{ "zoned no reset", SZ(0x42, 0), BAD, .at = AT(1, 6) },
	{ "list of block erase", SZ(0x02, 8), .out_bytes = 8, BAD, .at = AT_BYTE(7) },
	{ "list of crypto erase", SZ(0x03, 1), .out_bytes = 8, BAD, .at = AT_BYTE(7) },
	{ "list of exit", SZ(0x1f, 0x100), .out_bytes = 256, BAD, .at = AT_BYTE(7) },
	{ "no list of overwrite", SZ(0x01, 0), BAD, .at = AT_BYTE(7) },
	{ "short list of overwrite", SZ(0x01, 7), .out_bytes = 8, BAD, .at = AT_BYTE(7) },
	{ "longer pattern", SZ(0x01, 9), .out_bytes = 9, BAD, .at = AT_BYTE(7) },
	{ "a block as pattern", SZ(0x01, 516), .out_bytes = 516, BAD, .at = AT_BYTE(7) },
	{ "less is given", SZ(0x01, 8), .out_bytes = 7, SHORT },
	{ "nothing is given", SZ(0x01, 8), SHORT },
	{ "no passes", SZ(0x01, 8), GIVEN(8), LIST, .at = AT(0, 4), .out = { 0, 0, 0, 4 } },
	{ "17 passes", SZ(0x01, 8), GIVEN(8), LIST, .at = AT(0, 4), .out = { 0x11, 0, 0, 4 } },
	{ "31 passes", SZ(0x01, 8), GIVEN(8), LIST, .at = AT(0, 4), .out = { 0x1f, 0, 0, 4 } },
	{ "test", SZ(0x01, 8), GIVEN(8), LIST, .at = AT(0, 6), .out = { 0x21, 0, 0, 4 } },
	{ "pattern of 0 bytes", SZ(0x01, 8), GIVEN(8), LIST, .at = AT_BYTE(2), .out = { 1 } },
	{ "pattern of 3 bytes", SZ(0x01, 8), GIVEN(8), LIST, .at = AT_BYTE(2),
	  .out = { 1, 0, 0, 3 } },
	{ "pattern of 1028 bytes", SZ(0x01, 8), GIVEN(8), LIST, .at = AT_BYTE(2),
	  .out = { 1, 0, 4, 4 } },
};

static void sanitize_fields_are_those_of_nvme(void)
{
	disk();
	scsi_rows_check(&rig, at_once, ARRAY_SIZE(at_once));
	scsi_rig_free(&rig);
}

static void sanitize_refused_erases_nothing(void)
{
	disk();
	scsi_rows_check(&rig, sanitize_refused, ARRAY_SIZE(sanitize_refused));
	scsi_rig_free(&rig);
}

static void only_what_sanicap_has_is_there(void)
{
	static const struct scsi_row row[] = {
		{ "overwrite", SZ(0x81, 8), GIVEN(8), .sent = { START(0x13, 0) },
		  .out = { 0x01, 0, 0, 4 } },
		{ "block", SZ(0x82, 0), .sent = { START(0x02, 0) } },
		{ "crypto", SZ(0x83, 0), .sent = { START(0x04, 0) } },
	};
	static const u8 bit[3] = { 2, 1, 0 };
	unsigned int has, i;

	for (has = 0; has < 3; has++) {
		disk();
		facts.sanicap = 0x20000000 | 1u << bit[has];	/* it always deallocates */
		for (i = 0; i < 3; i++) {
			struct scsi_row absent = { row[i].desc, .sense = NVMEQ_SENSE_CDB_FIELD,
						   .at = AT(1, 4) };

			memcpy(absent.cdb, row[i].cdb, sizeof(absent.cdb));
			scsi_row_check(&rig, i == has ? &row[i] : &absent);
		}
		scsi_rig_free(&rig);
	}
}

static void sanitize_waits_until_the_log_says_so(void)
{
	static const u8 quick[] = { 1 }, slow[] = { 2, 2, 2, 1 }, fails[] = { 2, 3 };
	static const u8 kept[] = { 0xfa, 0x0c }, never[] = { 0 }, odd[] = { 2, 5 };
	static const u8 empty[] = { 2, NO_LOG };
	static const struct {
		struct scsi_row row;
		const u8 *log;
		u32 n, waits;
	} row[] = {
		{ { "over at once", SZ(0x02, 0), .sent = { START(0x02, 0), LOG } }, quick, 1, 0 },
		{ { "three times running", SZ(0x03, 0),
		    .sent = { START(0x04, 0), LOG, LOG, LOG, LOG } }, slow, 4, 3 },
		{ { "fails", SZ(0x02, 0), .sense = NVMEQ_SENSE_SANITIZE_FAILED,
		    .sent = { START(0x02, 0), LOG, LOG } }, fails, 2, 1 },
		{ { "not deallocated, other bits set", SZ(0x02, 0),
		    .sent = { START(0x02, 0), LOG, LOG } }, kept, 2, 1 },
		{ { "never started", SZ(0x02, 0), .sense = NVMEQ_SENSE_TARGET_FAILURE,
		    .sent = { START(0x02, 0), LOG } }, never, 1, 0 },
		{ { "a state that is not there", SZ(0x02, 0), .sense = NVMEQ_SENSE_TARGET_FAILURE,
		    .sent = { START(0x02, 0), LOG, LOG } }, odd, 2, 1 },
		{ { "an empty log", SZ(0x02, 0), .sense = NVMEQ_SENSE_TARGET_FAILURE,
		    .sent = { START(0x02, 0), LOG, LOG } }, empty, 2, 1 },
		{ { "overwrite", SZ(0x01, 8), GIVEN(8), .out = { 1, 0, 0, 4 },
		    .sent = { START(0x213, 0), LOG } }, quick, 1, 0 },
		{ { "does not start", SZ(0x02, 0), .sense = NVMEQ_SENSE_SANITIZING,
		    .sent = { START(0x02, 0) }, .status = { 0x401d } }, quick, 1, 0 },
		{ { "log cannot be read", SZ(0x02, 0), .sense = NVMEQ_SENSE_TARGET_FAILURE,
		    .sent = { START(0x02, 0), LOG }, .status = { 0, 0x4006 } }, quick, 1, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		disk();
		logs(row[i].log, row[i].n);
		scsi_row_check(&rig, &row[i].row);
		WANT(row[i].row.desc, rig.waits, row[i].waits);
		WANT(row[i].row.desc, rig.detached_at, -1);
		scsi_rig_free(&rig);
	}
}

/* It runs in the controller; who waits for it may give up at any step. */
static void sanitize_can_be_given_up(void)
{
	static const u8 cdb[10] = { 0x48, 0x02 };
	u8 scratch[512] __attribute__((aligned(8))) = { 0 };
	struct nvmeq_scsi_mem mem = { .scratch = scratch, .scratch_bytes = sizeof(scratch) };
	struct nvmeq_scsi_answer ok = { 0 };
	struct nvmeq_scsi_req req;
	struct nvmeq_scsi_task t;
	unsigned int i;

	disk();
	nvmeq_scsi_decode(cdb, sizeof(cdb), &facts, &req);
	nvmeq_scsi_begin(&t, &req, &facts, &rig.state, &mem);
	for (i = 0; i < 100; i++) {
		if (nvmeq_scsi_next(&t)->act == NVMEQ_SCSI_WAIT) {
			nvmeq_scsi_resume(&t);
			continue;
		}
		nvmeq_scsi_answer(&t, &ok);
		scratch[2] = 2;
	}
	WANT("still running", nvmeq_scsi_next(&t)->act != NVMEQ_SCSI_DONE, 1);
	nvmeq_scsi_cancel(&t, NVMEQ_SCSI_HOST_TIME_OUT);
	WANT("done", nvmeq_scsi_next(&t)->act, NVMEQ_SCSI_DONE);
	WANT("host", t.out.host, NVMEQ_SCSI_HOST_TIME_OUT);
	scsi_rig_free(&rig);
}

static const struct CMUnitTest tests[] = {
	TEST(parameters_become_fields),
	TEST(what_is_refused_formats_nothing),
	TEST(format_is_the_one_that_matches_or_none),
	TEST(last_format_is_found),
	TEST(no_formats_no_format),
	TEST(caller_is_let_go_before_the_format),
	TEST(format_ends_as_the_controller_says),
	TEST(every_namespace_where_there_is_no_other_way),
	TEST(disk_is_claimed_and_may_be_written),
	TEST(without_the_ability_there_is_no_such_opcode),
	TEST(sanitize_fields_are_those_of_nvme),
	TEST(sanitize_refused_erases_nothing),
	TEST(only_what_sanicap_has_is_there),
	TEST(sanitize_waits_until_the_log_says_so),
	TEST(sanitize_can_be_given_up),
};

TEST_MAIN("scsi_format", tests)
