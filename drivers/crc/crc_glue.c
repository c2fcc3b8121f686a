// SPDX-License-Identifier: GPL-2.0-only
/*
 * crc_glue.c - the guard CRC as the driver calls it: which tier, and when
 *
 * The tier is chosen once, when the module is loaded: the fastest one whose
 * instructions the CPU has, whose registers the system saves, and which agrees with
 * the definition on a few KiB of data. From then on it is only read.
 *
 * Vector registers belong to user space. kernel_fpu_begin() saves them, once per
 * return to user space, and keeps the CPU from being taken away until
 * kernel_fpu_end(). So a run is done in sections of at most SECTION_BYTES, 2 to 3 us of
 * work even from memory; between two of them whoever waits for the CPU gets it. Where
 * the registers may not be had, because this context interrupted somebody who has
 * them, irq_fpu_usable() says so and the section is done by the scalar tier, as is a run
 * too small to pay for them. That may change between two sections of a run; the
 * results do not.
 *
 * So every function but nvmeq_crc_init() may be called by task, softirq and hard
 * interrupt. None of them sleeps; nothing is shared, each works on its caller's memory.
 */
#include <linux/cache.h>
#include <linux/init.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include "crc_tier.h"
#include "job.h"

#define SECTION_BYTES	(64U << 10)
/* Less than this is done sooner than registers are saved: about 160 ns. */
#define VECTOR_MIN	1024U

struct nvmeq_crc_consts nvmeq_crc_consts __ro_after_init;

static enum nvmeq_crc_tier crc_tier __ro_after_init;

#ifdef NVMEQ_CRC_X86

#include <asm/cpufeature.h>
#include <asm/fpu/api.h>
#include <asm/processor.h>

static bool __init crc_has_ymm(void)
{
	return boot_cpu_has(X86_FEATURE_PCLMULQDQ) && boot_cpu_has(X86_FEATURE_AVX2) &&
	       cpu_has_xfeatures(XFEATURE_MASK_SSE | XFEATURE_MASK_YMM, NULL);
}

static bool __init crc_has_zmm(void)
{
	return crc_has_ymm() && boot_cpu_has(X86_FEATURE_AVX512F) &&
	       boot_cpu_has(X86_FEATURE_AVX512BW) && boot_cpu_has(X86_FEATURE_AVX512VL) &&
	       boot_cpu_has(X86_FEATURE_AVX512VBMI) &&
	       cpu_has_xfeatures(XFEATURE_MASK_AVX512, NULL);
}

/* Does this machine have what the tier needs, and does the system save it? */
static bool __init crc_usable(enum nvmeq_crc_tier tier)
{
	switch (tier) {
	case NVMEQ_CRC_PCLMUL:
		return boot_cpu_has(X86_FEATURE_PCLMULQDQ) && boot_cpu_has(X86_FEATURE_SSSE3);
	case NVMEQ_CRC_VPCLMUL:
		return crc_has_ymm() && boot_cpu_has(X86_FEATURE_VPCLMULQDQ);
	case NVMEQ_CRC_GFNI_AVX2:
		return crc_has_ymm() && boot_cpu_has(X86_FEATURE_GFNI);
	case NVMEQ_CRC_GFNI_AVX512:
		return crc_has_zmm() && boot_cpu_has(X86_FEATURE_GFNI);
	default:
		return tier == NVMEQ_CRC_SCALAR;
	}
}

/*
 * Intel's first CPUs with GFNI and AVX-512 lower their clock for everybody when 64-byte
 * registers are in use. On these, that tier is taken when it is asked for by name only.
 */
static bool __init crc_prefers_ymm(void)
{
	static const u8 models[] __initconst = {
		0x6a, 0x6c,			/* Ice Lake servers */
		0x7d, 0x7e, 0x9d,		/* Ice Lake */
		0x8c, 0x8d,			/* Tiger Lake */
	};

	return boot_cpu_data.x86_vendor == X86_VENDOR_INTEL && boot_cpu_data.x86 == 6 &&
	       memchr(models, boot_cpu_data.x86_model, sizeof(models));
}

static bool crc_registers_get(void)
{
	if (!irq_fpu_usable())
		return false;
	kernel_fpu_begin();
	return true;
}

static void crc_registers_put(void)
{
	kernel_fpu_end();
}

#else /* no tier but the scalar one is built */

static bool __init crc_usable(enum nvmeq_crc_tier tier)
{
	return tier == NVMEQ_CRC_SCALAR;
}

static bool __init crc_prefers_ymm(void)
{
	return false;
}

static bool crc_registers_get(void)
{
	return false;
}

static void crc_registers_put(void)
{
}

#endif /* NVMEQ_CRC_X86 */

/* --- choice --- */

