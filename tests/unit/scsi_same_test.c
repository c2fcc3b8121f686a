// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_same_test.c - WRITE SAME and UNMAP: what they are made of, lists of all
 * lengths, and many random ones against a naive disk
 */
#include "model/scsi_disk.h"
#include "support/test.h"

#define CDB_FIELD	NVMEQ_SENSE(5, 0x24, 0)
#define LIST_FIELD	NVMEQ_SENSE(5, 0x26, 0)
#define LIST_LENGTH	NVMEQ_SENSE(5, 0x1a, 0)
#define LBA_RANGE	NVMEQ_SENSE(5, 0x21, 0)

static struct nvmeq_scsi_facts facts;
static struct scsi_ctrl ctrl;

static void disk(void)
{
	facts = (struct nvmeq_scsi_facts) {
		.nsid = 3, .blocks = 1ULL << 33, .block_shift = 9, .max_transfer_bytes = 4096,
		.write_zeroes_blocks = 16, .unmap_ranges = 256, .wz_dealloc = true,
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

/* ---- WRITE SAME ---- */

static void made_of_what_the_block_and_the_controller_are(void)
{
	static const struct {
		const char *desc;
		u8 size, fill;
		bool unmap, no_data, dealloc;
		u32 zeroes, blocks;
		u8 opcode;
		u32 n;
		bool deac;
	} row[] = {
		{ "a pattern", 10, 0x5a, false, false, true, 16, 40, 0x01, 5, false },
		{ "zeroes", 10, 0, false, false, true, 16, 40, 0x08, 3, false },
		{ "zeroes without the command", 10, 0, false, false, true, 0, 40, 0x01, 5, false },
		{ "zeroes, unmap", 10, 0, true, false, true, 16, 40, 0x08, 3, true },
		{ "pattern, unmap", 16, 0x5a, true, false, true, 16, 40, 0x01, 5, false },
		{ "no data", 16, 0, false, true, true, 16, 40, 0x08, 3, false },
		{ "no data, unmap", 16, 0, true, true, true, 16, 40, 0x08, 3, true },
		{ "no data without the command", 16, 0, false, true, true, 0, 40, 0x01, 5,
		  false },
		{ "one block", 16, 0x5a, false, false, true, 16, 1, 0x01, 1, false },
		{ "all that a command says", 16, 0, false, false, true, 65536, 65537, 0x08, 2,
		  false },
	};
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct scsi_io io = { .kind = SCSI_WRITE_SAME, .size = row[i].size, .lba = 1000,
				      .blocks = row[i].blocks, .unmap = row[i].unmap,
				      .no_data = row[i].no_data,
				      .out_bytes = row[i].no_data ? 0 : 512 };
		struct scsi_run r;
		u8 out[512], got[512];

		memset(out, row[i].fill, sizeof(out));
		io.out = out;
		disk();
		facts.write_zeroes_blocks = row[i].zeroes;
		facts.wz_dealloc = row[i].dealloc;
		r = send(&io);
		WANT_STR(row[i].desc, ctrl.wrong, NULL);
		WANT(row[i].desc, r.end.sense.code, 0);
		WANT(row[i].desc, r.end.moved, io.out_bytes);
		WANT(row[i].desc, ctrl.nsent, row[i].n);
		for (k = 0; k < ctrl.nsent; k++) {
			WANT(row[i].desc, ctrl.sent[k].sqe.opcode, row[i].opcode);
			WANT(row[i].desc, ctrl.sent[k].sqe.cdw12 >> 25 & 1, row[i].deac);
		}
		scsi_ctrl_peek(&ctrl, 1000 + row[i].blocks - 1, 1, got);
		WANT_MEM(row[i].desc, got, out, 512);
		clean(&r);
	}
}

static void lengths_and_their_ends(void)
{
	static const struct {
		const char *desc;
		u8 size, byte1;
		u64 lba;
		u32 blocks, in, out, sense, at;
	} row[] = {
		{ "count 0 is nothing to end at (WSNZ)", 10, 0, 0, 0, 0, 512, CDB_FIELD, 7 },
		{ "count 0, 16", 16, 0, 0, 0, 0, 512, CDB_FIELD, 10 },
		{ "1 GiB", 16, 0x01, 0, 1 << 21, 0, 0, 0, 0 },
		{ "a block more", 16, 0x01, 0, (1 << 21) + 1, 0, 0, CDB_FIELD, 10 },
		{ "beyond the end", 16, 0, (1ULL << 33) - 1, 2, 0, 512, LBA_RANGE, 0 },
		{ "less than a block", 10, 0, 0, 1, 0, 511, CDB_FIELD, 0 },
		{ "more than a block", 10, 0, 0, 1, 0, 1024, CDB_FIELD, 0 },
		{ "no data", 10, 0, 0, 1, 0, 0, CDB_FIELD, 0 },
		{ "the wrong way", 10, 0, 0, 1, 512, 0, CDB_FIELD, 0 },
		{ "ANCHOR", 10, 0x10, 0, 1, 0, 512, CDB_FIELD, 1 },
		{ "ANCHOR and UNMAP", 16, 0x18, 0, 1, 0, 512, CDB_FIELD, 1 },
		{ "LBDATA", 10, 0x02, 0, 1, 0, 512, CDB_FIELD, 1 },
		{ "PBDATA", 10, 0x04, 0, 1, 0, 512, CDB_FIELD, 1 },
		{ "WRPROTECT 1", 10, 0x20, 0, 1, 0, 512, CDB_FIELD, 1 },
		{ "WRPROTECT 7", 16, 0xe0, 0, 1, 0, 512, CDB_FIELD, 1 },
		{ "NDOB is of the long form", 10, 0x01, 0, 1, 0, 512, 0, 0 },
	};
	unsigned int i;
	u8 out[1024];

	memset(out, 0x33, sizeof(out));
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct scsi_io io = { .kind = SCSI_WRITE_SAME, .size = row[i].size,
				      .lba = row[i].lba, .blocks = row[i].blocks };
		struct scsi_run r = { .in_bytes = row[i].in, .out = out,
				      .out_bytes = row[i].out };

		disk();
		facts.write_zeroes_blocks = 65536;
		r.cdb_len = scsi_io_cdb(&io, r.cdb);
		r.cdb[1] = row[i].byte1;
		scsi_ctrl_run(&ctrl, &r);
		WANT_STR(row[i].desc, ctrl.wrong, NULL);
		WANT(row[i].desc, r.end.sense.code, row[i].sense);
		if (row[i].at)
			WANT(row[i].desc, r.end.sense.sks[2], row[i].at);
		if (row[i].sense)
			WANT(row[i].desc, ctrl.nsent, 0);
		clean(&r);
	}
}

