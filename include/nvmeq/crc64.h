/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * crc64.h - the guard of protection information with 64 bits
 *
 * NVM Command Set 1.0c section 5.2.1.3: generator polynomial AD93D23594C93659h, least
 * significant bit of a byte first, initial value and final exclusive-or all ones.
 */
#ifndef NVMEQ_CRC64_H
#define NVMEQ_CRC64_H

#include <nvmeq/base.h>

/* The polynomial without x^64, bits reversed */
#define NVMEQ_CRC64_POLY	0x9a6c9329ac4bc9b5ULL

/**
 * nvmeq_crc64() - CRC of a range
 * @seed: CRC of what comes before, 0 at the start
 * @data: bytes, of any alignment
 * @len: how many
 *
 * Context: any.
 *
 * Return: the CRC.
 */
u64 nvmeq_crc64(u64 seed, const void *data, size_t len);

#endif /* NVMEQ_CRC64_H */
