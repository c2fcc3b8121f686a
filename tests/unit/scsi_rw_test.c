// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_rw_test.c - READ, WRITE, SYNCHRONIZE CACHE and TEST UNIT READY: rows for
 * what can be said by hand, and many random commands against a naive disk
 */
#include <nvmeq/status.h>

#include "model/scsi_disk.h"
#include "support/test.h"

#define CDB_FIELD	NVMEQ_SENSE(5, 0x24, 0)
#define LBA_RANGE	NVMEQ_SENSE(5, 0x21, 0)

static struct nvmeq_scsi_facts facts;
static struct scsi_ctrl ctrl;

/* 512-byte blocks, eight of them in a command. */
static void disk(u64 blocks, u8 shift)
{
	facts = (struct nvmeq_scsi_facts) {
		.nsid = 3, .blocks = blocks, .block_shift = shift,
		.max_transfer_bytes = 8u << shift, .vwc = true, .pi_bytes = 8, .pi_ref_bits = 32,
	};
	scsi_ctrl_init(&ctrl, &facts);
}

static void clean(struct scsi_run *r)
{
	scsi_run_free(r);
	scsi_ctrl_free(&ctrl);
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

static u64 sent_lba(unsigned int i)
{
	return ctrl.sent[i].sqe.cdw10 | (u64)ctrl.sent[i].sqe.cdw11 << 32;
}

static u32 sent_blocks(unsigned int i)
{
	return (ctrl.sent[i].sqe.cdw12 & 0xffff) + 1;
}

/*
 * Weakness 6: one command per piece of the caller's memory and none of them
 * split; weakness 10: the limit in 512-byte sectors whatever the block.
 */
static void transfers_are_cut_to_what_a_command_carries(void)
{
	static const struct {
		u8 shift;
		u32 blocks, pieces, last;
	} row[] = {
		{ 9, 1, 1, 1 }, { 9, 8, 1, 8 }, { 9, 9, 2, 1 }, { 9, 24, 3, 8 }, { 9, 33, 5, 1 },
		{ 12, 8, 1, 8 }, { 12, 9, 2, 1 }, { 12, 20, 3, 4 },
	};
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		const char *text = desc("%u blocks of 2^%u", row[i].blocks, row[i].shift);
		u32 bytes = row[i].blocks << row[i].shift;
		struct scsi_io io = { .kind = SCSI_READ, .size = 16, .lba = 0x1fffffffcULL,
				      .blocks = row[i].blocks, .in_bytes = bytes };
		struct scsi_run r;

		disk(1ULL << 34, row[i].shift);
		r = send(&io);
		WANT_STR(text, ctrl.wrong, NULL);
		WANT(text, r.end.sense.code, 0);
		WANT(text, r.end.moved, bytes);
		WANT(text, ctrl.nsent, row[i].pieces);
		for (k = 0; k < row[i].pieces; k++) {
			WANT(text, ctrl.sent[k].sqe.opcode, 0x02);
			WANT(text, sent_lba(k), 0x1fffffffcULL + 8 * k);
			WANT(text, sent_blocks(k), k + 1 < row[i].pieces ? 8 : row[i].last);
			WANT(text, ctrl.sent[k].data.at, (8 << row[i].shift) * k);
		}
		clean(&r);
	}
}

/* All sizes of the CDB say the same. */
static void cdb_sizes_are_one_command(void)
{
	static const u8 sizes[] = { 6, 10, 12, 16 };
	unsigned int i, fua;
	u8 out[1024];

	memset(out, 0x3c, sizeof(out));
	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		for (fua = 0; fua < 2; fua++) {
			const char *text = desc("CDB of %u, FUA %u", sizes[i], fua);
			struct scsi_io io = { .kind = SCSI_WRITE, .size = sizes[i], .lba = 77,
					      .blocks = 2, .fua = fua, .out = out,
					      .out_bytes = 1024 };
			struct scsi_run r;

			disk(1000, 9);
			r = send(&io);
			WANT_STR(text, ctrl.wrong, NULL);
			WANT(text, r.end.sense.code, 0);
			WANT(text, ctrl.nsent, 1);
			WANT(text, ctrl.sent[0].sqe.opcode, 0x01);
			WANT(text, sent_lba(0), 77);
			WANT(text, sent_blocks(0), 2);
			WANT(text, ctrl.sent[0].sqe.cdw12 >> 30, fua && sizes[i] != 6);
			clean(&r);
		}
}

