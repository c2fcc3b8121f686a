/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * crc_gfni_zmm.S - guards with GF2P8AFFINEQB in 64-byte registers
 *
 * Needs GFNI, PCLMULQDQ, AVX512F, BW, VL and VBMI. Documentation/dif.rst tells the
 * idea at leisure; barrett.h has the last step of a single block, job.h the calling
 * convention, crc_consts.c the tables.
 *
 * GF2P8AFFINEQB multiplies every byte of a register by an 8x8 matrix over GF(2), one
 * matrix for each word of 64 bits. Multiplying a byte p by x^n mod G is linear in p,
 * hence two such matrices, one for each byte of the result. Where the carry-less
 * multiplier takes an operation every two cycles, this one takes one in each, or two
 * if they are of 32 bytes.
 *
 * 1. Fold a block to 16 bytes. Word Q of the last 64 words of a block is worth
 *    x^(64 (63 - Q)). Byte b of it is multiplied by that, giving h and l, bytes still
 *    in need of x^(8 (7 - b)), which all words have in common. So all the h are added,
 *    for each b, and all the l:
 *
 *	H = sum of MH[Q] word[Q],  L = sum of ML[Q] word[Q]
 *
 *    Nothing depends on anything before it, the 16 registers of matrices stay, and
 *    what is left is to add the eight words of H, and those of L.
 *
 * 2. A block of more than 512 bytes is first cut down to its last 512. With y = x^512,
 *    the distance of neighbouring vectors, a byte p can be written as
 *
 *	p y^8 = (A p) y^4 + (B p)
 *
 *    since bytes times y^4, and bytes, span all residues mod G. So a vector is deleted
 *    in favour of those 4 and 8 further on; seen from there,
 *
 *	v[i] = data[i] + A v[i - 4] + B v[i - 8]
 *
 *    where the first four have nothing in front of them and the last four get no A.
 *
 * 3. Finish eight blocks at once: H and L of eight blocks are 16 positions of 8 bytes.
 *    Gathered by position, each position is a word and has its own matrices, for
 *    x^(8 (7 - b) + 16), and again x^8 for H. The sum of the 16 words is the eight CRCs.
 *    One block alone takes PCLMULQDQ for this, which is shorter.
 */
#include "barrett.h"

#define FOLDED_BYTES	(16 * NVMEQ_CRC_BATCH)

#define JOB		%rdi
#define DATA		%rsi
#define COPY		%r9
#define MORE		%rdx	/* bytes of a block in front of its last 512 */
#define DATA_SKIP	%r8	/* from the last 512 bytes to the next block */
#define COPY_SKIP	%r10
#define BLOCKS		%rcx
#define FOLDED		%r11	/* 16 bytes of each block, on the stack */
#define TO		%rdx	/* where guards go, at last */
#define LEFT		%rax

/* Matrices of vector i of the last 512 bytes. */
#define MH(i)		CONST(CONST_DIRECT_HI+64*i)
#define ML(i)		CONST(CONST_DIRECT_LO+64*i)

/* zmm0 to zmm7 are eight vectors of the block; zmm16 to zmm23 are MH, zmm24 to zmm31 ML. */
#define H		%zmm8
#define L		%zmm9
#define A		%zmm14
#define B		%zmm15

/* \to = \matrix times \v, byte by byte */
.macro MUL matrix, v, to
	vgf2p8affineqb	$0, \matrix, \v, \to
.endm

/* \to ^= \p ^ \q */
.macro ADD2 p, q, to
	vpternlogq	$0x96, \p, \q, \to
.endm

.macro LOAD i, v, copy
	vmovdqu64	(64 * \i)(DATA), \v
.if \copy
	vmovdqu64	\v, (64 * \i)(COPY)
.endif
.endm

/* zmm\i = data[\i] + A zmm\from + B zmm\i */
.macro STEP i, from, copy
	MUL		A, %zmm\from, %zmm10
	MUL		B, %zmm\i, %zmm\i
.if \copy
	LOAD		\i, %zmm11, 1
	ADD2		%zmm11, %zmm10, %zmm\i
.else
	ADD2		(64 * \i)(DATA), %zmm10, %zmm\i
.endif
.endm

/* zmm\i = data[\i] + B zmm\i */
.macro LAST_STEP i, copy
	MUL		B, %zmm\i, %zmm\i
	LOAD		\i, %zmm10, \copy
	vpxorq		%zmm10, %zmm\i, %zmm\i
.endm

.macro LOAD_STEP
	vpbroadcastq	CONST(CONST_STEP_ZMM), A
	vpbroadcastq	CONST(CONST_STEP_ZMM + 8), B
.endm

.macro NEXT_512 copy
	add		$512, DATA
.if \copy
	add		$512, COPY
.endif
.endm

