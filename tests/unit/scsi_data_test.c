// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_data_test.c - READ CAPACITY, REPORT LUNS, GET LBA STATUS, REPORT
 * SUPPORTED OPERATION CODES and TASK MANAGEMENT FUNCTIONS: fields by their
 * offsets in SPC-4 and SBC-3, lists against models that are told nothing but
 * what the controller says
 */
#include "fixtures/scsi_disks.h"
#include "model/scsi_read.h"
#include "support/test.h"

static struct scsi_ctrl ctrl;
static struct scsi_run run;
static struct nvmeq_scsi_facts facts;

static void use(const struct nvmeq_scsi_facts *f)
{
	facts = *f;
	scsi_ctrl_init(&ctrl, &facts);
}

static void done(const char *text)
{
	WANT_STR(text, ctrl.wrong, NULL);
	scsi_ctrl_free(&ctrl);
}

#define WHOLE		(-1)

/* @bit: the highest of the field, or WHOLE */
static void pointer(const char *text, u32 want, int want_bit)
{
	u32 byte = ~0u;
	int bit = ~0;

	HOLDS(text, scsi_field(&run, &byte, &bit));
	WANT(text, byte, want);
	WANT(text, bit, want_bit);
}

#define PLAIN	&scsi_disk_plain
#define FULL	&scsi_disk_full
#define PI1	&scsi_disk_pi1
#define HUGE	&scsi_disk_huge
#define NONE	&scsi_disk_no_medium

#define CDB_FIELD	NVMEQ_SENSE_CDB_FIELD

/* --- READ CAPACITY --- */

