// SPDX-License-Identifier: GPL-2.0-only
/*
 * regs_test.c - register values to decisions, bit positions from NVMe Base
 * 2.0c Figures 36 (CAP), 46 (CC), 47 (CSTS), 49 (AQA), 57 (CRTO)
 */
#include <nvmeq/regs.h>

#include "support/test.h"

/* Bit positions written out here, not taken from spec_regs.h. */
static u64 cap(u64 mqes, u64 to, u64 dstrd, u64 nssrs, u64 css, u64 mpsmin, u64 mpsmax, u64 crms)
{
	return mqes | to << 24 | dstrd << 32 | nssrs << 36 | css << 37 | mpsmin << 48 |
	       mpsmax << 52 | crms << 59;
}

#define CSS_NVM	0x01
#define CSS_CSI	0x40
#define CSS_ADM	0x80

static void cap_is_decoded(void)
{
	const struct {
		const char *desc;
		u64 cap;
		int ret;
		struct nvmeq_cap want;
	} row[] = {
		{ "smallest", cap(1, 1, 0, 0, CSS_NVM, 0, 0, 0), 0,
		  { 2, 500, 4, 12, 12, true, false, false, false } },
		{ "as an emulator says", cap(2047, 15, 0, 1, 0xc1, 0, 4, 0), 0,
		  { 2048, 7500, 4, 12, 16, true, true, true, false } },
		{ "all at their largest", cap(0xffff, 0xff, 15, 1, 0xff, 15, 15, 3), 0,
		  { 65536, 127500, 131072, 27, 27, true, true, true, true } },
		{ "no timeout is one unit", cap(63, 0, 0, 0, CSS_NVM, 0, 0, 0), 0,
		  { 64, 500, 4, 12, 12, true, false, false, false } },
		{ "stride of 8", cap(63, 2, 1, 0, CSS_NVM, 0, 0, 0), 0,
		  { 64, 1000, 8, 12, 12, true, false, false, false } },
		{ "ready independent of media only", cap(63, 2, 0, 0, CSS_NVM, 0, 0, 2), 0,
		  { 64, 1000, 4, 12, 12, true, false, false, false } },
		{ "ready with media", cap(63, 2, 0, 0, CSS_NVM, 0, 0, 1), 0,
		  { 64, 1000, 4, 12, 12, true, false, false, true } },
		{ "sets by identifier only", cap(63, 2, 0, 0, CSS_CSI, 1, 3, 0), 0,
		  { 64, 1000, 4, 13, 15, false, true, false, false } },
		{ "admin only", cap(63, 2, 0, 0, CSS_ADM, 0, 0, 0), 0,
		  { 64, 1000, 4, 12, 12, false, false, false, false } },
		{ "one entry", cap(0, 2, 0, 0, CSS_NVM, 0, 0, 0), -EINVAL, { 0 } },
		{ "largest page below the smallest", cap(63, 2, 0, 0, CSS_NVM, 1, 0, 0), -EINVAL,
		  { 0 } },
		{ "no command set", cap(63, 2, 0, 0, 0, 0, 0, 0), -EINVAL, { 0 } },
		{ "reserved command sets", cap(63, 2, 0, 0, 0x3e, 0, 0, 0), -EINVAL, { 0 } },
		{ "nothing set", 0, -EINVAL, { 0 } },
		{ "nobody there", ~0ULL, -ENODEV, { 0 } },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_cap c;

		memset(&c, 0, sizeof(c));
		WANT(row[i].desc, nvmeq_cap_decode(row[i].cap, &c), row[i].ret);
		if (row[i].ret)
			continue;
		WANT(row[i].desc, c.entries_max, row[i].want.entries_max);
		WANT(row[i].desc, c.ready_ms, row[i].want.ready_ms);
		WANT(row[i].desc, c.db_stride, row[i].want.db_stride);
		WANT(row[i].desc, c.page_shift_min, row[i].want.page_shift_min);
		WANT(row[i].desc, c.page_shift_max, row[i].want.page_shift_max);
		WANT(row[i].desc, c.nvm, row[i].want.nvm);
		WANT(row[i].desc, c.all_csi, row[i].want.all_csi);
		WANT(row[i].desc, c.subsys_reset, row[i].want.subsys_reset);
		WANT(row[i].desc, c.crwms, row[i].want.crwms);
	}
}