/* UNMAP=1 where VPD B2h does not announce it. */
static void unmap_is_taken_where_it_is_announced(void)
{
	u8 out[512] = { 0 };
	unsigned int i;

	for (i = 0; i < 8; i++) {
		struct scsi_io io = { .kind = SCSI_WRITE_SAME, .size = 10, .blocks = 1,
				      .unmap = true, .out = out, .out_bytes = 512 };
		struct scsi_run r;

		disk();
		facts.unmap_ranges = i & 1 ? 256 : 0;
		facts.write_zeroes_blocks = i & 2 ? 16 : 0;
		facts.wz_dealloc = i & 4;
		r = send(&io);
		WANT(desc("case %u", i), r.end.sense.code, i == 7 ? 0 : CDB_FIELD);
		WANT(desc("case %u", i), nvmeq_scsi_can_unmap_same(&facts), i == 7);
		clean(&r);
	}
}

/* ---- UNMAP ---- */

#define DESCS_MAX	800

/* A list of @n descriptors of @blocks each, every second block; returns its bytes. */
static u32 put_list(u8 *list, u32 field, u32 n, u64 lba, u32 blocks, u32 stride)
{
	u32 i, k;

	memset(list, 0, 8 + 16 * n);
	list[0] = (u8)((6 + 16 * n) >> 8);
	list[1] = (u8)(6 + 16 * n);
	list[2] = (u8)(field >> 8);
	list[3] = (u8)field;
	for (i = 0; i < n; i++) {
		u64 at = lba + (u64)i * stride;

		for (k = 0; k < 8; k++)
			list[8 + 16 * i + k] = (u8)(at >> (56 - 8 * k));
		for (k = 0; k < 4; k++)
			list[16 + 16 * i + k] = (u8)(blocks >> (24 - 8 * k));
	}
	return 8 + 16 * n;
}

static struct scsi_run unmap(const u8 *list, u32 plist, u32 out)
{
	struct scsi_run r = { .cdb = { 0x42, [7] = (u8)(plist >> 8), [8] = (u8)plist },
			      .cdb_len = 10, .out = list, .out_bytes = out };

	scsi_ctrl_forget(&ctrl);
	scsi_ctrl_run(&ctrl, &r);
	return r;
}

static u32 unmapped(void)
{
	u32 n = 0, i;

	for (i = 0; i < ctrl.nsent; i++)
		n += ctrl.sent[i].sqe.opcode == 0x09 ? (ctrl.sent[i].sqe.cdw10 & 0xff) + 1 : 1;
	return n;
}

