// SPDX-License-Identifier: GPL-2.0-only
/*
 * weave_test.c - lists in which metadata follows the data of each block: worked ones, and any
 * runs against what a controller should touch byte by byte
 */
#include <nvmeq/weave.h>

#include "model/sgl_read.h"
#include "support/test.h"

#define LIST_ADDR	0x4455660000ULL
#define META		0x90000ULL

struct run {
	u64 addr;
	u32 len;
};

static struct nvmeq_weave weave_of(u32 block_bytes, u32 meta_bytes, u32 blocks)
{
	return (struct nvmeq_weave) {
		.block_bytes = block_bytes, .meta_bytes = meta_bytes, .blocks = blocks,
		.meta = META,
	};
}

static u32 count(const struct run *run, u32 most)
{
	u32 n = 0;

	while (n < most && run[n].len)
		n++;
	return n;
}

/* The whole way, as a request takes it. */
static int weave(struct nvmeq_weave *w, const struct run *run, u32 runs,
		 struct nvmeq_sgl_desc *list, u32 slots, struct nvmeq_dptr *out)
{
	struct nvmeq_sgl s;
	int err = 0;
	u32 i;

	nvmeq_sgl_begin(&s, list, LIST_ADDR, slots);
	for (i = 0; i < runs && !err; i++)
		err = nvmeq_weave_add(w, &s, run[i].addr, run[i].len);
	return err ?: nvmeq_sgl_end(&s, out);
}

static void lists_of_each_row(void)
{
	static const struct {
		const char *desc;
		u32 block, meta, blocks;
		struct run run[6], want[9];
	} row[] = {
		{ "one block", 4096, 8, 1, { { 0x1000, 4096 } },
		  { { 0x1000, 4096 }, { META, 8 } } },
		{ "one block in two runs", 4096, 64, 1, { { 0x1800, 2048 }, { 0x5000, 2048 } },
		  { { 0x1800, 2048 }, { 0x5000, 2048 }, { META, 64 } } },
		{ "three in one run", 512, 8, 3, { { 0x1000, 1536 } },
		  { { 0x1000, 512 }, { META, 8 }, { 0x1200, 512 }, { META + 8, 8 },
		    { 0x1400, 512 }, { META + 16, 8 } } },
		{ "a run for each", 4096, 16, 2, { { 0x3000, 4096 }, { 0x1000, 4096 } },
		  { { 0x3000, 4096 }, { META, 16 }, { 0x1000, 4096 }, { META + 16, 16 } } },
		{ "a run for each, neighbours", 4096, 16, 2, { { 0x1000, 4096 }, { 0x2000, 4096 } },
		  { { 0x1000, 4096 }, { META, 16 }, { 0x2000, 4096 }, { META + 16, 16 } } },
		{ "runs that end inside", 512, 8, 2, { { 0x1004, 508 }, { 0x5000, 8 },
		  { 0x7000, 508 } },
		  { { 0x1004, 508 }, { 0x5000, 4 }, { META, 8 }, { 0x5004, 4 }, { 0x7000, 508 },
		    { META + 8, 8 } } },
		{ "begins inside, ends inside, holds one", 512, 8, 3, { { 0x1000, 256 },
		  { 0x5000, 1024 }, { 0x7000, 256 } },
		  { { 0x1000, 256 }, { 0x5000, 256 }, { META, 8 }, { 0x5100, 512 },
		    { META + 8, 8 }, { 0x5300, 256 }, { 0x7000, 256 }, { META + 16, 8 } } },
		{ "many for one block", 512, 1, 1, { { 1, 1 }, { 3, 1 }, { 5, 508 },
		  { 0x1000, 1 }, { 0x2000, 1 } },
		  { { 1, 1 }, { 3, 1 }, { 5, 508 }, { 0x1000, 1 }, { 0x2000, 1 }, { META, 1 } } },
		{ "pieces of a block that are neighbours", 512, 8, 1, { { 0x1000, 500 },
		  { 0x11f4, 12 } }, { { 0x1000, 512 }, { META, 8 } } },
		{ "metadata right behind its block", 512, 8, 1, { { META - 512, 512 } },
		  { { META - 512, 520 } } },
		{ "a block right behind the metadata before it", 512, 8, 2, { { 0x1000, 512 },
		  { META + 8, 512 } },
		  { { 0x1000, 512 }, { META, 520 }, { META + 8, 8 } } },
		{ "up to the top of the address space", 512, 8, 1, { { ~0ULL - 511, 512 } },
		  { { ~0ULL - 511, 512 }, { META, 8 } } },
		{ "the largest block", 65536, 65535, 1, { { 0x10000, 65536 } },
		  { { 0x10000, 65536 }, { META, 65535 } } },
	};
	unsigned int i;
	u32 k;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		u32 runs = count(row[i].run, 6), want = count(row[i].want, 9);
		struct nvmeq_weave w = weave_of(row[i].block, row[i].meta, row[i].blocks);
		struct nvmeq_sgl_desc *list = guard_alloc(16ULL * want), one;
		struct nvmeq_dptr out;

		WANT(row[i].desc, weave(&w, row[i].run, runs, list, want, &out), 0);
		HOLDS(row[i].desc, nvmeq_weave_done(&w));
		HOLDS(row[i].desc, want <= nvmeq_weave_slots(row[i].blocks, runs));
		if (want == 1) {
			list[0] = out.sgl;
		} else {
			WANT(row[i].desc, out.sgl.type, NVMEQ_SGL_LAST_SEGMENT);
			WANT(row[i].desc, le32_to_cpu(out.sgl.length), 16 * want);
		}
		for (k = 0; k < want; k++) {
			nvmeq_sgl_put(&one, NVMEQ_SGL_DATA_BLOCK, row[i].want[k].addr,
				      row[i].want[k].len);
			WANT_MEM(row[i].desc, &list[k], &one, 16);
		}
		guard_free(list);
	}
}

