/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * crc_tier.h - runs of blocks with a tier of the caller's choice
 *
 * The caller has made sure that the tier is usable (built in, CPU, registers): the
 * driver in crc_glue.c, host tests and the benchmark in their own ways. Each call
 * does blocks first to first + n - 1 of a run. See nvmeq/crc.h for the run.
 */
#ifndef NVMEQ_CRC_TIER_H
#define NVMEQ_CRC_TIER_H

#include <nvmeq/crc.h>

/* Is it compiled in? */
bool nvmeq_crc_tier_built(enum nvmeq_crc_tier tier);

/* CRC of a range behind @seed. */
u16 nvmeq_crc_tier_range(enum nvmeq_crc_tier tier, u16 seed, const void *data, size_t len);

/* @guards receives n guards. */
void nvmeq_crc_tier_guards(enum nvmeq_crc_tier tier, const struct nvmeq_crc_run *run,
			   u32 first, u32 n, __be16 *guards);

void nvmeq_crc_tier_generate(enum nvmeq_crc_tier tier, const struct nvmeq_crc_run *run,
			     u32 first, u32 n, const struct nvmeq_dif *dif);

bool nvmeq_crc_tier_verify(enum nvmeq_crc_tier tier, const struct nvmeq_crc_run *run,
			   u32 first, u32 n, const struct nvmeq_dif *dif,
			   struct nvmeq_dif_error *bad);

/* Bytes that nvmeq_crc_tier_check() is lent. */
#define NVMEQ_CRC_CHECK_BYTES	8192

/* Compares the tier with the definition; false when it differs somewhere. */
bool nvmeq_crc_tier_check(enum nvmeq_crc_tier tier, u8 *work);

#endif /* NVMEQ_CRC_TIER_H */
