// SPDX-License-Identifier: GPL-2.0-only
/*
 * crc_tier_test.c - every tier that this machine has, against the definition
 *
 * The assembly is the module's. Data lies between two pages that may not be touched,
 * at its first byte as well as at its last; what is written is bounded by canaries.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "../../drivers/crc/crc_tier.h"
#include "../../drivers/crc/job.h"
#include "support/crc_host.h"
#include "support/test.h"

#define LENGTHS		4200
#define CANARY		0xee

struct nvmeq_crc_consts nvmeq_crc_consts;

/* crc_tier.c once more, compiled as where there is no assembly. */
bool no_assembly_built(enum nvmeq_crc_tier tier);
u16 no_assembly_range(enum nvmeq_crc_tier tier, u16 seed, const void *data, size_t len);

/* --- memory between forbidden pages --- */

struct cage {
	u8 *map, *first;
	size_t bytes;
};

static struct cage cage_make(size_t bytes)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct cage c = { .bytes = (bytes + page - 1) / page * page };

	c.map = mmap(NULL, c.bytes + 2 * page, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (c.map == MAP_FAILED || mprotect(c.map, page, PROT_NONE) ||
	    mprotect(c.map + page + c.bytes, page, PROT_NONE))
		abort();
	c.first = c.map + page;
	return c;
}

static void cage_free(struct cage *c)
{
	munmap(c->map, c->bytes + 2 * (size_t)sysconf(_SC_PAGESIZE));
}

static void fill(struct rng *r, u8 *p, size_t len)
{
	u64 v = 0;

	while (len--) {
		v = v >> 8 ? v >> 8 : rnd64(r);
		*p++ = (u8)v;
	}
}

/* --- constants --- */

/* The byte that GF2P8AFFINEQB makes of b, as its manual page has it. */
static u8 affine(u64 m, u8 b)
{
	u8 out = 0;
	int i;

	for (i = 0; i < 8; i++)
		out |= (u8)(__builtin_parity((u8)(m >> (8 * (7 - i))) & b) << i);
	return out;
}

/* CRC of a byte with n zero bytes behind it is the byte times x^(16 + 8 n). */
static u16 byte_and_zeroes(u8 b, u32 n)
{
	static const u8 zeroes[1024];

	return nvmeq_crc_bitwise(nvmeq_crc_bitwise(0, &b, 1), zeroes, n);
}

static void matrices_do_what_they_are_for(void)
{
	const struct nvmeq_crc_consts *c = &nvmeq_crc_consts;
	u32 q, pos, b;

	for (b = 0; b < 256 && !test_misses(); b++) {
		/* A byte at any place of 512: direct, then finish, is its CRC. */
		for (q = 0; q < 64; q++) {
			u8 h = affine(c->direct_hi[q], (u8)b), l = affine(c->direct_lo[q], (u8)b);

			for (pos = 0; pos < 8; pos++) {
				u8 hi = affine(c->finish[0][pos], h) ^ affine(c->finish[1][pos], l);
				u8 lo = affine(c->finish[2][pos], h) ^ affine(c->finish[3][pos], l);

				WANT(desc("byte %02x, word %u, position %u", b, q, pos),
				     hi << 8 | lo, byte_and_zeroes((u8)b, 8 * (63 - q) + 7 - pos));
			}
		}
		WANT("zmm", byte_and_zeroes(affine(c->step_zmm[0], (u8)b), 4 * 64) ^
			    byte_and_zeroes(affine(c->step_zmm[1], (u8)b), 0),
		     byte_and_zeroes((u8)b, 8 * 64));
		WANT("ymm", byte_and_zeroes(affine(c->step_ymm[0], (u8)b), 32) ^
			    byte_and_zeroes(affine(c->step_ymm[1], (u8)b), 0),
		     byte_and_zeroes((u8)b, 8 * 32));
	}
}

