// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_verify_test.c - VERIFY, WRITE AND VERIFY, COMPARE AND WRITE: which NVMe
 * commands they are made of, and many random ones against a naive disk
 */
#include "model/scsi_disk.h"
#include "support/test.h"

#define CDB_FIELD	NVMEQ_SENSE(5, 0x24, 0)
#define OPCODE		NVMEQ_SENSE(5, 0x20, 0)
#define MISCOMPARE	NVMEQ_SENSE(0xe, 0x1d, 0)

static struct nvmeq_scsi_facts facts;
static struct scsi_ctrl ctrl;

static void disk(void)
{
	facts = (struct nvmeq_scsi_facts) {
		.nsid = 3, .blocks = 1ULL << 33, .block_shift = 9, .max_transfer_bytes = 4096,
		.oncs = 0x01, .verify_blocks = 16, .fused = true, .compare_write_blocks = 4,
	};
	scsi_ctrl_init(&ctrl, &facts);
}

static struct scsi_run send(const struct scsi_io *io)
{
	struct scsi_run r = { .out = io->out, .out_bytes = io->out_bytes,
			      .in_bytes = io->in_bytes };

	r.cdb_len = scsi_io_cdb(io, r.cdb);
	scsi_ctrl_forget(&ctrl);
	scsi_ctrl_run(&ctrl, &r);
	return r;
}

static void clean(struct scsi_run *r)
{
	scsi_run_free(r);
	scsi_ctrl_free(&ctrl);
}

/* Which commands, how many, by what the controller has. */
static void made_of_what_the_controller_has(void)
{
	static const struct {
		const char *desc;
		u8 kind, bytchk;
		u16 oncs;
		u32 verify, blocks, out;
		u8 opcode;
		u32 n;
		u8 second;
		u32 n2;
	} row[] = {
		{ "Verify", SCSI_VERIFY, 0, 0, 16, 40, 0, 0x0c, 3, 0xff, 0 },
		{ "Verify of all there is", SCSI_VERIFY, 0, 0, 65536, 40, 0, 0x0c, 1, 0xff, 0 },
		{ "Read instead", SCSI_VERIFY, 0, 0, 0, 40, 0, 0x02, 5, 0xff, 0 },
		{ "Compare", SCSI_VERIFY, 1, 1, 16, 40, 40 * 512, 0x05, 5, 0xff, 0 },
		{ "Read and compare", SCSI_VERIFY, 1, 0, 16, 40, 40 * 512, 0x02, 5, 0xff, 0 },
		{ "Compare with one", SCSI_VERIFY, 3, 1, 16, 40, 512, 0x05, 5, 0xff, 0 },
		{ "Read, compare with one", SCSI_VERIFY, 3, 0, 16, 40, 512, 0x02, 5, 0xff, 0 },
		{ "nothing to verify", SCSI_VERIFY, 0, 0, 16, 0, 0, 0x0c, 0, 0xff, 0 },
		{ "nothing to read", SCSI_VERIFY, 0, 0, 0, 0, 0, 0x02, 0, 0xff, 0 },
		{ "nothing to compare", SCSI_VERIFY, 1, 1, 16, 0, 0, 0x05, 0, 0xff, 0 },
		{ "nothing to compare with one", SCSI_VERIFY, 3, 1, 16, 0, 0, 0x05, 0, 0xff, 0 },
		{ "Write, Verify", SCSI_WRITE_VERIFY, 0, 0, 16, 40, 40 * 512, 0x01, 5, 0x0c, 3 },
		{ "Write, Compare", SCSI_WRITE_VERIFY, 1, 1, 16, 40, 40 * 512, 0x01, 5, 0x05, 5 },
		{ "Write, Read", SCSI_WRITE_VERIFY, 1, 0, 0, 40, 40 * 512, 0x01, 5, 0x02, 5 },
		{ "nothing to write", SCSI_WRITE_VERIFY, 1, 0, 0, 0, 0, 0x01, 0, 0x02, 0 },
	};
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct scsi_io io = { .kind = row[i].kind, .size = 10, .lba = 7,
				      .blocks = row[i].blocks, .bytchk = row[i].bytchk,
				      .out_bytes = row[i].out };
		struct scsi_run r;

		io.out = calloc(1, row[i].out + 1);
		disk();
		facts.oncs = row[i].oncs;
		facts.verify_blocks = row[i].verify;
		r = send(&io);
		WANT_STR(row[i].desc, ctrl.wrong, NULL);
		WANT(row[i].desc, r.end.sense.code, 0);
		WANT(row[i].desc, r.end.moved, row[i].out);
		WANT(row[i].desc, ctrl.nsent, row[i].n + row[i].n2);
		for (k = 0; k < ctrl.nsent; k++) {
			const struct nvmeq_sqe *s = &ctrl.sent[k].sqe;

			WANT(row[i].desc, s->opcode,
			     k < row[i].n ? row[i].opcode : row[i].second);
			/* The data has to be on the medium before that is looked at. */
			if (s->opcode == 0x01)
				WANT(row[i].desc, s->cdw12 >> 30 & 1, 1);
		}
		clean(&r);
		free(io.out);
	}
}

