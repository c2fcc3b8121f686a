/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tuple.h - tuples of protection information, byte by byte, without the code under test
 */
#ifndef SUPPORT_TUPLE_H
#define SUPPORT_TUPLE_H

#include <string.h>

#include <nvmeq/base.h>

static inline void tuple_put(u8 *t, u16 guard, u16 app, u32 ref)
{
	const u8 bytes[8] = { (u8)(guard >> 8), (u8)guard, (u8)(app >> 8), (u8)app,
			      (u8)(ref >> 24), (u8)(ref >> 16), (u8)(ref >> 8), (u8)ref };

	memcpy(t, bytes, sizeof(bytes));
}

/* A field of @n bytes that begins at @t. */
static inline u32 tuple_get(const u8 *t, u32 n)
{
	u32 v = 0;

	while (n--)
		v = v << 8 | *t++;
	return v;
}

#endif /* SUPPORT_TUPLE_H */