static void factors_are_powers_of_x(void)
{
	const struct nvmeq_crc_consts *c = &nvmeq_crc_consts;
	u32 i;

	/* x^(16 + 8 n) is the CRC of a byte 01h with n zeroes behind it. */
	for (i = 0; i < 32; i++) {
		WANT("lower word", c->mul_direct[i][0], byte_and_zeroes(1, 16 * (31 - i)));
		WANT("upper word", c->mul_direct[i][1], byte_and_zeroes(1, 16 * (31 - i) + 8));
	}
	WANT("xmm", c->mul_xmm[0], byte_and_zeroes(1, 128 - 2));
	WANT("xmm", c->mul_xmm[1], byte_and_zeroes(1, 128 + 8 - 2));
	WANT("ymm", c->mul_ymm[0], byte_and_zeroes(1, 256 - 2));
	WANT("ymm", c->mul_ymm[1], byte_and_zeroes(1, 256 + 8 - 2));
	WANT("L", c->mul_join[0], byte_and_zeroes(1, 0));
	WANT("H", c->mul_join[1], byte_and_zeroes(1, 1));
	WANT("G", c->barrett[1], 0x8bb7);
}

/* (x^64 + m) G has x^80 and nothing else from x^16 on. */
static void barrett_constant_is_the_quotient(void)
{
	__uint128_t m = (__uint128_t)1 << 64 | nvmeq_crc_consts.barrett[0], product = 0;
	int bit;

	for (bit = 0; bit <= 16; bit++)
		if (0x18bb7 >> bit & 1)
			product ^= m << bit;
	WANT("upper half", (u64)(product >> 64), 1 << 16);
	WANT("lower half", (u64)product >> 16, 0);
}

/* --- ranges --- */

static void every_length_agrees(void)
{
	struct rng r = test_rng();
	struct cage c = cage_make(LENGTHS);
	int tier;
	u32 len;

	for (len = 0; len <= LENGTHS && !test_misses(); len++) {
		u16 seed = one_in(&r, 3) ? 0 : (u16)rnd64(&r), want;
		u8 *last = c.first + c.bytes - len;

		fill(&r, last, len);
		want = nvmeq_crc_bitwise(seed, last, len);
		for (tier = 0; tier < NVMEQ_CRC_TIERS; tier++)
			if (crc_host_usable(tier))
				WANT(desc("%s, last %u bytes", nvmeq_crc_tier_name(tier), len),
				     nvmeq_crc_tier_range(tier, seed, last, len), want);
		memmove(c.first, last, len);
		for (tier = 0; tier < NVMEQ_CRC_TIERS; tier++)
			if (crc_host_usable(tier))
				WANT(desc("%s, first %u bytes", nvmeq_crc_tier_name(tier), len),
				     nvmeq_crc_tier_range(tier, seed, c.first, len), want);
	}
	cage_free(&c);
}

static void ranges_are_chained_by_the_seed(void)
{
	struct rng r = test_rng();
	u8 data[LENGTHS];
	u32 turn;
	int tier;

	fill(&r, data, sizeof(data));
	for (tier = 0; tier < NVMEQ_CRC_TIERS; tier++) {
		if (!crc_host_usable(tier))
			continue;
		for (turn = 0; turn < 500; turn++) {
			u32 len = rnd(&r, LENGTHS + 1), cut = rnd(&r, len + 1);
			u16 front = nvmeq_crc_tier_range(tier, 7, data, cut);

			WANT(desc("%s, %u of %u", nvmeq_crc_tier_name(tier), cut, len),
			     nvmeq_crc_tier_range(tier, front, data + cut, len - cut),
			     nvmeq_crc_bitwise(7, data, len));
		}
	}
}

/* --- runs of blocks --- */

static const u32 sizes[] = { 512, 1024, 1536, 2048, 4096, 8192, 1, 8, 520, 4104 };
static const u32 counts[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 63, 64, 65, 72, 130 };

struct rig {
	struct cage data, copy;
	u8 tuples[64 * 130 + 2 * 64];
	u16 want[130];
	struct nvmeq_crc_run run;
	struct nvmeq_dif dif;
};

