// SPDX-License-Identifier: GPL-2.0-only
/*
 * dif64.c - tuples with a guard of 64 bits: writing and judging them, one at a time
 *
 * Offset 0 guard, 8 application tag, 10 storage and reference tag; all big-endian.
 */
#include <nvmeq/buf.h>
#include <nvmeq/dif64.h>

#define DIF64_APP	8
#define DIF64_TAGS	10
#define DIF64_TAG_MASK	((1ULL << NVMEQ_DIF64_TAG_BITS) - 1)

static void dif64_put(u8 *p, u32 bytes, u64 v)
{
	while (bytes--) {
		p[bytes] = (u8)v;
		v >>= 8;
	}
}

static u64 dif64_ref(const struct nvmeq_dif64 *dif, u32 block)
{
	u64 ref = dif->type == NVMEQ_DIF_TYPE3 ? dif->ref : dif->ref + block;

	return nvmeq_dif64_ref(ref, dif->ref_bits);
}

void nvmeq_dif64_generate(const struct nvmeq_dif64 *dif, u64 guard, u32 block, u8 *tuple)
{
	dif64_put(tuple, DIF64_APP, guard);
	dif64_put(tuple + DIF64_APP, DIF64_TAGS - DIF64_APP, dif->app);
	dif64_put(tuple + DIF64_TAGS, NVMEQ_DIF64_TUPLE_BYTES - DIF64_TAGS,
		  dif64_ref(dif, block));
}

static bool dif64_differs(struct nvmeq_dif_error *bad, enum nvmeq_dif_field field, u64 expected,
			  u64 found)
{
	bad->field = field;
	bad->expected = expected;
	bad->found = found;
	return expected != found;
}

bool nvmeq_dif64_verify(const struct nvmeq_dif64 *dif, u64 guard, u32 block, const u8 *tuple,
			struct nvmeq_dif_error *bad)
{
	u64 app = nvmeq_get_be16(tuple + DIF64_APP);
	u64 tags = (u64)nvmeq_get_be16(tuple + DIF64_TAGS) << 32 |
		   nvmeq_get_be32(tuple + DIF64_TAGS + 2);

	if (app == NVMEQ_DIF_APP_ESCAPE && (dif->type != NVMEQ_DIF_TYPE3 || tags == DIF64_TAG_MASK))
		return true;
	bad->block = block;
	if (dif64_differs(bad, NVMEQ_DIF_GUARD, guard, nvmeq_get_be64(tuple)) ||
	    dif64_differs(bad, NVMEQ_DIF_APP, dif->app & dif->app_mask, app & dif->app_mask))
		return false;
	if (dif->type == NVMEQ_DIF_TYPE3)
		return true;
	return !dif64_differs(bad, NVMEQ_DIF_REF, dif64_ref(dif, block),
			      nvmeq_dif64_ref(tags, dif->ref_bits));
}