static void bits_of_other_fields_change_nothing(void)
{
	u64 base = cap(63, 4, 1, 0, CSS_NVM, 0, 2, 0);
	struct nvmeq_cap a, b;
	unsigned int bit;

	memset(&a, 0, sizeof(a));
	WANT("base", nvmeq_cap_decode(base, &a), 0);
	for (bit = 0; bit < 64; bit++) {
		/* CQR, AMS, reserved, BPS, CPS, PMRS, CMBS, NSSS, reserved */
		bool other = (bit >= 16 && bit < 24) || (bit >= 45 && bit < 48) ||
			     (bit >= 56 && bit < 59) || bit >= 61;

		if (!other)
			continue;
		memset(&b, 0, sizeof(b));
		WANT(desc("bit %u", bit), nvmeq_cap_decode(base | 1ULL << bit, &b), 0);
		WANT_MEM(desc("bit %u", bit), &b, &a, sizeof(a));
	}
}

static void page_is_the_largest_that_both_have(void)
{
	u8 min, max, host;

	for (min = 12; min <= 27; min++) {
		for (max = min; max <= 27; max++) {
			for (host = 12; host <= 16; host++) {
				struct nvmeq_cap c = { .page_shift_min = min,
						       .page_shift_max = max };
				int want = min > host ? -EOPNOTSUPP : max < host ? max : host;

				WANT(desc("%u..%u, host %u", min, max, host),
				     nvmeq_page_shift(&c, host), want);
			}
		}
	}
}

static void cc_enables_with_the_fields_of_the_specification(void)
{
	static const struct {
		const char *desc;
		bool nvm, all;
		u8 shift;
		u32 want;
	} row[] = {
		{ "4 KiB pages", true, false, 12, 0x00460001 },
		{ "8 KiB pages", true, false, 13, 0x00460081 },
		{ "64 KiB pages", true, false, 16, 0x00460201 },
		{ "largest page", true, false, 27, 0x00460781 },
		{ "sets by identifier only", false, true, 12, 0x00460061 },
		{ "no I/O command set", false, false, 12, 0x00460071 },
	};
	struct nvmeq_cap both = { .nvm = true, .all_csi = true };
	unsigned int i;
	u32 cc;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_cap c = { .nvm = row[i].nvm, .all_csi = row[i].all };

		WANT(row[i].desc, nvmeq_cc_enable(&c, row[i].shift), row[i].want);
	}
	/* With both bits either selection serves the NVM command set. */
	cc = nvmeq_cc_enable(&both, 12);
	HOLDS("both", cc == 0x00460001 || cc == 0x00460061);
}