/*
 * The capacity is looked at once, in blocks, before anything moves (weakness
 * 9: in sectors, piece by piece). Weakness 7: sums and products of 32 bits.
 */
static void beyond_the_end_nothing_is_sent(void)
{
	static const struct {
		const char *desc;
		u64 capacity;
		u8 shift, size;
		u64 lba;
		u32 blocks;
		u32 want;
	} row[] = {
		{ "the last block", 100, 9, 10, 99, 1, 0 },
		{ "one too many", 100, 9, 10, 99, 2, LBA_RANGE },
		{ "behind the end", 100, 9, 10, 100, 1, LBA_RANGE },
		{ "nothing, at the end", 100, 9, 10, 100, 0, 0 },
		{ "nothing, behind the end", 100, 9, 10, 101, 0, LBA_RANGE },
		{ "the sum wraps", ~0ULL, 9, 16, ~0ULL - 1, 5, LBA_RANGE },
		{ "nothing at 2^31", 100, 9, 10, 0x80000000, 0, LBA_RANGE },
		{ "nothing at -1", 100, 9, 10, 0xffffffff, 0, LBA_RANGE },
		{ "pieces of it are on the disk", 100, 9, 10, 90, 16, LBA_RANGE },
		{ "4 KiB blocks, counted as sectors it would fit", 100, 12, 10, 100, 1,
		  LBA_RANGE },
		{ "4 KiB blocks, the last", 100, 12, 10, 99, 1, 0 },
		{ "2^63", 100, 9, 16, 1ULL << 63, 1, LBA_RANGE },
		{ "-1", 100, 9, 16, ~0ULL, 1, LBA_RANGE },
		{ "the sum wraps to 0", 100, 9, 16, ~0ULL, 1, LBA_RANGE },
		{ "the sum wraps into the disk", 100, 9, 16, ~0ULL - 3, 8, LBA_RANGE },
		{ "2^32 - 1 blocks", 100, 9, 16, 0, 0xffffffff, LBA_RANGE },
		{ "256 blocks at the end", 356, 9, 6, 100, 256, 0 },
		{ "256 blocks over the end", 355, 9, 6, 100, 256, LBA_RANGE },
		{ "highest of a small command", 1 << 21, 9, 6, 0x1fffff, 1, 0 },
		{ "beyond 2^32", 1ULL << 33, 9, 16, (1ULL << 33) - 1, 1, 0 },
		{ "one beyond", 1ULL << 33, 9, 16, 1ULL << 33, 1, LBA_RANGE },
		{ "largest disk there is", ~0ULL >> 10, 9, 16, (~0ULL >> 10) - 1, 1, 0 },
	};
	unsigned int i, kind;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		for (kind = SCSI_READ; kind <= SCSI_VERIFY; kind++) {
			const char *text = desc("%s, kind %u", row[i].desc, kind);
			u32 bytes = min(row[i].blocks, 256u) << row[i].shift;
			struct scsi_io io = { .kind = (u8)kind, .size = row[i].size,
					      .lba = row[i].lba, .blocks = row[i].blocks };
			struct scsi_run r;

			if (kind == SCSI_VERIFY && row[i].size == 6)
				continue;
			if (kind == SCSI_READ)
				io.in_bytes = bytes;
			io.out = calloc(1, bytes + 1);
			if (kind == SCSI_WRITE)
				io.out_bytes = bytes;
			disk(row[i].capacity, row[i].shift);
			r = send(&io);
			WANT_STR(text, ctrl.wrong, NULL);
			WANT(text, r.end.sense.code, row[i].want);
			if (row[i].want) {
				WANT(text, ctrl.nsent, 0);
				WANT(text, r.end.moved, 0);
			}
			clean(&r);
			free(io.out);
		}
}

/*
 * The transfer and the command need not agree (weaknesses 2, 3, 11): what
 * exists of both is moved, and the rest is the residual. Data that nobody
 * gave is not written.
 */
