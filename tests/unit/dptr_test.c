// SPDX-License-Identifier: GPL-2.0-only
/*
 * dptr_test.c - PRP or SGL, and how much list memory
 *
 * The rules of dptr.h are stated once more in expect(), as prose turned into
 * conditions, and compared over a grid and over random facts. Entries and
 * lists are counted page by page.
 */
#include <nvmeq/dptr.h>

#include "support/test.h"

static u32 count_entries(u64 offset, u64 bytes, u8 shift)
{
	u64 page = 1ULL << shift;
	u32 n = 0;

	while (bytes) {
		u64 here = page - offset < bytes ? page - offset : bytes;

		bytes -= here;
		offset = 0;
		n++;
	}
	return n;
}

struct expected {
	int ret;
	enum nvmeq_dptr_kind kind;
	u32 list_bytes;		/* bytes of entries or descriptors to hold, chain links included */
	u32 lists;
};

static u32 chained(u32 entries)
{
	u32 left = entries - 1, n = 1;

	while (left > 512) {
		left -= 511;
		n++;
	}
	return n;
}

static struct expected expect(const struct nvmeq_dptr_facts *f)
{
	struct expected e = { 0 };
	u32 entries = count_entries(f->first_offset, f->bytes, f->page_shift);
	bool prp_can = !f->gaps && f->dword_aligned;
	bool sgl_can = f->sgl_supported && !f->admin && f->use != NVMEQ_SGL_OFF &&
		       (!f->sgl_dword || f->dword_aligned);
	bool sgl_shorter = entries > 2 && f->segments < entries - 2 &&
			   f->bytes / f->segments >= 32768;

	if (!f->bytes)
		return e;
	if (f->bytes > (8u << 20) || f->segments > 256) {
		e.ret = -E2BIG;
		return e;
	}
	if (!prp_can && !sgl_can) {
		e.ret = -EINVAL;
		return e;
	}
	if (sgl_can && (!prp_can || f->use == NVMEQ_SGL_ALWAYS || sgl_shorter)) {
		e.kind = NVMEQ_DPTR_SGL;
		e.lists = f->segments > 1;
		e.list_bytes = f->segments > 1 ? 16 * f->segments : 0;
		return e;
	}
	e.kind = NVMEQ_DPTR_PRP;
	if (entries > 2) {
		e.lists = entries - 1 <= 32 ? 1 : chained(entries);
		/*
		 * A list goes on to the end of the controller's page before it
		 * chains; pieces of 4096 bytes do not end there when it is larger.
		 */
		if (e.lists > 1 && f->page_shift > 12) {
			e.ret = -E2BIG;
			return e;
		}
		e.list_bytes = 8 * (entries - 1 + e.lists - 1);
	}
	return e;
}

static void check(const char *text, const struct nvmeq_dptr_facts *f)
{
	struct expected e = expect(f);
	struct nvmeq_dptr_plan p;

	memset(&p, 0xee, sizeof(p));
	if (!WANT(text, nvmeq_dptr_choose(f, &p), e.ret) || e.ret)
		return;
	WANT(text, p.kind, e.kind);
	WANT(text, p.lists, e.lists);
	if (!e.lists)
		return;
	WANT(text, p.small, e.list_bytes <= 256);
	HOLDS(text, e.list_bytes <= p.lists * (p.small ? 256u : 4096u));
	HOLDS(text, p.lists <= NVMEQ_MAX_LISTS);
}

#define KB	1024u
#define MB	(1024u * 1024u)

