// SPDX-License-Identifier: GPL-2.0-only
/*
 * transfer_test.c - how many bytes a command moves, against the text of NVMe
 * Base 2.0c section 5 and NVM Command Set 1.0c section 3
 */
#include <nvmeq/transfer.h>

#include "support/test.h"

#define UNKNOWN		(~0ULL)

static struct nvmeq_sqe sqe(u8 opcode, u32 d10, u32 d11, u32 d12)
{
	struct nvmeq_sqe s;

	memset(&s, 0, sizeof(s));
	s.opcode = opcode;
	s.cdw10 = cpu_to_le32(d10);
	s.cdw11 = cpu_to_le32(d11);
	s.cdw12 = cpu_to_le32(d12);
	return s;
}

static void check(const char *text, bool admin, const struct nvmeq_sqe *s,
		  const struct nvmeq_ns_facts *ns, u64 data, u64 meta)
{
	struct nvmeq_transfer t = nvmeq_transfer_of(admin, s, ns);

	WANT(text, t.known, data != UNKNOWN);
	WANT(text, t.data_bytes, data == UNKNOWN ? 0 : data);
	WANT(text, t.meta_bytes, data == UNKNOWN ? 0 : meta);
}

static void admin_commands(void)
{
	static const struct {
		const char *desc;
		u8 op;
		u32 d10, d11, d12;
		u64 want;
	} row[] = {
		{ "identify", 0x06, 0x01, 0, 0, 4096 },
		{ "identify, any CNS", 0x06, 0x13, 0, 0, 4096 },
		{ "a dword of log", 0x02, 0x00000002, 0, 0, 4 },
		{ "SMART log", 0x02, 0x007f0002, 0, 0, 512 },
		{ "65536 dwords of log", 0x02, 0xffff0002, 0, 0, 262144 },
		{ "65537 dwords of log", 0x02, 0x00000002, 1, 0, 262148 },
		{ "most log", 0x02, 0xffff0002, 0xffff, 0, 1ULL << 34 },
		{ "log specific identifier is not length", 0x02, 0x00000002, 0x12340000, 0, 4 },
		{ "retain event is not length", 0x02, 0x00008002, 0, 0, 4 },
		{ "abort", 0x08, 0xffffffff, 0, 0, 0 },
		{ "namespace create", 0x0d, 0, 0, 0, 4096 },
		{ "namespace delete", 0x0d, 1, 0, 0, 0 },
		{ "firmware commit", 0x10, 0x09, 0, 0, 0 },
		{ "firmware piece", 0x11, 1023, 0, 0, 4096 },
		{ "firmware dword", 0x11, 0, 0, 0, 4 },
		{ "firmware 2^32 dwords", 0x11, 0xffffffff, 0, 0, 1ULL << 34 },
		{ "self-test", 0x14, 1, 0, 0, 0 },
		{ "attach", 0x15, 0, 0, 0, 4096 },
		{ "detach", 0x15, 1, 0, 0, 4096 },
		{ "directive send", 0x19, 7, 0, 0, 32 },
		{ "directive receive", 0x1a, 0, 0, 0, 4 },
		{ "virtualization", 0x1c, 0xffff, 0, 0, 0 },
		{ "format", 0x80, 0x200, 0, 0, 0 },
		{ "security send", 0x81, 0, 512, 0, 512 },
		{ "security receive", 0x82, 0, 0xffffffff, 0, 0xffffffff },
		{ "security of nothing", 0x82, 0, 0, 0, 0 },
		{ "sanitize", 0x84, 2, 0, 0, 0 },
		{ "LBA status", 0x86, 0, 0, 1023, 4096 },
		{ "set features", 0x09, 0x02, 0, 0, UNKNOWN },
		{ "get features", 0x0a, 0x02, 0, 0, UNKNOWN },
		{ "first vendor opcode", 0xc0, 0, 0, 0, UNKNOWN },
		{ "last vendor opcode", 0xff, 0, 0, 0, UNKNOWN },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_sqe s = sqe(row[i].op, row[i].d10, row[i].d11, row[i].d12);

		check(row[i].desc, true, &s, NULL, row[i].want, 0);
	}
}

#define PRACT	(1u << 29)
#define LARGER	0x10		/* a guard of 64 bits */

