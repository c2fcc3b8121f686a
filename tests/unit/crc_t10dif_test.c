// SPDX-License-Identifier: GPL-2.0-only
/*
 * crc_t10dif_test.c - the guard CRC in integer registers, against its definition,
 * and the definition against a long division and published values
 */
#include <nvmeq/crc.h>

#include "support/test.h"

#define LENGTHS	4200

/* The remainder of the division by G, as on paper: 16 zero bits appended. */
static u16 divide(const u8 *data, size_t len)
{
	u32 rest = 0;
	size_t bit;

	for (bit = 0; bit < 8 * len + 16; bit++) {
		u32 next = bit < 8 * len ? data[bit / 8] >> (7 - bit % 8) & 1 : 0;

		rest = rest << 1 | next;
		if (rest & 0x10000)
			rest ^= 0x18bb7;
	}
	return (u16)rest;
}

static void published_values(void)
{
	/* The check value of the CRC catalogue, and blocks of one repeated byte. */
	static const struct {
		const char *desc;
		u8 byte;
		u16 want;
	} rows[] = {
		{ "32 x 00", 0x00, 0x0000 },
		{ "32 x ff", 0xff, 0xa293 },
	};
	u8 block[32];
	u32 i;

	WANT("123456789", nvmeq_crc_bitwise(0, "123456789", 9), 0xd0db);
	WANT("123456789", nvmeq_crc_scalar(0, "123456789", 9), 0xd0db);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		memset(block, rows[i].byte, sizeof(block));
		WANT(rows[i].desc, nvmeq_crc_bitwise(0, block, sizeof(block)), rows[i].want);
		WANT(rows[i].desc, nvmeq_crc_scalar(0, block, sizeof(block)), rows[i].want);
	}
}

static void definition_is_the_remainder_of_a_division(void)
{
	struct rng r = test_rng();
	u8 data[300];
	u32 len;

	for (len = 0; len <= sizeof(data); len++) {
		rnd_bytes(&r, data, len);
		WANT(desc("%u bytes", len), nvmeq_crc_bitwise(0, data, len), divide(data, len));
	}
}

static void every_length_agrees_with_the_definition(void)
{
	struct rng r = test_rng();
	u32 len;

	for (len = 0; len <= LENGTHS && !test_misses(); len++) {
		u16 seed = one_in(&r, 2) ? 0 : (u16)rnd64(&r);
		u8 *p = guard_alloc(len);

		rnd_bytes(&r, p, len);
		WANT(desc("%u bytes behind %04x", len, seed), nvmeq_crc_scalar(seed, p, len),
		     nvmeq_crc_bitwise(seed, p, len));
		guard_free(p);
	}
}

/* Long ranges take several turns of the same loop; odd starts are loaded as well. */
static void long_ranges_at_any_alignment(void)
{
	static const u32 bytes[] = { 8192, 12288 + 511, 65536, 65536 + 1 };
	struct rng r = test_rng();
	u32 i, at;

	for (i = 0; i < ARRAY_SIZE(bytes); i++) {
		for (at = 0; at < 9; at++) {
			u8 *p = guard_alloc(bytes[i] + at);

			rnd_bytes(&r, p, bytes[i] + at);
			WANT(desc("%u at %u", bytes[i], at),
			     nvmeq_crc_scalar(0xbeef, p + at, bytes[i]),
			     nvmeq_crc_bitwise(0xbeef, p + at, bytes[i]));
			guard_free(p);
		}
	}
}

/* A rule that lost a word would be blind to it. */
static void every_bit_of_a_block_counts(void)
{
	static u8 block[4096];
	u32 bit;

	for (bit = 0; bit < 8 * sizeof(block) && !test_misses(); bit += 3) {
		block[bit / 8] ^= (u8)(1 << bit % 8);
		WANT(desc("bit %u", bit), nvmeq_crc_scalar(0, block, sizeof(block)),
		     nvmeq_crc_bitwise(0, block + bit / 8, sizeof(block) - bit / 8));
		block[bit / 8] = 0;
	}
}

static void pieces_are_chained_by_the_seed(void)
{
	struct rng r = test_rng();
	u8 data[1600];
	u32 cut;

	rnd_bytes(&r, data, sizeof(data));
	for (cut = 0; cut <= sizeof(data); cut++) {
		u16 front = nvmeq_crc_scalar(0x1234, data, cut);

		WANT(desc("cut at %u", cut),
		     nvmeq_crc_scalar(front, data + cut, sizeof(data) - cut),
		     nvmeq_crc_bitwise(0x1234, data, sizeof(data)));
	}
}

static void zeroes_are_appended_without_looking_at_them(void)
{
	static const u8 zeroes[5000];
	struct rng r = test_rng();
	u32 len;

	for (len = 0; len <= sizeof(zeroes); len++) {
		u16 crc = (u16)rnd64(&r);

		WANT(desc("%u zeroes", len), nvmeq_crc_append_zeroes(crc, len),
		     nvmeq_crc_scalar(crc, zeroes, len));
	}
	/* x has order 65535, and 8 has no factor in common with that. */
	WANT("once around", nvmeq_crc_append_zeroes(0x8001, 65535), 0x8001);
	WANT("far", nvmeq_crc_append_zeroes(0x8001, 65535ULL * 65536 * 65536 + 7),
	     nvmeq_crc_append_zeroes(0x8001, 7));
}

static void tiers_have_names(void)
{
	int i;

	WANT_STR("first word", nvmeq_crc_words[0], "auto");
	for (i = 0; i < NVMEQ_CRC_TIERS; i++)
		WANT_STR("tier", nvmeq_crc_tier_name(i), nvmeq_crc_words[i + 1]);
	HOLDS("end", !nvmeq_crc_words[NVMEQ_CRC_TIERS + 1]);
	WANT_STR("none", nvmeq_crc_tier_name(NVMEQ_CRC_TIERS), "?");
	WANT_STR("none", nvmeq_crc_tier_name(-1), "?");
}

static const struct CMUnitTest tests[] = {
	TEST(published_values),
	TEST(definition_is_the_remainder_of_a_division),
	TEST(every_length_agrees_with_the_definition),
	TEST(long_ranges_at_any_alignment),
	TEST(every_bit_of_a_block_counts),
	TEST(pieces_are_chained_by_the_seed),
	TEST(zeroes_are_appended_without_looking_at_them),
	TEST(tiers_have_names),
};

TEST_MAIN("crc_t10dif", tests)
