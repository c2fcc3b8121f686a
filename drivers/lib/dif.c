// SPDX-License-Identifier: GPL-2.0-only
/*
 * dif.c - tuples of protection information: writing and judging them
 *
 * Guards are made elsewhere (crc.h) and handed in. Runs of tuples are compared as
 * whole words: what the tuple should be, exclusive-or what it is, under a mask of
 * the bits that matter. Only where that leaves something does dif_judge() look
 * closer: at the escape values, and at what there is to say.
 *
 * The order in which a mismatch is named is that of status codes 82h to 84h.
 */
#include <nvmeq/dif.h>

/* A tuple as one word in the machine's own order, which is how memcpy() reads it. */
static inline u64 dif_word(__be16 guard, __be16 app, __be32 ref)
{
	u64 g = (__force u16)guard, a = (__force u16)app, r = (__force u32)ref;

	if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
		return g | a << 16 | r << 32;
	return g << 48 | a << 32 | r;
}

/* Reference tag of a block. */
static inline u32 dif_ref(const struct nvmeq_dif *dif, u32 block)
{
	return dif->type == NVMEQ_DIF_TYPE3 ? dif->ref : dif->ref + block;
}

void nvmeq_dif_generate(const struct nvmeq_dif *dif, const __be16 *guards, u32 first, u32 n,
			u8 *tuples, u32 stride)
{
	const u32 step = dif->type == NVMEQ_DIF_TYPE3 ? 0 : 1;
	const __be16 app = cpu_to_be16(dif->app);
	u32 ref = dif_ref(dif, first), i;
	u64 word;

	for (i = 0; i < n; i++, tuples += stride, ref += step) {
		word = dif_word(guards[i], app, cpu_to_be32(ref));
		memcpy(tuples, &word, sizeof(word));
	}
}

static bool dif_escaped(const struct nvmeq_dif *dif, const struct nvmeq_dif_tuple *t)
{
	if (be16_to_cpu(t->app) != NVMEQ_DIF_APP_ESCAPE)
		return false;
	return dif->type != NVMEQ_DIF_TYPE3 || be32_to_cpu(t->ref) == NVMEQ_DIF_REF_ESCAPE;
}

static bool dif_checks_ref(const struct nvmeq_dif *dif)
{
	return dif->check & NVMEQ_DIF_CHECK_REF && dif->type != NVMEQ_DIF_TYPE3;
}

/* Returns true when there is nothing wrong with the tuple after all. */
static bool dif_judge(const struct nvmeq_dif *dif, __be16 guard, u32 block,
		      const struct nvmeq_dif_tuple *t, struct nvmeq_dif_error *bad)
{
	u16 mask = dif->app_mask;

	if (dif_escaped(dif, t))
		return true;
	bad->block = block;
	if (dif->check & NVMEQ_DIF_CHECK_GUARD && t->guard != guard) {
		bad->field = NVMEQ_DIF_GUARD;
		bad->expected = be16_to_cpu(guard);
		bad->found = be16_to_cpu(t->guard);
		return false;
	}
	if (dif->check & NVMEQ_DIF_CHECK_APP && ((be16_to_cpu(t->app) ^ dif->app) & mask)) {
		bad->field = NVMEQ_DIF_APP;
		bad->expected = dif->app & mask;
		bad->found = be16_to_cpu(t->app) & mask;
		return false;
	}
	if (dif_checks_ref(dif) && be32_to_cpu(t->ref) != dif_ref(dif, block)) {
		bad->field = NVMEQ_DIF_REF;
		bad->expected = dif_ref(dif, block);
		bad->found = be32_to_cpu(t->ref);
		return false;
	}
	return true;
}

/* The bits of a tuple that are compared. */
static u64 dif_mask(const struct nvmeq_dif *dif)
{
	u16 guard = dif->check & NVMEQ_DIF_CHECK_GUARD ? 0xffff : 0;
	u16 app = dif->check & NVMEQ_DIF_CHECK_APP ? dif->app_mask : 0;
	u32 ref = dif_checks_ref(dif) ? 0xffffffffU : 0;

	return dif_word(cpu_to_be16(guard), cpu_to_be16(app), cpu_to_be32(ref));
}

bool nvmeq_dif_verify(const struct nvmeq_dif *dif, const __be16 *guards, u32 first, u32 n,
		      const u8 *tuples, u32 stride, struct nvmeq_dif_error *bad)
{
	const u64 mask = dif_mask(dif), app = dif_word(0, cpu_to_be16(dif->app), 0);
	struct nvmeq_dif_tuple t;
	u32 ref = dif->ref + first, i;
	u64 found;

	for (i = 0; i < n; i++, tuples += stride, ref++) {
		memcpy(&found, tuples, sizeof(found));
		found ^= app ^ dif_word(guards[i], 0, cpu_to_be32(ref));
		if (likely(!(found & mask)))
			continue;
		memcpy(&t, tuples, sizeof(t));
		if (!dif_judge(dif, guards[i], first + i, &t, bad))
			return false;
	}
	return true;
}
