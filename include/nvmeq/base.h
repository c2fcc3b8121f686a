/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * base.h - the vocabulary that kernel and host builds share
 *
 * Everything below include/nvmeq/ and drivers/lib/ is compiled three times:
 * into the module, into the host unit tests and into the fuzzers. This header
 * makes the three look alike: fixed-width types, little-endian conversion,
 * bit helpers, static assertions, and the two things in which a register
 * write differs between a device and a test: the store and its barrier.
 *
 * It is the only file of the project that asks which world it is in.
 */
#ifndef NVMEQ_BASE_H
#define NVMEQ_BASE_H

#ifdef __KERNEL__

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/string.h>
#include <linux/types.h>
#include <asm/barrier.h>
#include <asm/byteorder.h>

typedef u32 __iomem *nvmeq_doorbell;

/* The store that the device sees. writel() orders it after earlier stores to
 * coherent memory, so a ring entry is visible before its doorbell.
 */
static inline void nvmeq_doorbell_write(nvmeq_doorbell db, u32 value)
{
	writel(value, db);
}

/* Between reading a CQE's phase tag and reading the rest of the entry. */
#define nvmeq_dma_rmb()		dma_rmb()

#else /* host: unit tests and fuzzers */

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;
typedef uint16_t __le16;
typedef uint32_t __le32;
typedef uint64_t __le64;
typedef uint16_t __be16;
typedef uint32_t __be32;

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the host build of drivers/lib expects a little-endian machine"
#endif
#define cpu_to_le16(x)	((__le16)(x))
#define cpu_to_le32(x)	((__le32)(x))
#define cpu_to_le64(x)	((__le64)(x))
#define le16_to_cpu(x)	((u16)(x))
#define le32_to_cpu(x)	((u32)(x))
#define le64_to_cpu(x)	((u64)(x))
#define cpu_to_be16(x)	((__be16)__builtin_bswap16(x))
#define cpu_to_be32(x)	((__be32)__builtin_bswap32(x))
#define be16_to_cpu(x)	((u16)__builtin_bswap16(x))
#define be32_to_cpu(x)	((u32)__builtin_bswap32(x))
#define __force

#define BIT(n)			(1UL << (n))
#define BIT_ULL(n)		(1ULL << (n))
#define GENMASK_ULL(h, l)	(((~0ULL) << (l)) & (~0ULL >> (63 - (h))))
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))
#define min(a, b)		((a) < (b) ? (a) : (b))
#define max(a, b)		((a) > (b) ? (a) : (b))
#define min_t(t, a, b)		((t)(a) < (t)(b) ? (t)(a) : (t)(b))
#define max_t(t, a, b)		((t)(a) > (t)(b) ? (t)(a) : (t)(b))
#define clamp_t(t, v, lo, hi)	min_t(t, max_t(t, v, lo), hi)
#define is_power_of_2(n)	((n) != 0 && (((n) & ((n) - 1)) == 0))
#define READ_ONCE(x)		(*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v)	(*(volatile __typeof__(x) *)&(x) = (v))
#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)
#define fallthrough		__attribute__((__fallthrough__))
#ifndef __always_inline
#define __always_inline		inline __attribute__((__always_inline__))
#endif
#ifndef __packed
#define __packed		__attribute__((__packed__))
#endif
#ifndef static_assert
#define static_assert		_Static_assert
#endif

typedef volatile u32 *nvmeq_doorbell;

/* Value of a hexadecimal digit, -1 for what is none. */
static inline int hex_to_bin(unsigned char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)((at - digits) & 15) : -1;
}

static inline void nvmeq_doorbell_write(nvmeq_doorbell db, u32 value)
{
	*db = value;
}

#define nvmeq_dma_rmb()		__atomic_thread_fence(__ATOMIC_ACQUIRE)

#endif /* __KERNEL__ */

/* Unaligned little-endian reads, for parsers that walk bytes. */
static inline u16 nvmeq_get_le16(const u8 *p)
{
	return (u16)(p[0] | p[1] << 8);
}

static inline u32 nvmeq_get_le32(const u8 *p)
{
	return nvmeq_get_le16(p) | (u32)nvmeq_get_le16(p + 2) << 16;
}

static inline u64 nvmeq_get_le64(const u8 *p)
{
	return nvmeq_get_le32(p) | (u64)nvmeq_get_le32(p + 4) << 32;
}

/* offsetof() assertions on wire structs read like a table of the specification. */
#define NVMEQ_ASSERT_OFFSET(type, member, off) \
	static_assert(offsetof(type, member) == (off), #type "." #member)
#define NVMEQ_ASSERT_SIZE(type, size) \
	static_assert(sizeof(type) == (size), "sizeof " #type)

#endif /* NVMEQ_BASE_H */
