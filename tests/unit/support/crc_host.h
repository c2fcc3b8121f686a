/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * crc_host.h - which tiers of the guard CRC this machine can run
 *
 * What crc_glue.c asks the kernel for, asked of the processor: the tests and the
 * benchmark run in user space, where the system has switched on what it supports.
 */
#ifndef NVMEQ_CRC_HOST_H
#define NVMEQ_CRC_HOST_H

#include <nvmeq/crc.h>

static inline bool crc_host_usable(enum nvmeq_crc_tier tier)
{
#ifdef __x86_64__
	bool mul, avx2, gfni;

	__builtin_cpu_init();
	mul = __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("ssse3");
	avx2 = mul && __builtin_cpu_supports("avx2");
	gfni = avx2 && __builtin_cpu_supports("gfni");
	switch (tier) {
	case NVMEQ_CRC_PCLMUL:
		return mul;
	case NVMEQ_CRC_VPCLMUL:
		return avx2 && __builtin_cpu_supports("vpclmulqdq");
	case NVMEQ_CRC_GFNI_AVX2:
		return gfni;
	case NVMEQ_CRC_GFNI_AVX512:
		return gfni && __builtin_cpu_supports("avx512f") &&
		       __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
		       __builtin_cpu_supports("avx512vbmi");
	default:
		break;
	}
#endif
	return tier == NVMEQ_CRC_SCALAR;
}

#endif /* NVMEQ_CRC_HOST_H */
