// SPDX-License-Identifier: GPL-2.0-only
/* ctrl_sim.c - see ctrl_sim.h */
#include "ctrl_sim.h"

static void wrong(struct ctrl_sim *c, const char *why)
{
	if (!c->wrong)
		c->wrong = why;
}

void ctrl_sim_init(struct ctrl_sim *c, const struct nvmeq_sqe *sq, u32 sq_entries,
		   struct nvmeq_cqe *cq, u32 cq_entries)
{
	memset(c, 0, sizeof(*c));
	c->sq = sq;
	c->cq = cq;
	c->sq_entries = sq_entries;
	c->cq_entries = cq_entries;
	c->phase = 1;
}

u32 ctrl_sim_pending(const struct ctrl_sim *c)
{
	return (c->sq_tail + c->sq_entries - c->sq_head) % c->sq_entries;
}

/*
 * A new tail must lie ahead of the old one without passing the head; writing
 * the value that is already there is an error of the host (Base, "Invalid
 * Doorbell Write Value").
 */
void ctrl_sim_tail(struct ctrl_sim *c, u32 value)
{
	u32 had = ctrl_sim_pending(c), step;

	if (value >= c->sq_entries) {
		wrong(c, "tail doorbell beyond the ring");
		return;
	}
	step = (value + c->sq_entries - c->sq_tail) % c->sq_entries;
	if (!step)
		wrong(c, "tail doorbell repeats its value");
	if (had + step >= c->sq_entries)
		wrong(c, "tail doorbell passes the head");
	c->sq_tail = value;
}

void ctrl_sim_head(struct ctrl_sim *c, u32 value)
{
	u32 posted = (c->cq_tail + c->cq_entries - c->cq_head) % c->cq_entries, step;

	if (value >= c->cq_entries) {
		wrong(c, "head doorbell beyond the ring");
		return;
	}
	step = (value + c->cq_entries - c->cq_head) % c->cq_entries;
	if (!step)
		wrong(c, "head doorbell repeats its value");
	if (step > posted)
		wrong(c, "head doorbell passes the tail");
	c->cq_head = value;
}

void ctrl_sim_fetch(struct ctrl_sim *c, u32 n)
{
	while (n-- && c->sq_head != c->sq_tail) {
		const struct nvmeq_sqe *e = &c->sq[c->sq_head];

		if (le32_to_cpu(e->cdw10) != c->fetched_seq++)
			wrong(c, "entry is not the one submitted next");
		if (c->nheld == SIM_ENTRIES_MAX) {
			wrong(c, "more commands than a queue can have");
			return;
		}
		c->held[c->nheld++] = le16_to_cpu(e->cid);
		c->sq_head = (c->sq_head + 1) % c->sq_entries;
	}
}

bool ctrl_sim_can_post(const struct ctrl_sim *c)
{
	return (c->cq_tail + 1) % c->cq_entries != c->cq_head;
}

bool ctrl_sim_post(struct ctrl_sim *c, u16 cid, u16 status)
{
	struct nvmeq_cqe *e = &c->cq[c->cq_tail];

	if (!ctrl_sim_can_post(c))
		return false;
	memset(e, 0, sizeof(*e));
	e->sq_head = cpu_to_le16((u16)c->sq_head);
	e->cid = cpu_to_le16(cid);
	e->status = cpu_to_le16((u16)(status << 1 | c->phase));
	c->cq_tail = (c->cq_tail + 1) % c->cq_entries;
	if (!c->cq_tail)
		c->phase ^= 1;
	return true;
}

u16 ctrl_sim_take(struct ctrl_sim *c, u32 index)
{
	u16 cid = c->held[index];

	c->nheld--;
	memmove(&c->held[index], &c->held[index + 1], (c->nheld - index) * sizeof(c->held[0]));
	return cid;
}
