// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_identify_ns.c - Identify Namespace to facts, and facts to limits
 *
 * Input: pages of host and controller, the administrator's largest transfer,
 * what the controller said (any values that its facts may have), then the
 * page. Limits must be sane for every mixture.
 */
#include "fuzz.h"
#include "model/facts_sane.h"

/* Facts of a controller as nvmeq_ident_ctrl() may give them. */
static struct nvmeq_ctrl_facts ctrl_of(struct input *in)
{
	struct nvmeq_ctrl_facts c;
	u8 bits = (u8)take(in, 1);

	memset(&c, 0, sizeof(c));
	c.max_transfer_bytes = 4096u << take(in, 1) % 12;
	c.vwc = bits & 1;
	c.has_dsm = bits & 2;
	c.has_write_zeroes = bits & 4;
	c.max_wz_bytes = bits & 8 ? 4096ULL << take(in, 1) % 52 : 0;
	c.dsm_ranges = (u16)(1 + take(in, 1));
	c.dsm_range_blocks = (u32)take(in, 4);
	c.dsm_blocks = take(in, 8);
	c.atomic_blocks = (u32)take(in, 2) + 1;
	return c;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input in = { data, size };
	u8 host_shift = (u8)(12 + take(&in, 1) % 5);
	u8 page_shift = (u8)(12 + take(&in, 1) % (host_shift - 11));
	u32 most = 4096u * (1 + (u32)take(&in, 2) % 2048);
	struct nvmeq_ctrl_facts c = ctrl_of(&in);
	struct nvmeq_ns_facts n;
	struct nvmeq_limits l;
	u8 *page = page_of(&in);
	char wwid[200];
	int len;

	memset(&n, 0xee, sizeof(n));
	MUST(nvmeq_ident_ns(page, 4096, 1, host_shift, &n) == 0);
	MUST_NULL(ns_facts_wrong(&n));
	MUST(n.block_shift <= host_shift);
	memset(&l, 0xee, sizeof(l));
	nvmeq_limits_make(&c, &n, page_shift, most, &l);
	MUST_NULL(limits_wrong(&c, &n, page_shift, most, &l));
	len = nvmeq_ident_wwid(&c, &n, wwid, sizeof(wwid));
	MUST(len > 0 && (size_t)len == strlen(wwid));
	MUST(nvmeq_ident_same_ns(&n, &n));
	free(page);
	return 0;
}
