// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_test.c - every encoder's 64 bytes against bytes written by hand from the
 * figures of NVMe Base 2.0c section 5 and NVM Command Set 1.0c section 3
 *
 * A row gives the bytes that are not 0, by offset: opcode 0, NSID 4, PRP1 24,
 * command dword 10 at 40 and so on up to dword 15 at 60.
 */
#include <nvmeq/cmd.h>

#include "support/test.h"

struct put {
	u8 at;
	u8 len;
	u64 value;
};

#define CDW10	40
#define CDW11	44
#define CDW12	48
#define CDW13	52
#define CDW14	56
#define CDW15	60

static void want_bytes(const char *text, const struct nvmeq_sqe *sqe, const struct put *put,
		       unsigned int n)
{
	u8 want[64] = { 0 };
	unsigned int i, k;

	for (i = 0; i < n && put[i].len; i++)
		for (k = 0; k < put[i].len; k++)
			want[put[i].at + k] = (u8)(put[i].value >> (8 * k));
	WANT_MEM(text, sqe, want, 64);
}

/* The entry is full of old bytes before, so that forgotten zeroing shows. */
#define ENCODES(text, call, ...)						\
	do {									\
		static const struct put put[] = { __VA_ARGS__ };		\
		struct nvmeq_sqe sqe;						\
										\
		memset(&sqe, 0xa5, sizeof(sqe));				\
		call;								\
		want_bytes(text, &sqe, put, ARRAY_SIZE(put));			\
	} while (0)

static void identify(void)
{
	ENCODES("controller", nvmeq_cmd_identify(&sqe, 0x01, 0, 0, 0),
		{ 0, 1, 0x06 }, { CDW10, 4, 0x01 });
	ENCODES("namespace", nvmeq_cmd_identify(&sqe, 0x00, 0x01020304, 0, 0),
		{ 0, 1, 0x06 }, { 4, 4, 0x01020304 });
	ENCODES("descriptors", nvmeq_cmd_identify(&sqe, 0x03, 7, 0, 0),
		{ 0, 1, 0x06 }, { 4, 4, 7 }, { CDW10, 4, 0x03 });
	ENCODES("list after the last", nvmeq_cmd_identify(&sqe, 0x02, 0xfffffffd, 0, 0),
		{ 0, 1, 0x06 }, { 4, 4, 0xfffffffd }, { CDW10, 4, 0x02 });
	ENCODES("command set", nvmeq_cmd_identify(&sqe, 0x06, 0, 2, 0),
		{ 0, 1, 0x06 }, { CDW10, 4, 0x06 }, { CDW11, 4, 0x02000000 });
	ENCODES("controller list", nvmeq_cmd_identify(&sqe, 0x13, 1, 0xff, 0xbeef),
		{ 0, 1, 0x06 }, { 4, 4, 1 }, { CDW10, 4, 0xbeef0013 }, { CDW11, 4, 0xff000000 });
}

