// SPDX-License-Identifier: GPL-2.0-only
/*
 * buf_test.c - the bounded writer: every room against a buffer that has
 * enough, and the readers
 */
#include <nvmeq/buf.h>

#include "support/test.h"

/* One of each call; 43 bytes in all. */
static void put_everything(struct nvmeq_buf *b)
{
	nvmeq_buf_put_u8(b, 0x01);
	nvmeq_buf_put_be16(b, 0x0203);
	nvmeq_buf_put_be24(b, 0xff040506);
	nvmeq_buf_put_be32(b, 0x0708090a);
	nvmeq_buf_put_be64(b, 0x0b0c0d0e0f101112ULL);
	nvmeq_buf_put_bytes(b, "\x13\x14", 2);
	nvmeq_buf_put_zeroes(b, 2);
	nvmeq_buf_put_text(b, "NVMe", 6);
	nvmeq_buf_put_hex(b, 0xbeef, 5, true);
	nvmeq_buf_put_hex(b, 0xbeef, 3, false);
	nvmeq_buf_align(b, 4);
	nvmeq_buf_put_u8(b, 0x7f);
	nvmeq_buf_align(b, 1);
	nvmeq_buf_align(b, 43);
}

static const u8 everything[43] = {
	0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f,
	0x10, 0x11, 0x12, 0x13, 0x14, 0, 0, 'N', 'V', 'M', 'e', ' ', ' ', '0', 'B', 'E', 'E', 'F',
	'e', 'e', 'f', 0x7f,
};

static void numbers_are_big_endian(void)
{
	struct nvmeq_buf b;
	u8 room[64];

	nvmeq_buf_init(&b, room, sizeof(room));
	WANT("fresh", b.len, 0);
	WANT("fresh", nvmeq_buf_stored(&b), 0);
	put_everything(&b);
	WANT("all", b.len, sizeof(everything));
	WANT_MEM("all", room, everything, sizeof(everything));
}

/* What is behind the room stays; the length is that of the whole. */
static void any_room_holds_the_front_of_it(void)
{
	u32 room;

	for (room = 0; room <= 50; room++) {
		u8 *p = guard_alloc(room);
		const char *text = desc("room for %u", room);
		struct nvmeq_buf b;

		nvmeq_buf_init(&b, p, room);
		put_everything(&b);
		WANT(text, b.len, 43);
		WANT(text, nvmeq_buf_stored(&b), room < 43 ? room : 43);
		WANT_MEM(text, p, everything, room < 43 ? room : 43);
		if (room == 50)
			WANT(text, p[43], 0xa5);
		guard_free(p);
	}
}

static void no_room_needs_no_memory(void)
{
	struct nvmeq_buf b;

	nvmeq_buf_init(&b, NULL, 0);
	put_everything(&b);
	nvmeq_buf_set_be32(&b, 0, 0xffffffff);
	WANT("counted all the same", b.len, 43);
	WANT("nothing is there", nvmeq_buf_stored(&b), 0);
}

/* A count that started again would make a long page look short. */
static void the_count_stops_at_its_end(void)
{
	struct nvmeq_buf b;
	u8 one = 0;

	nvmeq_buf_init(&b, &one, 1);
	nvmeq_buf_put_u8(&b, 9);
	b.len = 0xfffffffd;
	nvmeq_buf_put_be32(&b, 0);
	WANT("at the end", b.len, 0xffffffff);
	nvmeq_buf_put_u8(&b, 1);
	nvmeq_buf_align(&b, 4);
	WANT("it stays", b.len, 0xffffffff);
	WANT("and wrote nothing", one, 9);
	WANT("stored", nvmeq_buf_stored(&b), 1);
}

