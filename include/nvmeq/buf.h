/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * buf.h - bounded writer of big-endian data, and readers of it
 *
 * What is written counts whether or not there is room for it: the length
 * fields of SCSI data describe the untruncated data, only the copy is cut.
 */
#ifndef NVMEQ_BUF_H
#define NVMEQ_BUF_H

#include <nvmeq/base.h>

/**
 * struct nvmeq_buf - the cursor
 * @p: memory, lent
 * @room: bytes of it; nothing is written behind them
 * @len: bytes put so far, may exceed @room
 */
struct nvmeq_buf {
	u8 *p;
	u32 room;
	u32 len;
};

void nvmeq_buf_init(struct nvmeq_buf *b, void *p, u32 room);
void nvmeq_buf_put_u8(struct nvmeq_buf *b, u8 v);
void nvmeq_buf_put_be16(struct nvmeq_buf *b, u16 v);
void nvmeq_buf_put_be24(struct nvmeq_buf *b, u32 v);
void nvmeq_buf_put_be32(struct nvmeq_buf *b, u32 v);
void nvmeq_buf_put_be64(struct nvmeq_buf *b, u64 v);
void nvmeq_buf_put_zeroes(struct nvmeq_buf *b, u32 n);
void nvmeq_buf_put_bytes(struct nvmeq_buf *b, const void *data, u32 n);
/* @width characters of @s, padded with spaces; what is not printable ASCII becomes a space. */
void nvmeq_buf_put_text(struct nvmeq_buf *b, const char *s, u32 width);
/* @digits hexadecimal digits of @v, upper case or lower case. */
void nvmeq_buf_put_hex(struct nvmeq_buf *b, u64 v, u32 digits, bool upper);
/* Zeroes until @len is a multiple of @unit. */
void nvmeq_buf_align(struct nvmeq_buf *b, u32 unit);

/* Overwrite what was put before, at @at; for lengths that are known later. */
void nvmeq_buf_set_u8(struct nvmeq_buf *b, u32 at, u8 v);
void nvmeq_buf_set_be16(struct nvmeq_buf *b, u32 at, u16 v);
void nvmeq_buf_set_be32(struct nvmeq_buf *b, u32 at, u32 v);

/* Bytes that are really there. */
static inline u32 nvmeq_buf_stored(const struct nvmeq_buf *b)
{
	return min_t(u32, b->len, b->room);
}

static inline u16 nvmeq_get_be16(const u8 *p)
{
	return (u16)(p[0] << 8 | p[1]);
}

static inline u32 nvmeq_get_be24(const u8 *p)
{
	return (u32)p[0] << 16 | nvmeq_get_be16(p + 1);
}

static inline u32 nvmeq_get_be32(const u8 *p)
{
	return (u32)nvmeq_get_be16(p) << 16 | nvmeq_get_be16(p + 2);
}

static inline u64 nvmeq_get_be64(const u8 *p)
{
	return (u64)nvmeq_get_be32(p) << 32 | nvmeq_get_be32(p + 4);
}

#endif /* NVMEQ_BUF_H */