static void transfer_and_command_may_differ(void)
{
	static const struct {
		const char *desc;
		u8 kind;
		u32 blocks, in, out;
		u32 sense, moved, read_blocks;
	} row[] = {
		{ "exact", SCSI_READ, 4, 2048, 0, 0, 2048, 4 },
		{ "longer", SCSI_READ, 1, 32768, 0, 0, 512, 1 },
		{ "shorter, whole blocks", SCSI_READ, 4, 1024, 0, 0, 1024, 2 },
		{ "shorter, in a block", SCSI_READ, 4, 1025, 0, 0, 1025, 3 },
		{ "shorter than a block", SCSI_READ, 4, 1, 0, 0, 1, 1 },
		{ "no room at all", SCSI_READ, 4, 0, 0, 0, 0, 0 },
		{ "the wrong way", SCSI_READ, 4, 0, 2048, 0, 0, 0 },
		{ "no blocks", SCSI_READ, 0, 512, 0, 0, 0, 0 },
		{ "odd room", SCSI_READ, 8, 4095, 0, 0, 4095, 8 },
		{ "more than a command, odd", SCSI_READ, 20, 9001, 0, 0, 9001, 18 },
		{ "exact", SCSI_WRITE, 4, 0, 2048, 0, 2048, 0 },
		{ "longer", SCSI_WRITE, 1, 0, 32768, 0, 512, 0 },
		{ "a byte too short", SCSI_WRITE, 4, 0, 2047, CDB_FIELD, 0, 0 },
		{ "nothing given", SCSI_WRITE, 4, 0, 0, CDB_FIELD, 0, 0 },
		{ "the wrong way", SCSI_WRITE, 4, 2048, 0, CDB_FIELD, 0, 0 },
		{ "no blocks", SCSI_WRITE, 0, 0, 512, 0, 0, 0 },
	};
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		const char *text = desc("%s, kind %u", row[i].desc, row[i].kind);
		struct scsi_io io = { .kind = row[i].kind, .size = 10, .lba = 5,
				      .blocks = row[i].blocks, .in_bytes = row[i].in,
				      .out_bytes = row[i].out };
		u32 blocks = 0;
		struct scsi_run r;

		io.out = calloc(1, row[i].out + 1);
		disk(1000, 9);
		r = send(&io);
		WANT_STR(text, ctrl.wrong, NULL);
		WANT(text, r.end.sense.code, row[i].sense);
		WANT(text, r.end.moved, row[i].moved);
		for (k = 0; k < ctrl.nsent; k++)
			blocks += sent_blocks(k);
		if (row[i].kind == SCSI_READ)
			WANT(text, blocks, row[i].read_blocks);
		for (k = row[i].moved; k < row[i].in; k++)
			if (!HOLDS(text, r.in[k] == 0xee))
				break;
		clean(&r);
		free(io.out);
	}
}

/* Weakness 7: 2^23 blocks of 512 bytes are 0 bytes in 32 bits. */
static void lengths_do_not_wrap(void)
{
	static const u32 blocks[] = { 1u << 23, (1u << 23) + 1, 1u << 24, 0x80000000, 0xffffffff };
	unsigned int i;
	u8 out[512] = { 0 };

	for (i = 0; i < ARRAY_SIZE(blocks); i++) {
		const char *text = desc("%#x blocks", blocks[i]);
		struct scsi_io io = { .kind = SCSI_WRITE, .size = 16, .blocks = blocks[i],
				      .out = out, .out_bytes = 512 };
		struct scsi_run r;

		disk(1ULL << 40, 9);
		r = send(&io);
		WANT(text, r.end.sense.code, CDB_FIELD);
		WANT(text, ctrl.nsent, 0);
		clean(&r);

		io.kind = SCSI_READ;
		io.out_bytes = 0;
		io.in_bytes = 1024;
		disk(1ULL << 40, 9);
		r = send(&io);
		WANT_STR(text, ctrl.wrong, NULL);
		WANT(text, r.end.sense.code, 0);
		WANT(text, r.end.moved, 1024);
		clean(&r);
	}
}

