/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * byte_table.h - tables of a linear function of a byte, worked out by the compiler
 */
#ifndef NVMEQ_BYTE_TABLE_H
#define NVMEQ_BYTE_TABLE_H

/* Value for byte b: the sum (XOR) of what the bits that are set in it are worth. */
#define NVMEQ_BYTE_VALUE(b, p0, p1, p2, p3, p4, p5, p6, p7)			\
	(((b) & 1 ? p0 : 0) ^ ((b) & 2 ? p1 : 0) ^ ((b) & 4 ? p2 : 0) ^		\
	 ((b) & 8 ? p3 : 0) ^ ((b) & 16 ? p4 : 0) ^ ((b) & 32 ? p5 : 0) ^	\
	 ((b) & 64 ? p6 : 0) ^ ((b) & 128 ? p7 : 0))
#define NVMEQ_BYTE_4(b, ...)							\
	NVMEQ_BYTE_VALUE((b), __VA_ARGS__), NVMEQ_BYTE_VALUE((b) + 1, __VA_ARGS__), \
	NVMEQ_BYTE_VALUE((b) + 2, __VA_ARGS__), NVMEQ_BYTE_VALUE((b) + 3, __VA_ARGS__)
#define NVMEQ_BYTE_16(b, ...)							\
	NVMEQ_BYTE_4((b), __VA_ARGS__), NVMEQ_BYTE_4((b) + 4, __VA_ARGS__),	\
	NVMEQ_BYTE_4((b) + 8, __VA_ARGS__), NVMEQ_BYTE_4((b) + 12, __VA_ARGS__)
#define NVMEQ_BYTE_64(b, ...)							\
	NVMEQ_BYTE_16((b), __VA_ARGS__), NVMEQ_BYTE_16((b) + 16, __VA_ARGS__),	\
	NVMEQ_BYTE_16((b) + 32, __VA_ARGS__), NVMEQ_BYTE_16((b) + 48, __VA_ARGS__)

/* All 256 of them, for an initializer; the arguments are worths of bits 0 to 7. */
#define NVMEQ_BYTE_TABLE(...)							\
	NVMEQ_BYTE_64(0, __VA_ARGS__), NVMEQ_BYTE_64(64, __VA_ARGS__),		\
	NVMEQ_BYTE_64(128, __VA_ARGS__), NVMEQ_BYTE_64(192, __VA_ARGS__)

#endif /* NVMEQ_BYTE_TABLE_H */