static void worked_examples(void)
{
	static const struct {
		const char *desc;
		struct nvmeq_dptr_facts f;
		int ret;
		struct nvmeq_dptr_plan want;
	} row[] = {
		{ "nothing to move", { .page_shift = 12, .dword_aligned = true }, 0,
		  { NVMEQ_DPTR_NONE, 0, false } },
		{ "4 KiB", { 4 * KB, 1, 0, 12, .dword_aligned = true }, 0,
		  { NVMEQ_DPTR_PRP, 0, false } },
		{ "8 KiB from an offset", { 8 * KB, 1, 512, 12, .dword_aligned = true }, 0,
		  { NVMEQ_DPTR_PRP, 1, true } },
		{ "132 KiB: 32 in the list", { 132 * KB, 33, 0, 12, .dword_aligned = true }, 0,
		  { NVMEQ_DPTR_PRP, 1, true } },
		{ "136 KiB: 33 in the list", { 136 * KB, 34, 0, 12, .dword_aligned = true }, 0,
		  { NVMEQ_DPTR_PRP, 1, false } },
		{ "513 pages: list full", { 513 * 4 * KB, 1, 0, 12, .dword_aligned = true }, 0,
		  { NVMEQ_DPTR_PRP, 1, false } },
		{ "514 pages: chained", { 514 * 4 * KB, 1, 0, 12, .dword_aligned = true }, 0,
		  { NVMEQ_DPTR_PRP, 2, false } },
		{ "8 MiB from an offset", { 8 * MB, 1, 4, 12, .dword_aligned = true }, 0,
		  { NVMEQ_DPTR_PRP, 5, false } },
		{ "beyond 8 MiB", { 8 * MB + 4, 1, 0, 12, .dword_aligned = true }, -E2BIG, { 0 } },
		{ "256 segments", { 1 * MB, 256, 0, 12, .dword_aligned = true }, 0,
		  { NVMEQ_DPTR_PRP, 1, false } },
		{ "257 segments", { 1 * MB + 4 * KB, 257, 0, 12, .dword_aligned = true }, -E2BIG,
		  { 0 } },
		{ "gaps without SGLs", { 8 * KB, 3, 0, 12, .gaps = true, .dword_aligned = true },
		  -EINVAL, { 0 } },
		{ "odd bytes without SGLs", { 8 * KB, 1, 1, 12, .gaps = false }, -EINVAL, { 0 } },
		{ "gaps with SGLs", { 8 * KB, 3, 0, 12, .gaps = true, .dword_aligned = true,
		  .sgl_supported = true, .use = NVMEQ_SGL_AUTO }, 0, { NVMEQ_DPTR_SGL, 1, true } },
		{ "gaps with SGLs forbidden", { 8 * KB, 3, 0, 12, .gaps = true,
		  .dword_aligned = true, .sgl_supported = true, .use = NVMEQ_SGL_OFF }, -EINVAL,
		  { 0 } },
		{ "odd bytes with any SGL", { 511, 1, 1, 12, .sgl_supported = true,
		  .use = NVMEQ_SGL_AUTO }, 0, { NVMEQ_DPTR_SGL, 0, false } },
		{ "odd bytes with dword SGLs", { 511, 1, 1, 12, .sgl_supported = true,
		  .sgl_dword = true, .use = NVMEQ_SGL_AUTO }, -EINVAL, { 0 } },
		{ "a megabyte in one run", { 1 * MB, 1, 0, 12, .dword_aligned = true,
		  .sgl_supported = true, .use = NVMEQ_SGL_AUTO }, 0, { NVMEQ_DPTR_SGL, 0, false } },
		{ "a megabyte in one run, SGLs off", { 1 * MB, 1, 0, 12, .dword_aligned = true,
		  .sgl_supported = true, .use = NVMEQ_SGL_OFF }, 0, { NVMEQ_DPTR_PRP, 1, false } },
		{ "a megabyte in one run, none supported", { 1 * MB, 1, 0, 12,
		  .dword_aligned = true, .use = NVMEQ_SGL_ALWAYS }, 0,
		  { NVMEQ_DPTR_PRP, 1, false } },
		{ "mean of just 32 KiB", { 128 * KB, 4, 0, 12, .dword_aligned = true,
		  .sgl_supported = true, .use = NVMEQ_SGL_AUTO }, 0, { NVMEQ_DPTR_SGL, 1, true } },
		{ "mean below 32 KiB", { 128 * KB - 4, 4, 0, 12, .dword_aligned = true,
		  .sgl_supported = true, .use = NVMEQ_SGL_AUTO }, 0, { NVMEQ_DPTR_PRP, 1, true } },
		{ "4 KiB, SGLs always", { 4 * KB, 1, 0, 12, .dword_aligned = true,
		  .sgl_supported = true, .use = NVMEQ_SGL_ALWAYS }, 0,
		  { NVMEQ_DPTR_SGL, 0, false } },
		{ "admin takes PRPs only", { 1 * MB, 1, 0, 12, .dword_aligned = true,
		  .sgl_supported = true, .admin = true, .use = NVMEQ_SGL_ALWAYS }, 0,
		  { NVMEQ_DPTR_PRP, 1, false } },
		{ "admin with gaps", { 8 * KB, 3, 0, 12, .gaps = true, .dword_aligned = true,
		  .sgl_supported = true, .admin = true, .use = NVMEQ_SGL_ALWAYS }, -EINVAL,
		  { 0 } },
		{ "16 segments", { 512 * KB, 16, 0, 12, .dword_aligned = true,
		  .sgl_supported = true, .use = NVMEQ_SGL_ALWAYS }, 0,
		  { NVMEQ_DPTR_SGL, 1, true } },
		{ "17 segments", { 544 * KB, 17, 0, 12, .dword_aligned = true,
		  .sgl_supported = true, .use = NVMEQ_SGL_ALWAYS }, 0,
		  { NVMEQ_DPTR_SGL, 1, false } },
		{ "256 segments of SGL", { 8 * MB, 256, 0, 12, .dword_aligned = true,
		  .sgl_supported = true, .use = NVMEQ_SGL_ALWAYS }, 0,
		  { NVMEQ_DPTR_SGL, 1, false } },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_dptr_plan p;

		memset(&p, 0xee, sizeof(p));
		if (!WANT(row[i].desc, nvmeq_dptr_choose(&row[i].f, &p), row[i].ret) || row[i].ret)
			continue;
		WANT(row[i].desc, p.kind, row[i].want.kind);
		WANT(row[i].desc, p.lists, row[i].want.lists);
		if (p.lists)
			WANT(row[i].desc, p.small, row[i].want.small);
		/* The second statement of the rules must agree with the first. */
		check(row[i].desc, &row[i].f);
	}
}

