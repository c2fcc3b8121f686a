/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * x86.h - the little that count.c wants to know of an instruction's bytes
 * (Intel SDM volume 2, chapter 2)
 */
#ifndef X86_H
#define X86_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Bytes of legacy prefixes and REX before the opcode; @lock: one of them is LOCK. */
static inline size_t x86_prefixes(const uint8_t *code, size_t size, bool *lock)
{
	static const uint8_t legacy[] = { 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67,
					  0xf0, 0xf2, 0xf3 };
	size_t n = 0;

	*lock = false;
	while (n < size && memchr(legacy, code[n], sizeof(legacy)))
		*lock |= code[n++] == 0xf0;
	if (n < size && (code[n] & 0xf0) == 0x40)
		n++;
	return n;
}

/* Does it lock the bus or its cache line? XCHG with memory does without a prefix. */
static inline bool x86_locks(const uint8_t *code, size_t size)
{
	bool lock;
	size_t n = x86_prefixes(code, size, &lock);

	return lock || (n + 1 < size && (code[n] & 0xfe) == 0x86 && code[n + 1] >> 6 != 3);
}

/* Where a direct CALL or a long direct JMP (a tail call, perhaps) goes; else 0. */
static inline uint64_t x86_target(const uint8_t *code, size_t size, uint64_t addr)
{
	int32_t distance;

	if (size != 5 || (code[0] & 0xfe) != 0xe8)
		return 0;
	memcpy(&distance, code + 1, sizeof(distance));
	return addr + size + (uint64_t)(int64_t)distance;
}

/* The mark of tests/guest/src/perfmark.c: nopl 0x6b72616d(%rax). */
static inline bool x86_is_mark(const uint8_t *code, size_t size)
{
	return size == 7 && !memcmp(code, "\x0f\x1f\x80mark", 7);
}

#endif /* X86_H */
