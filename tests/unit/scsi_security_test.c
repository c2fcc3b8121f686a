// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_security_test.c - SECURITY PROTOCOL IN and OUT: fields by hand from
 * SPC-4 6.30 and 6.31, NVMe Base 5.25 and 5.26
 *
 * Weakness 26: both were stubs that answered 5/20/00 whatever the controller
 * could do.
 */
#include "support/scsi_row.h"
#include "support/test.h"

static struct nvmeq_scsi_facts facts;
static struct scsi_rig rig;

/* What the controller gives: its bytes count up. */
static void give(struct scsi_rig *r, const struct nvmeq_scsi_cmd *cmd, u8 *data)
{
	u32 i;

	(void)r;
	for (i = 0; i < cmd->data.bytes; i++)
		data[i] = (u8)i;
}

static void disk(void)
{
	facts = (struct nvmeq_scsi_facts) {
		.nsid = 3, .blocks = 1000, .block_shift = 9, .max_transfer_bytes = 4096,
		.oacs = 0x01,
	};
	scsi_rig_init(&rig, &facts);
	rig.give = give;
}

#define LENGTH(n)	(u8)((n) >> 24), (u8)((n) >> 16), (u8)((n) >> 8), (u8)(n)
#define IN(p, s, inc, n)	{ 0xa2, p, (s) >> 8, (s) & 0xff, (inc) << 7, 0, LENGTH(n) }
#define OUT(p, s, inc, n)	{ 0xb5, p, (s) >> 8, (s) & 0xff, (inc) << 7, 0, LENGTH(n) }
#define RECV(dw10, n)	.sent = { { 'a', 0x82, 0, dw10, n, n } }
#define SEND(dw10, n)	.sent = { { 'a', 0x81, 0, dw10, n, n } }
#define BAD		.sense = NVMEQ_SENSE_CDB_FIELD
#define SHORT		.sense = NVMEQ_SENSE_LIST_LENGTH

static const struct scsi_row in[] = {
	{ "protocol information", IN(0x00, 0x0000, 0, 512), .in_bytes = 512, .moved = 512,
	  RECV(0x00000000, 512) },
	{ "in units of 512", IN(0x01, 0x0001, 1, 4), .in_bytes = 2048, .moved = 2048,
	  RECV(0x01000100, 2048) },
	{ "any length", IN(0xef, 0xfffe, 0, 37), .in_bytes = 37, .moved = 37,
	  RECV(0xeffffe00, 37) },
	{ "room for less than is asked for", IN(0x02, 0x0102, 0, 1024), .in_bytes = 100,
	  .moved = 100, RECV(0x02010200, 1024) },
	{ "room for more", IN(0x02, 0x0102, 0, 100), .in_bytes = 1024, .moved = 100,
	  RECV(0x02010200, 100) },
	{ "nothing is asked for", IN(0x01, 0x0001, 0, 0), .in_bytes = 512, .moved = 0 },
	{ "no room", IN(0x01, 0x0001, 0, 512), .moved = 0 },
	{ "as much as one command moves", IN(0x01, 0, 1, 8), .in_bytes = 4096, .moved = 4096,
	  RECV(0x01000000, 4096) },
	{ "a byte more", IN(0x01, 0, 0, 4097), .in_bytes = 4097, BAD, .at = AT_BYTE(6) },
	{ "a unit more", IN(0x01, 0, 1, 9), .in_bytes = 4608, BAD, .at = AT_BYTE(6) },
	{ "longest", IN(0x01, 0, 0, 0x01fffe00), .in_bytes = 512, BAD, .at = AT_BYTE(6) },
	{ "longer than there is", IN(0x01, 0, 0, 0x01fffe01), .in_bytes = 512, BAD,
	  .at = AT_BYTE(6) },
	{ "wraps at 32 bits", IN(0x01, 0, 1, 0x00800001), .in_bytes = 512, BAD,
	  .at = AT_BYTE(6) },
	{ "largest number", IN(0x01, 0, 1, 0xffffffff), .in_bytes = 512, BAD, .at = AT_BYTE(6) },
	{ "denied", IN(0x01, 0, 0, 512), .in_bytes = 512, .sense = NVMEQ_SENSE_CDB_FIELD,
	  RECV(0x01000000, 512), .status = { 0x4015 } },
	{ "another direction", IN(0x01, 0, 0, 512), .out_bytes = 512, .moved = 0 },
};

