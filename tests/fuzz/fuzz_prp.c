// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_prp.c - runs of any address and length to PRPs, read back like a
 * controller, and the same runs to SGLs
 *
 * Input: page size, list pieces and their slots, then runs of twelve bytes. A
 * run that is refused is left out; what was accepted must read back exactly.
 */
#include <nvmeq/prp.h>
#include <nvmeq/sgl.h>

#include "fuzz.h"
#include "model/prp_read.h"
#include "model/sgl_read.h"

#define RUNS	64

static void prps(struct input in, u8 shift, u16 nr, u16 slots)
{
	struct nvmeq_prp_list lists[4];
	static struct prp_seen seen;
	static struct spans given;
	u64 page = 1ULL << shift, bytes = 0, first = 0;
	struct nvmeq_dptr out;
	struct nvmeq_prp p;
	struct bus bus;
	unsigned int i;
	int ret = 0;

	bus_clear(&bus);
	spans_clear(&given);
	for (i = 0; i < nr; i++) {
		lists[i].addr = 0x100000000ULL + (i ^ 1) * page + page - 8ULL * slots;
		lists[i].entries = malloc(8u * slots);
		bus_map(&bus, lists[i].addr, lists[i].entries, 8u * slots);
	}
	nvmeq_prp_begin(&p, shift, nr ? lists : NULL, nr, slots);
	for (i = 0; i < RUNS && in.left && ret != -ENOSPC; i++) {
		u64 addr = take(&in, 8);
		u32 len = (u32)take(&in, 4), count = p.count;

		ret = nvmeq_prp_add(&p, addr, len);
		MUST(ret == 0 || ret == -EINVAL || ret == -ENOSPC);
		if (ret == -EINVAL)
			MUST(p.count == count);
		if (ret)
			continue;
		if (!bytes)
			first = addr;
		spans_add(&given, addr, len);
		bytes += len;
	}
	if (bytes && ret != -ENOSPC) {
		memset(&out, 0xee, sizeof(out));
		nvmeq_prp_end(&p, &out);
		prp_read(&bus, shift, le64_to_cpu(out.prp1), le64_to_cpu(out.prp2), bytes, &seen);
		MUST_NULL(seen.wrong);
		MUST(spans_equal(&seen.spans, &given));
		MUST(p.count == seen.entries);
		if (bytes <= 0xffffffff)
			MUST(nvmeq_prp_entries((u32)(first % page), (u32)bytes, shift) ==
			     seen.entries);
		MUST(nvmeq_prp_lists(seen.entries, slots) == seen.list_pages);
	}
	for (i = 0; i < nr; i++)
		free(lists[i].entries);
}

static void sgls(struct input in, u32 slots)
{
	struct nvmeq_sgl_desc *list = malloc(slots ? 16 * slots : 1);
	static struct sgl_seen seen;
	static struct spans given;
	struct nvmeq_dptr out;
	struct nvmeq_sgl s;
	struct bus bus;
	u64 bytes = 0;
	unsigned int i;
	int ret = 0;

	bus_clear(&bus);
	spans_clear(&given);
	bus_map(&bus, 0x200000, list, 16 * slots);
	nvmeq_sgl_begin(&s, slots ? list : NULL, 0x200000, slots);
	for (i = 0; i < RUNS && in.left && ret != -ENOSPC; i++) {
		u64 addr = take(&in, 8);
		u32 len = (u32)take(&in, 4);

		ret = nvmeq_sgl_add(&s, addr, len);
		MUST(ret == 0 || ret == -EINVAL || ret == -ENOSPC);
		if (ret)
			continue;
		spans_add(&given, addr, len);
		bytes += len;
	}
	memset(&out, 0xee, sizeof(out));
	if (bytes && ret != -ENOSPC && !nvmeq_sgl_end(&s, &out)) {
		sgl_read(&bus, &out, bytes, &seen);
		MUST_NULL(seen.wrong);
		MUST(spans_equal(&seen.spans, &given));
		MUST(seen.blocks == s.count);
	}
	free(list);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input in = { data, size };
	u8 shift = (u8)(12 + take(&in, 1) % 5);
	u16 nr = (u16)(take(&in, 1) % 5);
	u16 slots = (u16)(2 + take(&in, 2) % 511);

	prps(in, shift, nr, slots);
	sgls(in, slots % 17);
	return 0;
}
