/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * linkage.h - as much of the kernel's as the assembly of drivers/crc/ asks for
 */
#ifndef SHIM_LINUX_LINKAGE_H
#define SHIM_LINUX_LINKAGE_H

#define SYM_FUNC_START(name)	.p2align 4; .globl name; .type name, @function; name:
#define SYM_FUNC_END(name)	.size name, . - name; \
				.section .note.GNU-stack, "", @progbits; .text
#define RET			ret

#endif /* SHIM_LINUX_LINKAGE_H */