/* A run at the end or at the start of the cage, its guards by the definition. */
static bool rig_set(struct rig *g, struct rng *r, u32 bytes, u32 blocks)
{
	static const u32 gaps[] = { 0, 8, 16, 64, 4 };
	static const u32 tuple_strides[] = { 8, 16, 64 };
	u32 stride = bytes + (one_in(r, 2) ? 0 : gaps[rnd(r, 5)]), i;
	size_t whole = (size_t)(blocks - 1) * stride + bytes, slack;

	if (whole > g->data.bytes)
		return false;
	slack = min_t(size_t, g->data.bytes - whole, rnd(r, 70));
	g->run = (struct nvmeq_crc_run) {
		.data = one_in(r, 2) ? g->data.first + slack :
				       g->data.first + g->data.bytes - whole - slack,
		.block_bytes = bytes, .data_stride = stride, .blocks = blocks,
		.tuples = g->tuples + 64, .tuple_stride = tuple_strides[rnd(r, 3)],
	};
	if (one_in(r, 4))	/* exactly at the forbidden page */
		g->run.data = g->data.first + (one_in(r, 2) ? 0 : g->data.bytes - whole);
	g->dif = (struct nvmeq_dif) {
		.type = (u8)rnd_in(r, 1, 3), .check = NVMEQ_DIF_CHECK_ALL,
		.app = (u16)rnd(r, 0xffff), .app_mask = 0xffff, .ref = (u32)rnd64(r),
	};
	fill(r, (u8 *)g->run.data, whole);
	for (i = 0; i < blocks; i++)
		g->want[i] = nvmeq_crc_bitwise(0, g->run.data + (size_t)i * stride, bytes);
	return true;
}

static void check_guards(struct rig *g, enum nvmeq_crc_tier tier, const char *d)
{
	u32 n = g->run.blocks, first = n > 2 ? n / 3 : 0, i;
	__be16 guards[130 + 8];

	memset(guards, CANARY, sizeof(guards));
	nvmeq_crc_tier_guards(tier, &g->run, 0, n, guards);
	for (i = 0; i < n; i++)
		WANT(d, be16_to_cpu(guards[i]), g->want[i]);
	for (; i < n + 8; i++)
		WANT(desc("%s, behind", d), guards[i], CANARY << 8 | CANARY);
	nvmeq_crc_tier_guards(tier, &g->run, first, n - first, guards);
	for (i = first; i < n; i++)
		WANT(desc("%s, later ones", d), be16_to_cpu(guards[i - first]), g->want[i]);
}

static void check_tuples(struct rig *g, struct rng *r, enum nvmeq_crc_tier tier, const char *d)
{
	static u8 want[sizeof(g->tuples)];
	u32 n = g->run.blocks, stride = g->run.tuple_stride, i, at = rnd(r, n);
	struct nvmeq_dif_error bad = { .block = ~0U };
	u8 *t = g->tuples + 64, *spoil;

	memset(want, CANARY, sizeof(want));
	memset(g->tuples, CANARY, sizeof(g->tuples));
	for (i = 0; i < n; i++) {
		__be16 guard = cpu_to_be16(g->want[i]);

		nvmeq_dif_generate(&g->dif, &guard, i, 1, want + 64 + (size_t)i * stride, stride);
	}
	nvmeq_crc_tier_generate(tier, &g->run, 0, n, &g->dif);
	WANT_MEM(d, g->tuples, want, sizeof(want));
	HOLDS(d, nvmeq_crc_tier_verify(tier, &g->run, 0, n, &g->dif, &bad));
	HOLDS(d, bad.block == ~0U);

	/* A guard that is wrong, then data that is wrong under it. */
	t[at * stride + rnd(r, 2)] ^= (u8)(1 << rnd(r, 8));
	HOLDS(d, !nvmeq_crc_tier_verify(tier, &g->run, 0, n, &g->dif, &bad));
	WANT(d, bad.block, at);
	WANT(d, bad.field, NVMEQ_DIF_GUARD);
	WANT(d, bad.expected, g->want[at]);
	WANT(d, bad.found, t[at * stride] << 8 | t[at * stride + 1]);
	memcpy(g->tuples, want, sizeof(want));
	at = rnd(r, n);
	spoil = (u8 *)g->run.data + (size_t)at * g->run.data_stride + rnd(r, g->run.block_bytes);
	*spoil ^= 0x40;
	HOLDS(d, !nvmeq_crc_tier_verify(tier, &g->run, 0, n, &g->dif, &bad));
	WANT(d, bad.block, at);
	WANT(d, bad.found, g->want[at]);
	*spoil ^= 0x40;
}