/*
 * Weakness 22: the number of descriptors came from the list and was believed,
 * so that what lay behind it in memory was deallocated; none at all was an
 * error.
 */
static void no_more_descriptors_than_there_are(void)
{
	static const struct {
		const char *desc;
		u32 n, field, plist, out, sense, ranges;
	} row[] = {
		{ "one", 1, 16, 24, 24, 0, 1 },
		{ "list length 0", 1, 16, 0, 24, 0, 0 },
		{ "no descriptors", 0, 0, 8, 8, 0, 0 },
		{ "none of those that are there", 3, 0, 56, 56, 0, 0 },
		{ "header says more than the list has", 1, 65535, 24, 24, 0, 1 },
		{ "header says less", 3, 16, 56, 56, 0, 1 },
		{ "half a descriptor more", 2, 24, 40, 40, 0, 1 },
		{ "list ends in a descriptor", 2, 32, 39, 39, 0, 1 },
		{ "half a header", 0, 0, 7, 8, LIST_LENGTH, 0 },
		{ "a byte", 0, 0, 1, 8, LIST_LENGTH, 0 },
		{ "nothing came", 1, 16, 24, 0, LIST_LENGTH, 0 },
		{ "only the header came", 1, 16, 24, 8, LIST_LENGTH, 0 },
		{ "half of the list came", 4, 64, 72, 40, LIST_LENGTH, 0 },
		{ "more came than the list", 1, 32, 24, 40, 0, 1 },
		{ "256", 256, 4096, 4104, 4104, 0, 256 },
		{ "257", 257, 4112, 4120, 4120, LIST_FIELD, 0 },
		{ "256 of 800", 800, 4096, 12808, 12808, 0, 256 },
		{ "800", 800, 12800, 12808, 12808, LIST_FIELD, 0 },
	};
	static u8 list[8 + 16 * DESCS_MAX];
	unsigned int i, zeroes;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		for (zeroes = 0; zeroes < 2; zeroes++) {
			const char *text = desc("%s, zeroes %u", row[i].desc, zeroes);
			struct scsi_run r;

			disk();
			facts.dealloc_zero = zeroes;
			put_list(list, row[i].field, row[i].n, 5, 1, 2);
			r = unmap(list, row[i].plist, row[i].out);
			WANT_STR(text, ctrl.wrong, NULL);
			WANT(text, r.end.sense.code, row[i].sense);
			WANT(text, unmapped(), row[i].ranges);
			clean(&r);
		}
}

static void descriptors_are_checked_before_any_is_done(void)
{
	static const struct {
		const char *desc;
		u64 lba;
		u32 blocks, sense;
	} row[] = {
		{ "nothing at the end", 1ULL << 33, 0, 0 },
		{ "nothing behind the end", (1ULL << 33) + 1, 0, LBA_RANGE },
		{ "the last block", (1ULL << 33) - 1, 1, 0 },
		{ "one too many", (1ULL << 33) - 1, 2, LBA_RANGE },
		{ "behind the end", 1ULL << 33, 1, LBA_RANGE },
		{ "the sum wraps", ~0ULL, 2, LBA_RANGE },
		{ "2^63", 1ULL << 63, 1, LBA_RANGE },
		{ "nothing at 0", 0, 0, 0 },
	};
	unsigned int i, zeroes;
	u8 list[40], data[512];

	memset(data, 0x44, sizeof(data));
	for (i = 0; i < ARRAY_SIZE(row); i++)
		for (zeroes = 0; zeroes < 2; zeroes++) {
			const char *text = desc("%s, zeroes %u", row[i].desc, zeroes);
			u8 got[512], one[24];
			struct scsi_run r;

			disk();
			facts.dealloc_zero = zeroes;
			scsi_ctrl_poke(&ctrl, 7, 1, data);
			put_list(list, 32, 2, 7, 1, 0);
			put_list(one, 16, 1, row[i].lba, row[i].blocks, 0);
			memcpy(list + 24, one + 8, 16);
			r = unmap(list, 40, 40);
			WANT_STR(text, ctrl.wrong, NULL);
			WANT(text, r.end.sense.code, row[i].sense);
			scsi_ctrl_peek(&ctrl, 7, 1, got);
			WANT(text, got[0], row[i].sense ? 0x44 : 0);
			clean(&r);
		}
}