/* sg_write_verify sends 32 KiB with a command of one block: the rest is the residual. */
static void lengths_and_their_ends(void)
{
	static const struct {
		const char *desc;
		u8 kind, bytchk;
		u32 blocks, in, out, sense, moved;
		u8 sks[3];
	} row[] = {
		{ "more given", SCSI_WRITE_VERIFY, 0, 1, 0, 32768, 0, 512, { 0 } },
		{ "a byte too short", SCSI_WRITE_VERIFY, 0, 2, 0, 1023, CDB_FIELD, 0, { 0 } },
		{ "BYTCHK 2", SCSI_WRITE_VERIFY, 2, 1, 0, 512, CDB_FIELD, 0, { 0xca, 0, 1 } },
		{ "BYTCHK 3", SCSI_WRITE_VERIFY, 3, 1, 0, 512, CDB_FIELD, 0, { 0xca, 0, 1 } },
		{ "the wrong way", SCSI_WRITE_VERIFY, 1, 1, 512, 0, CDB_FIELD, 0, { 0 } },
		{ "more given", SCSI_VERIFY, 1, 1, 0, 4096, 0, 512, { 0 } },
		{ "a byte too short", SCSI_VERIFY, 1, 2, 0, 1023, CDB_FIELD, 0, { 0 } },
		{ "one block of many", SCSI_VERIFY, 3, 8, 0, 512, 0, 512, { 0 } },
		{ "less than one", SCSI_VERIFY, 3, 8, 0, 511, CDB_FIELD, 0, { 0 } },
		{ "more than one", SCSI_VERIFY, 3, 8, 0, 4096, 0, 512, { 0 } },
		{ "BYTCHK 2", SCSI_VERIFY, 2, 8, 0, 4096, CDB_FIELD, 0, { 0xca, 0, 1 } },
		{ "data that nobody looks at", SCSI_VERIFY, 0, 8, 0, 4096, 0, 0, { 0 } },
		{ "the wrong way", SCSI_VERIFY, 1, 8, 4096, 0, CDB_FIELD, 0, { 0 } },
		{ "the wrong way, no data", SCSI_VERIFY, 0, 8, 4096, 0, 0, 0, { 0 } },
	};
	unsigned int i, oncs;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		for (oncs = 0; oncs < 2; oncs++) {
			const char *text = desc("%s, kind %u, Compare %u", row[i].desc,
						row[i].kind, oncs);
			struct scsi_io io = { .kind = row[i].kind, .size = 16,
					      .lba = 1ULL << 32, .blocks = row[i].blocks,
					      .bytchk = row[i].bytchk,
					      .in_bytes = row[i].in, .out_bytes = row[i].out };
			struct scsi_run r;

			io.out = calloc(1, row[i].out + 1);
			disk();
			facts.oncs = (u16)oncs;
			r = send(&io);
			WANT_STR(text, ctrl.wrong, NULL);
			WANT(text, r.end.sense.code, row[i].sense);
			WANT(text, r.end.moved, row[i].moved);
			WANT_MEM(text, r.end.sense.sks, row[i].sks, 3);
			if (row[i].sense)
				WANT(text, ctrl.nsent, 0);
			clean(&r);
			free(io.out);
		}
}

