// SPDX-License-Identifier: GPL-2.0-only
/*
 * regs.c - decisions that follow from register values alone
 *
 * Decodes CAP, composes CC and AQA, places doorbells and judges CSTS during a
 * wait (NVMe Base 2.0c section 3.1.3; PCIe Transport 1.0c section 3.1.2). It
 * reads and writes no register and waits for nothing: core/ctrl.c does, and
 * asks here what the value that it read means.
 *
 * Two rules run through all of it. All ones is what a PCI bus returns for a
 * device that is not there; no valid CAP and no valid CSTS looks like that, so
 * it is checked before any field is believed. And a field is bounded by its
 * width, not by good behaviour: the doorbell arithmetic is done in 64 bits,
 * since DSTRD alone may move the last doorbell beyond 16 GiB.
 */
#include <nvmeq/regs.h>

#define REG_PAGE_SHIFT		12	/* MPSMIN, MPSMAX, CC.MPS count from 4096 bytes */
#define REG_TIMEOUT_UNIT_MS	500	/* CAP.TO, CRTO */
#define REG_SQE_SHIFT		6	/* 64-byte submission entries */
#define REG_CQE_SHIFT		4	/* 16-byte completion entries */
#define REG_AQA_ENTRIES_MAX	4096U

/* Farthest dword that 32 bits address; outside of any BAR a controller has. */
#define REG_DOORBELL_OUTSIDE	0xfffffffcU

int nvmeq_cap_decode(u64 cap, struct nvmeq_cap *out)
{
	u32 to = (u32)NVMEQ_FIELD(cap, CAP_TO);
	u8 css = (u8)NVMEQ_FIELD(cap, CAP_CSS);

	memset(out, 0, sizeof(*out));
	if (cap == ~0ULL)
		return -ENODEV;

	out->entries_max = (u32)NVMEQ_FIELD(cap, CAP_MQES) + 1;
	out->ready_ms = max_t(u32, to, 1) * REG_TIMEOUT_UNIT_MS;
	out->db_stride = 4U << NVMEQ_FIELD(cap, CAP_DSTRD);
	out->page_shift_min = (u8)(REG_PAGE_SHIFT + NVMEQ_FIELD(cap, CAP_MPSMIN));
	out->page_shift_max = (u8)(REG_PAGE_SHIFT + NVMEQ_FIELD(cap, CAP_MPSMAX));
	out->nvm = css & NVMEQ_CAP_CSS_NVM;
	out->all_csi = css & NVMEQ_CAP_CSS_CSI;
	out->subsys_reset = NVMEQ_FIELD(cap, CAP_NSSRS);
	out->crwms = NVMEQ_FIELD(cap, CAP_CRMS) & NVMEQ_CAP_CRMS_CRWMS;

	if (out->entries_max < 2 || out->page_shift_max < out->page_shift_min)
		return -EINVAL;
	if (!(css & (NVMEQ_CAP_CSS_NVM | NVMEQ_CAP_CSS_CSI | NVMEQ_CAP_CSS_NOIO)))
		return -EINVAL;
	return 0;
}

int nvmeq_page_shift(const struct nvmeq_cap *cap, u8 host_shift)
{
	if (cap->page_shift_min > host_shift)
		return -EOPNOTSUPP;
	return min_t(u8, cap->page_shift_max, host_shift);
}

/* CC.CSS: the NVM command set where there is one (section 3.1.3.5). */
static u32 cc_css(const struct nvmeq_cap *cap)
{
	if (cap->nvm)
		return NVMEQ_CC_CSS_NVM;
	return cap->all_csi ? NVMEQ_CC_CSS_ALL : NVMEQ_CC_CSS_ADMIN;
}

u32 nvmeq_cc_enable(const struct nvmeq_cap *cap, u8 page_shift)
{
	return NVMEQ_FIELD_PUT(CC_EN, 1) |
	       NVMEQ_FIELD_PUT(CC_CSS, cc_css(cap)) |
	       NVMEQ_FIELD_PUT(CC_MPS, page_shift - REG_PAGE_SHIFT) |
	       NVMEQ_FIELD_PUT(CC_IOSQES, REG_SQE_SHIFT) |
	       NVMEQ_FIELD_PUT(CC_IOCQES, REG_CQE_SHIFT);
}

u32 nvmeq_ready_ms(const struct nvmeq_cap *cap, u32 crto)
{
	u32 ms = NVMEQ_FIELD(crto, CRTO_CRWMT) * REG_TIMEOUT_UNIT_MS;

	return cap->crwms ? max_t(u32, ms, cap->ready_ms) : cap->ready_ms;
}

u32 nvmeq_aqa(u32 entries)
{
	u32 last = clamp_t(u32, entries, 2, REG_AQA_ENTRIES_MAX) - 1;

	return NVMEQ_FIELD_PUT(AQA_ASQS, last) | NVMEQ_FIELD_PUT(AQA_ACQS, last);
}

/* Tail of queue y is doorbell 2y, its head 2y + 1 (PCIe Transport 3.1.2.1). */
static u32 doorbell(const struct nvmeq_cap *cap, u32 index)
{
	u64 offset = NVMEQ_REG_DOORBELLS + (u64)index * cap->db_stride;

	return (u32)min_t(u64, offset, REG_DOORBELL_OUTSIDE);
}

u32 nvmeq_doorbell_sq(const struct nvmeq_cap *cap, u16 qid)
{
	return doorbell(cap, 2U * qid);
}

u32 nvmeq_doorbell_cq(const struct nvmeq_cap *cap, u16 qid)
{
	return doorbell(cap, 2U * qid + 1);
}

enum nvmeq_wait nvmeq_wait_ready(u32 csts, bool want_ready)
{
	if (csts == NVMEQ_REG_GONE)
		return NVMEQ_WAIT_GONE;
	/* A failed controller that says "ready" is of no use; one that is being
	 * disabled is on its way out of CFS.
	 */
	if (want_ready && (csts & NVMEQ_CSTS_CFS))
		return NVMEQ_WAIT_FATAL;
	return !!(csts & NVMEQ_CSTS_RDY) == want_ready ? NVMEQ_WAIT_DONE : NVMEQ_WAIT_MORE;
}

enum nvmeq_wait nvmeq_wait_shutdown(u32 csts)
{
	if (csts == NVMEQ_REG_GONE)
		return NVMEQ_WAIT_GONE;
	if (NVMEQ_FIELD(csts, CSTS_SHST) == NVMEQ_SHST_COMPLETE)
		return NVMEQ_WAIT_DONE;
	return csts & NVMEQ_CSTS_CFS ? NVMEQ_WAIT_FATAL : NVMEQ_WAIT_MORE;
}