/* The sum may be 0xffffffff blocks, or what is announced where zeroes are promised. */
static void too_many_blocks_are_refused(void)
{
	static const struct {
		const char *desc;
		bool zeroes;
		u32 n, blocks, sense;
	} row[] = {
		{ "all that can be said", false, 1, 0xffffffff, 0 },
		{ "one more", false, 2, 0x80000000, LIST_FIELD },
		{ "far more: the sum wraps", false, 256, 0xffffffff, LIST_FIELD },
		{ "2^20", true, 1, 0x100000, 0 },
		{ "one more", true, 1, 0x100001, LIST_FIELD },
		{ "one more in two", true, 2, 0x80001, LIST_FIELD },
	};
	static u8 list[8 + 16 * 256];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		u32 bytes = put_list(list, row[i].n * 16, row[i].n, 0, row[i].blocks, 0);
		struct scsi_run r;

		disk();
		facts.write_zeroes_blocks = 65536;
		facts.dealloc_zero = row[i].zeroes;
		r = unmap(list, bytes, bytes);
		WANT_STR(row[i].desc, ctrl.wrong, NULL);
		WANT(row[i].desc, r.end.sense.code, row[i].sense);
		if (row[i].sense)
			WANT(row[i].desc, ctrl.nsent, 0);
		clean(&r);
	}
}

/* DMRL, DMRSL and DMSL: ranges of a command, blocks of a range, blocks of a command. */
static void hints_are_cut_to_what_the_controller_takes(void)
{
	static const struct {
		u16 ranges;
		u32 range_blocks;
		u64 blocks;
		u32 n, each, commands;
	} row[] = {
		{ 256, 0, 0, 10, 100, 1 }, { 4, 0, 0, 10, 100, 3 }, { 1, 0, 0, 10, 100, 10 },
		{ 256, 50, 0, 10, 100, 1 }, { 4, 50, 0, 10, 100, 5 },
		{ 256, 0, 100, 10, 100, 10 }, { 256, 0, 150, 10, 100, 7 },
		{ 256, 0, 1, 2, 3, 6 }, { 2, 40, 70, 3, 100, 5 }, { 256, 1, 0, 1, 256, 1 },
		{ 256, 1, 0, 1, 257, 2 },
	};
	unsigned int i;
	u8 list[200];

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		const char *text = desc("row %u", i);
		u32 bytes = put_list(list, 16 * row[i].n, row[i].n, 1ULL << 32, row[i].each, 1000);
		struct scsi_run r;

		disk();
		facts.unmap_ranges = row[i].ranges;
		facts.unmap_range_blocks = row[i].range_blocks;
		facts.unmap_blocks = row[i].blocks;
		r = unmap(list, bytes, bytes);
		WANT_STR(text, ctrl.wrong, NULL);
		WANT(text, r.end.sense.code, 0);
		WANT(text, r.end.moved, bytes);
		WANT(text, ctrl.nsent, row[i].commands);
		clean(&r);
	}
}

static void anchor_is_refused_and_reading_disks_are_left_alone(void)
{
	u8 list[24];
	struct scsi_run r;

	put_list(list, 16, 1, 0, 1, 0);
	disk();
	r = (struct scsi_run) { .cdb = { 0x42, 1, [8] = 24 }, .cdb_len = 10, .out = list,
				.out_bytes = 24 };
	scsi_ctrl_run(&ctrl, &r);
	WANT("ANCHOR", r.end.sense.code, CDB_FIELD);
	scsi_run_free(&r);
	facts.read_only = true;
	r = unmap(list, 24, 24);
	WANT("read-only", r.end.sense.code, NVMEQ_SENSE(7, 0x27, 0));
	scsi_run_free(&r);
	facts.read_only = false;
	facts.unmap_ranges = 0;
	r = unmap(list, 24, 24);
	WANT("no Dataset Management", r.end.sense.code, NVMEQ_SENSE(5, 0x20, 0));
	clean(&r);
}

