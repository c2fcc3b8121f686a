// SPDX-License-Identifier: GPL-2.0-only
/*
 * buf.c - bounded writer of big-endian data
 *
 * Every byte goes through one function, which is the only one that knows where
 * the memory ends. A writer that is full goes on counting: callers put whole
 * pages and never ask how much the other side wants of them. The count stops
 * at 2^32 - 1 instead of starting again.
 */
#include <nvmeq/buf.h>

void nvmeq_buf_init(struct nvmeq_buf *b, void *p, u32 room)
{
	*b = (struct nvmeq_buf) { .p = p, .room = room };
}

void nvmeq_buf_put_u8(struct nvmeq_buf *b, u8 v)
{
	if (b->len < b->room)
		b->p[b->len] = v;
	if (b->len != ~0U)
		b->len++;
}

static void buf_put_be(struct nvmeq_buf *b, u64 v, unsigned int bytes)
{
	while (bytes--)
		nvmeq_buf_put_u8(b, (u8)(v >> (8 * bytes)));
}

void nvmeq_buf_put_be16(struct nvmeq_buf *b, u16 v)
{
	buf_put_be(b, v, 2);
}

void nvmeq_buf_put_be24(struct nvmeq_buf *b, u32 v)
{
	buf_put_be(b, v, 3);
}

void nvmeq_buf_put_be32(struct nvmeq_buf *b, u32 v)
{
	buf_put_be(b, v, 4);
}

void nvmeq_buf_put_be64(struct nvmeq_buf *b, u64 v)
{
	buf_put_be(b, v, 8);
}

void nvmeq_buf_put_zeroes(struct nvmeq_buf *b, u32 n)
{
	while (n--)
		nvmeq_buf_put_u8(b, 0);
}

void nvmeq_buf_put_bytes(struct nvmeq_buf *b, const void *data, u32 n)
{
	const u8 *p = data;

	while (n--)
		nvmeq_buf_put_u8(b, *p++);
}

void nvmeq_buf_put_text(struct nvmeq_buf *b, const char *s, u32 width)
{
	while (width--) {
		char c = *s ? *s++ : ' ';

		nvmeq_buf_put_u8(b, c >= 0x20 && c <= 0x7e ? (u8)c : ' ');
	}
}

void nvmeq_buf_put_hex(struct nvmeq_buf *b, u64 v, u32 digits, bool upper)
{
	const char *set = upper ? "0123456789ABCDEF" : "0123456789abcdef";

	while (digits--)
		nvmeq_buf_put_u8(b, (u8)set[digits < 16 ? v >> (4 * digits) & 0xf : 0]);
}

void nvmeq_buf_align(struct nvmeq_buf *b, u32 unit)
{
	while (b->len % unit && b->len != ~0U)
		nvmeq_buf_put_u8(b, 0);
}

static void buf_set_be(struct nvmeq_buf *b, u32 at, u32 v, unsigned int bytes)
{
	u32 stored = nvmeq_buf_stored(b);
	unsigned int i;

	for (i = 0; i < bytes; i++)
		if (at < stored && i < stored - at)
			b->p[at + i] = (u8)(v >> (8 * (bytes - 1 - i)));
}

void nvmeq_buf_set_u8(struct nvmeq_buf *b, u32 at, u8 v)
{
	buf_set_be(b, at, v, 1);
}

void nvmeq_buf_set_be16(struct nvmeq_buf *b, u32 at, u16 v)
{
	buf_set_be(b, at, v, 2);
}

void nvmeq_buf_set_be32(struct nvmeq_buf *b, u32 at, u32 v)
{
	buf_set_be(b, at, v, 4);
}