/* Byte by byte, at the edges of blocks, commands and the work area. */
static void a_difference_is_found_and_told(void)
{
	static const u32 places[] = { 0, 1, 511, 512, 4095, 4096, 40 * 512 - 1 };
	static const u16 oncs[] = { 0, 1 };
	unsigned int i, k, chk;
	u8 out[40 * 512];

	for (chk = 1; chk <= 3; chk += 2)
		for (i = 0; i < ARRAY_SIZE(places); i++)
			for (k = 0; k < 2; k++) {
				const char *text = desc("byte %u, BYTCHK %u, Compare %u",
							places[i], chk, k);
				struct scsi_io io = { .kind = SCSI_VERIFY, .size = 16,
						      .lba = 1ULL << 32, .blocks = 40,
						      .bytchk = (u8)chk, .out = out,
						      .out_bytes = chk == 1 ? 40 * 512 : 512 };
				struct scsi_run r;

				disk();
				facts.oncs = oncs[k];
				memset(out, 0x42, sizeof(out));
				out[places[i]] ^= 0x80;
				scsi_ctrl_poke(&ctrl, 1ULL << 32, 40, out);
				out[places[i]] ^= 0x80;
				r = send(&io);
				WANT_STR(text, ctrl.wrong, NULL);
				WANT(text, r.end.sense.code, MISCOMPARE);
				/* Compare does not say where. */
				WANT(text, r.end.sense.has_info, !oncs[k]);
				if (!oncs[k])
					WANT(text, r.end.sense.info, places[i]);
				clean(&r);
			}
}

/* Type 2 and the fields 6 and 7 are refused; Verify never has PRACT, a Read in its place has. */
static void verify_checks_what_the_field_says(void)
{
	static const u8 checks[6] = { 0x7, 0x7, 0x3, 0x0, 0x4, 0x7 };
	unsigned int field, type, native;

	for (native = 0; native < 2; native++)
		for (type = 0; type <= 3; type++)
			for (field = 0; field < 8; field++) {
				const char *text = desc("type %u, field %u, Verify %u", type, field,
							native);
				struct scsi_io io = { .kind = SCSI_VERIFY, .size = 10, .blocks = 1,
						      .protect = (u8)field };
				bool may = !field || (field < 6 && (type & 1));
				u32 want = checks[field % 6] | (native ? 0 : 8);
				struct scsi_run r;

				disk();
				facts.verify_blocks = native;
				facts.pi_type = (u8)type;
				facts.metadata_bytes = type ? 8 : 0;
				facts.pi_transfer = true;
				r = send(&io);
				WANT_STR(text, ctrl.wrong, NULL);
				WANT(text, r.end.sense.code, may ? 0 : CDB_FIELD);
				WANT(text, ctrl.nsent, may);
				if (!may)
					WANT_MEM(text, r.end.sense.sks, "\xcf\0\1", 3);
				if (may)
					WANT(text, ctrl.sent[0].sqe.cdw12 >> 26 & 0xf,
					     !type ? 0 : type == 3 ? want & 0xe : want);
				clean(&r);
			}
}

static void compare_and_write_is_a_pair_or_nothing(void)
{
	static const struct {
		const char *desc;
		bool fused;
		u16 oncs, metadata;
		u32 limit, transfer, blocks, out, sense, sent;
	} row[] = {
		{ "one block", true, 1, 0, 4, 4096, 1, 1024, 0, 2 },
		{ "as many as allowed", true, 1, 0, 4, 4096, 4, 4096, 0, 2 },
		{ "one more", true, 1, 0, 4, 4096, 5, 5120, CDB_FIELD, 0 },
		{ "255", true, 1, 0, 65536, 1 << 20, 255, 510 * 512, 0, 2 },
		{ "MDTS is smaller", true, 1, 0, 4, 1024, 3, 3072, CDB_FIELD, 0 },
		{ "none", true, 1, 0, 4, 4096, 0, 0, 0, 0 },
		{ "none with data", true, 1, 0, 4, 4096, 0, 1024, CDB_FIELD, 0 },
		{ "half of the data", true, 1, 0, 4, 4096, 2, 1024, CDB_FIELD, 0 },
		{ "more data", true, 1, 0, 4, 4096, 1, 1536, CDB_FIELD, 0 },
		{ "no data", true, 1, 0, 4, 4096, 1, 0, CDB_FIELD, 0 },
		{ "not fused", false, 1, 0, 4, 4096, 1, 1024, OPCODE, 0 },
		{ "no Compare", true, 0, 0, 4, 4096, 1, 1024, OPCODE, 0 },
		{ "metadata", true, 1, 8, 4, 4096, 1, 1024, OPCODE, 0 },
		{ "no atomic unit", true, 1, 0, 0, 4096, 1, 1024, OPCODE, 0 },
	};
	unsigned int i, fua;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		for (fua = 0; fua < 2; fua++) {
			struct scsi_io io = { .kind = SCSI_COMPARE_WRITE, .size = 16,
					      .lba = (1ULL << 33) - 255, .blocks = row[i].blocks,
					      .fua = fua, .out_bytes = row[i].out };
			struct scsi_run r;

			io.out = calloc(1, row[i].out + 1);
			disk();
			facts.fused = row[i].fused;
			facts.oncs = row[i].oncs;
			facts.metadata_bytes = row[i].metadata;
			facts.compare_write_blocks = row[i].limit;
			facts.max_transfer_bytes = row[i].transfer;
			r = send(&io);
			WANT_STR(row[i].desc, ctrl.wrong, NULL);
			WANT(row[i].desc, r.end.sense.code, row[i].sense);
			WANT(row[i].desc, ctrl.nsent, row[i].sent);
			WANT(row[i].desc, r.end.moved, row[i].sense ? 0 : row[i].out);
			if (row[i].sense == CDB_FIELD)	/* the number of blocks */
				WANT_MEM(row[i].desc, r.end.sense.sks, "\xc0\0\x0d", 3);
			if (row[i].sent) {
				WANT(row[i].desc, ctrl.sent[0].sqe.opcode, 0x05);
				WANT(row[i].desc, ctrl.sent[1].sqe.opcode, 0x01);
				WANT(row[i].desc, ctrl.sent[1].sqe.cdw12 >> 30, fua);
				WANT(row[i].desc, ctrl.sent[1].data.at, row[i].out / 2);
			}
			clean(&r);
			free(io.out);
		}
}