/* Random lists: what is unmapped, and nothing else, is zero where that is promised. */
static void random_lists_unmap_what_they_name(void)
{
	struct rng r = test_rng();
	static u8 list[8 + 16 * 64];
	unsigned int i, k, m;

	for (i = 0; i < 400 && test_misses() < 5; i++) {
		u32 n = rnd(&r, one_in(&r, 4) ? 65 : 6), bytes;
		bool gone[200] = { false }, ignored = one_in(&r, 3);
		const char *text = desc("list %u of %u", i, n);
		u64 first;
		u8 *data, *got;
		struct scsi_run run;

		scsi_disk_facts(&r, &facts, 200);
		facts.read_only = false;
		facts.unmap_ranges = (u16)(one_in(&r, 2) ? 256 : 1 + rnd(&r, 5));
		first = one_in(&r, 2) ? 0 : facts.blocks - 200;
		scsi_ctrl_init(&ctrl, &facts);
		ctrl.dsm_ignored = ignored;
		data = malloc(200u << facts.block_shift);
		got = malloc(200u << facts.block_shift);
		memset(data, 0x66, 200u << facts.block_shift);
		scsi_ctrl_poke(&ctrl, first, 200, data);
		bytes = put_list(list, 16 * n, n, 0, 0, 0);
		for (k = 0; k < n; k++) {
			u32 at = rnd(&r, 201), count = rnd(&r, one_in(&r, 3) ? 201 - at :
							   min(201 - at, 5u));
			u8 one[24];

			put_list(one, 16, 1, first + at, count, 0);
			memcpy(list + 8 + 16 * k, one + 8, 16);
			for (m = 0; m < count; m++)
				gone[at + m] = true;
		}
		run = unmap(list, bytes, bytes);
		WANT_STR(text, ctrl.wrong, NULL);
		WANT(text, run.end.sense.code, 0);
		WANT(text, run.end.moved, bytes);
		if (nvmeq_scsi_unmap_zeroes(&facts))
			ignored = false;	/* promised, so done by Write Zeroes */
		scsi_ctrl_peek(&ctrl, first, 200, got);
		for (m = 0; m < 200; m++)
			WANT(text, got[m << facts.block_shift],
			     gone[m] && !ignored ? 0 : 0x66);
		free(data);
		free(got);
		clean(&run);
	}
}

static void cancelled_or_failing_at_any_step_it_ends_there(void)
{
	u8 list[8 + 16 * 6], block[512];
	unsigned int kind, at, fails;

	put_list(list, 96, 6, 0, 40, 100);
	memset(block, 0x12, sizeof(block));
	for (kind = 0; kind < 4; kind++)
		for (fails = 0; fails < 2; fails++) {
			bool over = false;

			for (at = 1; !over; at++) {
				const char *text = desc("kind %u, step %u, fails %u", kind, at,
							fails);
				static const u8 ops[4] = { 0x08, 0x01, 0x09, 0x08 };
				struct scsi_run r = {
					.cdb = { 0x42, [8] = sizeof(list) }, .cdb_len = 10,
					.out = list, .out_bytes = sizeof(list),
					.cancel_host = NVMEQ_SCSI_HOST_RESET,
				};
				struct scsi_io io = { .kind = SCSI_WRITE_SAME, .size = 16,
						      .blocks = 40, .no_data = kind == 0 };

				if (kind < 2) {
					r.cdb_len = scsi_io_cdb(&io, r.cdb);
					r.out = block;
					r.out_bytes = kind ? 512 : 0;
				}
				disk();
				facts.dealloc_zero = kind == 3;
				facts.unmap_ranges = 2;
				if (fails)
					scsi_ctrl_fail(&ctrl, false, ops[kind], at - 1, 0x4083);
				else
					r.cancel_at = at;
				scsi_ctrl_run(&ctrl, &r);
				WANT_STR(text, ctrl.wrong, NULL);
				over = !r.end.host && !r.end.sense.code;
				if (!over && fails)
					WANT(text, r.end.sense.code, NVMEQ_SENSE_CONFLICT);
				else if (!over)
					WANT(text, r.end.host, NVMEQ_SCSI_HOST_RESET);
				if (!HOLDS(text, at < 60))
					over = true;
				clean(&r);
			}
			HOLDS(desc("kind %u has steps", kind), at > 2);
		}
}

static void random_write_sames_are_those_of_a_naive_disk(void)
{
	static const u8 kinds[] = { SCSI_WRITE_SAME, SCSI_WRITE_SAME, SCSI_WRITE_SAME,
				    SCSI_WRITE, SCSI_READ };

	scsi_disk_rounds(kinds, ARRAY_SIZE(kinds), 150, 60);
}

static const struct CMUnitTest tests[] = {
	TEST(made_of_what_the_block_and_the_controller_are),
	TEST(lengths_and_their_ends),
	TEST(unmap_is_taken_where_it_is_announced),
	TEST(no_more_descriptors_than_there_are),
	TEST(descriptors_are_checked_before_any_is_done),
	TEST(too_many_blocks_are_refused),
	TEST(hints_are_cut_to_what_the_controller_takes),
	TEST(anchor_is_refused_and_reading_disks_are_left_alone),
	TEST(random_lists_unmap_what_they_name),
	TEST(cancelled_or_failing_at_any_step_it_ends_there),
	TEST(random_write_sames_are_those_of_a_naive_disk),
};

TEST_MAIN("scsi_same", tests)