/* A bad block: all data in front of it, and its number, from any piece. */
static void a_bad_block_is_found(void)
{
	unsigned int bad, shift, k;
	u8 out[40 * 512];

	memset(out, 0x77, sizeof(out));
	for (shift = 3; shift <= 7; shift++)
		for (bad = 0; bad < 40; bad++) {
			const char *text = desc("block %u, commands of 2^%u", bad, shift);
			struct scsi_io io = { .kind = SCSI_READ, .size = 16, .blocks = 40,
					      .lba = 1ULL << 33, .in_bytes = sizeof(out) };
			struct scsi_run r;
			u8 got[512];

			disk(1ULL << 34, 9);
			facts.max_transfer_bytes = 512u << shift;
			scsi_ctrl_poke(&ctrl, 1ULL << 33, 40, out);
			ctrl.has_bad_lba = true;
			ctrl.bad_lba = (1ULL << 33) + bad;
			r = send(&io);
			WANT_STR(text, ctrl.wrong, NULL);
			WANT(text, r.end.sense.code, NVMEQ_SENSE(3, 0x11, 0));
			WANT(text, r.end.sense.has_info, true);
			WANT(text, r.end.sense.info, ctrl.bad_lba);
			WANT(text, r.end.moved, 512 * bad);
			for (k = 0; k < 512 * bad; k++)
				if (r.in[k] != 0x77) {
					HOLDS(text, r.in[k] == 0x77);
					break;
				}
			/* Halves: the whole piece, then one for each, and the block itself. */
			HOLDS(text, ctrl.nsent <= (bad >> shift) + shift + 2);
			scsi_run_free(&r);

			ctrl.has_bad_lba = false;
			ctrl.has_bad_write = true;
			ctrl.bad_write = (1ULL << 33) + bad;
			memset(out, 0x78, sizeof(out));
			io = (struct scsi_io) { .kind = SCSI_WRITE, .size = 16, .blocks = 40,
						.lba = 1ULL << 33, .out = out,
						.out_bytes = sizeof(out) };
			r = send(&io);
			WANT(text, r.end.sense.code, NVMEQ_SENSE(3, 0x03, 0));
			WANT(text, r.end.sense.info, ctrl.bad_write);
			WANT(text, r.end.moved, 512 * bad);
			for (k = 0; k < 40; k++) {
				scsi_ctrl_peek(&ctrl, (1ULL << 33) + k, 1, got);
				WANT(text, got[0], k < bad ? 0x78 : 0x77);
			}
			memset(out, 0x77, sizeof(out));
			clean(&r);
		}
}

/* Of one block: a bad medium (3), or protection information that does not match (B, 10h). */
static bool blames_a_block(u32 code)
{
	u32 key = code >> 16 & 0xff, asc = code >> 8 & 0xff;

	return key == 0x3 || (key == 0xb && asc == 0x10);
}

/*
 * Any status at any command: its own sense, and what went before it counts. What is a success
 * of a firmware commit is none of a READ.
 */
static void any_status_ends_the_command_with_its_sense(void)
{
	struct scsi_io io = { .kind = SCSI_READ, .size = 10, .lba = 40, .blocks = 20,
			      .in_bytes = 20 * 512 };
	u32 status, at;

	for (status = 1; status < 0x800 && test_misses() < 5; status++)
		for (at = 0; at < 3; at++) {
			u32 code = nvmeq_status_info((u16)status)->sense;
			const char *text = desc("status %#x at %u", status, at);
			/* A bad block is looked for in halves, which are well then. */
			bool again = status >> 8 == 2 && blames_a_block(code);
			struct scsi_run r;

			if (code == NVMEQ_SENSE_GOOD)
				code = NVMEQ_SENSE_TARGET_FAILURE;
			disk(1000, 9);
			scsi_ctrl_fail(&ctrl, false, 0x02, at, (u16)(status | 0x4000));
			r = send(&io);
			WANT_STR(text, ctrl.wrong, NULL);
			WANT(text, r.end.sense.code, again ? 0 : code);
			WANT(text, r.end.moved, again ? 20 * 512 : at * 8 * 512);
			WANT(text, r.end.sense.has_info, !again && blames_a_block(code));
			if (r.end.sense.has_info)
				WANT(text, r.end.sense.info, 40 + 8 * at);
			clean(&r);
		}
}

