// SPDX-License-Identifier: GPL-2.0-only
/*
 * dif_test.c - tuples: their bytes, and what counts as a mismatch, against a
 * reading of the specification byte by byte
 */
#include <nvmeq/dif.h>

#include "support/test.h"
#include "support/tuple.h"

#define BLOCKS	16

static const u8 strides[] = { 8, 16, 64 };

static void tuples_have_their_bytes(void)
{
	static const struct {
		const char *desc;
		struct nvmeq_dif dif;
		u32 first;
		u32 ref[3];
	} rows[] = {
		{ "type 1 counts", { .type = 1, .app = 0xa1b2, .ref = 0x01020304 }, 0,
		  { 0x01020304, 0x01020305, 0x01020306 } },
		{ "type 2 counts from its first block",
		  { .type = 2, .app = 0x00ff, .ref = 0x100 }, 7, { 0x107, 0x108, 0x109 } },
		{ "32 bits come round", { .type = 1, .app = 1, .ref = 0xffffffff }, 0,
		  { 0xffffffff, 0, 1 } },
		{ "type 3 does not count", { .type = 3, .app = 1, .ref = 0xcafe }, 5,
		  { 0xcafe, 0xcafe, 0xcafe } },
	};
	const __be16 guards[3] = { cpu_to_be16(0x1234), cpu_to_be16(0xff00), cpu_to_be16(0x0001) };
	u32 i, k, s;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		for (s = 0; s < ARRAY_SIZE(strides); s++) {
			u8 want[3 * 64], got[3 * 64];

			memset(want, 0xee, sizeof(want));
			memset(got, 0xee, sizeof(got));
			for (k = 0; k < 3; k++)
				tuple_put(want + k * strides[s], be16_to_cpu(guards[k]),
				    rows[i].dif.app, rows[i].ref[k]);
			nvmeq_dif_generate(&rows[i].dif, guards, rows[i].first, 3, got, strides[s]);
			WANT_MEM(rows[i].desc, got, want, sizeof(want));
		}
	}
}

/* One tuple against what it should be; every row as the only bad one of several. */
static const struct {
	const char *desc;
	struct nvmeq_dif dif;
	u16 guard, app;		/* found; the right ones are 1234, 0055 and 1003 */
	u32 ref;
	int field;		/* -1: nothing wrong */
	u32 expected, found;
} judged[] = {
#define DIF(t, c, m)	{ .type = t, .check = c, .app = 0x0055, .app_mask = m, .ref = 0x1000 }
#define ALL		NVMEQ_DIF_CHECK_ALL
	{ "right", DIF(1, ALL, 0xffff), 0x1234, 0x0055, 0x1003, -1, 0, 0 },
	{ "guard", DIF(1, ALL, 0xffff), 0x1235, 0x0055, 0x1003, NVMEQ_DIF_GUARD, 0x1234, 0x1235 },
	{ "app", DIF(1, ALL, 0xffff), 0x1234, 0x0155, 0x1003, NVMEQ_DIF_APP, 0x55, 0x155 },
	{ "ref", DIF(1, ALL, 0xffff), 0x1234, 0x0055, 0x1002, NVMEQ_DIF_REF, 0x1003, 0x1002 },
	{ "ref, high bit", DIF(2, ALL, 0xffff), 0x1234, 0x0055, 0x80001003, NVMEQ_DIF_REF,
	  0x1003, 0x80001003 },
	{ "guard before the others", DIF(1, ALL, 0xffff), 0x4321, 0x0056, 7, NVMEQ_DIF_GUARD,
	  0x1234, 0x4321 },
	{ "app before ref", DIF(1, ALL, 0xffff), 0x1234, 0x0056, 7, NVMEQ_DIF_APP, 0x55, 0x56 },
	{ "guard is not checked", DIF(1, NVMEQ_DIF_CHECK_REF, 0), 0, 0x55, 0x1003, -1, 0, 0 },
	{ "app is not checked", DIF(1, ALL & ~NVMEQ_DIF_CHECK_APP, 0xffff), 0x1234, 9, 0x1003, -1, 0, 0 },
	{ "ref is not checked", DIF(1, ALL & ~NVMEQ_DIF_CHECK_REF, 0xffff), 0x1234, 0x55, 9, -1, 0, 0 },
	{ "nothing is checked", DIF(1, 0, 0xffff), 0, 0, 0, -1, 0, 0 },
	{ "app outside of the mask", DIF(1, ALL, 0x00ff), 0x1234, 0xab55, 0x1003, -1, 0, 0 },
	{ "app inside of the mask", DIF(1, ALL, 0xff00), 0x1234, 0xab55, 0x1003, NVMEQ_DIF_APP,
	  0x0000, 0xab00 },
	{ "type 1 escape", DIF(1, ALL, 0xffff), 0, 0xffff, 0, -1, 0, 0 },
	{ "type 2 escape", DIF(2, ALL, 0xffff), 0, 0xffff, 0, -1, 0, 0 },
	{ "type 3 escape", DIF(3, ALL, 0xffff), 0, 0xffff, 0xffffffff, -1, 0, 0 },
	{ "type 3, half an escape", DIF(3, ALL, 0xffff), 0x1234, 0xffff, 0xfffffffe, NVMEQ_DIF_APP,
	  0x55, 0xffff },
	{ "type 3, half an escape, guard", DIF(3, NVMEQ_DIF_CHECK_GUARD, 0), 1, 0xffff, 0,
	  NVMEQ_DIF_GUARD, 0x1234, 1 },
	{ "type 3, the other half", DIF(3, ALL, 0xffff), 1, 0x0055, 0xffffffff, NVMEQ_DIF_GUARD,
	  0x1234, 1 },
	{ "type 3 has no reference check", DIF(3, ALL, 0xffff), 0x1234, 0x0055, 99, -1, 0, 0 },
	{ "nearly an escape", DIF(1, ALL, 0xffff), 0, 0xfffe, 0, NVMEQ_DIF_GUARD, 0x1234, 0 },
};