static void text_is_padded_and_printable(void)
{
	static const struct {
		const char *desc, *text;
		u32 width;
		const char *want;
	} row[] = {
		{ "as long as it is", "abc", 3, "abc" },
		{ "padded", "abc", 5, "abc  " },
		{ "cut", "abcdef", 4, "abcd" },
		{ "empty", "", 3, "   " },
		{ "no width", "abc", 0, "" },
		{ "control and high bytes", "a\x1b\n\x7f\xc3z", 6, "a    z" },
		{ "edges of what can be printed", " ~", 2, " ~" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_buf b;
		u8 out[16];

		nvmeq_buf_init(&b, out, sizeof(out));
		nvmeq_buf_put_text(&b, row[i].text, row[i].width);
		WANT(row[i].desc, b.len, row[i].width);
		WANT_MEM(row[i].desc, out, row[i].want, row[i].width);
	}
}

static void hex_has_the_digits_that_were_asked_for(void)
{
	static const struct {
		u64 v;
		u32 digits;
		bool upper;
		const char *want;
	} row[] = {
		{ 0, 1, true, "0" }, { 0xa, 1, true, "A" }, { 0xa, 1, false, "a" },
		{ 0x1234, 4, true, "1234" }, { 0x1234, 2, true, "34" },
		{ 0xfedcba9876543210ULL, 16, true, "FEDCBA9876543210" },
		{ 0xfedcba9876543210ULL, 16, false, "fedcba9876543210" },
		{ ~0ULL, 18, true, "00FFFFFFFFFFFFFFFF" }, { ~0ULL, 0, true, "" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_buf b;
		u8 out[32];

		nvmeq_buf_init(&b, out, sizeof(out));
		nvmeq_buf_put_hex(&b, row[i].v, row[i].digits, row[i].upper);
		WANT(row[i].want, b.len, row[i].digits);
		WANT_MEM(row[i].want, out, row[i].want, row[i].digits);
	}
}

/* Setting reaches what was put and is there, and not one byte more. */
static void setting_stays_within_what_was_put(void)
{
	u32 room, len, at;

	for (room = 0; room <= 8; room++)
		for (len = 0; len <= 8; len++)
			for (at = 0; at <= 9; at++) {
				const char *text = desc("room %u, %u put, at %u", room, len, at);
				u8 *p = guard_alloc(room), want[8];
				u32 there = len < room ? len : room, k;
				struct nvmeq_buf b;

				nvmeq_buf_init(&b, p, room);
				nvmeq_buf_put_zeroes(&b, len);
				memcpy(want, p, room);
				for (k = 0; k < 4; k++)
					if (at + k < there)
						want[at + k] = (u8)(0x11 * (k + 1));
				nvmeq_buf_set_be32(&b, at, 0x11223344);
				WANT_MEM(text, p, want, room);
				if (at < there)
					want[at] = 0x55;
				if (at + 1 < there)
					want[at + 1] = 0x66;
				nvmeq_buf_set_be16(&b, at, 0x5566);
				WANT_MEM(text, p, want, room);
				if (at < there)
					want[at] = 0x77;
				nvmeq_buf_set_u8(&b, at, 0x77);
				WANT_MEM(text, p, want, room);
				WANT(text, b.len, len);
				guard_free(p);
			}
}

static void setting_far_behind_the_end_does_nothing(void)
{
	struct nvmeq_buf b;
	u8 out[4] = { 0 };

	nvmeq_buf_init(&b, out, 4);
	nvmeq_buf_put_be32(&b, 0);
	nvmeq_buf_set_be32(&b, 0xffffffff, ~0u);
	nvmeq_buf_set_be32(&b, 0xfffffffe, ~0u);
	nvmeq_buf_set_u8(&b, 4, 0xff);
	WANT("untouched", out[0] | out[1] | out[2] | out[3], 0);
}

static void readers_read_what_writers_write(void)
{
	struct rng r = test_rng();
	unsigned int i;

	for (i = 0; i < 1000; i++) {
		u64 v = rnd64(&r);
		u8 *p = guard_alloc(17);
		struct nvmeq_buf b;

		nvmeq_buf_init(&b, p, 17);
		nvmeq_buf_put_be16(&b, (u16)v);
		nvmeq_buf_put_be24(&b, (u32)v);
		nvmeq_buf_put_be32(&b, (u32)v);
		nvmeq_buf_put_be64(&b, v);
		WANT("16", nvmeq_get_be16(p), v & 0xffff);
		WANT("24", nvmeq_get_be24(p + 2), v & 0xffffff);
		WANT("32", nvmeq_get_be32(p + 5), v & 0xffffffff);
		WANT("64", nvmeq_get_be64(p + 9), v);
		guard_free(p);
	}
	WANT("high bits do not leak", nvmeq_get_be32((const u8 *)"\xff\x00\x00\x00"), 0xff000000);
	WANT("nor into 64", nvmeq_get_be64((const u8 *)"\0\0\0\0\xff\0\0\0"), 0xff000000);
}

static const struct CMUnitTest tests[] = {
	TEST(numbers_are_big_endian),
	TEST(any_room_holds_the_front_of_it),
	TEST(no_room_needs_no_memory),
	TEST(the_count_stops_at_its_end),
	TEST(text_is_padded_and_printable),
	TEST(hex_has_the_digits_that_were_asked_for),
	TEST(setting_stays_within_what_was_put),
	TEST(setting_far_behind_the_end_does_nothing),
	TEST(readers_read_what_writers_write),
};

TEST_MAIN("buf", tests)
