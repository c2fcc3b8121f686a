/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * crc.h - the guard of T10 protection information: a CRC of 16 bits
 *
 * Generator polynomial G(x) = x^16 + x^15 + x^11 + x^9 + x^8 + x^7 + x^5 + x^4 +
 * x^2 + x + 1 (8BB7h), most significant bit first, initial value 0, nothing inverted.
 */
#ifndef NVMEQ_CRC_H
#define NVMEQ_CRC_H

#include <nvmeq/base.h>

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

#endif /* NVMEQ_CRC_H */