static void create_and_delete_queues(void)
{
	ENCODES("CQ with interrupt", nvmeq_cmd_create_cq(&sqe, 1, 1024, 0x123456789000, 3),
		{ 0, 1, 0x05 }, { 24, 8, 0x123456789000 }, { CDW10, 4, 0x03ff0001 },
		{ CDW11, 4, 0x00030003 });
	ENCODES("CQ on vector 0", nvmeq_cmd_create_cq(&sqe, 2, 2, 0x1000, 0),
		{ 0, 1, 0x05 }, { 24, 8, 0x1000 }, { CDW10, 4, 0x00010002 },
		{ CDW11, 4, 0x00000003 });
	ENCODES("CQ that is polled", nvmeq_cmd_create_cq(&sqe, 0xffff, 4096, ~0ULL << 12, -1),
		{ 0, 1, 0x05 }, { 24, 8, ~0ULL << 12 }, { CDW10, 4, 0x0fffffff },
		{ CDW11, 4, 0x00000001 });
	ENCODES("CQ on the last vector", nvmeq_cmd_create_cq(&sqe, 1, 2, 0x1000, 2047),
		{ 0, 1, 0x05 }, { 24, 8, 0x1000 }, { CDW10, 4, 0x00010001 },
		{ CDW11, 4, 0x07ff0003 });
	ENCODES("SQ", nvmeq_cmd_create_sq(&sqe, 5, 64, 0xabcdef000, 0),
		{ 0, 1, 0x01 }, { 24, 8, 0xabcdef000 }, { CDW10, 4, 0x003f0005 },
		{ CDW11, 4, 0x00050001 });
	ENCODES("SQ of medium priority", nvmeq_cmd_create_sq(&sqe, 0x102, 4096, 0x2000, 2),
		{ 0, 1, 0x01 }, { 24, 8, 0x2000 }, { CDW10, 4, 0x0fff0102 },
		{ CDW11, 4, 0x01020005 });
	ENCODES("SQ of low priority", nvmeq_cmd_create_sq(&sqe, 1, 2, 0x2000, 3),
		{ 0, 1, 0x01 }, { 24, 8, 0x2000 }, { CDW10, 4, 0x00010001 },
		{ CDW11, 4, 0x00010007 });
	ENCODES("delete SQ", nvmeq_cmd_delete_sq(&sqe, 0x1234), { CDW10, 4, 0x1234 });
	ENCODES("delete CQ", nvmeq_cmd_delete_cq(&sqe, 0x1234),
		{ 0, 1, 0x04 }, { CDW10, 4, 0x1234 });
}

static void features(void)
{
	ENCODES("set queue count", nvmeq_cmd_set_features(&sqe, 0x07, 0, 0x00030004, 0),
		{ 0, 1, 0x09 }, { CDW10, 4, 0x07 }, { CDW11, 4, 0x00030004 });
	ENCODES("set with both dwords",
		nvmeq_cmd_set_features(&sqe, 0x0d, 0xffffffff, 0x11223344, 0x55667788),
		{ 0, 1, 0x09 }, { 4, 4, 0xffffffff }, { CDW10, 4, 0x0d },
		{ CDW11, 4, 0x11223344 }, { CDW12, 4, 0x55667788 });
	ENCODES("get current", nvmeq_cmd_get_features(&sqe, 0x06, 0, 0, 0),
		{ 0, 1, 0x0a }, { CDW10, 4, 0x06 });
	ENCODES("get supported", nvmeq_cmd_get_features(&sqe, 0x04, 9, 3, 0x00110000),
		{ 0, 1, 0x0a }, { 4, 4, 9 }, { CDW10, 4, 0x0304 }, { CDW11, 4, 0x00110000 });
	ENCODES("get saved", nvmeq_cmd_get_features(&sqe, 0x02, 0, 2, 0),
		{ 0, 1, 0x0a }, { CDW10, 4, 0x0202 });
}

static void log_pages(void)
{
	ENCODES("SMART", nvmeq_cmd_get_log(&sqe, 0x02, 0xffffffff, 512, 0),
		{ 0, 1, 0x02 }, { 4, 4, 0xffffffff }, { CDW10, 4, 0x007f0002 });
	ENCODES("one dword", nvmeq_cmd_get_log(&sqe, 0x03, 0, 4, 0),
		{ 0, 1, 0x02 }, { CDW10, 4, 0x00000003 });
	ENCODES("a page", nvmeq_cmd_get_log(&sqe, 0x05, 0, 4096, 0),
		{ 0, 1, 0x02 }, { CDW10, 4, 0x03ff0005 });
	ENCODES("65536 dwords", nvmeq_cmd_get_log(&sqe, 0x05, 0, 4 * 65536, 0),
		{ 0, 1, 0x02 }, { CDW10, 4, 0xffff0005 });
	ENCODES("65537 dwords", nvmeq_cmd_get_log(&sqe, 0x05, 0, 4 * 65537, 0),
		{ 0, 1, 0x02 }, { CDW10, 4, 0x00000005 }, { CDW11, 4, 1 });
	ENCODES("largest", nvmeq_cmd_get_log(&sqe, 0x05, 0, 0xfffffffc, 0),
		{ 0, 1, 0x02 }, { CDW10, 4, 0xfffe0005 }, { CDW11, 4, 0x3fff });
	ENCODES("with offset", nvmeq_cmd_get_log(&sqe, 0x0d, 0, 512, 0x123456789abcdef0),
		{ 0, 1, 0x02 }, { CDW10, 4, 0x007f000d }, { CDW12, 4, 0x9abcdef0 },
		{ CDW13, 4, 0x12345678 });
	ENCODES("without clearing the event", nvmeq_cmd_peek_log(&sqe, 0x81, 0, 512),
		{ 0, 1, 0x02 }, { CDW10, 4, 0x007f8081 });
}

