// SPDX-License-Identifier: GPL-2.0-only
/*
 * crc64_test.c - the guard of 64 bits: published values, and its definition a bit at a time
 */
#include <nvmeq/crc64.h>

#include "support/test.h"

/* AD93D23594C93659h, a bit of data at a time, all registers the right way round. */
static u64 by_definition(u64 crc, const u8 *p, size_t len)
{
	u64 r = 0, out = 0;
	int bit;

	for (bit = 0; bit < 64; bit++)
		r |= (~crc >> bit & 1) << (63 - bit);
	while (len--) {
		for (bit = 0; bit < 8; bit++) {
			bool carry = (r >> 63) ^ (*p >> bit & 1);

			r = r << 1 ^ (carry ? 0xad93d23594c93659ULL : 0);
		}
		p++;
	}
	for (bit = 0; bit < 64; bit++)
		out |= (r >> bit & 1) << (63 - bit);
	return ~out;
}

/* NVM Command Set 1.0c, Figure 121, and the usual nine digits. */
static void published_values(void)
{
	u8 data[4096];
	u32 i;

	memset(data, 0, sizeof(data));
	WANT("zeroes", nvmeq_crc64(0, data, sizeof(data)), 0x6482d367eb22b64eULL);
	memset(data, 0xff, sizeof(data));
	WANT("ones", nvmeq_crc64(0, data, sizeof(data)), 0xc0ddba7302eca3acULL);
	for (i = 0; i < sizeof(data); i++)
		data[i] = (u8)i;
	WANT("counting", nvmeq_crc64(0, data, sizeof(data)), 0x3e729f5f6750449cULL);
	for (i = 0; i < sizeof(data); i++)
		data[i] = (u8)(0xff - i);
	WANT("counting down", nvmeq_crc64(0, data, sizeof(data)), 0x9a2df64b8e9e517eULL);
	WANT("digits", nvmeq_crc64(0, "123456789", 9), 0xae8b14860a799888ULL);
	WANT("nothing", nvmeq_crc64(0, "", 0), 0);
}

static void all_lengths_places_and_seeds(void)
{
	struct rng r = test_rng();
	u32 len, at;

	for (len = 0; len < 600 && test_misses() < 5; len++) {
		u64 seed = len % 3 ? rnd64(&r) : 0;
		u8 *data;

		at = rnd(&r, 9);
		data = guard_alloc(len + at);
		rnd_bytes(&r, data, len + at);
		WANT(desc("%u bytes at %u", len, at), nvmeq_crc64(seed, data + at, len),
		     by_definition(seed, data + at, len));
		guard_free(data);
	}
}

static void a_range_may_be_cut_anywhere(void)
{
	struct rng r = test_rng();
	u8 data[97];
	u32 cut;

	rnd_bytes(&r, data, sizeof(data));
	for (cut = 0; cut <= sizeof(data); cut++)
		WANT(desc("cut at %u", cut),
		     nvmeq_crc64(nvmeq_crc64(0, data, cut), data + cut, sizeof(data) - cut),
		     nvmeq_crc64(0, data, sizeof(data)));
}

static const struct CMUnitTest tests[] = {
	TEST(published_values),
	TEST(all_lengths_places_and_seeds),
	TEST(a_range_may_be_cut_anywhere),
};

TEST_MAIN("crc64", tests)
