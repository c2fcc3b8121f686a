/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tuple.h - tuples of protection information, byte by byte, without the code under test
 */
#ifndef SUPPORT_TUPLE_H
#define SUPPORT_TUPLE_H

#include <nvmeq/base.h>

/* A field of @n bytes that begins at @t. */
static inline void field_put(u8 *t, u32 n, u64 v)
{
	while (n--) {
		t[n] = (u8)v;
		v >>= 8;
	}
}

static inline void tuple_put(u8 *t, u16 guard, u16 app, u32 ref)
{
	field_put(t, 2, guard);
	field_put(t + 2, 2, app);
	field_put(t + 4, 4, ref);
}

static inline u64 field_get(const u8 *t, u32 n)
{
	u64 v = 0;

	while (n--)
		v = v << 8 | *t++;
	return v;
}

#endif /* SUPPORT_TUPLE_H */
