// SPDX-License-Identifier: GPL-2.0-only
/*
 * crc_tier.c - from runs of blocks to the calls of one tier
 *
 * Cuts a run into batches that the assembly takes, gives it what it can do and does
 * the rest: sizes that are no multiple of 512, seeds, and the tuples, which are a few
 * integer instructions per block while the vector units are at the next batch.
 *
 * Tiers are told apart by a switch. The branch is predicted, and a direct call needs
 * no landing pad and no type check, as an indirect one would on some kernels.
 *
 * No part of the kernel is needed here: host tests and the benchmark link this file
 * as it is. Who calls has made sure that the tier is usable, see crc_glue.c.
 */
#include "crc_tier.h"
#include "job.h"

#ifdef NVMEQ_CRC_X86

bool nvmeq_crc_tier_built(enum nvmeq_crc_tier tier)
{
	return (unsigned int)tier < NVMEQ_CRC_TIERS;
}

static __always_inline void tier_job(enum nvmeq_crc_tier tier, const struct nvmeq_crc_job *job)
{
	switch (tier) {
	case NVMEQ_CRC_PCLMUL:
		if (job->copy)
			nvmeq_crc_pclmul_copy(job);
		else
			nvmeq_crc_pclmul_guards(job);
		break;
	case NVMEQ_CRC_VPCLMUL:
		if (job->copy)
			nvmeq_crc_vpclmul_copy(job);
		else
			nvmeq_crc_vpclmul_guards(job);
		break;
	case NVMEQ_CRC_GFNI_AVX2:
		if (job->copy)
			nvmeq_crc_gfni_ymm_copy(job);
		else
			nvmeq_crc_gfni_ymm_guards(job);
		break;
	default:
		if (job->copy)
			nvmeq_crc_gfni_zmm_copy(job);
		else
			nvmeq_crc_gfni_zmm_guards(job);
		break;
	}
}

#else /* no assembly for this machine */

bool nvmeq_crc_tier_built(enum nvmeq_crc_tier tier)
{
	return tier == NVMEQ_CRC_SCALAR;
}

/* Not reached: without a tier but the scalar one, tier_takes() says no. */
static inline void tier_job(enum nvmeq_crc_tier tier, const struct nvmeq_crc_job *job)
{
	(void)tier;
	memset(job->guards, 0, job->blocks * sizeof(*job->guards));
}

#endif

/*
 * A range is cut behind its odd front, and the rest done as one large block; the
 * front's CRC is moved on over the length of the rest.
 */
u16 nvmeq_crc_tier_range(enum nvmeq_crc_tier tier, u16 seed, const void *data, size_t len)
{
	size_t odd = len % NVMEQ_CRC_UNIT, rest = len - odd;
	__be16 guards[8];
	struct nvmeq_crc_job job = {
		.data = (const u8 *)data + odd, .block_bytes = rest, .blocks = 1,
		.guards = guards,
	};

	if (tier == NVMEQ_CRC_SCALAR || !rest)
		return nvmeq_crc_scalar(seed, data, len);
	if (odd)
		seed = nvmeq_crc_scalar(seed, data, odd);
	tier_job(tier, &job);
	if (seed)
		seed = nvmeq_crc_append_zeroes(seed, rest);
	return seed ^ be16_to_cpu(guards[0]);
}

/* Can the assembly do blocks of this size? */
static inline bool tier_takes(enum nvmeq_crc_tier tier, const struct nvmeq_crc_run *run)
{
	return tier != NVMEQ_CRC_SCALAR && run->block_bytes &&
	       !(run->block_bytes % NVMEQ_CRC_UNIT);
}

/* For what it cannot. The guard is that of the copy, if there is one. */
static void tier_one_by_one(enum nvmeq_crc_tier tier, const struct nvmeq_crc_run *run,
			    u32 first, u32 n, __be16 *guards)
{
	u32 i;

	for (i = 0; i < n; i++) {
		const u8 *data = run->data + (size_t)(first + i) * run->data_stride;

		if (run->copy) {
			u8 *copy = run->copy + (size_t)(first + i) * run->copy_stride;

			memcpy(copy, data, run->block_bytes);
			data = copy;
		}
		guards[i] = cpu_to_be16(nvmeq_crc_tier_range(tier, 0, data, run->block_bytes));
	}
}

/*
 * At most NVMEQ_CRC_BATCH blocks; guards has room for one, or for a multiple of 8.
 * Inline: what a call saves and restores is felt where a block takes 40 cycles.
 */
static __always_inline void tier_batch(enum nvmeq_crc_tier tier, const struct nvmeq_crc_run *run,
				       u32 first, u32 n, __be16 *guards)
{
	struct nvmeq_crc_job job;

	job.data = run->data + (size_t)first * run->data_stride;
	job.data_stride = run->data_stride;
	job.block_bytes = run->block_bytes;
	job.blocks = n;
	job.guards = guards;
	job.copy = NULL;
	if (run->copy) {
		job.copy = run->copy + (size_t)first * run->copy_stride;
		job.copy_stride = run->copy_stride;
	}
	tier_job(tier, &job);
}