static void firmware(void)
{
	ENCODES("first piece", nvmeq_cmd_fw_download(&sqe, 4096, 0),
		{ 0, 1, 0x11 }, { CDW10, 4, 0x3ff });
	ENCODES("later piece", nvmeq_cmd_fw_download(&sqe, 4, 0x00fffffc),
		{ 0, 1, 0x11 }, { CDW11, 4, 0x003fffff });
	ENCODES("replace and activate at reset", nvmeq_cmd_fw_commit(&sqe, 2, 1),
		{ 0, 1, 0x10 }, { CDW10, 4, 0x0a });
	ENCODES("activate at once, any slot", nvmeq_cmd_fw_commit(&sqe, 0, 3),
		{ 0, 1, 0x10 }, { CDW10, 4, 0x18 });
}

static void format_and_sanitize(void)
{
	ENCODES("format", nvmeq_cmd_format(&sqe, &(struct nvmeq_format){ .nsid = 3, .lbaf = 1 }),
		{ 0, 1, 0x80 }, { 4, 4, 3 }, { CDW10, 4, 0x01 });
	ENCODES("format with everything",
		nvmeq_cmd_format(&sqe, &(struct nvmeq_format){ .nsid = 0xffffffff, .lbaf = 0x2f,
			.extended = true, .pi_type = 3, .pi_first = true, .erase = 2 }),
		{ 0, 1, 0x80 }, { 4, 4, 0xffffffff }, { CDW10, 4, 0x257f });
	ENCODES("block erase",
		nvmeq_cmd_sanitize(&sqe, &(struct nvmeq_sanitize){ .action = 2, .ause = true }),
		{ 0, 1, 0x84 }, { CDW10, 4, 0x0a });
	ENCODES("overwrite 16 times",
		nvmeq_cmd_sanitize(&sqe, &(struct nvmeq_sanitize){ .action = 3, .passes = 16,
			.invert = true, .keep = true, .pattern = 0xdeadbeef }),
		{ 0, 1, 0x84 }, { CDW10, 4, 0x303 }, { CDW11, 4, 0xdeadbeef });
	ENCODES("overwrite 15 times",
		nvmeq_cmd_sanitize(&sqe, &(struct nvmeq_sanitize){ .action = 3, .passes = 15 }),
		{ 0, 1, 0x84 }, { CDW10, 4, 0xf3 });
}

static void security(void)
{
	ENCODES("send", nvmeq_cmd_security_send(&sqe, 0x01, 0x0203, 512),
		{ 0, 1, 0x81 }, { CDW10, 4, 0x01020300 }, { CDW11, 4, 512 });
	ENCODES("receive", nvmeq_cmd_security_recv(&sqe, 0xef, 0xffff, 0x01fffe00),
		{ 0, 1, 0x82 }, { CDW10, 4, 0xefffff00 }, { CDW11, 4, 0x01fffe00 });
}

