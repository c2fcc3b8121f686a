/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * crc_gfni_ymm.S - guards with GF2P8AFFINEQB in 32-byte registers
 *
 * Needs GFNI, PCLMULQDQ and AVX2. The idea is that of crc_gfni_zmm.S. What differs:
 *
 * - There are 16 registers. The matrices for the last bytes of a block are read from
 *   memory, and these are 256 bytes, all the rest being cut down to them.
 *
 * - The distance of neighbouring vectors is y = x^256, and the way to cut down is
 *
 *	p y^8 = (A p) y + (B p)
 *
 *   (with y^4, as there, bytes would not span all residues). It is done from the
 *   deleted vector's side, as without a sum of three there is nothing to gain from the
 *   other one: the vector that comes 8 behind it gets B p, the one before that A p.
 *
 * - Gathering positions takes unpacking in three stages instead of one permutation.
 */
#include "barrett.h"

#define FOLDED_BYTES	(16 * NVMEQ_CRC_BATCH)

#define JOB		%rdi
#define DATA		%rsi
#define COPY		%r9
#define MORE		%rdx	/* bytes of a block in front of its last 256 */
#define DATA_SKIP	%r8	/* from the last 256 bytes to the next block */
#define COPY_SKIP	%r10
#define BLOCKS		%rcx
#define FOLDED		%r11	/* 16 bytes of each block, on the stack */
#define GUARDS		%rdx
#define LEFT		%rax

/* Matrices of the last 256 bytes. */
#define DIRECT_HI	(CONST_DIRECT_HI+256)
#define DIRECT_LO	(CONST_DIRECT_LO+256)

/* ymm0 to ymm7 are eight vectors of the block. */
#define H		%ymm8
#define L		%ymm9
#define A		%ymm14
#define B		%ymm15

/* \to = \matrix times \v, byte by byte */
.macro MUL matrix, v, to
	vgf2p8affineqb	$0, \matrix, \v, \to
.endm

.macro LOAD i, v, copy
	vmovdqu		(32 * \i)(DATA), \v
.if \copy
	vmovdqu		\v, (32 * \i)(COPY)
.endif
.endm

/* ymm\before += A ymm\i; ymm\i = data[\i] + B ymm\i */
.macro STEP i, before, copy
	MUL		A, %ymm\i, %ymm10
	MUL		B, %ymm\i, %ymm\i
	vpxor		%ymm10, %ymm\before, %ymm\before
.if \copy
	LOAD		\i, %ymm11, 1
	vpxor		%ymm11, %ymm\i, %ymm\i
.else
	vpxor		(32 * \i)(DATA), %ymm\i, %ymm\i
.endif
.endm

/* H and L += the products of ymm\i */
.macro ADD_PRODUCTS i
	MUL		CONST(DIRECT_HI+32*\i), %ymm\i, %ymm10
	MUL		CONST(DIRECT_LO+32*\i), %ymm\i, %ymm11
	vpxor		%ymm10, H, H
	vpxor		%ymm11, L, L
.endm

/* xmm8 = the sum of the words of H, then that of L. */
.macro ADD_WORDS
	vpunpcklqdq	L, H, %ymm10
	vpunpckhqdq	L, H, %ymm11
	vpxor		%ymm11, %ymm10, %ymm10
	vextracti128	$1, %ymm10, %xmm11
	vpxor		%xmm11, %xmm10, %xmm8
.endm

/* The guard of a single block, from xmm8. */
.macro FINISH_ONE
	vpshufb		CONST(CONST_REVERSE), %xmm8, %xmm8
	vpclmulqdq	$0x00, CONST(CONST_MUL_JOIN), %xmm8, %xmm0
	vpclmulqdq	$0x11, CONST(CONST_MUL_JOIN), %xmm8, %xmm1
	vpxor		%xmm0, %xmm1, %xmm0
	BARRETT_VEX	0, 1, 2
	mov		%ax, (GUARDS)
.endm

/* ymm\to = what blocks k and k + 4 were folded to */
.macro LOAD_FOLDED k, to
	vmovdqa		(16 * \k)(FOLDED), %xmm\to
	vinserti128	$1, (16 * \k + 64)(FOLDED), %ymm\to, %ymm\to
.endm

/*
 * Four positions of ymm\v, in which a double word has one of blocks 0 to 3, and that in
 * the other half of the register the same of blocks 4 to 7.
 */
.macro FINISH_POSITIONS v, hi, lo
	vpermd		%ymm\v, %ymm15, %ymm\v
	MUL		CONST(CONST_FINISH+\hi), %ymm\v, %ymm10
	MUL		CONST(CONST_FINISH+\lo), %ymm\v, %ymm11
	vpxor		%ymm10, H, H
	vpxor		%ymm11, L, L
.endm

