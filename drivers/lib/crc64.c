// SPDX-License-Identifier: GPL-2.0-only
/*
 * crc64.c - the guard of 64 bits in integer registers
 *
 * Bits are taken the other way round than by the guard of 16 bits: the least
 * significant bit of a byte is the highest power, and the register shifts to the
 * right. One shift of it, with nothing coming in, is SHIFT(); a byte is worth eight of
 * them, and each byte that follows eight more. All of that is linear, so the tables
 * hold what a byte in each of eight places is worth, and eight are taken at a time.
 */
#include <nvmeq/byte_table.h>
#include <nvmeq/crc64.h>

#define SHIFT(r)	((r) >> 1 ^ ((r) & 1 ? NVMEQ_CRC64_POLY : 0))

/* Yn: bit 0 of the register after n + 1 shifts. */
enum crc64_power {
	Y0 = NVMEQ_CRC64_POLY, Y1 = SHIFT(Y0), Y2 = SHIFT(Y1), Y3 = SHIFT(Y2),
	Y4 = SHIFT(Y3), Y5 = SHIFT(Y4), Y6 = SHIFT(Y5), Y7 = SHIFT(Y6), Y8 = SHIFT(Y7),
	Y9 = SHIFT(Y8), Y10 = SHIFT(Y9), Y11 = SHIFT(Y10), Y12 = SHIFT(Y11),
	Y13 = SHIFT(Y12), Y14 = SHIFT(Y13), Y15 = SHIFT(Y14), Y16 = SHIFT(Y15),
	Y17 = SHIFT(Y16), Y18 = SHIFT(Y17), Y19 = SHIFT(Y18), Y20 = SHIFT(Y19),
	Y21 = SHIFT(Y20), Y22 = SHIFT(Y21), Y23 = SHIFT(Y22), Y24 = SHIFT(Y23),
	Y25 = SHIFT(Y24), Y26 = SHIFT(Y25), Y27 = SHIFT(Y26), Y28 = SHIFT(Y27),
	Y29 = SHIFT(Y28), Y30 = SHIFT(Y29), Y31 = SHIFT(Y30), Y32 = SHIFT(Y31),
	Y33 = SHIFT(Y32), Y34 = SHIFT(Y33), Y35 = SHIFT(Y34), Y36 = SHIFT(Y35),
	Y37 = SHIFT(Y36), Y38 = SHIFT(Y37), Y39 = SHIFT(Y38), Y40 = SHIFT(Y39),
	Y41 = SHIFT(Y40), Y42 = SHIFT(Y41), Y43 = SHIFT(Y42), Y44 = SHIFT(Y43),
	Y45 = SHIFT(Y44), Y46 = SHIFT(Y45), Y47 = SHIFT(Y46), Y48 = SHIFT(Y47),
	Y49 = SHIFT(Y48), Y50 = SHIFT(Y49), Y51 = SHIFT(Y50), Y52 = SHIFT(Y51),
	Y53 = SHIFT(Y52), Y54 = SHIFT(Y53), Y55 = SHIFT(Y54), Y56 = SHIFT(Y55),
	Y57 = SHIFT(Y56), Y58 = SHIFT(Y57), Y59 = SHIFT(Y58), Y60 = SHIFT(Y59),
	Y61 = SHIFT(Y60), Y62 = SHIFT(Y61), Y63 = SHIFT(Y62),
};

/* By the number of bytes that follow, up to the end of the eight. */
static const u64 crc64_table[8][256] = {
	{ NVMEQ_BYTE_TABLE(Y7, Y6, Y5, Y4, Y3, Y2, Y1, Y0) },
	{ NVMEQ_BYTE_TABLE(Y15, Y14, Y13, Y12, Y11, Y10, Y9, Y8) },
	{ NVMEQ_BYTE_TABLE(Y23, Y22, Y21, Y20, Y19, Y18, Y17, Y16) },
	{ NVMEQ_BYTE_TABLE(Y31, Y30, Y29, Y28, Y27, Y26, Y25, Y24) },
	{ NVMEQ_BYTE_TABLE(Y39, Y38, Y37, Y36, Y35, Y34, Y33, Y32) },
	{ NVMEQ_BYTE_TABLE(Y47, Y46, Y45, Y44, Y43, Y42, Y41, Y40) },
	{ NVMEQ_BYTE_TABLE(Y55, Y54, Y53, Y52, Y51, Y50, Y49, Y48) },
	{ NVMEQ_BYTE_TABLE(Y63, Y62, Y61, Y60, Y59, Y58, Y57, Y56) },
};

static inline u64 crc64_step(u64 word)
{
	return crc64_table[7][word & 0xff] ^ crc64_table[6][word >> 8 & 0xff] ^
	       crc64_table[5][word >> 16 & 0xff] ^ crc64_table[4][word >> 24 & 0xff] ^
	       crc64_table[3][word >> 32 & 0xff] ^ crc64_table[2][word >> 40 & 0xff] ^
	       crc64_table[1][word >> 48 & 0xff] ^ crc64_table[0][word >> 56];
}

u64 nvmeq_crc64(u64 seed, const void *data, size_t len)
{
	const u8 *p = data;
	u64 r = ~seed;

	for (; len >= 8; len -= 8, p += 8)
		r = crc64_step(r ^ nvmeq_get_le64(p));
	while (len--)
		r = r >> 8 ^ crc64_table[0][(r ^ *p++) & 0xff];
	return ~r;
}