static void compare_and_write_has_no_tuples(void)
{
	unsigned int field;
	u8 out[1040] = { 0 };

	for (field = 1; field < 8; field++) {
		struct scsi_io io = { .kind = SCSI_COMPARE_WRITE, .size = 16, .blocks = 1,
				      .protect = (u8)field, .out = out, .out_bytes = 1024 };
		struct scsi_run r;

		disk();
		r = send(&io);
		WANT(desc("WRPROTECT %u", field), r.end.sense.code, CDB_FIELD);
		WANT_MEM(desc("WRPROTECT %u", field), r.end.sense.sks, "\xcf\0\1", 3);
		WANT(desc("WRPROTECT %u", field), ctrl.nsent, 0);
		clean(&r);
	}
}

/* The Compare's reason counts, not that the Write was taken along; and the other way round. */
static void a_pair_fails_for_the_reason_of_the_one_that_failed(void)
{
	static const struct {
		const char *desc;
		u16 first, second;
		u32 want;
	} row[] = {
		{ "miscompare", 0x285, 0x009, MISCOMPARE },
		{ "miscompare, do not retry", 0x4285, 0x4009, MISCOMPARE },
		{ "read error", 0x281, 0x009, NVMEQ_SENSE(3, 0x11, 0) },
		{ "the Write fails", 0x009, 0x280, NVMEQ_SENSE(3, 0x03, 0) },
		{ "only the Write fails", 0x000, 0x280, NVMEQ_SENSE(3, 0x03, 0) },
		{ "both taken along", 0x009, 0x009, NVMEQ_SENSE(0xb, 0, 0) },
		{ "only the first taken along", 0x009, 0x000, NVMEQ_SENSE(0xb, 0, 0) },
		{ "reserved", 0x083, 0x009, NVMEQ_SENSE_CONFLICT },
		{ "missing", 0x00a, 0x000, NVMEQ_SENSE(0xb, 0, 0) },
		{ "both well", 0x000, 0x000, 0 },
	};
	static u8 data[1024];
	struct nvmeq_scsi_state state = { 0 };
	unsigned int i;

	disk();
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_scsi_mem mem = { .out_bytes = sizeof(data) };
		struct nvmeq_scsi_answer a = { .status = row[i].first,
					       .fused_status = row[i].second };
		u8 cdb[16] = { 0x89, [9] = 5, [13] = 1 };
		const struct nvmeq_scsi_step *s;
		struct nvmeq_scsi_task t;
		struct nvmeq_scsi_req req;

		nvmeq_scsi_decode(cdb, 16, &facts, &req);
		nvmeq_scsi_begin(&t, &req, &facts, &state, &mem);
		s = nvmeq_scsi_next(&t);
		WANT(row[i].desc, s->act == NVMEQ_SCSI_SEND && s->fused, true);
		WANT(row[i].desc, s->cmd[0].once && s->cmd[1].once, true);
		nvmeq_scsi_answer(&t, &a);
		s = nvmeq_scsi_next(&t);
		WANT(row[i].desc, s->act, NVMEQ_SCSI_DONE);
		WANT(row[i].desc, t.out.sense.code, row[i].want);
		WANT(row[i].desc, t.out.moved, row[i].want ? 0 : 1024);
		if (NVMEQ_SENSE_KEY(row[i].want) == 3)
			WANT(row[i].desc, t.out.sense.info, 5);
	}
	scsi_ctrl_free(&ctrl);
}