/* Guards of BLOCKS blocks, eight at a time; what is behind the last one is not used. */
.macro FINISH_BLOCKS
	vmovdqa		CONST(CONST_WEAVE), %xmm14
	vmovdqa		CONST(CONST_PAIR), %ymm15
	mov		%rsp, FOLDED
.Leight\@:
	LOAD_FOLDED	0, 0
	LOAD_FOLDED	1, 1
	LOAD_FOLDED	2, 2
	LOAD_FOLDED	3, 3
	vpunpcklbw	%ymm1, %ymm0, %ymm4	/* positions 0 to 7 of two blocks */
	vpunpckhbw	%ymm1, %ymm0, %ymm5	/* 8 to 15 */
	vpunpcklbw	%ymm3, %ymm2, %ymm6
	vpunpckhbw	%ymm3, %ymm2, %ymm7
	vpunpcklwd	%ymm6, %ymm4, %ymm0	/* 0 to 3 of four blocks */
	vpunpckhwd	%ymm6, %ymm4, %ymm1	/* 4 to 7 */
	vpunpcklwd	%ymm7, %ymm5, %ymm2	/* 8 to 11 */
	vpunpckhwd	%ymm7, %ymm5, %ymm3	/* 12 to 15 */
	vpxor		%xmm8, %xmm8, %xmm8
	vpxor		%xmm9, %xmm9, %xmm9
	FINISH_POSITIONS 0, 0, 128
	FINISH_POSITIONS 1, 32, 160
	FINISH_POSITIONS 2, 64, 192
	FINISH_POSITIONS 3, 96, 224
	ADD_WORDS
	vpshufb		%xmm14, %xmm8, %xmm8
	vmovdqu		%xmm8, (GUARDS)
	sub		$-128, FOLDED
	add		$16, GUARDS
	sub		$8, BLOCKS
	ja		.Leight\@
.endm

.macro GUARDS_OF_BLOCKS copy
	push		%rbp
	mov		%rsp, %rbp
	sub		$FOLDED_BYTES, %rsp
	and		$-32, %rsp
	mov		JOB_DATA(JOB), DATA
	mov		JOB_BLOCK_BYTES(JOB), MORE
	mov		JOB_DATA_STRIDE(JOB), DATA_SKIP
	mov		JOB_BLOCKS(JOB), BLOCKS
	sub		$256, MORE
	sub		MORE, DATA_SKIP
.if \copy
	mov		JOB_COPY(JOB), COPY
	mov		JOB_COPY_STRIDE(JOB), COPY_SKIP
	sub		MORE, COPY_SKIP
.endif
	mov		%rsp, FOLDED
	vpbroadcastq	CONST(CONST_STEP_YMM), A
	vpbroadcastq	CONST(CONST_STEP_YMM + 8), B

	.p2align 4
.Lblock\@:
.irp i, 0, 1, 2, 3, 4, 5, 6, 7
	LOAD		\i, %ymm\i, \copy
.endr
	mov		MORE, LEFT
.Lsteps\@:
	add		$256, DATA
.if \copy
	add		$256, COPY
.endif
	STEP		0, 7, \copy
	STEP		1, 0, \copy
	STEP		2, 1, \copy
	STEP		3, 2, \copy
	STEP		4, 3, \copy
	STEP		5, 4, \copy
	STEP		6, 5, \copy
	STEP		7, 6, \copy
	sub		$256, LEFT
	jnz		.Lsteps\@

	MUL		CONST(DIRECT_HI), %ymm0, H
	MUL		CONST(DIRECT_LO), %ymm0, L
.irp i, 1, 2, 3, 4, 5, 6, 7
	ADD_PRODUCTS	\i
.endr
	ADD_WORDS
	vmovdqa		%xmm8, (FOLDED)
	add		$16, FOLDED
	add		DATA_SKIP, DATA
.if \copy
	add		COPY_SKIP, COPY
.endif
	dec		BLOCKS
	jnz		.Lblock\@

	mov		JOB_GUARDS(JOB), GUARDS
	mov		JOB_BLOCKS(JOB), BLOCKS
	cmp		$1, BLOCKS
	je		.Lone\@
	FINISH_BLOCKS
	vzeroupper
	leave
	RET
.Lone\@:
	FINISH_ONE
	vzeroupper
	leave
	RET
.endm

/* void nvmeq_crc_gfni_ymm_guards(const struct nvmeq_crc_job *job) */
SYM_FUNC_START(nvmeq_crc_gfni_ymm_guards)
	GUARDS_OF_BLOCKS 0
SYM_FUNC_END(nvmeq_crc_gfni_ymm_guards)

/* void nvmeq_crc_gfni_ymm_copy(const struct nvmeq_crc_job *job) */
SYM_FUNC_START(nvmeq_crc_gfni_ymm_copy)
	GUARDS_OF_BLOCKS 1
SYM_FUNC_END(nvmeq_crc_gfni_ymm_copy)