static void check_copy(struct rig *g, struct rng *r, enum nvmeq_crc_tier tier, const char *d)
{
	u32 n = g->run.blocks, bytes = g->run.block_bytes, i, k;
	u32 stride = bytes + (one_in(r, 2) ? 0 : 8);
	size_t whole = (size_t)(n - 1) * stride + bytes;
	__be16 guards[130];

	g->run.copy = g->copy.first + (one_in(r, 2) ? 0 : g->copy.bytes - whole);
	g->run.copy_stride = stride;
	memset(g->copy.first, CANARY, g->copy.bytes);
	nvmeq_crc_tier_guards(tier, &g->run, 0, n, guards);
	for (i = 0; i < n; i++) {
		WANT(d, be16_to_cpu(guards[i]), g->want[i]);
		WANT_MEM(d, g->run.copy + (size_t)i * stride,
			 g->run.data + (size_t)i * g->run.data_stride, bytes);
		for (k = bytes; k < stride && i + 1 < n; k++)
			WANT(desc("%s, between", d), g->run.copy[(size_t)i * stride + k], CANARY);
	}
	if (g->run.copy > g->copy.first)
		WANT(desc("%s, before", d), g->run.copy[-1], CANARY);
	if (g->run.copy + whole < g->copy.first + g->copy.bytes)
		WANT(desc("%s, behind", d), g->run.copy[whole], CANARY);
	g->run.copy = NULL;
}

static void runs_of_every_size_and_count(void)
{
	static struct rig g;
	struct rng r = test_rng();
	u32 i, k, turn;
	int tier;

	g.data = cage_make(300 << 10);
	g.copy = cage_make(300 << 10);
	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		for (k = 0; k < ARRAY_SIZE(counts) && !test_misses(); k++)
			for (turn = 0; turn < 2; turn++) {
				if (!rig_set(&g, &r, sizes[i], counts[k]))
					continue;
				for (tier = 0; tier < NVMEQ_CRC_TIERS; tier++) {
					const char *d = desc("%s, %u of %u bytes",
							     nvmeq_crc_tier_name(tier), counts[k],
							     sizes[i]);

					if (!crc_host_usable(tier))
						continue;
					check_guards(&g, tier, d);
					check_copy(&g, &r, tier, d);
					check_tuples(&g, &r, tier, d);
				}
			}
	cage_free(&g.data);
	cage_free(&g.copy);
}

static void blocks_at_every_alignment(void)
{
	static u8 room[8 * 1024 + 64];
	struct rng r = test_rng();
	__be16 guards[8];
	u32 at, i;
	int tier;

	fill(&r, room, sizeof(room));
	for (tier = 0; tier < NVMEQ_CRC_TIERS; tier++) {
		for (at = 0; at < 64 && crc_host_usable(tier); at++) {
			struct nvmeq_crc_run run = {
				.data = room + at, .block_bytes = 1024, .data_stride = 1024,
				.blocks = 8,
			};

			nvmeq_crc_tier_guards(tier, &run, 0, 8, guards);
			for (i = 0; i < 8; i++)
				WANT(desc("%s at %u", nvmeq_crc_tier_name(tier), at),
				     be16_to_cpu(guards[i]),
				     nvmeq_crc_bitwise(0, room + at + 1024 * i, 1024));
		}
	}
}

/* --- the check at load --- */