static void io_commands(void)
{
	static const struct {
		const char *desc;
		u8 op;
		u32 d10, d12;
		u8 shift;
		u16 ms;
		bool extended;
		u8 pi;
		u64 data, meta;
	} row[] = {
		{ "read a block", 0x02, 0, 0, 9, 0, false, 0, 512, 0 },
		{ "read 8 blocks of 4K", 0x02, 5, 7, 12, 0, false, 0, 32768, 0 },
		{ "write 65536 blocks", 0x01, 0, 0xffff, 9, 0, false, 0, 32 << 20, 0 },
		{ "write 65536 blocks of 64K", 0x01, 0, 0xffff, 16, 0, false, 0, 1ULL << 32, 0 },
		{ "flags are not length", 0x01, 0, 0xdfff0000, 9, 0, false, 0, 512, 0 },
		{ "compare", 0x05, 0, 1, 9, 0, false, 0, 1024, 0 },
		{ "metadata beside", 0x02, 0, 7, 9, 8, false, 0, 4096, 64 },
		{ "metadata within", 0x02, 0, 7, 9, 8, true, 0, 4160, 0 },
		{ "largest metadata within", 0x01, 0, 0xffff, 12, 65535, true, 0,
		  65536ULL * (4096 + 65535), 0 },
		{ "PI beside", 0x01, 0, 7, 9, 8, false, 1, 4096, 64 },
		{ "PI beside, made by the controller", 0x01, 0, 7 | PRACT, 9, 8, false, 1, 4096,
		  0 },
		{ "PI within, made by the controller", 0x02, 0, 7 | PRACT, 9, 8, true, 2, 4096,
		  0 },
		{ "PI in more metadata is not stripped", 0x02, 0, 7 | PRACT, 9, 16, true, 1,
		  4096 + 128, 0 },
		{ "PI in more metadata beside", 0x01, 0, 7 | PRACT, 9, 16, false, 3, 4096, 128 },
		{ "larger PI, made by the controller", 0x01, 0, 7 | PRACT, 12, 16, true,
		  LARGER | 1, 32768, 0 },
		{ "larger PI in more metadata", 0x01, 0, 7 | PRACT, 12, 64, false, LARGER | 2,
		  32768, 512 },
		{ "not larger than that", 0x01, 0, 7 | PRACT, 12, 8, false, LARGER | 1, 32768, 64 },
		{ "PRACT without PI means nothing", 0x02, 0, 7 | PRACT, 9, 8, true, 0, 4160, 0 },
		{ "flush", 0x00, 0, 0, 9, 0, false, 0, 0, 0 },
		{ "write uncorrectable", 0x04, 0, 7, 9, 8, false, 0, 0, 0 },
		{ "write zeroes", 0x08, 0, 7, 9, 8, false, 0, 0, 0 },
		{ "verify", 0x0c, 0, 7, 9, 8, false, 0, 0, 0 },
		{ "one range to deallocate", 0x09, 0, 0, 9, 0, false, 0, 16, 0 },
		{ "most ranges", 0x09, 255, 0, 9, 0, false, 0, 4096, 0 },
		{ "reserved bits of ranges", 0x09, 0xffffff00, 0, 9, 0, false, 0, 16, 0 },
		{ "copy of one range", 0x19, 0, 0, 9, 0, false, 0, 32, 0 },
		{ "copy of three ranges", 0x19, 0, 2, 9, 0, false, 0, 96, 0 },
		{ "copy of most", 0x19, 0, 255, 9, 0, false, 0, 8192, 0 },
		{ "copy of two ranges in format 1", 0x19, 0, 0x101, 9, 0, false, 0, 80, 0 },
		{ "copy in a format not known", 0x19, 0, 0x200, 9, 0, false, 0, UNKNOWN, 0 },
		{ "reservation register", 0x0d, 0, 0, 9, 0, false, 0, 16, 0 },
		{ "reservation report", 0x0e, 1023, 0, 9, 0, false, 0, 4096, 0 },
		{ "reservation acquire", 0x11, 0, 0, 9, 0, false, 0, 16, 0 },
		{ "reservation release", 0x15, 0, 0, 9, 0, false, 0, 8, 0 },
		{ "vendor", 0x80, 0, 0, 9, 0, false, 0, UNKNOWN, 0 },
		{ "last vendor", 0xff, 0, 0, 9, 0, false, 0, UNKNOWN, 0 },
		{ "format not understood", 0x02, 0, 7, 0, 0, false, 0, UNKNOWN, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_sqe s = sqe(row[i].op, row[i].d10, 0, row[i].d12);
		struct nvmeq_ns_facts n = {
			.nsid = 1, .blocks = 1000, .block_shift = row[i].shift,
			.metadata_bytes = row[i].ms, .extended = row[i].extended,
			.pi_type = row[i].pi & 3, .pi_bytes = row[i].pi & LARGER ? 16 : 8,
			.use = row[i].ms ? NVMEQ_NS_METADATA : NVMEQ_NS_USABLE,
		};

		check(row[i].desc, false, &s, &n, row[i].data, row[i].meta);
	}
}

static void block_commands_without_a_namespace_are_unknown(void)
{
	static const u8 op[] = { 0x01, 0x02, 0x05 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(op); i++) {
		struct nvmeq_sqe s = sqe(op[i], 0, 0, 7);

		check(desc("opcode %#x", op[i]), false, &s, NULL, UNKNOWN, 0);
	}
}

/* An opcode of another command set may have the number and not the meaning. */
static void other_command_sets_are_unknown(void)
{
	unsigned int csi;

	for (csi = 0; csi < 256; csi++) {
		struct nvmeq_ns_facts n = { .block_shift = 9, .csi = (u8)csi };
		struct nvmeq_sqe s = sqe(0x02, 0, 0, 7);
		bool known = csi == 0 || csi == 2;

		check(desc("csi %u", csi), false, &s, &n, known ? 4096 : UNKNOWN, 0);
	}
}

/* Bits 1:0 of an opcode tell the direction; none means no data (Base Figure 138). */
static void opcode_direction_agrees(void)
{
	struct nvmeq_ns_facts n = { .block_shift = 9, .use = NVMEQ_NS_USABLE };
	unsigned int op, admin;

	for (admin = 0; admin < 2; admin++)
		for (op = 0; op < 256; op++) {
			struct nvmeq_sqe s = sqe((u8)op, 0, 4, 0);
			struct nvmeq_transfer t = nvmeq_transfer_of(admin, &s, &n);
			const char *text = desc("%s opcode %#x", admin ? "admin" : "I/O", op);

			if (!t.known) {
				WANT(text, t.data_bytes, 0);
				WANT(text, t.meta_bytes, 0);
			}
			/* Moves data, so it must have a direction; the rings of Create are no data. */
			if (t.data_bytes)
				HOLDS(text, op & 3);
		}
}

static const struct CMUnitTest tests[] = {
	TEST(admin_commands),
	TEST(io_commands),
	TEST(block_commands_without_a_namespace_are_unknown),
	TEST(other_command_sets_are_unknown),
	TEST(opcode_direction_agrees),
};

TEST_MAIN("transfer", tests)
