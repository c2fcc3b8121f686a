/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * barrett.h - what the tiers in assembly share: a polynomial of degree below 80, mod G
 *
 * P(x) is divided by G(x) = x^16 + g(x) as Barrett does it, without a division: with
 * mu = floor(x^80 / G) = x^64 + m,
 *
 *	t = floor(P / x^16)
 *	q = floor(t mu / x^64) = t + floor(t m / x^64)
 *	P mod G = P + q G, of which only P + q g has terms below x^16
 *
 * which is exact for polynomials, as nothing is ever carried. Two multiplications, one
 * after the other.
 */
#ifndef NVMEQ_CRC_BARRETT_H
#define NVMEQ_CRC_BARRETT_H

#include <linux/linkage.h>
#include "layout.h"

/* An operand; no blanks in it, as macros would take what follows for the next argument. */
#define CONST(at)	nvmeq_crc_consts+at(%rip)

/* P in xmm\p; the CRC goes to %ax, byte-swapped as it is in a guard. Uses xmm\t, xmm\u. */
.macro BARRETT_VEX p, t, u
	vpsrldq		$2, %xmm\p, %xmm\t
	vpclmulqdq	$0x00, CONST(CONST_BARRETT), %xmm\t, %xmm\u
	vpsrldq		$8, %xmm\u, %xmm\u
	vpxor		%xmm\t, %xmm\u, %xmm\u
	vpclmulqdq	$0x10, CONST(CONST_BARRETT), %xmm\u, %xmm\u
	vpxor		%xmm\u, %xmm\p, %xmm\p
	vmovd		%xmm\p, %eax
	rolw		$8, %ax
.endm

/* The same without VEX. */
.macro BARRETT_SSE p, t, u
	movdqa		%xmm\p, %xmm\t
	psrldq		$2, %xmm\t
	movdqa		%xmm\t, %xmm\u
	pclmulqdq	$0x00, CONST(CONST_BARRETT), %xmm\u
	psrldq		$8, %xmm\u
	pxor		%xmm\t, %xmm\u
	pclmulqdq	$0x10, CONST(CONST_BARRETT), %xmm\u
	pxor		%xmm\u, %xmm\p
	movd		%xmm\p, %eax
	rolw		$8, %ax
.endm

#endif /* NVMEQ_CRC_BARRETT_H */