static void each_mismatch_is_named(void)
{
	u32 i, s, at, k;

	for (i = 0; i < ARRAY_SIZE(judged); i++) {
		for (s = 0; s < ARRAY_SIZE(strides); s++) {
			for (at = 0; at < 4; at++) {
				struct nvmeq_dif dif = judged[i].dif;
				struct nvmeq_dif_error bad = { .block = 77 };
				u8 *t = guard_alloc((size_t)3 * strides[s] + 8);
				__be16 guards[4];
				bool ok;

				/* block "at" of these four is the third of the run */
				dif.ref += 3 - at;
				for (k = 0; k < 4; k++) {
					guards[k] = cpu_to_be16(0x1234);
					tuple_put(t + k * strides[s], 0x1234, dif.app, dif.ref + k);
				}
				tuple_put(t + at * strides[s], judged[i].guard, judged[i].app,
				    judged[i].ref);
				ok = nvmeq_dif_verify(&dif, guards, 0, 4, t, strides[s], &bad);
				WANT(judged[i].desc, ok, judged[i].field < 0);
				if (!ok) {
					WANT(judged[i].desc, bad.block, at);
					WANT(judged[i].desc, bad.field, judged[i].field);
					WANT(judged[i].desc, bad.expected, judged[i].expected);
					WANT(judged[i].desc, bad.found, judged[i].found);
				}
				guard_free(t);
			}
		}
	}
}

/* Is a block right? Independent of the code under test: fields, one after the other. */
static bool right(const struct nvmeq_dif *d, u16 guard, u32 block, const u8 *t)
{
	u32 g = field_get(t, 2), app = field_get(t + 2, 2), ref = field_get(t + 4, 4);

	if (app == 0xffff && (d->type != 3 || ref == 0xffffffff))
		return true;
	if ((d->check & NVMEQ_DIF_CHECK_GUARD) && g != guard)
		return false;
	if ((d->check & NVMEQ_DIF_CHECK_APP) && (app & d->app_mask) != (d->app & d->app_mask))
		return false;
	return !(d->check & NVMEQ_DIF_CHECK_REF) || d->type == 3 || ref == d->ref + block;
}

static void random_runs_stop_at_their_first_bad_block(void)
{
	struct rng r = test_rng();
	u32 turn, k;

	for (turn = 0; turn < 20000 && !test_misses(); turn++) {
		static const u16 apps[] = { 0, 0xffff, 0x1234, 0x00ff };
		struct nvmeq_dif d = {
			.type = (u8)rnd_in(&r, 1, 3), .check = (u8)rnd(&r, 8),
			.app = apps[rnd(&r, 4)], .app_mask = apps[rnd(&r, 4)],
			.ref = one_in(&r, 2) ? (u32)rnd64(&r) : 0xfffffff8,
		};
		u32 first = rnd(&r, 100), want = BLOCKS;
		struct nvmeq_dif_error bad;
		__be16 guards[BLOCKS];
		u8 t[BLOCKS * 8];

		for (k = 0; k < BLOCKS; k++)
			guards[k] = cpu_to_be16((u16)rnd64(&r));
		nvmeq_dif_generate(&d, guards, first, BLOCKS, t, 8);
		HOLDS("what was generated", nvmeq_dif_verify(&d, guards, first, BLOCKS, t, 8, &bad));
		for (k = rnd(&r, 3); k; k--)
			t[rnd(&r, sizeof(t))] ^= (u8)(1 << rnd(&r, 8));
		if (one_in(&r, 3))
			memset(t + 8 * rnd(&r, BLOCKS), 0xff, 8);
		for (k = BLOCKS; k--; )
			if (!right(&d, be16_to_cpu(guards[k]), first + k, t + 8 * k))
				want = k;
		bad.block = first + BLOCKS;
		WANT("verified", nvmeq_dif_verify(&d, guards, first, BLOCKS, t, 8, &bad),
		     want == BLOCKS);
		WANT("bad block", bad.block, first + want);
	}
}

static const struct CMUnitTest tests[] = {
	TEST(tuples_have_their_bytes),
	TEST(each_mismatch_is_named),
	TEST(random_runs_stop_at_their_first_bad_block),
};

TEST_MAIN("dif", tests)
