// SPDX-License-Identifier: GPL-2.0-only
/*
 * crc_consts.c - the constants of the vector tiers, worked out
 *
 * All of them are powers of x mod G, as numbers or as matrices; nothing is pasted in
 * from elsewhere. The comment at the top of each .S file says what they are for.
 *
 * A matrix is what GF2P8AFFINEQB multiplies each byte by: the row for bit i of the
 * result is byte 7 - i of the 64-bit operand, bit j of that row is for bit j of
 * the byte. So a matrix follows from what it makes of the eight bits, 1, x, ... x^7.
 *
 * Runs once at load, in integer registers; no part of the kernel is needed.
 */
#include <nvmeq/crc.h>
#include "job.h"

/* x^n mod G */
static u16 power(u32 n)
{
	return nvmeq_crc_append_zeroes((u16)(1 << n % 8), n / 8);
}

/* The matrix that makes image[j] of x^j. */
static u64 matrix(const u8 image[8])
{
	u64 m = 0;
	int i, j;

	for (i = 0; i < 8; i++)
		for (j = 0; j < 8; j++)
			m |= (u64)(image[j] >> i & 1) << (8 * (7 - i) + j);
	return m;
}

/* Multiplication of a byte by x^n mod G: the upper and the lower byte of the result. */
static void matrices(u32 n, u64 *hi, u64 *lo)
{
	u8 high[8], low[8];
	u32 j;

	for (j = 0; j < 8; j++) {
		high[j] = (u8)(power(n + j) >> 8);
		low[j] = (u8)power(n + j);
	}
	*hi = matrix(high);
	*lo = matrix(low);
}

/* Byte a times x^n mod G. */
static u16 byte_times(u8 a, u32 n)
{
	u16 sum = 0;
	u32 j;

	for (j = 0; j < 8; j++)
		if (a >> j & 1)
			sum ^= power(n + j);
	return sum;
}

/*
 * A and B of the recurrence: p x^far = (A p) x^near + B p for each byte p, A p and
 * B p being bytes again. The upper byte of the left side has to come from A p, which
 * the 256 candidates are tried for; near is such that exactly one of them fits.
 */
static void recurrence(u32 far, u32 near, u64 step[2])
{
	u8 image_a[8] = { 0 }, image_b[8] = { 0 };
	u32 j, a;

	for (j = 0; j < 8; j++) {
		u16 want = power(far + j);

		for (a = 0; a < 256; a++) {
			u16 rest = want ^ byte_times((u8)a, near);

			if (rest > 0xff)
				continue;
			image_a[j] = (u8)a;
			image_b[j] = (u8)rest;
		}
	}
	step[0] = matrix(image_a);
	step[1] = matrix(image_b);
}

/* floor(x^80 / G) without its highest term, by long division. */
static u64 quotient(void)
{
	u32 rest = 0;
	u64 q = 0;
	int bit;

	for (bit = 80; bit >= 0; bit--) {
		rest = rest << 1 | (bit == 80);
		q <<= 1;
		if (rest & 0x10000) {
			rest ^= 0x10000 | NVMEQ_CRC_POLY;
			q |= 1;
		}
	}
	return q;
}

static void consts_shuffles(struct nvmeq_crc_consts *c)
{
	u8 i, k;

	for (i = 0; i < 8; i++) {
		for (k = 0; k < 8; k++) {
			c->gather[0][8 * i + k] = 16 * k + i;
			c->gather[1][8 * i + k] = 16 * k + 8 + i;
		}
		c->weave[2 * i] = i;
		c->weave[2 * i + 1] = i + 8;
		c->pair[i] = i / 2 + (i & 1 ? 4 : 0);
	}
	for (i = 0; i < 16; i++)
		c->reverse[i] = 15 - i;
}

void nvmeq_crc_consts_init(struct nvmeq_crc_consts *c)
{
	u32 i;

	for (i = 0; i < 64; i++)
		matrices(64 * (63 - i), &c->direct_hi[i], &c->direct_lo[i]);
	for (i = 0; i < 8; i++) {
		matrices(16 + 8 + 8 * (7 - i), &c->finish[0][i], &c->finish[2][i]);
		matrices(16 + 8 * (7 - i), &c->finish[1][i], &c->finish[3][i]);
	}
	recurrence(8 * 512, 4 * 512, c->step_zmm);
	recurrence(8 * 256, 256, c->step_ymm);
	/* Words of 16 bytes that were turned round: the second in memory comes first. */
	for (i = 0; i < 32; i++) {
		c->mul_direct[i][0] = power(16 + 128 * (31 - i));
		c->mul_direct[i][1] = power(16 + 128 * (31 - i) + 64);
	}
	c->mul_xmm[0] = power(8 * 128);
	c->mul_xmm[1] = power(8 * 128 + 64);
	c->mul_ymm[0] = power(8 * 256);
	c->mul_ymm[1] = power(8 * 256 + 64);
	c->mul_join[0] = power(16);
	c->mul_join[1] = power(16 + 8);
	c->barrett[0] = quotient();
	c->barrett[1] = NVMEQ_CRC_POLY;
	consts_shuffles(c);
}
