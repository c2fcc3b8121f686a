/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * crc_pclmul.S - guards with PCLMULQDQ in 16-byte registers
 *
 * Needs PCLMULQDQ and SSSE3. See crc_t10dif.c for the CRC and for taps, barrett.h
 * for the last step, job.h for the calling convention.
 *
 * PCLMULQDQ multiplies polynomials of degree below 64. A vector of 16 bytes is D =
 * d1 x^64 + d0; turned round (its first byte is the most significant one), its upper
 * and lower half are d1 and d0 as numbers. At distance x^n from the end it is worth
 *
 *	d1 (x^(n+64+16) mod G) + d0 (x^(n+16) mod G)
 *
 * two multiplications by constants, whose results have degrees below 79 and are simply
 * added for all vectors of the last 512 bytes. Reduced mod G the sum is the CRC.
 *
 * The multiplier takes an operation every two cycles on the CPUs that this is for, and
 * limits everything: 4 bytes a cycle. Additions are nearly free beside it. So of the 32
 * vectors of the last 512 bytes, the first 14 are not multiplied at all: with y = x^128
 *
 *	y^18 = y^15 + y^13 + y^12 + y^9 + y^2 + 1	(mod G)
 *
 * deletes vector i in favour of i + 3, 5, 6, 9, 16 and 18. Seen from the other side,
 * vector i gets those of the deleted ones that are so far in front of it.
 *
 * Blocks of more than 512 bytes: the first 8 vectors are multiplied to where the next
 * 8 are, added to these, and so on, until these are the first of the last 512 bytes.
 */
#include "barrett.h"

#define DELETED		14	/* vectors; the others number 18, the degree of the rule */

#define JOB		%rdi
#define DATA		%rsi
#define COPY		%r9
#define MORE		%rdx	/* bytes of a block in front of its last 512 */
#define DATA_SKIP	%r8	/* from the last 512 bytes to the next block */
#define COPY_SKIP	%r10
#define BLOCKS		%rcx
#define GUARDS		%r11
#define LEFT		%rax
#define SCRATCH		%rsp

#define REVERSE		%xmm7
#define FACTORS		%xmm4	/* in the loop over a large block */
#define SUM_LO		%xmm5
#define SUM_HI		%xmm6
/* xmm8 to xmm15 are eight vectors of the block. */

.macro LOAD at, reg, copy
	movdqu		\at(DATA), \reg
.if \copy
	movdqu		\reg, \at(COPY)
.endif
.endm

/* Move xmm\v on by 128 bytes and add the vector that is there. */
.macro STEP v, copy
	LOAD		(16 * (\v - 8)), %xmm1, \copy
	movdqa		%xmm\v, %xmm0
	pclmulqdq	$0x00, FACTORS, %xmm\v
	pshufb		REVERSE, %xmm1
	pclmulqdq	$0x11, FACTORS, %xmm0
	pxor		%xmm1, %xmm\v
	pxor		%xmm0, %xmm\v
.endm

/* Add deleted vector n to reg: 0 to 7 are in xmm8 to xmm15 still, the others in memory. */
.macro ADD_DELETED n, reg
.irp v, 8, 9, 10, 11, 12, 13, 14, 15
.if \n == \v - 8
	pxor		%xmm\v, \reg
.endif
.endr
.if \n >= 8
	pxor		(16 * (\n - 8))(SCRATCH), \reg
.endif
.endm

/* Add to reg the deleted vectors whose rule names vector i. */
.macro TAPS i, reg
.irp tap, 3, 5, 6, 9, 16, 18
.if (\i - \tap >= 0) && (\i - \tap < DELETED)
	ADD_DELETED	(\i-\tap), \reg
.endif
.endr
.endm

/* Vector i of the last 512 bytes, in reg: keep it for its taps, or multiply and add. */
.macro VECTOR i, reg
	TAPS		\i, \reg
.if \i >= DELETED
	pshufb		REVERSE, \reg
	movdqa		\reg, %xmm1
	pclmulqdq	$0x00, CONST(CONST_MUL_DIRECT + 16 * \i), \reg
	pclmulqdq	$0x11, CONST(CONST_MUL_DIRECT + 16 * \i), %xmm1
	pxor		\reg, SUM_LO
	pxor		%xmm1, SUM_HI
.elseif \i >= 8
	movdqa		\reg, (16 * (\i - 8))(SCRATCH)
.endif
.endm

.macro LARGE_BLOCK copy
	movdqa		CONST(CONST_MUL_XMM), FACTORS
	mov		MORE, LEFT
.irp v, 8, 9, 10, 11, 12, 13, 14, 15
	pshufb		REVERSE, %xmm\v
.endr
.Lstep\@:
	sub		$-128, DATA
.if \copy
	sub		$-128, COPY
.endif
.irp v, 8, 9, 10, 11, 12, 13, 14, 15
	STEP		\v, \copy
.endr
	sub		$128, LEFT
	jnz		.Lstep\@
.irp v, 8, 9, 10, 11, 12, 13, 14, 15
	pshufb		REVERSE, %xmm\v
.endr
.endm

.macro GUARDS_OF_BLOCKS copy
	push		%rbp
	mov		%rsp, %rbp
	sub		$(16 * (DELETED - 8)), %rsp
	and		$-16, %rsp
	mov		JOB_DATA(JOB), DATA
	mov		JOB_BLOCK_BYTES(JOB), MORE
	mov		JOB_DATA_STRIDE(JOB), DATA_SKIP
	mov		JOB_BLOCKS(JOB), BLOCKS
	mov		JOB_GUARDS(JOB), GUARDS
	sub		$512, MORE
	sub		MORE, DATA_SKIP
.if \copy
	mov		JOB_COPY(JOB), COPY
	mov		JOB_COPY_STRIDE(JOB), COPY_SKIP
	sub		MORE, COPY_SKIP
.endif
	movdqa		CONST(CONST_REVERSE), REVERSE

.Lblock\@:
.irp v, 8, 9, 10, 11, 12, 13, 14, 15
	LOAD		(16 * (\v - 8)), %xmm\v, \copy
.endr
	test		MORE, MORE
	jz		.Llast\@
	LARGE_BLOCK	\copy
.Llast\@:
	pxor		SUM_LO, SUM_LO
	pxor		SUM_HI, SUM_HI
.irp v, 8, 9, 10, 11, 12, 13, 14, 15
	VECTOR		(\v-8), %xmm\v
.endr
.irp i, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	LOAD		(16 * \i), %xmm0, \copy
	VECTOR		\i, %xmm0
.endr
	pxor		SUM_LO, SUM_HI
	BARRETT_SSE	6, 0, 1
	mov		%ax, (GUARDS)
	add		$2, GUARDS
	add		DATA_SKIP, DATA
.if \copy
	add		COPY_SKIP, COPY
.endif
	dec		BLOCKS
	jnz		.Lblock\@
	leave
	RET
.endm

/* void nvmeq_crc_pclmul_guards(const struct nvmeq_crc_job *job) */
SYM_FUNC_START(nvmeq_crc_pclmul_guards)
	GUARDS_OF_BLOCKS 0
SYM_FUNC_END(nvmeq_crc_pclmul_guards)

/* void nvmeq_crc_pclmul_copy(const struct nvmeq_crc_job *job) */
SYM_FUNC_START(nvmeq_crc_pclmul_copy)
	GUARDS_OF_BLOCKS 1
SYM_FUNC_END(nvmeq_crc_pclmul_copy)