static void cancelled_at_any_step_it_ends_there(void)
{
	static const u8 kinds[] = { SCSI_READ, SCSI_WRITE };
	static const enum nvmeq_scsi_host hosts[] = {
		NVMEQ_SCSI_HOST_NO_CONNECT, NVMEQ_SCSI_HOST_TIME_OUT, NVMEQ_SCSI_HOST_ABORT,
		NVMEQ_SCSI_HOST_ERROR, NVMEQ_SCSI_HOST_RESET,
	};
	u8 out[20 * 512] = { 0 };
	unsigned int i, at, k;

	for (i = 0; i < 2; i++)
		for (at = 1; at <= 4; at++)
			for (k = 0; k < ARRAY_SIZE(hosts); k++) {
				const char *text = desc("kind %u, step %u", kinds[i], at);
				struct scsi_run r = { .cancel_at = at, .cancel_host = hosts[k] };
				struct scsi_io io = { .kind = kinds[i], .size = 10, .blocks = 20 };

				r.cdb_len = scsi_io_cdb(&io, r.cdb);
				if (kinds[i] == SCSI_READ)
					r.in_bytes = sizeof(out);
				else
					r.out_bytes = sizeof(out);
				r.out = out;
				disk(1000, 9);
				scsi_ctrl_run(&ctrl, &r);
				WANT_STR(text, ctrl.wrong, NULL);
				WANT(text, r.end.host, at <= 3 ? hosts[k] : 0);
				WANT(text, r.end.sense.code, 0);
				WANT(text, r.sense_bytes, 0);
				WANT(text, r.end.moved, min((at - 1) * 8 * 512, 20u * 512));
				WANT(text, ctrl.nsent, at - 1);
				clean(&r);
			}
}

/* RDPROTECT and WRPROTECT as PRINFO, bit by bit; 1 and 5 are the same. */
static void protect_fields_become_prinfo(void)
{
	static const u8 reads[6] = { 0xf, 0x7, 0x3, 0x0, 0x4, 0x7 };
	static const u8 writes[6] = { 0x8, 0x7, 0x3, 0x0, 0x4, 0x7 };
	unsigned int field, type, kind, extended;

	for (kind = SCSI_READ; kind <= SCSI_WRITE; kind++)
		for (type = 0; type <= 3; type++)
			for (field = 0; field < 8; field++)
				for (extended = 0; extended < 2; extended++) {
					const char *text = desc("kind %u, type %u, field %u, "
								"extended %u", kind, type, field,
								extended);
					u32 unit = field ? 520 : 512;
					struct scsi_io io = { .kind = (u8)kind, .size = 10,
							      .lba = 9, .blocks = 1,
							      .protect = (u8)field };
					u8 prinfo = kind == SCSI_READ ? reads[field % 6] :
						    writes[field % 6];
					bool may = !field || (field < 6 && (type & 1));
					struct scsi_run r;

					disk(1000, 9);
					if (type) {
						facts.pi_type = (u8)type;
						facts.metadata_bytes = 8;
						facts.extended = extended;
						facts.pi_transfer = true;
					}
					io.out = calloc(1, 520);
					scsi_ctrl_tuple(&facts, io.out, 9, io.out + 512);
					if (kind == SCSI_READ)
						io.in_bytes = unit;
					else
						io.out_bytes = unit;
					r = send(&io);
					WANT_STR(text, ctrl.wrong, NULL);
					WANT(text, r.end.sense.code, may ? 0 : CDB_FIELD);
					WANT(text, r.end.moved, may ? unit : 0);
					WANT(text, ctrl.nsent, may);
					if (may && type)
						WANT(text, ctrl.sent[0].sqe.cdw12 >> 26 & 0xf,
						     type == 3 ? prinfo & 0xe : prinfo);
					if (!may)
						WANT_MEM(text, r.end.sense.sks, "\xcf\0\1", 3);
					clean(&r);
					free(io.out);
				}
}

/*
 * A block with its tuple must fit the largest transfer where both are in one buffer. Where they
 * are apart only the data counts: the limit was taken for both there too.
 */
