/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ctrl_sim.h - the controller's side of one queue pair
 *
 * Fetches submission entries between its head and the tail that the doorbell
 * told it, and posts completions with the phase tag (NVMe Base 2.0c sections
 * 3.3.1 and 4.2, PCIe Transport 3.1). It is free in what the specification
 * leaves free: when it fetches, in which order it completes, and whether a
 * completion is late, lost or sent twice. Every rule that binds the host is
 * checked, and the first one broken is kept in @wrong.
 */
#ifndef NVMEQ_MODEL_CTRL_SIM_H
#define NVMEQ_MODEL_CTRL_SIM_H

#include <nvmeq/spec_cmd.h>

#define SIM_ENTRIES_MAX	4096

struct ctrl_sim {
	const struct nvmeq_sqe *sq;	/* the host's rings */
	struct nvmeq_cqe *cq;
	u32 sq_entries, cq_entries;
	u32 sq_head, sq_tail;		/* tail: as told by the doorbell */
	u32 cq_head, cq_tail;		/* head: as told by the doorbell */
	u16 phase;
	u32 fetched_seq;		/* cdw10 of the next entry expected */
	u16 held[SIM_ENTRIES_MAX];	/* fetched, not completed yet */
	u32 nheld;
	const char *wrong;
};

void ctrl_sim_init(struct ctrl_sim *c, const struct nvmeq_sqe *sq, u32 sq_entries,
		   struct nvmeq_cqe *cq, u32 cq_entries);
/* Doorbell writes. */
void ctrl_sim_tail(struct ctrl_sim *c, u32 value);
void ctrl_sim_head(struct ctrl_sim *c, u32 value);
/* Entries that it may fetch. */
u32 ctrl_sim_pending(const struct ctrl_sim *c);
/* Fetch up to @n entries. */
void ctrl_sim_fetch(struct ctrl_sim *c, u32 n);
/* Room for completions. */
bool ctrl_sim_can_post(const struct ctrl_sim *c);
/* Post a completion; returns false when the ring is full. */
bool ctrl_sim_post(struct ctrl_sim *c, u16 cid, u16 status);
/* Take the command at @index out of those held. */
u16 ctrl_sim_take(struct ctrl_sim *c, u32 index);

#endif /* NVMEQ_MODEL_CTRL_SIM_H */
