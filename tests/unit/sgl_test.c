// SPDX-License-Identifier: GPL-2.0-only
/*
 * sgl_test.c - what the driver writes as SGLs, read back like a controller
 */
#include <nvmeq/sgl.h>

#include "model/sgl_read.h"
#include "support/test.h"

#define LIST_ADDR	0x4455660000ULL

struct run {
	u64 addr;
	u32 len;
};

/* Naive merging, as the contract has it. */
static u32 merged(const struct run *run, unsigned int n)
{
	u64 end = 0, len = 0;
	unsigned int i;
	u32 count = 0;

	for (i = 0; i < n; i++) {
		if (count && run[i].addr == end && len + run[i].len <= 0xffffffffULL) {
			len += run[i].len;
		} else {
			count++;
			len = run[i].len;
		}
		end = run[i].addr + run[i].len;
	}
	return count;
}

static void round_trip(const char *text, const struct run *run, unsigned int n, u32 slots)
{
	struct nvmeq_sgl_desc *list = slots ? guard_alloc(16ULL * slots) : NULL;
	u32 blocks = merged(run, n);
	static struct sgl_seen seen;
	static struct spans given;
	struct nvmeq_dptr out;
	struct nvmeq_sgl s;
	struct bus bus;
	unsigned int i;
	u64 bytes = 0;

	bus_clear(&bus);
	if (slots)
		bus_map(&bus, LIST_ADDR, list, 16ULL * slots);
	spans_clear(&given);
	memset(&out, 0xee, sizeof(out));
	nvmeq_sgl_begin(&s, list, LIST_ADDR, slots);
	for (i = 0; i < n; i++) {
		if (!WANT(text, nvmeq_sgl_add(&s, run[i].addr, run[i].len), 0))
			goto out;
		spans_add(&given, run[i].addr, run[i].len);
		bytes += run[i].len;
	}
	WANT(text, s.count, blocks);
	if (!WANT(text, nvmeq_sgl_end(&s, &out), 0))
		goto out;
	sgl_read(&bus, &out, bytes, &seen);
	if (!WANT_STR(text, seen.wrong ? seen.wrong : "nothing", "nothing"))
		goto out;
	HOLDS(text, spans_equal(&seen.spans, &given));
	WANT(text, seen.blocks, blocks);
	WANT(text, seen.segments, blocks > 1);
	if (blocks == 1)
		WANT(text, ((u8 *)&out)[15], 0x00);
	else
		WANT(text, ((u8 *)&out)[15], 0x30);
out:
	guard_free(list);
}

static const struct {
	const char *desc;
	struct run run[5];
	u32 slots;
} built[] = {
	{ "one run, no list", { { 0x1000, 4096 } }, 0 },
	{ "one odd byte", { { 0x1001, 1 } }, 0 },
	{ "largest run", { { 0x1000, 0xffffffff } }, 0 },
	{ "two neighbours, no list", { { 0x1000, 4096 }, { 0x2000, 512 } }, 0 },
	{ "four neighbours, no list", { { 0x1000, 4 }, { 0x1004, 4 }, { 0x1008, 4 }, { 0x100c, 1 } },
	  0 },
	{ "two runs", { { 0x1000, 4096 }, { 0x3000, 4096 } }, 2 },
	{ "neighbours then a gap", { { 0x1000, 8 }, { 0x1008, 8 }, { 0x2000, 8 } }, 2 },
	{ "a gap then neighbours", { { 0x1000, 8 }, { 0x2000, 8 }, { 0x2008, 8 } }, 2 },
	{ "backwards neighbours stay apart", { { 0x2000, 4096 }, { 0x1000, 4096 } }, 2 },
	{ "the same run twice", { { 0x2000, 4096 }, { 0x2000, 4096 } }, 2 },
	{ "sum of just 32 bits", { { 0x1000, 0xfffffffe }, { 0x100000ffe, 1 } }, 0 },
	{ "sum beyond 32 bits stays apart", { { 0x1000, 0xffffffff }, { 0x100000fff, 1 } }, 2 },
	{ "list exactly full", { { 1, 1 }, { 3, 1 }, { 5, 1 }, { 7, 1 } }, 4 },
	{ "list with room", { { 1, 1 }, { 3, 1 }, { 5, 1 } }, 16 },
	{ "up to the top of the address space", { { ~0ULL - 4095, 4096 } }, 0 },
};

static void reader_sees_the_runs_of_each_row(void)
{
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(built); i++) {
		for (n = 0; n < 5 && built[i].run[n].len; n++)
			;
		round_trip(built[i].desc, built[i].run, n, built[i].slots);
	}
}

static void bytes_are_as_the_specification_has_them(void)
{
	static const u8 one[16] = {
		0x00, 0x30, 0x56, 0x34, 0x12, 0, 0, 0, 0x00, 0x02, 0, 0, 0, 0, 0, 0x00,
	};
	static const u8 last[16] = {
		0x00, 0x00, 0x66, 0x55, 0x44, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0, 0x30,
	};
	static const u8 second[16] = {
		0x00, 0x50, 0, 0, 0, 0, 0, 0, 0x00, 0x10, 0, 0, 0, 0, 0, 0x00,
	};
	struct nvmeq_sgl_desc list[2];
	struct nvmeq_dptr out;
	struct nvmeq_sgl s;

	memset(list, 0xee, sizeof(list));
	memset(&out, 0xee, sizeof(out));
	nvmeq_sgl_begin(&s, NULL, 0, 0);
	WANT("one", nvmeq_sgl_add(&s, 0x1234563000, 512), 0);
	WANT("one", nvmeq_sgl_end(&s, &out), 0);
	WANT_MEM("one", &out, one, 16);

	memset(&out, 0xee, sizeof(out));
	nvmeq_sgl_begin(&s, list, LIST_ADDR, 2);
	WANT("two", nvmeq_sgl_add(&s, 0x1234563000, 512), 0);
	WANT("two", nvmeq_sgl_add(&s, 0x5000, 4096), 0);
	WANT("two", nvmeq_sgl_end(&s, &out), 0);
	WANT_MEM("two", &out, last, 16);
	WANT_MEM("two", &list[0], one, 16);
	WANT_MEM("two", &list[1], second, 16);
}