/* Byte after byte of data, and metadata when there has been a block of it. */
static void touch(const struct run *run, u32 runs, u32 block, u32 meta, struct spans *spans)
{
	u64 at = META;
	u32 i, k, n = 0;

	spans_clear(spans);
	for (i = 0; i < runs; i++)
		for (k = 0; k < run[i].len; k++) {
			spans_add(spans, run[i].addr + k, 1);
			if (++n % block)
				continue;
			spans_add(spans, at, meta);
			at += meta;
		}
}

/* Runs that are @bytes in all; often neighbours, sometimes right at the metadata. */
static u32 cut(struct rng *r, u32 bytes, u32 block, struct run *run, u32 most)
{
	u64 at = 0x1000;
	u32 n, len;

	for (n = 0; bytes; n++, bytes -= len) {
		len = one_in(r, 3) ? rnd_in(r, 1, 3 * block) : rnd_in(r, 1, block + block / 2);
		if (len > bytes || n == most - 1)
			len = bytes;
		if (one_in(r, 8))
			at = META + rnd(r, 200) - 100;
		else if (!one_in(r, 3))
			at = rnd64(r) >> 8;
		run[n] = (struct run) { at, len };
		at += len;
	}
	return n;
}

static void controller_sees_any_runs_woven(void)
{
	static struct spans want;
	static struct sgl_seen seen;
	struct rng r = test_rng();
	struct run run[64];
	u32 turn;

	for (turn = 0; turn < 3000 && test_misses() < 5; turn++) {
		u32 block = one_in(&r, 2) ? 512 : rnd_in(&r, 1, 64), meta = rnd_in(&r, 1, 70);
		u32 blocks = rnd_in(&r, 1, one_in(&r, 8) ? 40 : 5), bytes = blocks * block;
		u32 runs = cut(&r, bytes, block, run, ARRAY_SIZE(run));
		u32 slots = nvmeq_weave_slots(blocks, runs);
		const char *text = desc("turn %u: %u of %u + %u in %u runs", turn, blocks, block,
					meta, runs);
		struct nvmeq_sgl_desc *list = guard_alloc(16ULL * slots);
		struct nvmeq_weave w = weave_of(block, meta, blocks);
		struct nvmeq_dptr out;
		struct bus bus;

		WANT(text, weave(&w, run, runs, list, slots, &out), 0);
		HOLDS(text, nvmeq_weave_done(&w));
		touch(run, runs, block, meta, &want);
		bus_clear(&bus);
		bus_map(&bus, LIST_ADDR, list, 16ULL * slots);
		sgl_read(&bus, &out, bytes + blocks * meta, &seen);
		WANT_STR(text, seen.wrong ?: "nothing", "nothing");
		HOLDS(text, spans_equal(&seen.spans, &want));
		guard_free(list);
	}
}