static void ready_time_is_the_longer_of_two(void)
{
	static const struct {
		const char *desc;
		u32 ms;
		bool crwms;
		u32 crto, want;
	} row[] = {
		{ "CAP.TO alone", 7500, false, 0, 7500 },
		{ "CRTO is not valid", 7500, false, 0xffffffff, 7500 },
		{ "CRWMT longer", 500, true, 3, 1500 },
		{ "CRWMT shorter", 7500, true, 3, 7500 },
		{ "CRWMT equal", 1500, true, 3, 1500 },
		{ "CRWMT of 0", 7500, true, 0, 7500 },
		{ "CRIMT counts nothing", 500, true, 0xffff0001, 500 },
		{ "largest CRWMT", 127500, true, 0xffff, 32767500 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_cap c = { .ready_ms = row[i].ms, .crwms = row[i].crwms };

		WANT(row[i].desc, nvmeq_ready_ms(&c, row[i].crto), row[i].want);
	}
}

static void aqa_is_counted_from_zero_on_both_sides(void)
{
	WANT("smallest", nvmeq_aqa(2), 0x00010001);
	WANT("usual", nvmeq_aqa(32), 0x001f001f);
	WANT("largest", nvmeq_aqa(4096), 0x0fff0fff);
}

/* PCIe Transport 3.1.2: SQyTDBL at 1000h + 2y * stride, CQyHDBL at 1000h + (2y + 1) * stride. */
static void doorbells_lie_where_the_transport_puts_them(void)
{
	unsigned int dstrd;
	u32 qid;

	WANT("admin SQ", nvmeq_doorbell_sq(&(struct nvmeq_cap){ .db_stride = 4 }, 0), 0x1000);
	WANT("admin CQ", nvmeq_doorbell_cq(&(struct nvmeq_cap){ .db_stride = 4 }, 0), 0x1004);
	WANT("SQ 1", nvmeq_doorbell_sq(&(struct nvmeq_cap){ .db_stride = 4 }, 1), 0x1008);
	/* 32 bits do not reach these; what comes out must lie in no BAR and be aligned. */
	WANT("last SQ with the largest stride",
	     nvmeq_doorbell_sq(&(struct nvmeq_cap){ .db_stride = 131072 }, 65535), 0xfffffffc);
	WANT("last CQ with the largest stride",
	     nvmeq_doorbell_cq(&(struct nvmeq_cap){ .db_stride = 131072 }, 65535), 0xfffffffc);
	for (dstrd = 0; dstrd < 12; dstrd++) {
		struct nvmeq_cap c = { .db_stride = 4u << dstrd };

		for (qid = 0; qid <= 65535; qid += qid < 70 ? 1 : 4093) {
			WANT(desc("SQ %u stride %u", qid, c.db_stride),
			     nvmeq_doorbell_sq(&c, (u16)qid), 0x1000 + 2 * qid * c.db_stride);
			WANT(desc("CQ %u stride %u", qid, c.db_stride),
			     nvmeq_doorbell_cq(&c, (u16)qid), 0x1000 + (2 * qid + 1) * c.db_stride);
		}
	}
}

static void waiting_for_ready(void)
{
	static const struct {
		const char *desc;
		u32 csts;
		bool want_ready;
		enum nvmeq_wait want;
	} row[] = {
		{ "not yet up", 0, true, NVMEQ_WAIT_MORE },
		{ "up", 1, true, NVMEQ_WAIT_DONE },
		{ "failed on the way", 2, true, NVMEQ_WAIT_FATAL },
		{ "gone on the way", ~0u, true, NVMEQ_WAIT_GONE },
		{ "shutdown bits do not matter", 0x9, true, NVMEQ_WAIT_DONE },
		{ "other bits do not matter", 0x3c, true, NVMEQ_WAIT_MORE },
		{ "not yet down", 1, false, NVMEQ_WAIT_MORE },
		{ "down", 0, false, NVMEQ_WAIT_DONE },
		{ "failed, down", 2, false, NVMEQ_WAIT_DONE },
		{ "failed, not yet down", 3, false, NVMEQ_WAIT_MORE },
		{ "gone, waiting for down", ~0u, false, NVMEQ_WAIT_GONE },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		WANT(row[i].desc, nvmeq_wait_ready(row[i].csts, row[i].want_ready), row[i].want);
	HOLDS("up but failed is not plainly waiting",
	      nvmeq_wait_ready(3, true) == NVMEQ_WAIT_FATAL);
}

static void waiting_for_shutdown(void)
{
	static const struct {
		const char *desc;
		u32 csts;
		enum nvmeq_wait want;
	} row[] = {
		{ "not begun", 0x1, NVMEQ_WAIT_MORE },
		{ "occurring", 0x5, NVMEQ_WAIT_MORE },
		{ "complete", 0x9, NVMEQ_WAIT_DONE },
		{ "complete, not ready", 0x8, NVMEQ_WAIT_DONE },
		{ "reserved value", 0xd, NVMEQ_WAIT_MORE },
		{ "gone", ~0u, NVMEQ_WAIT_GONE },
		{ "failed on the way", 0x7, NVMEQ_WAIT_FATAL },
		{ "failed but complete", 0xb, NVMEQ_WAIT_DONE },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		WANT(row[i].desc, nvmeq_wait_shutdown(row[i].csts), row[i].want);
}

static const struct CMUnitTest tests[] = {
	TEST(cap_is_decoded),
	TEST(bits_of_other_fields_change_nothing),
	TEST(page_is_the_largest_that_both_have),
	TEST(cc_enables_with_the_fields_of_the_specification),
	TEST(ready_time_is_the_longer_of_two),
	TEST(aqa_is_counted_from_zero_on_both_sides),
	TEST(doorbells_lie_where_the_transport_puts_them),
	TEST(waiting_for_ready),
	TEST(waiting_for_shutdown),
};

TEST_MAIN("regs", tests)
