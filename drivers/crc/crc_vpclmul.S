/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * crc_vpclmul.S - guards with VPCLMULQDQ in 32-byte registers
 *
 * Needs VPCLMULQDQ, PCLMULQDQ and AVX2. What crc_pclmul.S does, two vectors in a
 * register, and all of them multiplied: the rule that would delete some spans more
 * registers than 512 bytes fill. 8 bytes a cycle where the multiplier takes two cycles.
 */
#include "barrett.h"

#define JOB		%rdi
#define DATA		%rsi
#define COPY		%r9
#define MORE		%rdx	/* bytes of a block in front of its last 512 */
#define DATA_SKIP	%r8	/* from the last 512 bytes to the next block */
#define COPY_SKIP	%r10
#define BLOCKS		%rcx
#define GUARDS		%r11
#define LEFT		%rax

#define REVERSE		%ymm7
#define FACTORS		%ymm4	/* in the loop over a large block */
/* ymm8 to ymm15 are the first half of the last 512 bytes, or what was moved there. */

.macro LOAD at, reg, copy
	vmovdqu		\at(DATA), \reg
.if \copy
	vmovdqu		\reg, \at(COPY)
.endif
	vpshufb		REVERSE, \reg, \reg
.endm

/* Move ymm\v on by 256 bytes and add the vector that is there. */
.macro STEP v, copy
	LOAD		(32 * (\v - 8)), %ymm0, \copy
	vpclmulqdq	$0x00, FACTORS, %ymm\v, %ymm1
	vpclmulqdq	$0x11, FACTORS, %ymm\v, %ymm\v
	vpxor		%ymm0, %ymm1, %ymm1
	vpxor		%ymm1, %ymm\v, %ymm\v
.endm

/* Multiply vector i of the last 512 bytes and add the result to ymm5 and ymm6. */
.macro VECTOR i, reg
	vpclmulqdq	$0x00, CONST(CONST_MUL_DIRECT + 32 * \i), \reg, %ymm2
	vpclmulqdq	$0x11, CONST(CONST_MUL_DIRECT + 32 * \i), \reg, %ymm3
	vpxor		%ymm2, %ymm5, %ymm5
	vpxor		%ymm3, %ymm6, %ymm6
.endm

.macro LARGE_BLOCK copy
	vbroadcasti128	CONST(CONST_MUL_YMM), FACTORS
	mov		MORE, LEFT
.Lstep\@:
	add		$256, DATA
.if \copy
	add		$256, COPY
.endif
.irp v, 8, 9, 10, 11, 12, 13, 14, 15
	STEP		\v, \copy
.endr
	sub		$256, LEFT
	jnz		.Lstep\@
.endm

.macro GUARDS_OF_BLOCKS copy
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
	vbroadcasti128	CONST(CONST_REVERSE), REVERSE

.Lblock\@:
.irp v, 8, 9, 10, 11, 12, 13, 14, 15
	LOAD		(32 * (\v - 8)), %ymm\v, \copy
.endr
	test		MORE, MORE
	jz		.Llast\@
	LARGE_BLOCK	\copy
.Llast\@:
	vpxor		%xmm5, %xmm5, %xmm5
	vpxor		%xmm6, %xmm6, %xmm6
.irp v, 8, 9, 10, 11, 12, 13, 14, 15
	VECTOR		(\v - 8), %ymm\v
.endr
.irp i, 8, 9, 10, 11, 12, 13, 14, 15
	LOAD		(32 * \i), %ymm0, \copy
	VECTOR		\i, %ymm0
.endr
	vpxor		%ymm5, %ymm6, %ymm5
	vextracti128	$1, %ymm5, %xmm6
	vpxor		%xmm5, %xmm6, %xmm6
	BARRETT_VEX	6, 0, 1
	mov		%ax, (GUARDS)
	add		$2, GUARDS
	add		DATA_SKIP, DATA
.if \copy
	add		COPY_SKIP, COPY
.endif
	dec		BLOCKS
	jnz		.Lblock\@
	vzeroupper
	RET
.endm

/* void nvmeq_crc_vpclmul_guards(const struct nvmeq_crc_job *job) */
SYM_FUNC_START(nvmeq_crc_vpclmul_guards)
	GUARDS_OF_BLOCKS 0
SYM_FUNC_END(nvmeq_crc_vpclmul_guards)

/* void nvmeq_crc_vpclmul_copy(const struct nvmeq_crc_job *job) */
SYM_FUNC_START(nvmeq_crc_vpclmul_copy)
	GUARDS_OF_BLOCKS 1
SYM_FUNC_END(nvmeq_crc_vpclmul_copy)
