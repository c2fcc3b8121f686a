// SPDX-License-Identifier: GPL-2.0-only
/* spans.c - see spans.h */
#include "spans.h"

void spans_clear(struct spans *v)
{
	v->n = 0;
}

bool spans_add(struct spans *v, u64 addr, u64 len)
{
	if (!len)
		return true;
	if (v->n && v->s[v->n - 1].addr + v->s[v->n - 1].len == addr) {
		v->s[v->n - 1].len += len;
		return true;
	}
	if (v->n == SPANS_MAX)
		return false;
	v->s[v->n].addr = addr;
	v->s[v->n].len = len;
	v->n++;
	return true;
}

bool spans_equal(const struct spans *a, const struct spans *b)
{
	unsigned int i;

	if (a->n != b->n)
		return false;
	for (i = 0; i < a->n; i++)
		if (a->s[i].addr != b->s[i].addr || a->s[i].len != b->s[i].len)
			return false;
	return true;
}

u64 spans_bytes(const struct spans *v)
{
	u64 sum = 0;
	unsigned int i;

	for (i = 0; i < v->n; i++)
		sum += v->s[i].len;
	return sum;
}

void bus_clear(struct bus *b)
{
	b->n = 0;
}

void bus_map(struct bus *b, u64 addr, const void *host, u64 len)
{
	assert(b->n < BUS_REGIONS);
	b->r[b->n].addr = addr;
	b->r[b->n].host = host;
	b->r[b->n].len = len;
	b->r[b->n].touched = false;
	b->n++;
}

bool bus_read(struct bus *b, u64 addr, void *to, u64 len)
{
	unsigned int i;

	for (i = 0; i < b->n; i++) {
		if (addr < b->r[i].addr || addr - b->r[i].addr > b->r[i].len ||
		    len > b->r[i].len - (addr - b->r[i].addr))
			continue;
		memcpy(to, b->r[i].host + (addr - b->r[i].addr), len);
		b->r[i].touched = true;
		return true;
	}
	return false;
}

unsigned int bus_touched(const struct bus *b)
{
	unsigned int i, n = 0;

	for (i = 0; i < b->n; i++)
		n += b->r[i].touched;
	return n;
}
