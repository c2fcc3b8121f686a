// SPDX-License-Identifier: GPL-2.0-only
/*
 * host_id_test.c - UUIDs by hand: text to bytes, what is none, the short form
 */
#include <nvmeq/host_id.h>

#include "support/test.h"

#define GOOD	"0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"

static const u8 good[NVMEQ_HOST_ID_BYTES] = {
	0x0f, 0x1e, 0x2d, 0x3c, 0x4b, 0x5a, 0x69, 0x78,
	0x87, 0x96, 0xa5, 0xb4, 0xc3, 0xd2, 0xe1, 0xf0,
};

static void text_becomes_bytes_in_its_order(void)
{
	static const char *const same[] = {
		GOOD, GOOD "\n", "0F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(same); i++) {
		u8 id[NVMEQ_HOST_ID_BYTES] = { 0 };

		WANT(same[i], nvmeq_host_id_parse(same[i], id), 0);
		HOLDS(same[i], !memcmp(id, good, sizeof(id)));
	}
}

static void what_is_no_uuid_is_refused(void)
{
	static const char *const no[] = {
		"", "\n", "0", "none", GOOD "0", GOOD " ", GOOD "\n\n", " " GOOD, "{" GOOD "}",
		"0f1e2d3c4b5a69788796a5b4c3d2e1f0", "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f",
		"0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1fg", "0f1e2d3c_4b5a_6978_8796_a5b4c3d2e1f0",
		"0f1e2d3-c4b5a-6978-8796-a5b4c3d2e1f0", "00000000-0000-0000-0000-000000000000",
		"ffffffff-ffff-ffff-ffff-ffffffffffff", "11111111-1111-1111-1111-111111111111",
		"03000200-0400-0500-0006-000700080009",
	};
	u8 id[NVMEQ_HOST_ID_BYTES], was[NVMEQ_HOST_ID_BYTES];
	unsigned int i;

	memset(was, 0xa5, sizeof(was));
	for (i = 0; i < ARRAY_SIZE(no); i++) {
		size_t size = strlen(no[i]) + 1;
		char *text = guard_alloc(size);

		memcpy(text, no[i], size);
		memcpy(id, was, sizeof(id));
		WANT(no[i], nvmeq_host_id_parse(text, id), -EINVAL);
		HOLDS(no[i], !memcmp(id, was, sizeof(id)));
		guard_free(text);
	}
	WANT("NULL", nvmeq_host_id_parse(NULL, id), -EINVAL);
}

static void the_short_form_has_both_halves_in_it(void)
{
	u8 twice[NVMEQ_HOST_ID_BYTES], to[NVMEQ_HOST_ID_SHORT_BYTES], other[sizeof(to)];
	unsigned int i, bit;

	nvmeq_host_id_shorten(good, to);
	for (i = 0; i < sizeof(to); i++)
		WANT(desc("byte %u", i), to[i], good[i] ^ good[i + 8]);
	for (bit = 0; bit < 128; bit++) {
		memcpy(twice, good, sizeof(twice));
		twice[bit / 8] ^= (u8)(1U << bit % 8);
		nvmeq_host_id_shorten(twice, other);
		HOLDS(desc("bit %u", bit), memcmp(to, other, sizeof(to)));
	}
	memcpy(twice + 8, good, 8);
	memcpy(twice, good, 8);
	nvmeq_host_id_shorten(twice, to);
	for (i = 0, bit = 0; i < sizeof(to); i++)
		bit |= to[i];
	HOLDS("never nobody", bit);
}

static const struct CMUnitTest tests[] = {
	TEST(text_becomes_bytes_in_its_order),
	TEST(what_is_no_uuid_is_refused),
	TEST(the_short_form_has_both_halves_in_it),
};

TEST_MAIN("host_id", tests)