static void a_miscompare_writes_nothing(void)
{
	struct scsi_io io = { .kind = SCSI_COMPARE_WRITE, .size = 16, .lba = 9, .blocks = 2,
			      .out_bytes = 2048 };
	u8 out[2048], got[1024];
	struct scsi_run r;

	disk();
	memset(out, 0x11, 1024);
	memset(out + 1024, 0x22, 1024);
	io.out = out;
	scsi_ctrl_poke(&ctrl, 9, 1, out);
	r = send(&io);		/* the second block is zeroes */
	WANT("second block differs", r.end.sense.code, MISCOMPARE);
	scsi_ctrl_peek(&ctrl, 9, 2, got);
	WANT("untouched", got[0] == 0x11 && got[512] == 0, true);
	scsi_run_free(&r);
	scsi_ctrl_poke(&ctrl, 10, 1, out);
	r = send(&io);
	WANT("equal", r.end.sense.code, 0);
	scsi_ctrl_peek(&ctrl, 9, 2, got);
	WANT("written", got[0] == 0x22 && got[1023] == 0x22, true);
	clean(&r);
}

static void cancelled_at_any_step_it_ends_there(void)
{
	static const struct {
		u8 kind, bytchk;
		u16 oncs;
	} row[] = {
		{ SCSI_VERIFY, 0, 0 }, { SCSI_VERIFY, 1, 0 }, { SCSI_VERIFY, 1, 1 },
		{ SCSI_VERIFY, 3, 0 }, { SCSI_VERIFY, 3, 1 }, { SCSI_WRITE_VERIFY, 0, 0 },
		{ SCSI_WRITE_VERIFY, 1, 0 }, { SCSI_COMPARE_WRITE, 0, 1 },
	};
	u8 out[20 * 512] = { 0 };
	unsigned int i, at;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		bool over = false;

		for (at = 1; !over; at++) {
			const char *text = desc("row %u, step %u", i, at);
			struct scsi_io io = { .kind = row[i].kind, .size = 16, .blocks = 20,
					      .bytchk = row[i].bytchk };
			struct scsi_run r = { .cancel_at = at, .out = out,
					      .cancel_host = NVMEQ_SCSI_HOST_TIME_OUT,
					      .out_bytes = sizeof(out) };

			if (row[i].kind == SCSI_COMPARE_WRITE) {
				io.blocks = 4;
				r.out_bytes = 4096;
			}
			r.cdb_len = scsi_io_cdb(&io, r.cdb);
			disk();
			facts.oncs = row[i].oncs;
			scsi_ctrl_run(&ctrl, &r);
			WANT_STR(text, ctrl.wrong, NULL);
			WANT(text, r.end.sense.code, 0);
			over = !r.end.host;
			if (!over)
				WANT(text, r.end.host, NVMEQ_SCSI_HOST_TIME_OUT);
			if (!HOLDS(text, at < 60))
				over = true;
			clean(&r);
		}
		HOLDS(desc("row %u has steps", i), at > 2);
	}
}

static void random_commands_are_those_of_a_naive_disk(void)
{
	static const u8 kinds[] = { SCSI_VERIFY, SCSI_VERIFY, SCSI_VERIFY, SCSI_WRITE_VERIFY,
				    SCSI_WRITE_VERIFY, SCSI_COMPARE_WRITE, SCSI_COMPARE_WRITE,
				    SCSI_WRITE };

	scsi_disk_rounds(kinds, ARRAY_SIZE(kinds), 150, 60);
}

static const struct CMUnitTest tests[] = {
	TEST(made_of_what_the_controller_has),
	TEST(lengths_and_their_ends),
	TEST(a_difference_is_found_and_told),
	TEST(verify_checks_what_the_field_says),
	TEST(compare_and_write_is_a_pair_or_nothing),
	TEST(compare_and_write_has_no_tuples),
	TEST(a_pair_fails_for_the_reason_of_the_one_that_failed),
	TEST(a_miscompare_writes_nothing),
	TEST(cancelled_at_any_step_it_ends_there),
	TEST(random_commands_are_those_of_a_naive_disk),
};

TEST_MAIN("scsi_verify", tests)
