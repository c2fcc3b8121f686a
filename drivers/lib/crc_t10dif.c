// SPDX-License-Identifier: GPL-2.0-only
/*
 * crc_t10dif.c - the T10 DIF guard CRC in integer registers
 *
 * Bytes are polynomials over GF(2), the most significant bit first: data of n bits
 * is D(x) of degree below n, and the CRC is D(x) x^16 mod G(x). A CRC that comes
 * before is added to the first two bytes; everything is linear, addition is XOR.
 *
 * Two ways are combined.
 *
 * *Slicing* (slice_step) takes 8 bytes at a time: byte k from the end of the eight is
 * worth its polynomial times x^(8k+16), a table of 256 entries for each k. The table
 * is a constant that the compiler works out from the powers of x below.
 *
 * *Taps* get by without tables, for most of a block. Squaring is linear in GF(2)[x],
 * so G(x)^64 = G(x^64): whatever multiple of G there is, its powers of x may be
 * replaced by powers of y = x^64, the distance of neighbouring words of 64 bits.
 * Two multiples of G have few terms:
 *
 *	x^18 + x^15 + x^13 + x^12 + x^9 + x^2 + 1
 *	x^63 + x^27 + x^7 + 1
 *
 * Hence a word whose weight is y^18 (there are 18 behind it) may be deleted if it
 * is added to those of weight y^15, y^13, y^12, y^9, y^2 and 1: the words 3, 5, 6,
 * 9, 16 and 18 further on. The second one gets by with three, at 36, 56 and 63. It
 * is addition of words as they are in memory: no multiplication, no table and no
 * byte order. So a long range is first shortened to its last 64 words by the second
 * rule, these to 18 by the first, these 18 words, taken as 36 halves (y = x^32), to
 * 18 halves: 72 bytes, however long it was, are left to slicing.
 *
 * Needs 512 bytes of stack. Any context.
 */
#include <nvmeq/byte_table.h>
#include <nvmeq/crc.h>

const char *const nvmeq_crc_words[NVMEQ_CRC_TIERS + 2] = {
	"auto",
	[NVMEQ_CRC_SCALAR + 1]		= "scalar",
	[NVMEQ_CRC_PCLMUL + 1]		= "pclmul",
	[NVMEQ_CRC_VPCLMUL + 1]		= "vpclmul",
	[NVMEQ_CRC_GFNI_AVX2 + 1]	= "gfni-avx2",
	[NVMEQ_CRC_GFNI_AVX512 + 1]	= "gfni-avx512",
	NULL
};

const char *nvmeq_crc_tier_name(enum nvmeq_crc_tier tier)
{
	return (unsigned int)tier < NVMEQ_CRC_TIERS ? nvmeq_crc_words[tier + 1] : "?";
}

/* Multiplied by x, mod G. */
#define TIMES_X(p)	(((p) << 1 & 0xffff) ^ ((p) & 0x8000 ? NVMEQ_CRC_POLY : 0))

u16 nvmeq_crc_bitwise(u16 seed, const void *data, size_t len)
{
	const u8 *p = data;
	u16 crc = seed;
	int bit;

	while (len--) {
		crc ^= (u16)(*p++ << 8);
		for (bit = 0; bit < 8; bit++)
			crc = (u16)TIMES_X(crc);
	}
	return crc;
}

/* --- slicing --- */

/* X16 is x^16 mod G, and so on. */
enum slice_power {
	X16 = NVMEQ_CRC_POLY, X17 = TIMES_X(X16), X18 = TIMES_X(X17), X19 = TIMES_X(X18),
	X20 = TIMES_X(X19), X21 = TIMES_X(X20), X22 = TIMES_X(X21), X23 = TIMES_X(X22),
	X24 = TIMES_X(X23), X25 = TIMES_X(X24), X26 = TIMES_X(X25), X27 = TIMES_X(X26),
	X28 = TIMES_X(X27), X29 = TIMES_X(X28), X30 = TIMES_X(X29), X31 = TIMES_X(X30),
	X32 = TIMES_X(X31), X33 = TIMES_X(X32), X34 = TIMES_X(X33), X35 = TIMES_X(X34),
	X36 = TIMES_X(X35), X37 = TIMES_X(X36), X38 = TIMES_X(X37), X39 = TIMES_X(X38),
	X40 = TIMES_X(X39), X41 = TIMES_X(X40), X42 = TIMES_X(X41), X43 = TIMES_X(X42),
	X44 = TIMES_X(X43), X45 = TIMES_X(X44), X46 = TIMES_X(X45), X47 = TIMES_X(X46),
	X48 = TIMES_X(X47), X49 = TIMES_X(X48), X50 = TIMES_X(X49), X51 = TIMES_X(X50),
	X52 = TIMES_X(X51), X53 = TIMES_X(X52), X54 = TIMES_X(X53), X55 = TIMES_X(X54),
	X56 = TIMES_X(X55), X57 = TIMES_X(X56), X58 = TIMES_X(X57), X59 = TIMES_X(X58),
	X60 = TIMES_X(X59), X61 = TIMES_X(X60), X62 = TIMES_X(X61), X63 = TIMES_X(X62),
	X64 = TIMES_X(X63), X65 = TIMES_X(X64), X66 = TIMES_X(X65), X67 = TIMES_X(X66),
	X68 = TIMES_X(X67), X69 = TIMES_X(X68), X70 = TIMES_X(X69), X71 = TIMES_X(X70),
	X72 = TIMES_X(X71), X73 = TIMES_X(X72), X74 = TIMES_X(X73), X75 = TIMES_X(X74),
	X76 = TIMES_X(X75), X77 = TIMES_X(X76), X78 = TIMES_X(X77), X79 = TIMES_X(X78),
};