static void reservations(void)
{
	static const u8 want[16] = { 8, 7, 6, 5, 4, 3, 2, 1, 0x88, 0x77, 0x66, 0x55, 0x44, 0x33,
				     0x22, 0x11 };
	struct nvmeq_resv_keys keys;

	ENCODES("register", nvmeq_cmd_resv_register(&sqe, 1, NVMEQ_RESV_REGISTER, false, 2),
		{ 0, 1, 0x0d }, { 4, 4, 1 }, { CDW10, 4, 0x80000000 });
	ENCODES("replace whatever is there",
		nvmeq_cmd_resv_register(&sqe, 1, NVMEQ_RESV_REPLACE, true, 3),
		{ 0, 1, 0x0d }, { 4, 4, 1 }, { CDW10, 4, 0xc000000a });
	ENCODES("acquire", nvmeq_cmd_resv_acquire(&sqe, 2, NVMEQ_RESV_ACQUIRE, 6),
		{ 0, 1, 0x11 }, { 4, 4, 2 }, { CDW10, 4, 0x600 });
	ENCODES("preempt and abort", nvmeq_cmd_resv_acquire(&sqe, 2, NVMEQ_RESV_PREEMPT_ABORT, 1),
		{ 0, 1, 0x11 }, { 4, 4, 2 }, { CDW10, 4, 0x102 });
	ENCODES("clear", nvmeq_cmd_resv_release(&sqe, 2, NVMEQ_RESV_CLEAR, 3),
		{ 0, 1, 0x15 }, { 4, 4, 2 }, { CDW10, 4, 0x301 });
	ENCODES("report", nvmeq_cmd_resv_report(&sqe, 2, 4096, false),
		{ 0, 1, 0x0e }, { 4, 4, 2 }, { CDW10, 4, 0x3ff });
	ENCODES("extended report", nvmeq_cmd_resv_report(&sqe, 2, 64, true),
		{ 0, 1, 0x0e }, { 4, 4, 2 }, { CDW10, 4, 15 }, { CDW11, 4, 1 });
	nvmeq_cmd_resv_keys(&keys, 0x0102030405060708, 0x1122334455667788);
	WANT_MEM("keys", &keys, want, 16);
}

static void lba_status(void)
{
	ENCODES("from a block on", nvmeq_cmd_lba_status(&sqe, 7, 0x123456789, 4096, 0x10, 0),
		{ 0, 1, 0x86 }, { 4, 4, 7 }, { CDW10, 8, 0x123456789 }, { CDW12, 4, 0x3ff },
		{ CDW13, 4, 0x10000000 });
	ENCODES("a few blocks", nvmeq_cmd_lba_status(&sqe, 7, 1, 4, 0x11, 9),
		{ 0, 1, 0x86 }, { 4, 4, 7 }, { CDW10, 8, 1 }, { CDW13, 4, 0x11000009 });
}

static void abort_command(void)
{
	ENCODES("abort", nvmeq_cmd_abort(&sqe, 0x0102, 0xf00d),
		{ 0, 1, 0x08 }, { CDW10, 4, 0xf00d0102 });
}

static void queue_counts_are_zero_based_on_the_wire(void)
{
	static const struct {
		const char *desc;
		u32 dw0;
		u16 want;
	} row[] = {
		{ "one of each", 0, 1 },
		{ "eight of each", 0x00070007, 8 },
		{ "fewer SQs", 0x00070003, 4 },
		{ "fewer CQs", 0x00030007, 4 },
		{ "one CQ", 0x0000ffff, 1 },
		{ "most the specification has", 0xfffefffe, 65535 },
		{ "reserved value", 0xffffffff, 65535 },
		{ "reserved value for CQs", 0xffff0000, 1 },
		{ "65535 and 65536", 0xfffffffe, 65535 },
	};
	unsigned int i;

	WANT("one", nvmeq_cmd_queue_count_cdw11(1, 1), 0);
	WANT("SQs below, CQs above", nvmeq_cmd_queue_count_cdw11(5, 9), 0x00080004);
	WANT("largest", nvmeq_cmd_queue_count_cdw11(65535, 65535), 0xfffefffe);
	for (i = 0; i < ARRAY_SIZE(row); i++)
		WANT(row[i].desc, nvmeq_cmd_queue_count_result(row[i].dw0), row[i].want);
}

