// SPDX-License-Identifier: GPL-2.0-only
/*
 * sg_ns.c - what a namespace knows of itself as a SCSI disk
 *
 * Facts are made when the namespace is found and made anew when the scan found
 * it changed, with the queue frozen. A command goes by a copy. Its
 * generation goes along with every NVMe command, which is not sent once the
 * namespace has another one: blocks of a new size are no place for data that
 * was laid out for the old (core/user_cmd.c).
 *
 * The state is small, and commands that change it are rare. What a command has
 * changed, and only that, is taken over when it ends, since a FORMAT UNIT may
 * end hours after it began.
 */
#include <linux/blkdev.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <nvmeq/compat/blk.h>
#include <nvmeq/dptr.h>
#include <nvmeq/spec_id.h>
#include "../core/frontend.h"
#include "sg_exec.h"
#include "sg_io.h"
#include "sg_ns.h"

/* --- facts --- */

/*
 * Any memory of a caller's must be mappable by one command: a page per segment,
 * and one more where it does not begin with one.
 */
static u32 facts_transfer_bytes(u32 bytes)
{
	return min_t(u32, bytes, rounddown_pow_of_two((NVMEQ_MAX_SEGMENTS - 1) * PAGE_SIZE));
}

static void facts_complete(struct nvmeq_ns *ns, struct nvmeq_scsi_facts *f)
{
	f->formats = NULL;	/* each copy has its own */
	f->max_transfer_bytes = facts_transfer_bytes(f->max_transfer_bytes);
	/* Both commands of a pair hold a tag. */
	f->fused = f->fused && ns->ctrl->queues[1].entries > 2;
	f->power_control = true;
	f->pi_transfer = true;
	f->reservations = (f->oncs & NVMEQ_ONCS_RESERVATIONS) && f->rescap && ns->ctrl->named;
}

/* The controller's facts are written by resets, under the mutex. */
static void facts_update(struct nvmeq_ns *ns)
{
	struct nvmeq_ns_scsi *scsi = &ns->scsi;
	struct nvmeq_scsi_facts f;

	mutex_lock(&ns->ctrl->reset_mutex);
	nvmeq_scsi_facts_make(&ns->ctrl->facts, &ns->facts, &ns->limits, &f);
	facts_complete(ns, &f);
	mutex_unlock(&ns->ctrl->reset_mutex);
	spin_lock(&scsi->lock);
	scsi->facts = f;
	memcpy(scsi->formats, ns->facts.formats, sizeof(scsi->formats));
	scsi->gen = ns->gen;
	spin_unlock(&scsi->lock);
}

void nvmeq_sg_ns_snapshot(struct nvmeq_ns *ns, struct nvmeq_sg_snapshot *s)
{
	struct nvmeq_ns_scsi *scsi = &ns->scsi;

	spin_lock(&scsi->lock);
	s->facts = scsi->facts;
	memcpy(s->formats, scsi->formats, sizeof(s->formats));
	s->gen = scsi->gen;
	s->state = scsi->state;
	s->state.formatting = scsi->formatting;
	spin_unlock(&scsi->lock);
	s->facts.formats = s->formats;
	s->facts.read_only |= bdev_read_only(ns->disk->part0);
	s->nsids = NULL;
}

static int nsid_compare(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;

	return x < y ? -1 : x > y;
}

int nvmeq_sg_ns_list(struct nvmeq_ns *ns, struct nvmeq_sg_snapshot *s)
{
	struct nvmeq_ctrl *ctrl = ns->ctrl;
	struct nvmeq_ns *other;
	u32 n = 0, room = 0;
	u32 *nsids = NULL;

	mutex_lock(&ctrl->ns_mutex);
	list_for_each_entry(other, &ctrl->namespaces, entry)
		room++;
	if (room)
		nsids = kvmalloc_array(room, sizeof(*nsids), GFP_NOIO);
	if (nsids)
		list_for_each_entry(other, &ctrl->namespaces, entry)
			nsids[n++] = other->nsid;
	mutex_unlock(&ctrl->ns_mutex);
	if (room && !nsids)
		return -ENOMEM;
	sort(nsids, n, sizeof(*nsids), nsid_compare, NULL);
	s->nsids = nsids;
	s->facts.nsids = nsids;
	s->facts.nr_nsids = n;
	return 0;
}

