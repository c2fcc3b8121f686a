/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * regs.h - decisions that follow from register values alone
 */
#ifndef NVMEQ_REGS_H
#define NVMEQ_REGS_H

#include <nvmeq/spec_regs.h>

/**
 * struct nvmeq_cap - CAP in host terms
 * @entries_max: largest queue, counted from 1 (MQES + 1)
 * @ready_ms: worst case for CSTS.RDY to follow CC.EN (CAP.TO)
 * @db_stride: bytes from one doorbell to the next
 * @page_shift_min: log2 of the smallest memory page
 * @page_shift_max: log2 of the largest
 * @nvm: the NVM command set is supported (CSS bit 0)
 * @all_csi: all command sets by identifier (CSS bit 6)
 * @subsys_reset: NSSR works
 * @crwms: ready-with-media mode is supported, CRTO is valid
 */
struct nvmeq_cap {
	u32 entries_max;
	u32 ready_ms;
	u32 db_stride;
	u8 page_shift_min;
	u8 page_shift_max;
	bool nvm;
	bool all_csi;
	bool subsys_reset;
	bool crwms;
};

/**
 * nvmeq_cap_decode() - read CAP
 * @cap: register value
 * @out: result
 *
 * Return: 0; -ENODEV for all ones (no device); -EINVAL for values that no
 * controller may have: MQES 0, MPSMAX below MPSMIN, no command set with I/O
 * and no admin-only set either. CAP.TO of 0 is taken as one unit (500 ms).
 */
int nvmeq_cap_decode(u64 cap, struct nvmeq_cap *out);

/**
 * nvmeq_page_shift() - choose the controller's memory page
 * @cap: decoded CAP
 * @host_shift: log2 of the host's page, 12 or more
 *
 * The largest page that both sides have, but never above the host's: a host
 * page is then always whole controller pages.
 *
 * Return: log2 of the page; -EOPNOTSUPP when even MPSMIN is above @host_shift.
 */
int nvmeq_page_shift(const struct nvmeq_cap *cap, u8 host_shift);

/**
 * nvmeq_cc_enable() - value of CC that enables the controller
 * @cap: decoded CAP
 * @page_shift: result of nvmeq_page_shift()
 *
 * 64-byte submission and 16-byte completion entries, round robin, NVM command
 * set, EN set.
 */
u32 nvmeq_cc_enable(const struct nvmeq_cap *cap, u8 page_shift);

/**
 * nvmeq_ready_ms() - how long to wait for CSTS.RDY = 1
 * @cap: decoded CAP
 * @crto: CRTO, read only when @cap->crwms is set, else 0
 *
 * CRTO.CRWMT counts when it is longer than CAP.TO, which stops at 127.5 s.
 */
u32 nvmeq_ready_ms(const struct nvmeq_cap *cap, u32 crto);

/* Value of AQA for an admin queue of @entries slots (2..4096) on both sides. */
u32 nvmeq_aqa(u32 entries);

/* Offset in BAR0 of a queue's tail (SQ) and head (CQ) doorbell. Beyond 4 GiB: 0xfffffffc,
 * which is outside of any BAR.
 */
u32 nvmeq_doorbell_sq(const struct nvmeq_cap *cap, u16 qid);
u32 nvmeq_doorbell_cq(const struct nvmeq_cap *cap, u16 qid);

/* What CSTS says about a wait for RDY to reach a value. */
enum nvmeq_wait {
	NVMEQ_WAIT_DONE,	/* RDY has the value */
	NVMEQ_WAIT_MORE,
	NVMEQ_WAIT_GONE,	/* all ones: no device answers */
	NVMEQ_WAIT_FATAL,	/* CFS set while waiting for RDY = 1, or for a shutdown */
};

enum nvmeq_wait nvmeq_wait_ready(u32 csts, bool want_ready);
/* The same for CSTS.SHST reaching "complete". */
enum nvmeq_wait nvmeq_wait_shutdown(u32 csts);

#endif /* NVMEQ_REGS_H */