static void tier_many(enum nvmeq_crc_tier tier, const struct nvmeq_crc_run *run,
		      u32 first, u32 n, __be16 *guards)
{
	u32 whole = n - n % 8, i;
	__be16 last[8];

	for (i = 0; i < whole; i += NVMEQ_CRC_BATCH)
		tier_batch(tier, run, first + i, min_t(u32, whole - i, NVMEQ_CRC_BATCH),
			   guards + i);
	if (n == whole)
		return;
	tier_batch(tier, run, first + whole, n - whole, last);
	for (i = whole; i < n; i++)
		guards[i] = last[i - whole];
}

void nvmeq_crc_tier_guards(enum nvmeq_crc_tier tier, const struct nvmeq_crc_run *run,
			   u32 first, u32 n, __be16 *guards)
{
	if (!tier_takes(tier, run))
		tier_one_by_one(tier, run, first, n, guards);
	else if (n == 1 || n == 8)
		tier_batch(tier, run, first, n, guards);
	else
		tier_many(tier, run, first, n, guards);
}

/* Guards for the tuples of at most NVMEQ_CRC_BATCH blocks. */
static inline void tier_some(enum nvmeq_crc_tier tier, const struct nvmeq_crc_run *run,
			     u32 first, u32 n, __be16 *guards)
{
	if (tier_takes(tier, run))
		tier_batch(tier, run, first, n, guards);
	else
		tier_one_by_one(tier, run, first, n, guards);
}

void nvmeq_crc_tier_generate(enum nvmeq_crc_tier tier, const struct nvmeq_crc_run *run,
			     u32 first, u32 n, const struct nvmeq_dif *dif)
{
	__be16 guards[NVMEQ_CRC_BATCH];
	u32 end = first + n, batch;

	for (; first < end; first += batch) {
		batch = min_t(u32, end - first, NVMEQ_CRC_BATCH);
		tier_some(tier, run, first, batch, guards);
		nvmeq_dif_generate(dif, guards, first, batch,
				   run->tuples + (size_t)first * run->tuple_stride,
				   run->tuple_stride);
	}
}

bool nvmeq_crc_tier_verify(enum nvmeq_crc_tier tier, const struct nvmeq_crc_run *run,
			   u32 first, u32 n, const struct nvmeq_dif *dif,
			   struct nvmeq_dif_error *bad)
{
	__be16 guards[NVMEQ_CRC_BATCH];
	u32 end = first + n, batch;

	for (; first < end; first += batch) {
		batch = min_t(u32, end - first, NVMEQ_CRC_BATCH);
		tier_some(tier, run, first, batch, guards);
		if (!nvmeq_dif_verify(dif, guards, first, batch,
				      run->tuples + (size_t)first * run->tuple_stride,
				      run->tuple_stride, bad))
			return false;
	}
	return true;
}

/* --- self-check --- */

/* Enough for the longest way through each tier: first, middle and last stretches. */
#define CHECK_BYTES	(NVMEQ_CRC_CHECK_BYTES / 2)
#define CHECK_BLOCKS	8

/* Data that looks random, without memory for it: Knuth's multiplier, upper bits. */
static void check_fill(u8 *p, size_t len, u32 seed)
{
	while (len--) {
		seed = seed * 1664525U + 1013904223U;
		*p++ = (u8)(seed >> 24);
	}
}

/* Blocks of this size in the buffer, each compared; copies, too, where there is room. */
static bool check_blocks(enum nvmeq_crc_tier tier, u8 *data, u8 *copy, u32 block_bytes)
{
	struct nvmeq_crc_run run = {
		.data = data, .block_bytes = block_bytes, .data_stride = block_bytes,
		.copy_stride = block_bytes,
	};
	u32 blocks = CHECK_BYTES / block_bytes, n, i;
	__be16 guards[CHECK_BLOCKS];
	u16 want[CHECK_BLOCKS];

	for (i = 0; i < blocks; i++)
		want[i] = nvmeq_crc_bitwise(0, data + i * block_bytes, block_bytes);
	for (n = 1; n <= blocks; n++) {
		run.copy = n & 1 ? copy : NULL;
		nvmeq_crc_tier_guards(tier, &run, 0, n, guards);
		for (i = 0; i < n; i++)
			if (be16_to_cpu(guards[i]) != want[i])
				return false;
		if (run.copy && memcmp(data, copy, (size_t)n * block_bytes))
			return false;
	}
	return true;
}

bool nvmeq_crc_tier_check(enum nvmeq_crc_tier tier, u8 *work)
{
	static const u16 lengths[] = { 0, 1, 8, 511, 512, 513, 1024 + 7, 4000, CHECK_BYTES };
	u8 *data = work, *copy = work + CHECK_BYTES;
	u32 i, bytes;

	check_fill(data, CHECK_BYTES, 1);
	for (bytes = 512; bytes <= CHECK_BYTES; bytes *= 2) {
		memset(copy, 0, CHECK_BYTES);
		if (!check_blocks(tier, data, copy, bytes))
			return false;
	}
	for (i = 0; i < ARRAY_SIZE(lengths); i++)
		if (nvmeq_crc_tier_range(tier, 0xbeef, data, lengths[i]) !=
		    nvmeq_crc_bitwise(0xbeef, data, lengths[i]))
			return false;
	return true;
}