static const struct scsi_row out[] = {
	{ "send", OUT(0x01, 0x0001, 0, 512), .out_bytes = 512, .moved = 512,
	  SEND(0x01000100, 512), .out = { 1, 2, 3, 4 } },
	{ "in units of 512", OUT(0x02, 0xabcd, 1, 2), .out_bytes = 1024, .moved = 1024,
	  SEND(0x02abcd00, 1024) },
	{ "more is given", OUT(0x02, 0xabcd, 0, 8), .out_bytes = 1024, .moved = 8,
	  SEND(0x02abcd00, 8) },
	{ "a command without data", OUT(0xef, 0x0005, 0, 0), .moved = 0, SEND(0xef000500, 0) },
	{ "without data although some is there", OUT(0xef, 0x0005, 0, 0), .out_bytes = 512,
	  .moved = 0, SEND(0xef000500, 0) },
	{ "less is given", OUT(0x01, 0x0001, 0, 512), .out_bytes = 511, SHORT },
	{ "nothing is given", OUT(0x01, 0x0001, 1, 1), SHORT },
	{ "as much as one command moves", OUT(0x01, 0, 1, 8), .out_bytes = 4096, .moved = 4096,
	  SEND(0x01000000, 4096) },
	{ "a byte more", OUT(0x01, 0, 0, 4097), .out_bytes = 8192, BAD, .at = AT_BYTE(6) },
	{ "wraps at 32 bits", OUT(0x01, 0, 1, 0x00800001), .out_bytes = 512, BAD,
	  .at = AT_BYTE(6) },
	{ "refused by the controller", OUT(0x01, 0, 0, 4), .out_bytes = 4,
	  .sense = NVMEQ_SENSE(0x5, 0x2c, 0x00), SEND(0x01000000, 4), .status = { 0x400c } },
};

static void receive_is_one_command(void)
{
	disk();
	scsi_rows_check(&rig, in, ARRAY_SIZE(in));
	scsi_rig_free(&rig);
}

static void send_is_one_command(void)
{
	disk();
	scsi_rows_check(&rig, out, ARRAY_SIZE(out));
	scsi_rig_free(&rig);
}

static void data_goes_through_as_it_is(void)
{
	static const u8 want_in[4] = { 0, 1, 2, 3 }, want_out[4] = { 1, 2, 3, 4 };

	disk();
	scsi_row_check(&rig, &in[3]);
	WANT_MEM("first bytes", rig.in, want_in, 4);
	WANT("last byte", rig.in[99], 99);
	scsi_row_check(&rig, &out[0]);
	WANT_MEM("sent", rig.data[0], want_out, 4);
	scsi_rig_free(&rig);
}

static void without_the_ability_there_is_no_such_opcode(void)
{
	static const struct scsi_row row[] = {
		{ "in", IN(0x01, 1, 0, 512), .in_bytes = 512, .sense = NVMEQ_SENSE_OPCODE },
		{ "out", OUT(0x01, 1, 0, 512), .out_bytes = 512, .sense = NVMEQ_SENSE_OPCODE },
	};

	disk();
	facts.oacs = 0xfffe;
	scsi_rows_check(&rig, row, ARRAY_SIZE(row));
	scsi_rig_free(&rig);
}

static const struct CMUnitTest tests[] = {
	TEST(receive_is_one_command),
	TEST(send_is_one_command),
	TEST(data_goes_through_as_it_is),
	TEST(without_the_ability_there_is_no_such_opcode),
};

TEST_MAIN("scsi_security", tests)