/* @work: memory for the check. */
static bool __init crc_works(enum nvmeq_crc_tier tier, u8 *work)
{
	bool ok, vector = tier != NVMEQ_CRC_SCALAR;

	if (!nvmeq_crc_tier_built(tier) || !crc_usable(tier))
		return false;
	if (vector && !crc_registers_get())
		return false;
	ok = nvmeq_crc_tier_check(tier, work);
	if (vector)
		crc_registers_put();
	if (!ok)
		pr_err("nvmeq: guard CRC: %s computes nonsense here and is not used\n",
		       nvmeq_crc_tier_name(tier));
	return ok;
}

int __init nvmeq_crc_init(u32 word)
{
	bool works[NVMEQ_CRC_TIERS];
	u8 *work;
	int tier;

	work = kmalloc(NVMEQ_CRC_CHECK_BYTES, GFP_KERNEL);
	if (!work)
		return -ENOMEM;
	nvmeq_crc_consts_init(&nvmeq_crc_consts);
	for (tier = 0; tier < NVMEQ_CRC_TIERS; tier++)
		works[tier] = crc_works(tier, work);
	kfree(work);
	if (!works[NVMEQ_CRC_SCALAR])
		return -EIO;
	crc_tier = NVMEQ_CRC_SCALAR;
	for (tier = 0; tier < NVMEQ_CRC_TIERS; tier++)
		if (works[tier] && !(tier == NVMEQ_CRC_GFNI_AVX512 && crc_prefers_ymm()))
			crc_tier = tier;
	if (word) {
		if (word > NVMEQ_CRC_TIERS || !works[word - 1]) {
			pr_err("nvmeq: crc=%s refused: it cannot be used on this machine\n",
			       word > NVMEQ_CRC_TIERS ? "?" : nvmeq_crc_words[word]);
			return -ENODEV;
		}
		crc_tier = word - 1;
	}
	pr_info("nvmeq: guard CRC by %s\n", nvmeq_crc_tier_name(crc_tier));
	return 0;
}

enum nvmeq_crc_tier nvmeq_crc_tier(void)
{
	return crc_tier;
}

/* --- sections --- */

/* The tier for the next so many bytes; crc_leave() follows. */
static enum nvmeq_crc_tier crc_enter(size_t bytes)
{
	if (crc_tier == NVMEQ_CRC_SCALAR || bytes < VECTOR_MIN || !crc_registers_get())
		return NVMEQ_CRC_SCALAR;
	return crc_tier;
}

static void crc_leave(enum nvmeq_crc_tier tier)
{
	if (tier != NVMEQ_CRC_SCALAR)
		crc_registers_put();
}

/* Blocks of a run that one section does, at least one. */
static u32 crc_section(const struct nvmeq_crc_run *run, u32 first)
{
	u32 blocks = run->block_bytes ? SECTION_BYTES / run->block_bytes : 0;

	return min(run->blocks - first, max(blocks, 1U));
}

u16 nvmeq_crc(u16 seed, const void *data, size_t len)
{
	const u8 *p = data;

	while (len) {
		size_t n = min_t(size_t, len, SECTION_BYTES);
		enum nvmeq_crc_tier tier = crc_enter(n);

		seed = nvmeq_crc_tier_range(tier, seed, p, n);
		crc_leave(tier);
		p += n;
		len -= n;
	}
	return seed;
}

void nvmeq_crc_guards(const struct nvmeq_crc_run *run, __be16 *guards)
{
	u32 first, n;

	for (first = 0; first < run->blocks; first += n) {
		enum nvmeq_crc_tier tier;

		n = crc_section(run, first);
		tier = crc_enter((size_t)n * run->block_bytes);
		nvmeq_crc_tier_guards(tier, run, first, n, guards + first);
		crc_leave(tier);
	}
}

void nvmeq_crc_generate(const struct nvmeq_crc_run *run, const struct nvmeq_dif *dif)
{
	u32 first, n;

	for (first = 0; first < run->blocks; first += n) {
		enum nvmeq_crc_tier tier;

		n = crc_section(run, first);
		tier = crc_enter((size_t)n * run->block_bytes);
		nvmeq_crc_tier_generate(tier, run, first, n, dif);
		crc_leave(tier);
	}
}

bool nvmeq_crc_verify(const struct nvmeq_crc_run *run, const struct nvmeq_dif *dif,
		      struct nvmeq_dif_error *bad)
{
	bool ok = true;
	u32 first, n;

	for (first = 0; ok && first < run->blocks; first += n) {
		enum nvmeq_crc_tier tier;

		n = crc_section(run, first);
		tier = crc_enter((size_t)n * run->block_bytes);
		ok = nvmeq_crc_tier_verify(tier, run, first, n, dif, bad);
		crc_leave(tier);
	}
	return ok;
}
