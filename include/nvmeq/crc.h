/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * crc.h - the guard of T10 protection information: a CRC of 16 bits
 *
 * Generator polynomial G(x) = x^16 + x^15 + x^11 + x^9 + x^8 + x^7 + x^5 + x^4 +
 * x^2 + x + 1 (8BB7h), most significant bit first, initial value 0, nothing inverted.
 *
 * Three levels: the functions of lib/crc_t10dif.c are pure and need no vector
 * registers; crc/crc_tier.c computes runs of blocks with one tier, for a caller
 * that may use that tier's registers; crc/crc_glue.c is what the driver calls:
 * it chose the tier at load, and takes the registers where the kernel lends them.
 */
#ifndef NVMEQ_CRC_H
#define NVMEQ_CRC_H

#include <nvmeq/base.h>
#include <nvmeq/dif.h>

/* G(x) without x^16 */
#define NVMEQ_CRC_POLY	0x8bb7

/* Ways to compute it, slowest first. */
enum nvmeq_crc_tier {
	NVMEQ_CRC_SCALAR,
	NVMEQ_CRC_PCLMUL,
	NVMEQ_CRC_VPCLMUL,
	NVMEQ_CRC_GFNI_AVX2,
	NVMEQ_CRC_GFNI_AVX512,
	NVMEQ_CRC_TIERS
};

/* The words of the parameter crc: "auto", then each tier by its name; ended by NULL. */
extern const char *const nvmeq_crc_words[NVMEQ_CRC_TIERS + 2];

/* Name of a tier, "?" for what is none. */
const char *nvmeq_crc_tier_name(enum nvmeq_crc_tier tier);

/**
 * nvmeq_crc_bitwise() - the definition, a bit at a time
 * @seed: CRC of what comes before, 0 at the start
 * @data: bytes
 * @len: how many
 *
 * Slow on purpose: everything else is compared with it.
 *
 * Return: the CRC.
 */
u16 nvmeq_crc_bitwise(u16 seed, const void *data, size_t len);

/**
 * nvmeq_crc_scalar() - the same in integer registers, for any context
 * @seed: CRC of what comes before, 0 at the start
 * @data: bytes, of any alignment
 * @len: how many
 *
 * Return: the CRC.
 */
u16 nvmeq_crc_scalar(u16 seed, const void *data, size_t len);

/**
 * nvmeq_crc_append_zeroes() - the CRC when so many zero bytes follow
 * @crc: CRC of what comes before
 * @bytes: how many zeroes
 *
 * The CRC is linear: that of A followed by B is this one of A, with the length
 * of B, exclusive-or that of B alone.
 *
 * Return: the CRC.
 */
u16 nvmeq_crc_append_zeroes(u16 crc, u64 bytes);

/**
 * struct nvmeq_crc_run - blocks that are done in one go
 * @data: first byte of the first block, of any alignment
 * @block_bytes: bytes of a block that its guard covers
 * @data_stride: from the start of a block to that of the next; @block_bytes when
 *               nothing is between them
 * @blocks: how many
 * @tuple_stride: from a tuple to the next, 8 when nothing is between them
 * @tuples: the first block's tuple; unused where only guards are asked for
 * @copy: where the data is copied on the way, NULL for nowhere; may not overlap @data
 * @copy_stride: from block to block there
 */
struct nvmeq_crc_run {
	const u8 *data;
	u32 block_bytes;
	u32 data_stride;
	u32 blocks;
	u32 tuple_stride;
	u8 *tuples;
	u8 *copy;
	u32 copy_stride;
};

/*
 * What the driver calls (crc/crc_glue.c). Any context, any alignment.
 */

/**
 * nvmeq_crc_init() - choose the tier for as long as the module is loaded
 * @word: index in nvmeq_crc_words, 0 for the fastest tier that works
 *
 * Compares every tier that this CPU and kernel allow with the definition. Not to
 * be called while another function of this header may run.
 *
 * Return: 0; -ENODEV, behind a message, when @word names a tier that cannot be
 * used here; -EIO when even the scalar tier computes nonsense.
 */
int nvmeq_crc_init(u32 word);

/* The tier in use. */
enum nvmeq_crc_tier nvmeq_crc_tier(void);

/* CRC of a range behind @seed: for blocks that are not in one piece. */
u16 nvmeq_crc(u16 seed, const void *data, size_t len);

/* The guard of each block of the run, as it is in a tuple. */
void nvmeq_crc_guards(const struct nvmeq_crc_run *run, __be16 *guards);

/* Writes a tuple for each block of the run; dif.h says what is in it. */
void nvmeq_crc_generate(const struct nvmeq_crc_run *run, const struct nvmeq_dif *dif);

/**
 * nvmeq_crc_verify() - compare the tuples of a run with its data
 * @run: blocks and their tuples
 * @dif: what the tuples should be
 * @bad: receives the first block that does not match, and how
 *
 * With a copy asked for, blocks behind a bad one may not have been copied.
 *
 * Return: true when every block matches; else @bad is filled in.
 */
bool nvmeq_crc_verify(const struct nvmeq_crc_run *run, const struct nvmeq_dif *dif,
		      struct nvmeq_dif_error *bad);

#endif /* NVMEQ_CRC_H */