/* zmm0 to zmm7: from the first 512 bytes of a block to what its last 512 stand for. */
.macro LARGE_BLOCK copy
	MUL		A, %zmm0, %zmm10
	MUL		A, %zmm1, %zmm11
	MUL		A, %zmm2, %zmm12
	MUL		A, %zmm3, %zmm13
	vpxorq		%zmm10, %zmm4, %zmm4
	vpxorq		%zmm11, %zmm5, %zmm5
	vpxorq		%zmm12, %zmm6, %zmm6
	vpxorq		%zmm13, %zmm7, %zmm7
	mov		MORE, LEFT
	NEXT_512	\copy
	sub		$512, LEFT
	jz		.Llast_steps\@
	.p2align 4
.Lsteps\@:
	STEP		0, 4, \copy
	STEP		1, 5, \copy
	STEP		2, 6, \copy
	STEP		3, 7, \copy
	STEP		4, 0, \copy
	STEP		5, 1, \copy
	STEP		6, 2, \copy
	STEP		7, 3, \copy
	NEXT_512	\copy
	sub		$512, LEFT
	jnz		.Lsteps\@
.Llast_steps\@:
	STEP		0, 4, \copy
	STEP		1, 5, \copy
	STEP		2, 6, \copy
	STEP		3, 7, \copy
	LAST_STEP	4, \copy
	LAST_STEP	5, \copy
	LAST_STEP	6, \copy
	LAST_STEP	7, \copy
.endm

/* \to = the sum of eight vectors, each times its matrices, in registers or in memory */
.macro SUM_PRODUCTS to, m0, m1, m2, m3, m4, m5, m6, m7
	MUL		\m0, %zmm0, \to
	MUL		\m1, %zmm1, %zmm10
	MUL		\m2, %zmm2, %zmm11
	ADD2		%zmm10, %zmm11, \to
	MUL		\m3, %zmm3, %zmm12
	MUL		\m4, %zmm4, %zmm13
	ADD2		%zmm12, %zmm13, \to
	MUL		\m5, %zmm5, %zmm10
	MUL		\m6, %zmm6, %zmm11
	ADD2		%zmm10, %zmm11, \to
	MUL		\m7, %zmm7, %zmm12
	vpxorq		%zmm12, \to, \to
.endm

/* xmm8 = the sum of the words of H, then that of L. */
.macro ADD_WORDS
	vpunpcklqdq	L, H, %zmm10
	vpunpckhqdq	L, H, %zmm11
	vpxorq		%zmm11, %zmm10, %zmm10
	vextracti64x4	$1, %zmm10, %ymm11
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
	mov		%ax, (TO)
.endm

/*
 * zmm\to = what four blocks were folded to. Piece by piece, as it was stored: one load of
 * 64 bytes would have to wait until the four stores have reached the cache.
 */
.macro LOAD_FOLDED at, to
	vmovdqa		\at(FOLDED), %xmm\to
	vbroadcasti32x4	(\at + 16)(FOLDED), %zmm\to{%k1}
	vbroadcasti32x4	(\at + 32)(FOLDED), %zmm\to{%k2}
	vbroadcasti32x4	(\at + 48)(FOLDED), %zmm\to{%k3}
.endm

/* Guards of BLOCKS blocks, eight at a time; what is behind the last one is not used. */
.macro FINISH_BLOCKS
	mov		$0x00f0, %eax
	kmovw		%eax, %k1
	mov		$0x0f00, %eax
	kmovw		%eax, %k2
	mov		$0xf000, %eax
	kmovw		%eax, %k3
	vmovdqa64	CONST(CONST_GATHER), %zmm16
	vmovdqa64	CONST(CONST_GATHER + 64), %zmm17
	vmovdqa64	CONST(CONST_FINISH + 64 * 0), %zmm18
	vmovdqa64	CONST(CONST_FINISH + 64 * 1), %zmm19
	vmovdqa64	CONST(CONST_FINISH + 64 * 2), %zmm20
	vmovdqa64	CONST(CONST_FINISH + 64 * 3), %zmm21
	vmovdqa		CONST(CONST_WEAVE), %xmm15
	mov		%rsp, FOLDED
.Leight\@:
	LOAD_FOLDED	0, 2
	LOAD_FOLDED	64, 3
	vmovdqa64	%zmm16, %zmm0
	vmovdqa64	%zmm17, %zmm1
	vpermi2b	%zmm3, %zmm2, %zmm0
	vpermi2b	%zmm3, %zmm2, %zmm1
	MUL		%zmm18, %zmm0, %zmm4
	MUL		%zmm19, %zmm1, %zmm5
	MUL		%zmm20, %zmm0, %zmm6
	MUL		%zmm21, %zmm1, %zmm7
	vpxorq		%zmm5, %zmm4, H
	vpxorq		%zmm7, %zmm6, L
	ADD_WORDS
	vpshufb		%xmm15, %xmm8, %xmm8
	vmovdqu		%xmm8, (TO)
	sub		$-128, FOLDED
	add		$16, TO
	sub		$8, BLOCKS
	ja		.Leight\@
