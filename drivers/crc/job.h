/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * job.h - between the tiers in assembly and their callers
 *
 * Nothing of the kernel is in here: host tests and the benchmark link the same
 * assembly.
 */
#ifndef NVMEQ_CRC_JOB_H
#define NVMEQ_CRC_JOB_H

#include <nvmeq/base.h>
#include "layout.h"

/**
 * struct nvmeq_crc_job - what a tier does in one call
 * @data: first block
 * @data_stride: from block to block
 * @block_bytes: bytes of a block, a multiple of NVMEQ_CRC_UNIT, not 0
 * @blocks: how many, 1 to NVMEQ_CRC_BATCH
 * @guards: receives the guards; has room for one, or for @blocks rounded up to a
 *          multiple of 8
 * @copy: receives the data, in the functions called ..._copy
 * @copy_stride: from block to block there
 */
struct nvmeq_crc_job {
	const u8 *data;
	u64 data_stride;
	u64 block_bytes;
	u64 blocks;
	__be16 *guards;
	u8 *copy;
	u64 copy_stride;
};

/**
 * struct nvmeq_crc_consts - powers of x mod G, in the forms that instructions take
 *
 * Worked out by nvmeq_crc_consts_init(). A "matrix" is 8x8 bits, the operand of
 * GF2P8AFFINEQB. "Position" counts the bytes of a word of 64 bits in memory order.
 *
 * @direct_hi: for each word of the last 512 bytes a matrix, upper byte of the result
 * @direct_lo: lower byte
 * @finish: four times a matrix for each position: upper byte of the CRC from the
 *          upper half of what a block was folded to, from the lower half; lower byte
 *          from the two
 * @gather: VPERMI2B indices that collect a position of eight blocks in a word, for
 *          the upper and the lower half
 * @mul_direct: for each 16 bytes of the last 512 the factors of its two words
 * @step_zmm: matrices A and B of the recurrence over 64-byte vectors
 * @step_ymm: over 32-byte vectors
 * @mul_xmm: factors that move a vector of 16 bytes on by eight of them
 * @mul_ymm: a vector of 32 bytes
 * @mul_join: factors of the two halves of a folded block
 * @barrett: floor(x^80 / G) without x^64; G without x^16
 * @reverse: byte shuffle that turns 16 bytes round
 * @weave: byte shuffle that pairs byte k with byte k + 8
 * @pair: VPERMD indices that pair double word k with double word k + 4
 */
struct nvmeq_crc_consts {
	u64 direct_hi[64];
	u64 direct_lo[64];
	u64 finish[4][8];
	u8 gather[2][64];
	u64 mul_direct[32][2];
	u64 step_zmm[2];
	u64 step_ymm[2];
	u64 mul_xmm[2];
	u64 mul_ymm[2];
	u64 mul_join[2];
	u64 barrett[2];
	u8 reverse[16];
	u8 weave[16];
	u32 pair[8];
} __attribute__((aligned(64)));

#define CRC_JOB_AT(member, off)		NVMEQ_ASSERT_OFFSET(struct nvmeq_crc_job, member, off)
#define CRC_CONST_AT(member, off)	NVMEQ_ASSERT_OFFSET(struct nvmeq_crc_consts, member, off)

CRC_JOB_AT(data, JOB_DATA);
CRC_JOB_AT(data_stride, JOB_DATA_STRIDE);
CRC_JOB_AT(block_bytes, JOB_BLOCK_BYTES);
CRC_JOB_AT(blocks, JOB_BLOCKS);
CRC_JOB_AT(guards, JOB_GUARDS);
CRC_JOB_AT(copy, JOB_COPY);
CRC_JOB_AT(copy_stride, JOB_COPY_STRIDE);
CRC_CONST_AT(direct_hi, CONST_DIRECT_HI);
CRC_CONST_AT(direct_lo, CONST_DIRECT_LO);
CRC_CONST_AT(finish, CONST_FINISH);
CRC_CONST_AT(gather, CONST_GATHER);
CRC_CONST_AT(mul_direct, CONST_MUL_DIRECT);
CRC_CONST_AT(step_zmm, CONST_STEP_ZMM);
CRC_CONST_AT(step_ymm, CONST_STEP_YMM);
CRC_CONST_AT(mul_xmm, CONST_MUL_XMM);
CRC_CONST_AT(mul_ymm, CONST_MUL_YMM);
CRC_CONST_AT(mul_join, CONST_MUL_JOIN);
CRC_CONST_AT(barrett, CONST_BARRETT);
CRC_CONST_AT(reverse, CONST_REVERSE);
CRC_CONST_AT(weave, CONST_WEAVE);
CRC_CONST_AT(pair, CONST_PAIR);

/* Fills the table in; from then on it does not change. */
void nvmeq_crc_consts_init(struct nvmeq_crc_consts *c);

/* The table that the assembly reads; whoever links it defines it. */
extern struct nvmeq_crc_consts nvmeq_crc_consts;

void nvmeq_crc_pclmul_guards(const struct nvmeq_crc_job *job);
void nvmeq_crc_pclmul_copy(const struct nvmeq_crc_job *job);
void nvmeq_crc_vpclmul_guards(const struct nvmeq_crc_job *job);
void nvmeq_crc_vpclmul_copy(const struct nvmeq_crc_job *job);
void nvmeq_crc_gfni_ymm_guards(const struct nvmeq_crc_job *job);
void nvmeq_crc_gfni_ymm_copy(const struct nvmeq_crc_job *job);
void nvmeq_crc_gfni_zmm_guards(const struct nvmeq_crc_job *job);
void nvmeq_crc_gfni_zmm_copy(const struct nvmeq_crc_job *job);

#endif /* NVMEQ_CRC_JOB_H */