static const u16 slice_table[8][256] = {
	{ NVMEQ_BYTE_TABLE(X16, X17, X18, X19, X20, X21, X22, X23) },
	{ NVMEQ_BYTE_TABLE(X24, X25, X26, X27, X28, X29, X30, X31) },
	{ NVMEQ_BYTE_TABLE(X32, X33, X34, X35, X36, X37, X38, X39) },
	{ NVMEQ_BYTE_TABLE(X40, X41, X42, X43, X44, X45, X46, X47) },
	{ NVMEQ_BYTE_TABLE(X48, X49, X50, X51, X52, X53, X54, X55) },
	{ NVMEQ_BYTE_TABLE(X56, X57, X58, X59, X60, X61, X62, X63) },
	{ NVMEQ_BYTE_TABLE(X64, X65, X66, X67, X68, X69, X70, X71) },
	{ NVMEQ_BYTE_TABLE(X72, X73, X74, X75, X76, X77, X78, X79) },
};

static inline u16 slice_step(u16 crc, const u8 *p)
{
	return slice_table[7][p[0] ^ crc >> 8] ^ slice_table[6][p[1] ^ (crc & 0xff)] ^
	       slice_table[5][p[2]] ^ slice_table[4][p[3]] ^ slice_table[3][p[4]] ^
	       slice_table[2][p[5]] ^ slice_table[1][p[6]] ^ slice_table[0][p[7]];
}

static u16 slice_bytes(u16 crc, const u8 *p, size_t len)
{
	for (; len >= 8; len -= 8, p += 8)
		crc = slice_step(crc, p);
	while (len--)
		crc = (u16)(crc << 8) ^ slice_table[0][crc >> 8 ^ *p++];
	return crc;
}

/* --- taps --- */

#define TAPS_WORDS	64			/* a stretch of it */
#define TAPS_BYTES	(8 * TAPS_WORDS)
#define TAPS_LEFT	18			/* what the first rule cannot delete */

static inline u64 taps_load(const u8 *p)
{
	u64 word;

	memcpy(&word, p, sizeof(word));
	return word;
}

/*
 * The second rule: delete the 64 words of w, in favour of the 64 of data that
 * follow them. Word i of data gets those 63, 56 and 36 before it, as far as these
 * are in w and not data itself; their places are not overwritten yet.
 */
static void taps_last(u64 *w, const u8 *data)
{
	u32 i;

	for (i = 0; i < 36; i++)
		w[i] = taps_load(data + 8 * i) ^ w[i + 1] ^ w[i + 8] ^ w[i + 28];
	for (; i < 56; i++)
		w[i] = taps_load(data + 8 * i) ^ w[i + 1] ^ w[i + 8];
	for (; i < 63; i++)
		w[i] = taps_load(data + 8 * i) ^ w[i + 1];
	w[63] = taps_load(data + 8 * 63);
}

/*
 * The same when yet more follows: words of data are to be deleted, too, so each of
 * them gets all three, which from i = 36 on are in data, that is in w already.
 */
static void taps_next(u64 *w, const u8 *data)
{
	u32 i;

	for (i = 0; i < 36; i++)
		w[i] = taps_load(data + 8 * i) ^ w[i + 1] ^ w[i + 8] ^ w[i + 28];
	for (; i < 56; i++)
		w[i] = taps_load(data + 8 * i) ^ w[i + 1] ^ w[i + 8] ^ w[i - 36];
	for (; i < 63; i++)
		w[i] = taps_load(data + 8 * i) ^ w[i + 1] ^ w[i - 56] ^ w[i - 36];
	w[63] = taps_load(data + 8 * 63) ^ w[0] ^ w[7] ^ w[27];
}