.endm

.macro LOAD_BLOCK copy
.irp i, 0, 1, 2, 3, 4, 5, 6, 7
	LOAD		\i, %zmm\i, \copy
.endr
.endm

/* The matrices are read where they are used: once. */
.macro GUARD_OF_ONE copy
	mov		JOB_DATA(JOB), DATA
	mov		JOB_BLOCK_BYTES(JOB), MORE
.if \copy
	mov		JOB_COPY(JOB), COPY
.endif
	LOAD_BLOCK	\copy
	sub		$512, MORE
	jz		.Lsum\@
	LOAD_STEP
	LARGE_BLOCK	\copy
.Lsum\@:
	SUM_PRODUCTS	H, MH(0), MH(1), MH(2), MH(3), MH(4), MH(5), MH(6), MH(7)
	SUM_PRODUCTS	L, ML(0), ML(1), ML(2), ML(3), ML(4), ML(5), ML(6), ML(7)
	ADD_WORDS
	mov		JOB_GUARDS(JOB), TO
	FINISH_ONE
.endm

.macro GUARDS_OF_BLOCKS copy
	push		%rbp
	mov		%rsp, %rbp
	sub		$FOLDED_BYTES, %rsp
	and		$-64, %rsp
	mov		JOB_DATA(JOB), DATA
	mov		JOB_BLOCK_BYTES(JOB), MORE
	mov		JOB_DATA_STRIDE(JOB), DATA_SKIP
	mov		JOB_BLOCKS(JOB), BLOCKS
	sub		$512, MORE
	sub		MORE, DATA_SKIP
.if \copy
	mov		JOB_COPY(JOB), COPY
	mov		JOB_COPY_STRIDE(JOB), COPY_SKIP
	sub		MORE, COPY_SKIP
.endif
	mov		%rsp, FOLDED
	vmovdqa64	MH(0), %zmm16
	vmovdqa64	MH(1), %zmm17
	vmovdqa64	MH(2), %zmm18
	vmovdqa64	MH(3), %zmm19
	vmovdqa64	MH(4), %zmm20
	vmovdqa64	MH(5), %zmm21
	vmovdqa64	MH(6), %zmm22
	vmovdqa64	MH(7), %zmm23
	vmovdqa64	ML(0), %zmm24
	vmovdqa64	ML(1), %zmm25
	vmovdqa64	ML(2), %zmm26
	vmovdqa64	ML(3), %zmm27
	vmovdqa64	ML(4), %zmm28
	vmovdqa64	ML(5), %zmm29
	vmovdqa64	ML(6), %zmm30
	vmovdqa64	ML(7), %zmm31
	LOAD_STEP

	.p2align 4
.Lblock\@:
	LOAD_BLOCK	\copy
	test		MORE, MORE
	jz		.Llast\@
	LARGE_BLOCK	\copy
.Llast\@:
	SUM_PRODUCTS	H, %zmm16, %zmm17, %zmm18, %zmm19, %zmm20, %zmm21, %zmm22, %zmm23
	SUM_PRODUCTS	L, %zmm24, %zmm25, %zmm26, %zmm27, %zmm28, %zmm29, %zmm30, %zmm31
	ADD_WORDS
	vmovdqa		%xmm8, (FOLDED)
	add		$16, FOLDED
	add		DATA_SKIP, DATA
.if \copy
	add		COPY_SKIP, COPY
.endif
	dec		BLOCKS
	jnz		.Lblock\@

	mov		JOB_GUARDS(JOB), TO
	mov		JOB_BLOCKS(JOB), BLOCKS
	FINISH_BLOCKS
	leave
.endm

.macro GUARDS copy
	cmpq		$1, JOB_BLOCKS(JOB)
	je		.Lone\@
	GUARDS_OF_BLOCKS \copy
	vzeroupper
	RET
.Lone\@:
	GUARD_OF_ONE	\copy
	vzeroupper
	RET
.endm

/* void nvmeq_crc_gfni_zmm_guards(const struct nvmeq_crc_job *job) */
SYM_FUNC_START(nvmeq_crc_gfni_zmm_guards)
	GUARDS		0
SYM_FUNC_END(nvmeq_crc_gfni_zmm_guards)

/* void nvmeq_crc_gfni_zmm_copy(const struct nvmeq_crc_job *job) */
SYM_FUNC_START(nvmeq_crc_gfni_zmm_copy)
	GUARDS		1
SYM_FUNC_END(nvmeq_crc_gfni_zmm_copy)