static void the_limit_counts_what_is_in_the_buffer(void)
{
	static const struct {
		const char *desc;
		bool extended;
		u8 protect;
		u32 limit, blocks, want, sent;
	} row[] = {
		{ "apart, one block", false, 1, 512, 3, 0, 3 },
		{ "apart, eight blocks", false, 1, 4096, 8, 0, 1 },
		{ "together, seven fit", true, 1, 4096, 8, 0, 2 },
		{ "together, stripped", true, 0, 4096, 8, 0, 1 },
		{ "together, not even one fits", true, 1, 512, 1, NVMEQ_SENSE(4, 0x44, 0), 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct scsi_io io = { .kind = SCSI_READ, .size = 10, .blocks = row[i].blocks,
				      .protect = row[i].protect,
				      .in_bytes = row[i].blocks * (row[i].protect ? 520 : 512) };
		struct scsi_run r;

		disk(1000, 9);
		facts.pi_type = 1;
		facts.metadata_bytes = 8;
		facts.pi_transfer = true;
		facts.extended = row[i].extended;
		facts.max_transfer_bytes = row[i].limit;
		r = send(&io);
		WANT_STR(row[i].desc, ctrl.wrong, NULL);
		WANT(row[i].desc, r.end.sense.code, row[i].want);
		WANT(row[i].desc, r.end.moved, row[i].want ? 0 : io.in_bytes);
		WANT(row[i].desc, ctrl.nsent, row[i].sent);
		clean(&r);
	}
}

/* Metadata that goes apart needs memory in one piece: MS times the blocks was 128 MiB at worst. */
static void metadata_of_a_command_is_bounded(void)
{
	static const struct {
		u32 metadata, want;	/* blocks of the first command */
	} row[] = {
		{ 64, 256 }, { 256, 256 }, { 257, 255 }, { 4096, 16 }, { 65535, 1 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		const char *text = desc("%u bytes", row[i].metadata);
		struct scsi_io io = { .kind = SCSI_READ, .size = 10, .blocks = 256,
				      .in_bytes = 256 * 512 };
		struct scsi_run r;

		disk(1000, 9);
		facts.metadata_bytes = (u16)row[i].metadata;
		facts.max_transfer_bytes = 256 * 512;
		r = send(&io);
		WANT(text, r.end.sense.code, 0);
		WANT(text, r.end.moved, io.in_bytes);
		WANT(text, sent_blocks(0), row[i].want);
		WANT(text, ctrl.sent[0].data.meta, NVMEQ_SCSI_META_SPARE);
		HOLDS(text, ctrl.sent[0].data.meta_bytes <= 65536);
		clean(&r);
	}
}

static void a_disk_that_may_not_be_written_is_read(void)
{
	u8 out[512] = { 0 };
	struct scsi_io io = { .kind = SCSI_WRITE, .size = 10, .blocks = 1, .out = out,
			      .out_bytes = 512 };
	struct scsi_run r;

	disk(1000, 9);
	facts.read_only = true;
	r = send(&io);
	WANT("write", r.end.sense.code, NVMEQ_SENSE(7, 0x27, 0));
	WANT("write", ctrl.nsent, 0);
	scsi_run_free(&r);
	io = (struct scsi_io) { .kind = SCSI_READ, .size = 10, .blocks = 1, .in_bytes = 512 };
	r = send(&io);
	WANT("read", r.end.sense.code, 0);
	scsi_run_free(&r);
	io = (struct scsi_io) { .kind = SCSI_SYNC, .size = 10 };
	r = send(&io);
	WANT("synchronize", r.end.sense.code, 0);
	clean(&r);
}

static void synchronize_is_one_flush_or_none(void)
{
	static const struct {
		const char *desc;
		bool vwc;
		u8 size, immed;
		u64 lba;
		u32 blocks, want, flushes;
	} row[] = {
		{ "all", true, 10, 0, 0, 0, 0, 1 },
		{ "at once", true, 10, 1, 0, 0, 0, 1 },
		{ "some blocks", true, 16, 0, 900, 100, 0, 1 },
		{ "nothing to flush", false, 10, 0, 0, 0, 0, 0 },
		{ "beyond the end", true, 16, 0, 900, 101, LBA_RANGE, 0 },
		{ "beyond the end without a cache", false, 10, 0, 1001, 0, LBA_RANGE, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct scsi_io io = { .kind = SCSI_SYNC, .size = row[i].size, .lba = row[i].lba,
				      .blocks = row[i].blocks };
		struct scsi_run r = { 0 };

		disk(1000, 9);
		facts.vwc = row[i].vwc;
		r.cdb_len = scsi_io_cdb(&io, r.cdb);
		r.cdb[1] = (u8)(row[i].immed << 1);
		scsi_ctrl_run(&ctrl, &r);
		WANT_STR(row[i].desc, ctrl.wrong, NULL);
		WANT(row[i].desc, r.end.sense.code, row[i].want);
		WANT(row[i].desc, ctrl.flushes, row[i].flushes);
		WANT(row[i].desc, ctrl.nsent, row[i].flushes);
		clean(&r);
	}
}

/* Weakness 21: the answer was upside down for years. */
static void a_ready_disk_is_ready(void)
{
	static const struct {
		const char *desc;
		u32 sanicap;
		u8 sstat;
		u16 log_status;
		u32 want;
	} row[] = {
		{ "ready", 0, 0, 0, 0 },
		{ "never sanitized", 7, 0, 0, 0 },
		{ "sanitized", 7, 1, 0, 0 },
		{ "sanitizing", 7, 2, 0, NVMEQ_SENSE(2, 0x04, 0x1b) },
		{ "sanitize failed", 7, 3, 0, NVMEQ_SENSE(3, 0x31, 0x03) },
		{ "no log", 7, 2, 0x4109, 0 },
		{ "a log that nobody should ask for", 0, 2, 0, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct scsi_run r = { .cdb_len = 6 };

		disk(1000, 9);
		facts.sanicap = row[i].sanicap;
		ctrl.sanitize_log[1] = 0x80;
		ctrl.sanitize_log[2] = row[i].sstat;
		if (row[i].log_status)
			scsi_ctrl_fail(&ctrl, true, 0x02, 0, row[i].log_status);
		scsi_ctrl_run(&ctrl, &r);
		WANT_STR(row[i].desc, ctrl.wrong, NULL);
		WANT(row[i].desc, r.end.sense.code, row[i].want);
		if (row[i].sstat == 2 && row[i].want)
			WANT_MEM(row[i].desc, r.sense + 15, "\x80\x80\x00", 3);
		clean(&r);
	}
}

static void what_cannot_be_addressed_has_no_medium(void)
{
	static const u8 ops[] = { 0x00, 0x08, 0x0a, 0x25, 0x28, 0x2a, 0x2e, 0x2f, 0x35, 0x41 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ops); i++) {
		struct scsi_run r = { .cdb = { ops[i] }, .cdb_len = 10 };
		const char *text = desc("opcode %02x", ops[i]);

		disk(1000, 9);
		facts.block_shift = 0;
		scsi_ctrl_run(&ctrl, &r);
		WANT(text, r.end.sense.code, NVMEQ_SENSE(3, 0x31, 0));
		WANT(text, ctrl.nsent, 0);
		scsi_run_free(&r);
		facts.block_shift = 9;
		ctrl.state.formatting = true;
		scsi_ctrl_run(&ctrl, &r);
		WANT(text, r.end.sense.code, NVMEQ_SENSE(2, 0x04, 0x04));
		WANT(text, ctrl.nsent, 0);
		clean(&r);
	}
}

static void random_commands_are_those_of_a_naive_disk(void)
{
	static const u8 kinds[] = { SCSI_READ, SCSI_READ, SCSI_WRITE, SCSI_WRITE, SCSI_SYNC };

	scsi_disk_rounds(kinds, ARRAY_SIZE(kinds), 150, 60);
}

static const struct CMUnitTest tests[] = {
	TEST(transfers_are_cut_to_what_a_command_carries),
	TEST(cdb_sizes_are_one_command),
	TEST(beyond_the_end_nothing_is_sent),
	TEST(transfer_and_command_may_differ),
	TEST(lengths_do_not_wrap),
	TEST(a_bad_block_is_found),
	TEST(any_status_ends_the_command_with_its_sense),
	TEST(cancelled_at_any_step_it_ends_there),
	TEST(protect_fields_become_prinfo),
	TEST(the_limit_counts_what_is_in_the_buffer),
	TEST(metadata_of_a_command_is_bounded),
	TEST(a_disk_that_may_not_be_written_is_read),
	TEST(synchronize_is_one_flush_or_none),
	TEST(a_ready_disk_is_ready),
	TEST(what_cannot_be_addressed_has_no_medium),
	TEST(random_commands_are_those_of_a_naive_disk),
};

TEST_MAIN("scsi_rw", tests)