static void every_switch_with_a_grid_of_sizes(void)
{
	static const u32 bytes[] = { 0, 4, 512, 4096, 8192, 8196, 32768, 65536, 131072, 135168,
				     139264, 1 << 20, 513 * 4096, 514 * 4096, 8 << 20,
				     (8 << 20) + 4 };
	static const u32 segs[] = { 1, 2, 4, 16, 17, 31, 32, 33, 256, 257 };
	static const u32 offs[] = { 0, 4, 2048, 4092 };
	unsigned int i, k, o, bits;

	for (i = 0; i < ARRAY_SIZE(bytes); i++)
		for (k = 0; k < ARRAY_SIZE(segs); k++)
			for (o = 0; o < ARRAY_SIZE(offs); o++)
				for (bits = 0; bits < 96; bits++) {
					struct nvmeq_dptr_facts f = {
						.bytes = bytes[i],
						.segments = bytes[i] ? segs[k] : 0,
						.first_offset = offs[o],
						.page_shift = 12,
						.gaps = bits & 1,
						.dword_aligned = bits & 2,
						.sgl_supported = bits & 4,
						.sgl_dword = bits & 8,
						.admin = bits & 16,
						.use = bits / 32,
					};

					check(desc("%u bytes, %u segments from %u, switches %#x",
						   f.bytes, f.segments, f.first_offset, bits), &f);
				}
}

static void random_facts(void)
{
	struct rng r = test_rng();
	unsigned int i;

	for (i = 0; i < 30000 && test_misses() < 5; i++) {
		u8 shift = (u8)(one_in(&r, 3) ? rnd_in(&r, 13, 16) : 12);
		struct nvmeq_dptr_facts f = {
			.bytes = 1 + rnd(&r, 1u << rnd_in(&r, 3, 24)),
			.segments = 1 + rnd(&r, one_in(&r, 3) ? 300 : 12),
			.first_offset = rnd(&r, 1u << shift),
			.page_shift = shift,
			.gaps = one_in(&r, 4),
			.dword_aligned = !one_in(&r, 4),
			.sgl_supported = one_in(&r, 2),
			.sgl_dword = one_in(&r, 3),
			.admin = one_in(&r, 4),
			.use = rnd(&r, 3),
		};

		check(desc("random facts %u", i), &f);
	}
}

/* The short way may leave a choice to the long one, but not make another. */
static void single_runs_are_chosen_for_alike(void)
{
	struct rng r = test_rng();
	unsigned int i, prp = 0, sgl = 0;

	for (i = 0; i < 60000 && test_misses() < 5; i++) {
		u8 shift = (u8)(one_in(&r, 3) ? rnd_in(&r, 13, 16) : 12);
		struct nvmeq_dptr_facts f = {
			.bytes = one_in(&r, 2) ? rnd_in(&r, 1, 5) << shift :
						 1 + rnd(&r, 1u << rnd_in(&r, 3, 24)),
			.segments = 1,
			.first_offset = one_in(&r, 2) ? 0 : rnd(&r, 1u << shift),
			.page_shift = shift,
			.dword_aligned = !one_in(&r, 4),
			.sgl_supported = !one_in(&r, 4),
			.sgl_dword = one_in(&r, 3),
			.admin = one_in(&r, 4),
			.use = rnd(&r, 3),
		};
		struct nvmeq_dptr_single s;
		struct nvmeq_dptr_plan plan;
		enum nvmeq_dptr_kind kind;
		int ret = nvmeq_dptr_choose(&f, &plan);

		nvmeq_dptr_single_prepare(&f, &s);
		kind = nvmeq_dptr_single(&s, f.first_offset, f.bytes);
		if (kind != NVMEQ_DPTR_NONE) {
			WANT(desc("run %u is possible", i), ret, 0);
			WANT(desc("run %u, kind", i), kind, plan.kind);
			WANT(desc("run %u, lists", i), plan.lists, 0);
		} else if (!ret && plan.kind == NVMEQ_DPTR_PRP) {
			HOLDS(desc("run %u needs a list", i), plan.lists > 0);
		}
		WANT("page", s.page_bytes, 1u << shift);
		prp += kind == NVMEQ_DPTR_PRP;
		sgl += kind == NVMEQ_DPTR_SGL;
	}
	HOLDS("both ways were seen", prp > 1000 && sgl > 1000);
}

static const struct CMUnitTest tests[] = {
	TEST(worked_examples),
	TEST(every_switch_with_a_grid_of_sizes),
	TEST(random_facts),
	TEST(single_runs_are_chosen_for_alike),
};

TEST_MAIN("dptr", tests)