static void empty_and_wrapping_runs_are_refused(void)
{
	static const struct {
		const char *desc;
		u64 addr;
		u32 len;
	} row[] = {
		{ "empty", 0x1000, 0 },
		{ "empty at 0", 0, 0 },
		{ "wraps", ~0ULL, 2 },
		{ "wraps far", ~0ULL - 4094, 0xffffffff },
		{ "wraps by a byte", ~0ULL - 4095, 4097 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_sgl_desc list[4];
		struct nvmeq_dptr out;
		struct nvmeq_sgl s;

		nvmeq_sgl_begin(&s, list, LIST_ADDR, 4);
		WANT(row[i].desc, nvmeq_sgl_add(&s, row[i].addr, row[i].len), -EINVAL);
		WANT(row[i].desc, nvmeq_sgl_add(&s, 0x1000, 512), 0);
		WANT(row[i].desc, nvmeq_sgl_add(&s, row[i].addr, row[i].len), -EINVAL);
		WANT(row[i].desc, s.count, 1);
		WANT(row[i].desc, nvmeq_sgl_end(&s, &out), 0);
		WANT(row[i].desc, le64_to_cpu(out.sgl.addr), 0x1000);
		WANT(row[i].desc, le32_to_cpu(out.sgl.length), 512);
	}
}

/* The build is refused at the latest by its end, and nothing is written behind the list. */
static void more_runs_than_slots_are_refused(void)
{
	u32 slots, runs;

	for (slots = 0; slots < 20; slots++) {
		for (runs = 1; runs < 24; runs++) {
			const char *text = desc("%u runs, %u slots", runs, slots);
			struct nvmeq_sgl_desc *list = guard_alloc(16ULL * slots);
			bool fits = runs == 1 || runs <= slots;
			struct nvmeq_dptr out;
			struct nvmeq_sgl s;
			int ret = 0;
			u32 i;

			nvmeq_sgl_begin(&s, slots ? list : NULL, LIST_ADDR, slots);
			for (i = 0; i < runs && !ret; i++)
				ret = nvmeq_sgl_add(&s, 0x10000 + 8192 * i, 4096);
			if (!ret)
				ret = nvmeq_sgl_end(&s, &out);
			WANT(text, ret, fits ? 0 : -ENOSPC);
			guard_free(list);
		}
	}
}

static void reader_sees_random_runs(void)
{
	struct rng r = test_rng();
	unsigned int i, k;

	for (i = 0; i < 6000 && test_misses() < 5; i++) {
		unsigned int n = 1 + rnd(&r, one_in(&r, 4) ? 256 : 20);
		u64 at = rnd64(&r) >> 8;
		struct run run[256];
		u32 blocks;

		for (k = 0; k < n; k++) {
			if (!one_in(&r, 3))
				at = rnd64(&r) >> rnd_in(&r, 4, 40);
			run[k].addr = at;
			run[k].len = 1 + rnd(&r, 1u << rnd_in(&r, 0, 31));
			at += run[k].len;
		}
		blocks = merged(run, n);
		round_trip(desc("random build %u", i), run, n,
			   blocks > 1 ? blocks + (one_in(&r, 2) ? 0 : rnd(&r, 9)) : 0);
	}
}

static void reader_notices_broken_lists(void)
{
	static struct sgl_seen seen;
	struct nvmeq_sgl_desc l[3], one;
	struct bus bus;

	memset(l, 0, sizeof(l));
	l[0].addr = 0x1000;
	l[0].length = 512;
	l[1].addr = 0x2000;
	l[1].length = 512;
	bus_clear(&bus);
	bus_map(&bus, 0x8000, l, sizeof(l));
	memset(&one, 0, sizeof(one));
	one.addr = 0x8000;
	one.length = 32;
	one.type = 0x30;
	HOLDS("good", sgl_read(&bus, &one, 1024, &seen));
	HOLDS("bytes", !sgl_read(&bus, &one, 1025, &seen));
	one.type = 0x20;
	HOLDS("not the last", !sgl_read(&bus, &one, 1024, &seen));
	one.type = 0x30;
	one.length = 33;
	HOLDS("length", !sgl_read(&bus, &one, 1024, &seen));
	one.length = 48;
	HOLDS("empty block", !sgl_read(&bus, &one, 1024, &seen));
	one.length = 64;
	HOLDS("outside", !sgl_read(&bus, &one, 1024, &seen));
	one.length = 32;
	l[1].type = 0x10;
	HOLDS("type", !sgl_read(&bus, &one, 1024, &seen));
	l[1].type = 0;
	l[1].rsvd[2] = 1;
	HOLDS("reserved", !sgl_read(&bus, &one, 1024, &seen));
}

static const struct CMUnitTest tests[] = {
	TEST(reader_notices_broken_lists),
	TEST(bytes_are_as_the_specification_has_them),
	TEST(reader_sees_the_runs_of_each_row),
	TEST(empty_and_wrapping_runs_are_refused),
	TEST(more_runs_than_slots_are_refused),
	TEST(reader_sees_random_runs),
};

TEST_MAIN("sgl", tests)