/* --- state --- */

void nvmeq_sg_ns_store(struct nvmeq_ns *ns, const struct nvmeq_scsi_state *before,
		       const struct nvmeq_scsi_state *after)
{
	spin_lock(&ns->scsi.lock);
	nvmeq_scsi_state_merge(&ns->scsi.state, before, after);
	spin_unlock(&ns->scsi.lock);
}

void nvmeq_sg_ns_formatting(struct nvmeq_ns *ns, bool begins)
{
	spin_lock(&ns->scsi.lock);
	ns->scsi.formatting += begins ? 1 : -1;
	spin_unlock(&ns->scsi.lock);
}

/* --- disks that nobody else holds --- */

struct nvmeq_sg_claim {
	unsigned int count;
	struct {
		struct nvmeq_ns *ns;
		void *held;	/* NULL: not yet, or it is gone and nobody can */
	} disk[];
};

/* One without a node cannot be held by anybody. */
static bool claim_wants(const struct nvmeq_ns *other, const struct nvmeq_ns *ns, bool all)
{
	return other->added && !other->hidden && (all || other == ns);
}

static struct nvmeq_sg_claim *claim_gather(struct nvmeq_ns *ns, bool all)
{
	struct nvmeq_ctrl *ctrl = ns->ctrl;
	struct nvmeq_sg_claim *claim;
	struct nvmeq_ns *other;
	unsigned int room = 0;

	mutex_lock(&ctrl->ns_mutex);
	list_for_each_entry(other, &ctrl->namespaces, entry)
		room += claim_wants(other, ns, all);
	claim = kzalloc(struct_size(claim, disk, room), GFP_NOIO);
	if (claim)
		list_for_each_entry(other, &ctrl->namespaces, entry)
			if (claim_wants(other, ns, all) && nvmeq_ns_get(other))
				claim->disk[claim->count++].ns = other;
	mutex_unlock(&ctrl->ns_mutex);
	return claim;
}

void nvmeq_sg_ns_release(struct nvmeq_sg_claim *claim)
{
	unsigned int i;

	if (!claim)
		return;
	for (i = 0; i < claim->count; i++) {
		if (claim->disk[i].held)
			nvmeq_disk_let_go(claim->disk[i].held);
		nvmeq_ns_put(claim->disk[i].ns);
	}
	kfree(claim);
}

/*
 * Held as by a mount, and not just kept from being held: who comes while a format
 * runs, for hours maybe, is told so at once and does not wait for its end.
 */
struct nvmeq_sg_claim *nvmeq_sg_ns_claim(struct nvmeq_ns *ns, bool all)
{
	struct nvmeq_sg_claim *claim = claim_gather(ns, all);
	unsigned int i;
	void *held;

	if (!claim)
		return ERR_PTR(-ENOMEM);
	for (i = 0; i < claim->count; i++) {
		held = nvmeq_disk_hold(claim->disk[i].ns->disk, claim);
		if (!IS_ERR(held)) {
			claim->disk[i].held = held;
		} else if (PTR_ERR(held) != -ENXIO) {
			nvmeq_sg_ns_release(claim);
			return held;
		}
	}
	return claim;
}

/* --- the front end --- */

static int scsi_attach(struct nvmeq_ns *ns)
{
	spin_lock_init(&ns->scsi.lock);
	nvmeq_scsi_state_init(&ns->scsi.state);
	ns->scsi.timeout_ms = NVMEQ_SG_TIMEOUT_MS;
	facts_update(ns);
	return 0;
}

/* Commands in flight go on with the facts they have. */
static void scsi_detach(struct nvmeq_ns *ns)
{
}

const struct nvmeq_frontend nvmeq_scsi_frontend = {
	.name = "scsi",
	.attach = scsi_attach,
	.update = facts_update,
	.detach = scsi_detach,
	.ioctl = nvmeq_sg_io_ioctl,
};
