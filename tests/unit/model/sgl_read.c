// SPDX-License-Identifier: GPL-2.0-only
/* sgl_read.c - see sgl_read.h */
#include "sgl_read.h"

static bool wrong(struct sgl_seen *seen, const char *why)
{
	seen->wrong = why;
	return false;
}

static bool data_block(const u8 *d, struct sgl_seen *seen)
{
	u32 len = nvmeq_get_le32(d + 8);

	if (!len)
		return wrong(seen, "empty data block");
	seen->blocks++;
	if (!spans_add(&seen->spans, nvmeq_get_le64(d), len))
		return wrong(seen, "too many ranges for this model");
	return true;
}

static bool reserved(const u8 *d)
{
	return d[12] || d[13] || d[14];
}

/*
 * A segment is a queue of descriptors. Only its last one may point to another
 * segment, and in a segment announced as the last one not even that.
 */
static bool read_segment(struct bus *bus, u64 addr, u32 len, bool last, struct sgl_seen *seen)
{
	u32 i, n = len / 16;
	u8 d[16];

	if (!len || len % 16)
		return wrong(seen, "segment length is not a multiple of 16");
	if (addr % 16)
		return wrong(seen, "segment is not aligned");
	if (++seen->segments > 64)
		return wrong(seen, "segments without end");
	for (i = 0; i < n; i++) {
		if (!bus_read(bus, addr + 16 * i, d, 16))
			return wrong(seen, "descriptor outside the lent memory");
		if (reserved(d))
			return wrong(seen, "reserved bytes are not 0");
		switch (d[15]) {
		case 0x00:
			if (!data_block(d, seen))
				return false;
			break;
		case 0x20:
		case 0x30:
			if (last)
				return wrong(seen, "segment pointer in the last segment");
			if (i != n - 1)
				return wrong(seen, "segment pointer before the end");
			return read_segment(bus, nvmeq_get_le64(d), nvmeq_get_le32(d + 8),
					    d[15] == 0x30, seen);
		default:
			return wrong(seen, "descriptor type not expected here");
		}
	}
	return last ? true : wrong(seen, "segment ends without a pointer");
}

bool sgl_read(struct bus *bus, const void *sgl1, u64 bytes, struct sgl_seen *seen)
{
	const u8 *d = sgl1;
	bool ok;

	spans_clear(&seen->spans);
	seen->blocks = 0;
	seen->segments = 0;
	seen->wrong = NULL;
	if (reserved(d))
		return wrong(seen, "reserved bytes of SGL1 are not 0");
	switch (d[15]) {
	case 0x00:
		ok = data_block(d, seen);
		break;
	case 0x20:
	case 0x30:
		ok = read_segment(bus, nvmeq_get_le64(d), nvmeq_get_le32(d + 8), d[15] == 0x30,
				  seen);
		break;
	default:
		return wrong(seen, "type of SGL1");
	}
	if (!ok)
		return false;
	if (spans_bytes(&seen->spans) != bytes)
		return wrong(seen, "bytes described are not the bytes of the command");
	return true;
}