/* The first stretch, when more follows: nothing is in front of it. */
static void taps_first(u64 *w)
{
	u32 i;

	for (i = 36; i < 56; i++)
		w[i] ^= w[i - 36];
	for (; i < 63; i++)
		w[i] ^= w[i - 56] ^ w[i - 36];
	w[63] ^= w[0] ^ w[7] ^ w[27];
}

/*
 * The first rule, for words of either size: delete all but the last 18 of n. Each
 * word from..to-1 gets those before it at the distances in "at", a bit for each; the
 * callers leave out distances that lead before the first word, or to one of the 18.
 */
#define TAPS_SUM(w, from, to, at)						\
do {										\
	u32 i_;									\
										\
	for (i_ = (from); i_ < (to); i_++)					\
		(w)[i_] ^= ((at) & BIT(3) ? (w)[i_ - 3] : 0) ^			\
			   ((at) & BIT(5) ? (w)[i_ - 5] : 0) ^			\
			   ((at) & BIT(6) ? (w)[i_ - 6] : 0) ^			\
			   ((at) & BIT(9) ? (w)[i_ - 9] : 0) ^			\
			   ((at) & BIT(16) ? (w)[i_ - 16] : 0) ^		\
			   ((at) & BIT(18) ? (w)[i_ - 18] : 0);			\
} while (0)

#define TAPS_18		BIT(18)
#define TAPS_16		(BIT(16) | TAPS_18)
#define TAPS_9		(BIT(9) | TAPS_16)
#define TAPS_6		(BIT(6) | TAPS_9)
#define TAPS_5		(BIT(5) | TAPS_6)
#define TAPS_ALL	(BIT(3) | TAPS_5)

/* For n from 36 on: the first 18 words do not reach the last 18. */
#define TAPS_SHORT(w, n)							\
do {										\
	TAPS_SUM(w, 3, 5, BIT(3));						\
	TAPS_SUM(w, 5, 6, BIT(3) | BIT(5));					\
	TAPS_SUM(w, 6, 9, BIT(3) | BIT(5) | BIT(6));				\
	TAPS_SUM(w, 9, 16, TAPS_ALL & ~TAPS_16);				\
	TAPS_SUM(w, 16, 18, TAPS_ALL & ~TAPS_18);				\
	TAPS_SUM(w, 18, (n) - 15, TAPS_ALL);					\
	TAPS_SUM(w, (n) - 15, (n) - 13, TAPS_5);				\
	TAPS_SUM(w, (n) - 13, (n) - 12, TAPS_6);				\
	TAPS_SUM(w, (n) - 12, (n) - 9, TAPS_9);					\
	TAPS_SUM(w, (n) - 9, (n) - 2, TAPS_16);					\
	TAPS_SUM(w, (n) - 2, (n), TAPS_18);					\
} while (0)

/* len is a multiple of TAPS_BYTES, and not 0. */
static u16 taps_bytes(u16 crc, const u8 *p, size_t len)
{
	u64 w[TAPS_WORDS];
	u32 half[2 * TAPS_LEFT];
	u8 head[2] = { (u8)(crc >> 8), (u8)crc };

	memcpy(w, p, TAPS_BYTES);
	((u8 *)w)[0] ^= head[0];
	((u8 *)w)[1] ^= head[1];
	if (len > TAPS_BYTES) {
		taps_first(w);
		for (len -= TAPS_BYTES, p += TAPS_BYTES; len > TAPS_BYTES;
		     len -= TAPS_BYTES, p += TAPS_BYTES)
			taps_next(w, p);
		taps_last(w, p);
	}
	TAPS_SHORT(w, TAPS_WORDS);
	memcpy(half, w + TAPS_WORDS - TAPS_LEFT, sizeof(half));
	TAPS_SHORT(half, 2 * TAPS_LEFT);
	return slice_bytes(0, (const u8 *)(half + TAPS_LEFT), 4 * TAPS_LEFT);
}

u16 nvmeq_crc_scalar(u16 seed, const void *data, size_t len)
{
	size_t odd = len % TAPS_BYTES;
	u16 crc = slice_bytes(seed, data, odd);

	return len > odd ? taps_bytes(crc, (const u8 *)data + odd, len - odd) : crc;
}

/* --- appending zeroes --- */

static u16 times(u16 a, u16 b)
{
	u16 sum = 0;

	for (; b; b >>= 1, a = (u16)TIMES_X(a))
		if (b & 1)
			sum ^= a;
	return sum;
}

u16 nvmeq_crc_append_zeroes(u16 crc, u64 bytes)
{
	u16 power = 1 << 8;	/* x^8, squared once per bit of the count */

	for (; bytes; bytes >>= 1, power = times(power, power))
		if (bytes & 1)
			crc = times(crc, power);
	return crc;
}