static u32 capacity10(u32 room)
{
	return SCSI_ASK(&ctrl, &run, room, 0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}

static u32 capacity16(u32 alloc)
{
	return SCSI_ASK(&ctrl, &run, alloc, 0x9e, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, alloc >> 8,
			alloc & 0xff, 0, 0);
}

static void capacity_of_ten_bytes(void)
{
	static const struct {
		const char *desc;
		u64 blocks;
		u8 shift;
		u32 last, bytes;
	} row[] = {
		{ "one block", 1, 9, 0, 512 },
		{ "512", 2048, 9, 2047, 512 },
		{ "4K", 262144, 12, 262143, 4096 },
		{ "64K", 7, 16, 6, 65536 },
		{ "most that fits", 0xffffffff, 9, 0xfffffffe, 512 },
		{ "as many as the mark", 0x100000000ULL, 9, 0xffffffff, 512 },
		{ "one more", 0x100000001ULL, 9, 0xffffffff, 512 },
		{ "far more", 1ULL << 54, 9, 0xffffffff, 512 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		use(PLAIN);
		facts.max_transfer_bytes = 131072;
		facts.blocks = row[i].blocks;
		facts.block_shift = row[i].shift;
		WANT(row[i].desc, capacity10(8), 0);
		WANT(row[i].desc, run.end.moved, 8);
		WANT(row[i].desc, scsi_get(run.in, 4), row[i].last);
		WANT(row[i].desc, scsi_get(run.in + 4, 4), row[i].bytes);
		capacity16(32);
		WANT(row[i].desc, scsi_get(run.in, 8), row[i].blocks - 1);
		WANT(row[i].desc, scsi_get(run.in + 8, 4), row[i].bytes);
		done(row[i].desc);
	}
}

/* It has no allocation length: the transfer alone cuts. fio asks with 32 bytes. */
static void capacity_of_ten_bytes_is_cut_by_the_transfer(void)
{
	unsigned int room, i;

	for (room = 0; room <= 40; room++) {
		const char *text = desc("%u bytes", room);

		use(FULL);
		WANT(text, capacity10(room), 0);
		WANT(text, run.end.moved, min(room, 8u));
		for (i = 8; i < room; i++)
			WANT(text, run.in[i], 0xee);
		done(text);
	}
}

static void capacity_of_sixteen_bytes(void)
{
	static const struct {
		const char *desc;
		const struct nvmeq_scsi_facts *f;
		u8 at, bytes;
		u64 want;
	} row[] = {
		{ "last block", FULL, 0, 8, 262143 },
		{ "last block beyond 32 bits", HUGE, 0, 8, 6442450943ULL },
		{ "block length", FULL, 8, 4, 4096 },
		{ "block length without metadata", PI1, 8, 4, 4096 },
		{ "no protection", FULL, 12, 1, 0 },
		{ "protection type 1", PI1, 12, 1, 0x01 },
		{ "four blocks in a physical one", FULL, 13, 1, 2 },
		{ "eight", HUGE, 13, 1, 3 },
		{ "one", PLAIN, 13, 1, 0 },
		{ "UNMAP, zeroes", FULL, 14, 2, 0xc000 },
		{ "UNMAP, no promise", HUGE, 14, 2, 0x8000 },
		{ "no UNMAP", PLAIN, 14, 2, 0 },
		{ "the rest", FULL, 16, 8, 0 },
		{ "to the end", FULL, 24, 8, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		use(row[i].f);
		WANT(row[i].desc, capacity16(32), 0);
		WANT(row[i].desc, run.end.resp_bytes, 32);
		WANT(row[i].desc, scsi_get(run.in + row[i].at, row[i].bytes), row[i].want);
		done(row[i].desc);
	}
	use(PI1);
	facts.pi_type = 3;
	facts.physical_bytes = 0xffffffff;
	capacity16(32);
	WANT("protection type 3", run.in[12], 0x05);
	WANT("physical blocks without reason", run.in[13], 15);
	facts.physical_bytes = 0;
	capacity16(32);
	WANT("no physical blocks", run.in[13], 0);
	done("physical blocks");
}

/* Weakness 19: the whole of byte 1 was taken for the service action. */
static void old_unit_numbers_do_not_matter(void)
{
	unsigned int lun;

	for (lun = 0; lun < 8; lun++) {
		use(FULL);
		WANT("LUN", SCSI_ASK(&ctrl, &run, 32, 0x9e, lun << 5 | 0x10, 0, 0, 0, 0, 0, 0, 0, 0,
				     0, 0, 0, 32, 0, 0), 0);
		WANT("LUN", SCSI_ASK(&ctrl, &run, 8, 0x25, lun << 5, 0, 0, 0, 0, 0, 0, 0, 0), 0);
		done("LUN");
	}
}

static void capacity_needs_a_medium(void)
{
	use(NONE);
	WANT("10", capacity10(8), NVMEQ_SENSE_BAD_FORMAT);
	WANT("16", capacity16(32), NVMEQ_SENSE_BAD_FORMAT);
	done("no medium");
	use(FULL);
	ctrl.state.formatting = true;
	WANT("10", capacity10(8), NVMEQ_SENSE_FORMATTING);
	WANT("16", capacity16(32), NVMEQ_SENSE_FORMATTING);
	done("formatting");
}

/* --- REPORT LUNS --- */

static u32 luns(u8 select, u32 alloc)
{
	return SCSI_ASK(&ctrl, &run, alloc, 0xa0, 0, select, 0, 0, 0, alloc >> 24, alloc >> 16,
			alloc >> 8, alloc & 0xff, 0, 0);
}

/* Weakness 16: the number stood in the wrong byte. SAM-5 section 4.7. */
static void units_are_numbered_as_they_should(void)
{
	static const struct {
		const char *desc;
		u32 nsid;
		u64 want;
	} row[] = {
		{ "first", 1, 0x0000000000000000 },
		{ "second", 2, 0x0001000000000000 },
		{ "last of the short ones", 256, 0x00ff000000000000 },
		{ "first flat one", 257, 0x4100000000000000 },
		{ "last flat one", 16384, 0x7fff000000000000 },
		{ "first extended one", 16385, 0xd200400000000000 },
		{ "last of 24 bits", 0x1000000, 0xd2ffffff00000000 },
		{ "first of 40 bits", 0x1000001, 0xe200010000000000 },
		{ "last there is", 0xfffffffe, 0xe200fffffffd0000 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		use(PLAIN);
		facts.nsids = &row[i].nsid;
		WANT(row[i].desc, luns(0, 16), 0);
		WANT(row[i].desc, scsi_get(run.in, 8), 8ULL << 32);
		WANT(row[i].desc, scsi_get(run.in + 8, 8), row[i].want);
		facts.nr_nsids = 0;
		facts.nsid = row[i].nsid;
		WANT(row[i].desc, luns(0, 16), 0);
		WANT(row[i].desc, scsi_get(run.in, 8), 8ULL << 32);
		WANT(row[i].desc, scsi_get(run.in + 8, 8), row[i].want);
		done(row[i].desc);
	}
}

static void selections(void)
{
	unsigned int select;

	for (select = 0; select < 256; select++) {
		const char *text = desc("select %#x", select);

		use(FULL);
		if (select > 2) {
			WANT(text, luns((u8)select, 64), CDB_FIELD);
			pointer(text, 2, WHOLE);
		} else {
			WANT(text, luns((u8)select, 64), 0);
			WANT(text, scsi_get(run.in, 8), (select == 1 ? 0ULL : 16ULL) << 32);
			WANT(text, run.end.resp_bytes, select == 1 ? 8 : 24);
		}
		done(text);
	}
}

/* Weakness 16: an offset of 8 bits came round at 31, the memory had no bound, little room was an
 * error.
 */
static void many_units(void)
{
	static const u32 counts[] = { 1, 30, 31, 32, 33, 255, 256, 1024, 1025, 4095, 4096, 100000 };
	static u32 nsids[100000];
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(nsids); i++)
		nsids[i] = i + 1;
	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		const char *text = desc("%u namespaces", counts[i]);
		u32 n = min(counts[i], 4095u);

		use(PLAIN);
		facts.nsids = nsids;
		facts.nr_nsids = counts[i];
		WANT(text, luns(0, 65536), 0);
		WANT(text, scsi_get(run.in, 4), 8 * n);
		WANT(text, run.end.resp_bytes, 8 + 8 * n);
		for (k = 0; k < n && k < 256; k++)
			WANT(text, scsi_get(run.in + 8 + 8 * k, 8), (u64)k << 48);
		WANT(text, luns(0, 8), 0);
		WANT(text, scsi_get(run.in, 4), 8 * n);
		WANT(text, luns(0, 4), 0);
		WANT(text, run.end.moved, 4);
		done(text);
	}
}

/* --- GET LBA STATUS --- */

static u32 lba_status(u64 lba, u32 alloc)
{
	return SCSI_ASK(&ctrl, &run, alloc, 0x9e, 0x12, lba >> 56, lba >> 48, lba >> 40, lba >> 32,
			lba >> 24, lba >> 16, lba >> 8, lba & 0xff, 0, 0, alloc >> 8, alloc & 0xff,
			0, 0);
}

struct span {
	u64 lba;
	u32 blocks;
};

static void put(u8 *p, u64 v, u32 bytes)
{
	while (bytes--) {
		*p++ = (u8)v;
		v >>= 8;
	}
}

/* As the controller gives it: NVM Figures 41 and 42. */
static void give(const struct span *s, u32 n, u32 said, u8 condition)
{
	u32 i;

	memset(ctrl.lba_status, 0, sizeof(ctrl.lba_status));
	put(ctrl.lba_status, said, 4);
	ctrl.lba_status[4] = condition;
	for (i = 0; i < n; i++) {
		put(ctrl.lba_status + 8 + 16 * i, s[i].lba, 8);
		put(ctrl.lba_status + 16 + 16 * i, s[i].blocks, 4);
	}
}

struct part {
	u64 lba;
	u32 blocks;
	bool lost;
};

static void want_parts(const char *text, const struct part *want, u32 n)
{
	u32 i;

	WANT(text, scsi_get(run.in, 4), 4 + 16 * n);
	WANT(text, scsi_get(run.in + 4, 4), 0);
	if (!WANT(text, run.end.resp_bytes, 8 + 16 * n))
		return;
	for (i = 0; i < n; i++) {
		const u8 *p = run.in + 8 + 16 * i;

		WANT(text, scsi_get(p, 8), want[i].lba);
		WANT(text, scsi_get(p + 8, 4), want[i].blocks);
		WANT(text, scsi_get(p + 12, 4), want[i].lost ? 0x00010000 : 0);
	}
}

static void status_of_blocks(void)
{
	static const struct {
		const char *desc;
		u64 blocks, from;
		u32 nspans, said;
		struct span span[4];
		u8 condition;
		u32 n;
		struct part want[6];
	} row[] = {
		{ "all is well", 1000, 0, 0, 0, { { 0, 0 } }, 2, 1, { { 0, 1000, false } } },
		{ "from the middle", 1000, 900, 0, 0, { { 0, 0 } }, 2, 1, { { 900, 100, false } } },
		{ "the last block", 1000, 999, 0, 0, { { 0, 0 } }, 2, 1, { { 999, 1, false } } },
		{ "one lost", 1000, 0, 1, 1, { { 10, 1 } }, 2, 3,
		  { { 0, 10, false }, { 10, 1, true }, { 11, 989, false } } },
		{ "first and last", 1000, 0, 2, 2, { { 0, 5 }, { 999, 1 } }, 2, 3,
		  { { 0, 5, true }, { 5, 994, false }, { 999, 1, true } } },
		{ "two that touch", 1000, 0, 2, 2, { { 5, 5 }, { 10, 5 } }, 2, 4,
		  { { 0, 5, false }, { 5, 5, true }, { 10, 5, true }, { 15, 985, false } } },
		{ "one more than it says", 1000, 0, 2, 1, { { 10, 1 }, { 20, 1 } }, 2, 3,
		  { { 0, 10, false }, { 10, 1, true }, { 11, 989, false } } },
		{ "begins inside", 1000, 7, 1, 1, { { 5, 5 } }, 2, 2,
		  { { 7, 3, true }, { 10, 990, false } } },
		{ "cut: the end is not known", 1000, 0, 1, 1, { { 10, 1 } }, 1, 2,
		  { { 0, 10, false }, { 10, 1, true } } },
		{ "cut with nothing", 1000, 0, 0, 0, { { 0, 0 } }, 1, 0, { { 0, 0, false } } },
		{ "behind the end", 1000, 0, 1, 1, { { 1000, 5 } }, 2, 1, { { 0, 1000, false } } },
		{ "far behind the end", 1000, 0, 1, 1, { { ~0ULL, ~0u } }, 2, 1,
		  { { 0, 1000, false } } },
		{ "over the end", 1000, 0, 1, 1, { { 990, 4000000000u } }, 2, 2,
		  { { 0, 990, false }, { 990, 10, true } } },
		{ "of no blocks", 1000, 0, 1, 1, { { 10, 0 } }, 2, 1, { { 0, 1000, false } } },
		{ "before the first", 1000, 500, 1, 1, { { 10, 5 } }, 2, 1,
		  { { 500, 500, false } } },
		{ "out of order", 1000, 0, 2, 2, { { 20, 5 }, { 10, 5 } }, 2, 3,
		  { { 0, 20, false }, { 20, 5, true }, { 25, 975, false } } },
		{ "overlap", 1000, 0, 2, 2, { { 10, 10 }, { 15, 10 } }, 2, 4,
		  { { 0, 10, false }, { 10, 10, true }, { 20, 5, true }, { 25, 975, false } } },
		{ "the same twice", 1000, 0, 2, 2, { { 10, 10 }, { 10, 10 } }, 2, 3,
		  { { 0, 10, false }, { 10, 10, true }, { 20, 980, false } } },
		{ "more than 32 bits, all well", 1ULL << 33, 0, 0, 0, { { 0, 0 } }, 2, 1,
		  { { 0, 0xffffffff, false } } },
		{ "more than 32 bits before one", 1ULL << 33, 0, 1, 1, { { 1ULL << 32, 1 } }, 2, 1,
		  { { 0, 0xffffffff, false } } },
		{ "32 bits before one", 1ULL << 33, 1, 1, 1, { { 1ULL << 32, 1 } }, 2, 3,
		  { { 1, 0xffffffff, false }, { 1ULL << 32, 1, true },
		    { (1ULL << 32) + 1, 0xffffffff, false } } },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		use(PLAIN);
		facts.oacs = 0x200;
		facts.blocks = row[i].blocks;
		give(row[i].span, row[i].nspans, row[i].said, row[i].condition);
		WANT(row[i].desc, lba_status(row[i].from, 65535), 0);
		want_parts(row[i].desc, row[i].want, row[i].n);
		WANT(row[i].desc, ctrl.nsent, 1);
		WANT(row[i].desc, le32_to_cpu(ctrl.sent[0].sqe.cdw13), 0x11000000);
		done(row[i].desc);
	}
}

static void a_full_list_and_one_that_says_more(void)
{
	static const u32 said[] = { 255, 256, 0xffffffff };
	static struct span spans[255];
	static struct part want[512];
	unsigned int i, k, n;

	for (i = 0; i < ARRAY_SIZE(said); i++) {
		const char *text = desc("%u descriptors said", said[i]);

		use(PLAIN);
		facts.oacs = 0x200;
		for (k = 0, n = 0; k < 255; k++) {
			spans[k] = (struct span) { 4 * k + 1, 3 };
			want[n++] = (struct part) { 4 * k, 1, false };
			want[n++] = (struct part) { 4 * k + 1, 3, true };
		}
		if (said[i] == 255)
			want[n++] = (struct part) { 1020, 2048 - 1020, false };
		give(spans, 255, said[i], 2);
		WANT(text, lba_status(0, 65535), 0);
		want_parts(text, want, n);
		done(text);
	}
}

static void status_of_blocks_that_are_not_there(void)
{
	static const struct {
		const char *desc;
		u64 lba;
		u32 code;
	} row[] = {
		{ "last", 2047, 0 },
		{ "one behind the end", 2048, NVMEQ_SENSE_LBA_RANGE },
		{ "two", 2049, NVMEQ_SENSE_LBA_RANGE },
		{ "2^63", 1ULL << 63, NVMEQ_SENSE_LBA_RANGE },
		{ "-1", ~0ULL, NVMEQ_SENSE_LBA_RANGE },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		use(PLAIN);
		facts.oacs = 0x200;
		WANT(row[i].desc, lba_status(row[i].lba, 64), row[i].code);
		WANT(row[i].desc, ctrl.nsent, !row[i].code);
		done(row[i].desc);
	}
	use(PLAIN);
	WANT("not offered", lba_status(0, 64), CDB_FIELD);
	pointer("not offered", 1, 4);
	facts.oacs = 0x200;
	scsi_ctrl_fail(&ctrl, true, NVMEQ_ADMIN_GET_LBA_STATUS, 0, 0x4002);
	WANT("fails", lba_status(0, 64), CDB_FIELD);
	done("not offered");
}

/* A map with a byte per block, made from the list one entry after the other. */
static void random_status_joins_on(void)
{
	struct rng r = test_rng();
	unsigned int i, k;
	static u8 lost[2048];

	for (i = 0; i < 3000 && test_misses() < 5; i++) {
		const char *text = desc("random list %u", i);
		u32 n = rnd(&r, 20), from = rnd(&r, 2048), at = from;
		struct span s[20];

		use(PLAIN);
		facts.oacs = 0x200;
		memset(lost, 0, sizeof(lost));
		for (k = 0; k < n; k++) {
			s[k].lba = (k ? s[k - 1].lba : 0) + rnd(&r, 200);
			s[k].blocks = rnd(&r, 100);
			memset(lost + min(s[k].lba, (u64)2048), 1,
			       min((u64)s[k].blocks, 2048 - min(s[k].lba, (u64)2048)));
		}
		give(s, n, n, 2);
		WANT(text, lba_status(from, 65535), 0);
		for (k = 8; k < run.end.resp_bytes && test_misses() < 5; k += 16) {
			u32 blocks = (u32)scsi_get(run.in + k + 8, 4), b;

			WANT(text, scsi_get(run.in + k, 8), at);
			if (!HOLDS(text, blocks && blocks <= 2048 - at))
				break;
			for (b = at; b < at + blocks; b++)
				WANT(text, run.in[k + 13], lost[b]);
			at += blocks;
		}
		WANT(text, at, 2048);
		done(text);
	}
}

/* --- REPORT SUPPORTED OPERATION CODES --- */

static u32 opcodes(u8 option, u8 opcode, u16 action, u32 alloc)
{
	return SCSI_ASK(&ctrl, &run, alloc, 0xa3, 0x0c, option, opcode, action >> 8, action & 0xff,
			alloc >> 24, alloc >> 16, alloc >> 8, alloc & 0xff, 0, 0);
}

/* Is it carried out, whatever may be wrong with a CDB of zeroes? Asked of the decoder only. */
static bool accepted(u8 opcode, int action)
{
	struct nvmeq_scsi_req req;
	u8 cdb[16] = { opcode, action < 0 ? 0 : (u8)action };

	nvmeq_scsi_decode(cdb, sizeof(cdb), &facts, &req);
	return req.op && (action < 0 ? req.op->action == NVMEQ_SCSI_NO_ACTION :
			  req.op->action == action);
}

static u32 cdb_bytes(u8 opcode)
{
	static const u8 by_group[8] = { 6, 10, 10, 0, 16, 12, 0, 0 };

	return by_group[opcode >> 5];
}

/* What is listed is what is accepted: every opcode and every service action is tried. */
static void list_of_all_commands(void)
{
	unsigned int disk, timeouts, op, k;
	int action, last = -1;

	for (disk = 0; disk < ARRAY_SIZE(scsi_disks); disk++)
		for (timeouts = 0; timeouts < 2; timeouts++) {
			const char *text = desc("%s, timeouts %u", scsi_disks[disk].desc, timeouts);
			u32 each = timeouts ? 20 : 8, listed = 0, want = 0;

			use(scsi_disks[disk].f);
			WANT(text, opcodes(timeouts ? 0x80 : 0, 0, 0, 65535), 0);
			WANT(text, scsi_get(run.in, 4), run.end.resp_bytes - 4);
			WANT(text, (run.end.resp_bytes - 4) % each, 0);
			for (k = 4, last = -1; k + each <= run.end.resp_bytes; k += each) {
				const u8 *p = run.in + k;
				int order = p[0] << 16 | (int)scsi_get(p + 2, 2);

				HOLDS(text, accepted(p[0], p[5] & 1 ? p[3] : -1));
				HOLDS(text, order > last);
				last = order;
				WANT(text, scsi_get(p + 2, 2), p[5] & 1 ? p[3] : 0);
				WANT(text, p[1] | p[4] | (p[5] & 0xfc), 0);
				WANT(text, p[5] & 2, timeouts ? 2 : 0);
				WANT(text, scsi_get(p + 6, 2), cdb_bytes(p[0]));
				if (timeouts) {
					WANT(text, scsi_get(p + 8, 4), 0x000a0000);
					WANT(text, scsi_get(p + 12, 8), 0);
				}
				listed++;
			}
			for (op = 0; op < 256; op++) {
				want += accepted((u8)op, -1);
				for (action = 0; action < 32; action++)
					want += accepted((u8)op, action);
			}
			WANT(text, listed, want);
			done(text);
		}
}

/* SPC-4 tables 271 and 272: what each option answers. @actioned: the opcode has service actions. */
static void one_answer(u8 op, u16 action, u8 option, bool actioned)
{
	const char *text = desc("opcode %#x/%#x, option %u", op, action, option);
	bool plain = accepted(op, -1), with = action < 32 && accepted(op, action);
	bool found = option == 1 ? plain : with || (option == 3 && plain && !action);
	u8 timeouts = op & 1 ? 0x80 : 0;
	u32 code = opcodes(timeouts | option, op, action, 64);
	u32 n = 4 + cdb_bytes(op);

	if ((option == 1 && actioned) || (option == 2 && plain)) {
		WANT(text, code, CDB_FIELD);
		pointer(text, 2, 2);
		return;
	}
	WANT(text, code, 0);
	WANT(text, run.in[0], 0);
	if (!found) {
		WANT(text, run.end.resp_bytes, 4);
		WANT(text, scsi_get(run.in + 1, 3), 0x010000);
		return;
	}
	WANT(text, run.in[1], timeouts | 0x03);
	WANT(text, scsi_get(run.in + 2, 2), cdb_bytes(op));
	WANT(text, run.in[4], op);
	WANT(text, run.end.resp_bytes, n + (timeouts ? 12 : 0));
	if (with)
		WANT(text, run.in[5] & 0x1f, action);
	if (timeouts)
		WANT(text, scsi_get(run.in + n, 4), 0x000a0000);
}

static void one_command(void)
{
	static const u16 actions[] = { 0, 1, 3, 6, 0x0c, 0x0d, 0x10, 0x12, 0x1f, 0x20, 0xff00,
				       0xffff };
	unsigned int disk, op, option, i, a;

	for (disk = 0; disk < ARRAY_SIZE(scsi_disks); disk++) {
		use(scsi_disks[disk].f);
		for (op = 0; op < 256; op++) {
			bool actioned = false;

			for (a = 0; a < 32; a++)
				actioned |= accepted((u8)op, (int)a);
			for (i = 0; i < ARRAY_SIZE(actions); i++)
				for (option = 1; option <= 3; option++)
					one_answer((u8)op, actions[i], (u8)option, actioned);
		}
		done(scsi_disks[disk].desc);
	}
}

static void options_that_do_not_exist(void)
{
	unsigned int option;

	use(FULL);
	for (option = 4; option < 8; option++) {
		WANT("reserved", opcodes((u8)option, 0x28, 0, 64), CDB_FIELD);
		pointer("reserved", 2, 2);
	}
	WANT("reserved bits", opcodes(0x78, 0, 0, 65535), 0);
	done("options");
}

/* DPOFUA is 1 (MODE SENSE), so both bits are looked at; byte 1 of the usage map says so. */
static void usage_maps_agree_with_dpofua(void)
{
	static const u8 reads_writes[] = { 0x28, 0xa8, 0x88, 0x2a, 0xaa, 0x8a };
	unsigned int i;

	use(FULL);
	for (i = 0; i < sizeof(reads_writes); i++) {
		WANT("usage", opcodes(1, reads_writes[i], 0, 64), 0);
		WANT("usage", run.in[5] & 0x18, 0x18);
	}
	done("usage");
}

/* --- REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS --- */

static void no_task_management(void)
{
	use(FULL);
	WANT("TMF", SCSI_ASK(&ctrl, &run, 16, 0xa3, 0x0d, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0), 0);
	WANT("TMF", run.end.resp_bytes, 4);
	WANT("TMF", scsi_get(run.in, 4), 0);
	done("TMF");
}

/* --- lengths --- */

/* Weakness 3: what was written depended on the allocation length alone. */
static void every_length_gives_a_beginning(void)
{
	static const struct {
		const char *desc;
		u8 cdb[16], len, at;
		u32 max;
	} row[] = {
		{ "READ CAPACITY(16)", { 0x9e, 0x10 }, 16, 10, 50 },
		{ "REPORT LUNS", { 0xa0 }, 12, 6, 50 },
		{ "GET LBA STATUS", { 0x9e, 0x12 }, 16, 10, 80 },
		{ "all opcodes", { 0xa3, 0x0c }, 12, 6, 700 },
		{ "all opcodes and timeouts", { 0xa3, 0x0c, 0x80 }, 12, 6, 1300 },
		{ "one opcode", { 0xa3, 0x0c, 0x01, 0x28 }, 12, 6, 50 },
		{ "one that is not there", { 0xa3, 0x0c, 0x81, 0xff }, 12, 6, 50 },
		{ "TMFs", { 0xa3, 0x0d }, 12, 6, 20 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		use(FULL);
		give((const struct span[]){ { 10, 5 } }, 1, 1, 2);
		WANT_STR(row[i].desc, scsi_cuts(&ctrl, row[i].cdb, row[i].len, row[i].at, 4,
						row[i].max), NULL);
		done(row[i].desc);
	}
}

static const struct CMUnitTest tests[] = {
	TEST(capacity_of_ten_bytes),
	TEST(capacity_of_ten_bytes_is_cut_by_the_transfer),
	TEST(capacity_of_sixteen_bytes),
	TEST(old_unit_numbers_do_not_matter),
	TEST(capacity_needs_a_medium),
	TEST(units_are_numbered_as_they_should),
	TEST(selections),
	TEST(many_units),
	TEST(status_of_blocks),
	TEST(a_full_list_and_one_that_says_more),
	TEST(status_of_blocks_that_are_not_there),
	TEST(random_status_joins_on),
	TEST(list_of_all_commands),
	TEST(one_command),
	TEST(options_that_do_not_exist),
	TEST(usage_maps_agree_with_dpofua),
	TEST(no_task_management),
	TEST(every_length_gives_a_beginning),
};

TEST_MAIN("scsi_data", tests)