/* As many slots as the worst case has, and no more: one run for each half of each block. */
static void slots_are_what_the_worst_runs_take(void)
{
	u32 blocks, i;

	for (blocks = 1; blocks < 60; blocks++) {
		const char *text = desc("%u blocks", blocks);
		u32 runs = blocks + 1, slots = nvmeq_weave_slots(blocks, runs);
		struct nvmeq_sgl_desc *list = guard_alloc(16ULL * slots);
		struct run run[61];
		int short_of;

		for (i = 0; i < runs; i++)
			run[i] = (struct run) { 0x10000 + 0x2000 * i, 4096 };
		run[0] = (struct run) { 0x10ff8, 8 };
		run[runs - 1].len = 4088;
		for (short_of = 0; short_of < 2; short_of++) {
			struct nvmeq_weave w = weave_of(4096, 8, blocks);
			struct nvmeq_dptr out;

			WANT(text, weave(&w, run, runs, list, slots - short_of, &out),
			     short_of ? -ENOSPC : 0);
		}
		WANT(text, slots, 3 * blocks);
		guard_free(list);
	}
}

/* Wherever the list ends, nothing is written behind it. */
static void a_full_list_is_refused(void)
{
	static const struct run run[] = { { 0x1000, 1000 }, { 0x3000, 24 }, { 0x5000, 1024 } };
	u32 slots;

	for (slots = 0; slots < 12; slots++) {
		struct nvmeq_sgl_desc *list = guard_alloc(16ULL * slots);
		struct nvmeq_weave w = weave_of(512, 8, 4);
		struct nvmeq_dptr out;

		/* 512, m, 488, 24, m, 512, m, 512, m */
		WANT(desc("%u slots", slots),
		     weave(&w, run, ARRAY_SIZE(run), slots ? list : NULL, slots, &out),
		     slots < 9 ? -ENOSPC : 0);
		guard_free(list);
	}
}

static void what_is_not_the_blocks_is_refused(void)
{
	static const struct {
		const char *desc;
		u32 blocks;
		struct run run[3];
		int err;
		bool done;
	} row[] = {
		{ "all of it", 2, { { 0x1000, 1024 } }, 0, true },
		{ "a byte too many", 2, { { 0x1000, 1025 } }, -EINVAL, true },
		{ "a byte too many in a run of its own", 2, { { 0x1000, 1024 }, { 0x5000, 1 } },
		  -EINVAL, true },
		{ "many too many", 1, { { 0x1000, 0xffffe000 } }, -EINVAL, true },
		{ "no block at all", 0, { { 0x1000, 512 } }, -EINVAL, true },
		{ "a byte too few", 2, { { 0x1000, 1023 } }, 0, false },
		{ "a block too few", 2, { { 0x1000, 512 } }, 0, false },
		{ "wraps", 2, { { 0x1000, 512 }, { ~0ULL, 512 } }, -EINVAL, false },
		{ "wraps behind the first block", 2, { { ~0ULL - 511, 1024 } }, -EINVAL, false },
	};
	struct nvmeq_sgl_desc list[16];
	struct nvmeq_dptr out;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_weave w = weave_of(512, 8, row[i].blocks);

		WANT(row[i].desc, weave(&w, row[i].run, count(row[i].run, 3), list, 16, &out),
		     row[i].err);
		WANT(row[i].desc, nvmeq_weave_done(&w), row[i].done);
		/* Metadata of blocks that there are not is never named. */
		HOLDS(row[i].desc, w.meta <= META + 8 * row[i].blocks);
	}
}

/* A run without bytes changes nothing. */
static void empty_runs_are_refused(void)
{
	struct nvmeq_weave w = weave_of(512, 8, 1);
	struct nvmeq_sgl_desc list[4];
	struct nvmeq_sgl s;

	nvmeq_sgl_begin(&s, list, LIST_ADDR, 4);
	WANT("first", nvmeq_weave_add(&w, &s, 0x1000, 0), -EINVAL);
	WANT("half", nvmeq_weave_add(&w, &s, 0x1000, 256), 0);
	WANT("inside", nvmeq_weave_add(&w, &s, 0x1100, 0), -EINVAL);
	WANT("the rest", nvmeq_weave_add(&w, &s, 0x1100, 256), 0);
	WANT("behind", nvmeq_weave_add(&w, &s, 0x1200, 0), -EINVAL);
	HOLDS("done", nvmeq_weave_done(&w));
	WANT("two", s.count, 2);
}

static const struct CMUnitTest tests[] = {
	TEST(lists_of_each_row),
	TEST(controller_sees_any_runs_woven),
	TEST(slots_are_what_the_worst_runs_take),
	TEST(a_full_list_is_refused),
	TEST(what_is_not_the_blocks_is_refused),
	TEST(empty_runs_are_refused),
};

TEST_MAIN("weave", tests)
