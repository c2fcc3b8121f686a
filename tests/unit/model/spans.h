/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * spans.h - byte ranges on a bus, and a fake bus to read lists from
 *
 * Shared by the models that read a data pointer like a controller.
 */
#ifndef NVMEQ_MODEL_SPANS_H
#define NVMEQ_MODEL_SPANS_H

#include <nvmeq/base.h>

#define SPANS_MAX	8192

struct span {
	u64 addr;
	u64 len;
};

/* Ranges in the order in which a transfer touches them; neighbours are merged. */
struct spans {
	unsigned int n;
	struct span s[SPANS_MAX];
};

void spans_clear(struct spans *v);
bool spans_add(struct spans *v, u64 addr, u64 len);
bool spans_equal(const struct spans *a, const struct spans *b);
u64 spans_bytes(const struct spans *v);

/* Memory that a controller may read: a few regions, nothing in between. */
#define BUS_REGIONS	64

struct bus {
	unsigned int n;
	struct {
		u64 addr;
		const u8 *host;
		u64 len;
		bool touched;
	} r[BUS_REGIONS];
};

void bus_clear(struct bus *b);
void bus_map(struct bus *b, u64 addr, const void *host, u64 len);
/* False when any byte lies outside the regions. */
bool bus_read(struct bus *b, u64 addr, void *to, u64 len);
unsigned int bus_touched(const struct bus *b);

#endif /* NVMEQ_MODEL_SPANS_H */