static void coalescing(void)
{
	static const struct {
		const char *desc;
		u32 time_us, entries, want;
	} row[] = {
		{ "off", 0, 0, 0 },
		{ "one entry is off", 0, 1, 0 },
		{ "two entries", 0, 2, 0x0001 },
		{ "most entries", 0, 256, 0x00ff },
		{ "more than there are", 0, 257, 0x00ff },
		{ "largest number", 0, 0xffffffff, 0x00ff },
		{ "100 us", 100, 0, 0x0100 },
		{ "less than a unit", 99, 0, 0 },
		{ "longest", 25500, 1, 0xff00 },
		{ "longer than there is", 25600, 1, 0xff00 },
		{ "largest time", 0xffffffff, 1, 0xff00 },
		{ "both", 1000, 8, 0x0a07 },
		{ "both at their most", 25500, 256, 0xffff },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		WANT(row[i].desc, nvmeq_cmd_coalesce_cdw11(row[i].time_us, row[i].entries),
		     row[i].want);
	WANT("vector 0 coalesces", nvmeq_cmd_vector_cdw11(0, false), 0);
	WANT("vector 0 does not", nvmeq_cmd_vector_cdw11(0, true), 0x10000);
	WANT("vector 5 does not", nvmeq_cmd_vector_cdw11(5, true), 0x10005);
	WANT("last vector coalesces", nvmeq_cmd_vector_cdw11(0xffff, false), 0xffff);
	WANT("last vector does not", nvmeq_cmd_vector_cdw11(0xffff, true), 0x1ffff);
}

static void reads_and_writes(void)
{
	ENCODES("read one block",
		nvmeq_cmd_rw(&sqe, &(struct nvmeq_rw){ .opcode = 0x02, .nsid = 1, .blocks = 1 }),
		{ 0, 1, 0x02 }, { 4, 4, 1 });
	ENCODES("write with everything",
		nvmeq_cmd_rw(&sqe, &(struct nvmeq_rw){ .opcode = 0x01, .nsid = 0x0a0b0c0d,
			.slba = 0x1122334455667788, .blocks = 256, .flags = 1u << 30, .dsm = 7 }),
		{ 0, 1, 0x01 }, { 4, 4, 0x0a0b0c0d }, { CDW10, 8, 0x1122334455667788 },
		{ CDW12, 4, 0x400000ff }, { CDW13, 4, 7 });
	ENCODES("most blocks",
		nvmeq_cmd_rw(&sqe, &(struct nvmeq_rw){ .opcode = 0x02, .nsid = 1,
			.slba = 0xffffffff, .blocks = 65536 }),
		{ 0, 1, 0x02 }, { 4, 4, 1 }, { CDW10, 8, 0xffffffff }, { CDW12, 4, 0xffff });
	ENCODES("write zeroes that deallocates",
		nvmeq_cmd_rw(&sqe, &(struct nvmeq_rw){ .opcode = 0x08, .nsid = 2, .slba = 9,
			.blocks = 65536, .flags = NVMEQ_RW_DEAC }),
		{ 0, 1, 0x08 }, { 4, 4, 2 }, { CDW10, 8, 9 }, { CDW12, 4, 0x0200ffff });
	ENCODES("compare with limited retry and PRINFO",
		nvmeq_cmd_rw(&sqe, &(struct nvmeq_rw){ .opcode = 0x05, .nsid = 2, .slba = 9,
			.blocks = 8, .flags = NVMEQ_RW_LR | 0xfu << NVMEQ_RW_PRINFO_SHIFT }),
		{ 0, 1, 0x05 }, { 4, 4, 2 }, { CDW10, 8, 9 }, { CDW12, 4, 0xbc000007 });
	ENCODES("with a reference tag",
		nvmeq_cmd_rw(&sqe, &(struct nvmeq_rw){ .opcode = 0x0c, .nsid = 2,
			.slba = 0x500000009, .blocks = 1, .ref_tag = 9 }),
		{ 0, 1, 0x0c }, { 4, 4, 2 }, { CDW10, 8, 0x500000009 }, { CDW14, 4, 9 });
	ENCODES("with an application tag and its mask",
		nvmeq_cmd_rw(&sqe, &(struct nvmeq_rw){ .opcode = 0x02, .nsid = 2,
			.slba = 0x500000009, .blocks = 1, .ref_tag = 9, .app_tag = 0xff001234 }),
		{ 0, 1, 0x02 }, { 4, 4, 2 }, { CDW10, 8, 0x500000009 }, { CDW14, 4, 9 },
		{ CDW15, 4, 0xff001234 });
	ENCODES("flush", nvmeq_cmd_flush(&sqe, 0x01020304), { 4, 4, 0x01020304 });
}

static void dataset_management(void)
{
	struct nvmeq_dsm_range r[2];
	static const u8 want[16] = { 0, 0, 0, 0, 0x44, 0x33, 0x22, 0x11,
				     0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23, 0x01 };
	static const u8 untouched[16] = { 0xa5, 0xa5, 0xa5, 0xa5, 0xa5, 0xa5, 0xa5, 0xa5,
					  0xa5, 0xa5, 0xa5, 0xa5, 0xa5, 0xa5, 0xa5, 0xa5 };

	ENCODES("one range", nvmeq_cmd_dsm(&sqe, 1, 1, NVMEQ_DSM_AD),
		{ 0, 1, 0x09 }, { 4, 4, 1 }, { CDW11, 4, 4 });
	ENCODES("most ranges", nvmeq_cmd_dsm(&sqe, 3, 256, 7),
		{ 0, 1, 0x09 }, { 4, 4, 3 }, { CDW10, 4, 255 }, { CDW11, 4, 7 });
	memset(r, 0xa5, sizeof(r));
	nvmeq_cmd_dsm_range(&r[0], 0x0123456789abcdef, 0x11223344);
	WANT_MEM("range", &r[0], want, 16);
	WANT_MEM("next range", &r[1], untouched, 16);
}

/* What goes straight to the ring is what the encoder and the command path make together. */
static void both_ways_to_encode_a_read_agree(void)
{
	struct rng r = test_rng();
	unsigned int i;

	for (i = 0; i < 2000 && test_misses() < 3; i++) {
		struct nvmeq_rw rw = {
			.opcode = (u8)rnd(&r, 256), .nsid = (u32)rnd64(&r), .slba = rnd64(&r),
			.blocks = 1 + rnd(&r, 65536), .flags = (u32)rnd64(&r),
			.dsm = (u32)rnd64(&r), .ref_tag = (u32)rnd64(&r),
			.app_tag = (u32)rnd64(&r),
		};
		struct nvmeq_dptr dptr = { .prp1 = cpu_to_le64(rnd64(&r)),
					   .prp2 = cpu_to_le64(rnd64(&r)) };
		__le16 cid = cpu_to_le16((u16)rnd(&r, 65536));
		u8 flags = (u8)rnd(&r, 256);
		struct nvmeq_sqe want, got;

		memset(&got, 0xa5, sizeof(got));
		nvmeq_cmd_rw(&want, &rw);
		want.cid = cid;
		want.flags = flags;
		want.dptr = dptr;
		nvmeq_cmd_rw_put(&got, &rw, cid, flags, &dptr);
		WANT_MEM(desc("entry %u", i), &got, &want, sizeof(want));
	}
}

static const struct CMUnitTest tests[] = {
	TEST(identify),
	TEST(create_and_delete_queues),
	TEST(features),
	TEST(log_pages),
	TEST(abort_command),
	TEST(queue_counts_are_zero_based_on_the_wire),
	TEST(coalescing),
	TEST(reads_and_writes),
	TEST(dataset_management),
	TEST(firmware),
	TEST(format_and_sanitize),
	TEST(security),
	TEST(reservations),
	TEST(lba_status),
	TEST(both_ways_to_encode_a_read_agree),
};

TEST_MAIN("cmd", tests)