static void the_check_passes_what_is_right(void)
{
	u8 *work = guard_alloc(NVMEQ_CRC_CHECK_BYTES);
	int tier;

	for (tier = 0; tier < NVMEQ_CRC_TIERS; tier++)
		if (crc_host_usable(tier))
			HOLDS(nvmeq_crc_tier_name(tier), nvmeq_crc_tier_check(tier, work));
	guard_free(work);
}

/* A bit of any constant that a tier uses, and the check says no. */
static void the_check_finds_a_spoilt_constant(void)
{
	static const struct {
		enum nvmeq_crc_tier tier;
		const char *desc;
		size_t from, bytes;
	} rows[] = {
#define ROW(tier, member) { NVMEQ_CRC_##tier, #tier " " #member, \
			    offsetof(struct nvmeq_crc_consts, member), \
			    sizeof(nvmeq_crc_consts.member) }
/* Not its last byte: what is multiplied by that hardly ever reaches x^64. */
#define BARRETT(tier) { NVMEQ_CRC_##tier, #tier " barrett", \
			offsetof(struct nvmeq_crc_consts, barrett) + 1, 7 }
		ROW(GFNI_AVX512, direct_hi), ROW(GFNI_AVX512, direct_lo), ROW(GFNI_AVX512, finish),
		ROW(GFNI_AVX512, gather), ROW(GFNI_AVX512, step_zmm), ROW(GFNI_AVX512, weave),
		ROW(GFNI_AVX2, finish), ROW(GFNI_AVX2, step_ymm), ROW(GFNI_AVX2, mul_join),
		BARRETT(GFNI_AVX2), ROW(GFNI_AVX2, reverse), ROW(VPCLMUL, mul_direct),
		ROW(VPCLMUL, mul_ymm), ROW(VPCLMUL, reverse), ROW(PCLMUL, mul_xmm),
		BARRETT(PCLMUL), ROW(PCLMUL, reverse),
	};
	u8 *work = guard_alloc(NVMEQ_CRC_CHECK_BYTES);
	struct rng r = test_rng();
	u32 i, turn;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		for (turn = 0; turn < 10 && crc_host_usable(rows[i].tier); turn++) {
			u8 *at = (u8 *)&nvmeq_crc_consts + rows[i].from + rnd(&r, rows[i].bytes);
			u8 bit = (u8)(1 << rnd(&r, 4));

			*at ^= bit;
			HOLDS(desc("%s, byte %zu", rows[i].desc,
				   (size_t)(at - (u8 *)&nvmeq_crc_consts) - rows[i].from),
			      !nvmeq_crc_tier_check(rows[i].tier, work));
			*at ^= bit;
		}
	}
	guard_free(work);
}

static void a_machine_without_assembly_has_the_scalar_tier(void)
{
	int tier;

	for (tier = 0; tier < NVMEQ_CRC_TIERS; tier++)
		WANT(nvmeq_crc_tier_name(tier), no_assembly_built(tier), tier == NVMEQ_CRC_SCALAR);
	WANT("range", no_assembly_range(NVMEQ_CRC_SCALAR, 0, "123456789", 9), 0xd0db);
}

static const struct CMUnitTest tests[] = {
	TEST(matrices_do_what_they_are_for),
	TEST(factors_are_powers_of_x),
	TEST(barrett_constant_is_the_quotient),
	TEST(every_length_agrees),
	TEST(ranges_are_chained_by_the_seed),
	TEST(runs_of_every_size_and_count),
	TEST(blocks_at_every_alignment),
	TEST(the_check_passes_what_is_right),
	TEST(the_check_finds_a_spoilt_constant),
	TEST(a_machine_without_assembly_has_the_scalar_tier),
};

int main(void)
{
	int tier;

	test_begin();
	nvmeq_crc_consts_init(&nvmeq_crc_consts);
	for (tier = 0; tier < NVMEQ_CRC_TIERS; tier++)
		printf("# %s: %s\n", nvmeq_crc_tier_name(tier),
		       crc_host_usable(tier) ? "tested" : "not on this machine");
	return cmocka_run_group_tests_name("crc_tier", tests, NULL, NULL);
}
