// SPDX-License-Identifier: GPL-2.0-only
/*
 * ns.c - namespaces: scan, create, update, remove
 *
 * A scan asks the controller which namespaces are active and makes the list
 * agree: what is new is attached to the front ends, what changed is updated or,
 * when another disk is behind the number, replaced, what is gone is detached.
 * When the controller stops answering in the middle, the scan ends and leaves
 * everything as it was: an unanswered question is no reason to take a disk
 * away.
 *
 * Scans are serialised by scan_mutex and run in the controller's scan work, or
 * in the process that asked. The list itself is guarded by ns_mutex, which is
 * never held across a command.
 */
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <nvmeq/compat/blk.h>
#include <nvmeq/spec_id.h>
#include <nvmeq/status.h>
#include "admin.h"
#include "class.h"
#include "ctrl.h"
#include "frontend.h"
#include "irq.h"
#include "ns.h"
#include "params.h"
#include "reset.h"

/* How often, and how far apart, a namespace is asked about itself that says "not now". */
#define NS_IDENTIFY_TRIES	5
#define NS_IDENTIFY_PAUSE_MS	100

/* --- one namespace --- */

struct nvmeq_ns *nvmeq_ns_of_device(struct device *dev)
{
	if (dev->class == nvmeq_generic_class)
		return container_of(dev, struct nvmeq_ns, cdev_device);
	return dev_to_disk(dev)->private_data;
}

static void ns_free(struct kref *ref)
{
	struct nvmeq_ns *ns = container_of(ref, struct nvmeq_ns, ref);

	if (ns->disk)
		put_disk(ns->disk);
	put_device(&ns->ctrl->dev);
	kfree(ns);
}

void nvmeq_ns_put(struct nvmeq_ns *ns)
{
	kref_put(&ns->ref, ns_free);
}

static void ns_make_limits(const struct nvmeq_ctrl *ctrl, const struct nvmeq_ns_facts *facts,
			   struct nvmeq_prot *prot, struct nvmeq_limits *limits)
{
	nvmeq_prot_make(facts, nvmeq_param_value(NVMEQ_PARAM_PI),
			nvmeq_param_value(NVMEQ_PARAM_PI_APP_MASK), prot);
	nvmeq_prot_weave(prot, &ctrl->facts, nvmeq_param_value(NVMEQ_PARAM_SGL),
			 ctrl->page_shift);
	nvmeq_limits_make(&ctrl->facts, facts, ctrl->page_shift,
			  nvmeq_param_value(NVMEQ_PARAM_MAX_TRANSFER_KB) << 10, limits);
	nvmeq_prot_limits(prot, ctrl->facts.max_transfer_bytes, limits);
	limits->write_cache &= !READ_ONCE(ctrl->cache_off);
}

/* The first @n front ends, last attached first. */
static void ns_detach(struct nvmeq_ns *ns, unsigned int n)
{
	while (n--)
		nvmeq_frontends[n]->detach(ns);
}

/* Attached front ends are counted, so that a failure detaches just those. */
static int ns_attach_all(struct nvmeq_ns *ns)
{
	unsigned int i;
	int err;

	for (i = 0; i < nvmeq_nr_frontends; i++) {
		err = nvmeq_frontends[i]->attach(ns);
		if (err) {
			dev_err(&ns->ctrl->dev, "namespace %u: %s front end failed (%d)\n",
				ns->nsid, nvmeq_frontends[i]->name, err);
			ns_detach(ns, i);
			return err;
		}
	}
	return 0;
}

void nvmeq_ns_list(struct nvmeq_ns *ns)
{
	struct nvmeq_ctrl *ctrl = ns->ctrl;

	mutex_lock(&ctrl->ns_mutex);
	if (ctrl->io_quiesced)
		blk_mq_quiesce_queue(ns->queue);
	list_add_tail(&ns->entry, &ctrl->namespaces);
	mutex_unlock(&ctrl->ns_mutex);
}

static void ns_unlist(struct nvmeq_ns *ns)
{
	mutex_lock(&ns->ctrl->ns_mutex);
	list_del_init(&ns->entry);
	mutex_unlock(&ns->ctrl->ns_mutex);
}

/* Under ns_mutex: end what nvmeq_ns_hold() began. */
static void ns_release(struct nvmeq_ns *ns)
{
	if (ns->held)
		blk_mq_unfreeze_queue(ns->queue);
	ns->held = false;
}

/* Before a removal also ends a hold, or the last write-back could not get in. */
static void ns_settle(struct nvmeq_ns *ns, bool settled)
{
	mutex_lock(&ns->ctrl->ns_mutex);
	ns->settled = settled;
	if (!settled)
		ns_release(ns);
	mutex_unlock(&ns->ctrl->ns_mutex);
}

static void ns_remove(struct nvmeq_ns *ns)
{
	ns_settle(ns, false);
	/* Listed until its I/O has ended: a reset must be able to quiesce it meanwhile. */
	ns_detach(ns, nvmeq_nr_frontends);
	ns_unlist(ns);
	nvmeq_ns_put(ns);
}

static void ns_create(struct nvmeq_ctrl *ctrl, const struct nvmeq_ns_facts *facts, bool named)
{
	struct nvmeq_ns *ns = kzalloc(sizeof(*ns), GFP_KERNEL);

	if (!ns)
		return;
	kref_init(&ns->ref);
	INIT_LIST_HEAD(&ns->entry);
	ns->ctrl = ctrl;
	get_device(&ctrl->dev);
	ns->nsid = facts->nsid;
	ns->seen = true;
	ns->named = named;
	ns->facts = *facts;
	ns->gen = 1;
	ns->resets = READ_ONCE(ctrl->resets);
	ns_make_limits(ctrl, facts, &ns->prot, &ns->limits);
	nvmeq_ident_wwid(&ctrl->facts, &ns->facts, ns->wwid, sizeof(ns->wwid));
	/* The block front end lists the namespace as soon as it has a queue. */
	if (ns_attach_all(ns)) {
		ns_unlist(ns);
		nvmeq_ns_put(ns);
		return;
	}
	ns_settle(ns, true);
	/* Given up while the disk was being added: too late to be told with the others. */
	if (nvmeq_ctrl_state(ctrl) == NVMEQ_STATE_DEAD)
		nvmeq_ns_mark_dead(ctrl);
	if (ns->hidden)
		dev_warn(&ctrl->dev, "namespace %u is not a disk (%s); its generic node works\n",
			 ns->nsid, nvmeq_ns_use_name(ns->facts.use));
}

/* Limits, and what front ends make of it, follow from the controller's facts too: see resets. */
static void ns_update(struct nvmeq_ns *ns, const struct nvmeq_ns_facts *facts, bool named)
{
	unsigned int i, noio, resets = READ_ONCE(ns->ctrl->resets);
	struct nvmeq_limits limits;
	struct nvmeq_prot prot;
	bool changed;

	/* How much is used changes with every write, and nothing depends on it. */
	ns->facts.used_blocks = facts->used_blocks;
	if (named && !ns->named) {
		ns->named = true;
		nvmeq_ident_wwid(&ns->ctrl->facts, facts, ns->wwid, sizeof(ns->wwid));
	}
	memset(&limits, 0, sizeof(limits));
	ns_make_limits(ns->ctrl, facts, &prot, &limits);
	changed = ns->stale || memcmp(&ns->facts, facts, sizeof(*facts)) ||
		  memcmp(&ns->limits, &limits, sizeof(limits));
	if (!changed && ns->resets == resets)
		return;
	noio = memalloc_noio_save();
	blk_mq_freeze_queue(ns->queue);
	ns->facts = *facts;
	ns->limits = limits;
	ns->prot = prot;
	ns->stale = false;
	ns->resets = resets;
	if (changed && !++ns->gen)
		ns->gen = 1;
	for (i = 0; i < nvmeq_nr_frontends; i++)
		if (nvmeq_frontends[i]->update)
			nvmeq_frontends[i]->update(ns);
	blk_mq_unfreeze_queue(ns->queue);
	memalloc_noio_restore(noio);
}

/* --- the scan --- */

static struct nvmeq_ns *ns_find(struct nvmeq_ctrl *ctrl, u32 nsid)
{
	struct nvmeq_ns *ns, *found = NULL;

	mutex_lock(&ctrl->ns_mutex);
	list_for_each_entry(ns, &ctrl->namespaces, entry) {
		if (ns->nsid == nsid) {
			found = ns;
			break;
		}
	}
	mutex_unlock(&ctrl->ns_mutex);
	/* Only the scan removes namespaces, and there is one scan: no reference needed. */
	return found;
}

/* Without identifiers on both sides nothing tells another disk from this one. */
static bool ns_replaced(const struct nvmeq_ns *ns, const struct nvmeq_ns_facts *facts, bool named)
{
	struct nvmeq_limits limits;
	struct nvmeq_prot prot;

	ns_make_limits(ns->ctrl, facts, &prot, &limits);
	if (nvmeq_ns_no_disk(facts, &limits) != ns->hidden)
		return true;
	return named && ns->named && !nvmeq_ident_same_ns(&ns->facts, facts);
}

/* What the refused descriptors would have said is taken from before; the page itself counts. */
static void ns_keep_names(const struct nvmeq_ns *ns, struct nvmeq_ns_facts *facts)
{
	const struct nvmeq_ns_facts *old = &ns->facts;

	facts->csi = old->csi;
	if (old->use == NVMEQ_NS_COMMAND_SET)
		facts->use = old->use;
	facts->has_uuid = old->has_uuid;
	memcpy(facts->uuid, old->uuid, sizeof(facts->uuid));
	if (!facts->has_eui64) {
		facts->has_eui64 = old->has_eui64;
		memcpy(facts->eui64, old->eui64, sizeof(facts->eui64));
	}
	if (!facts->has_nguid) {
		facts->has_nguid = old->has_nguid;
		memcpy(facts->nguid, old->nguid, sizeof(facts->nguid));
	}
}

/* Ask a few times while the controller says "not now". Result as nvmeq_admin_identify_ns(). */
static int ns_identify(struct nvmeq_ctrl *ctrl, u32 nsid, struct nvmeq_ns_facts *facts, bool *named)
{
	int err, tries;

	for (tries = 0; tries < NS_IDENTIFY_TRIES; tries++) {
		if (tries)
			msleep(NS_IDENTIFY_PAUSE_MS);
		err = nvmeq_admin_identify_ns(ctrl, nsid, facts, named);
		if (err < 0 || (!err && (*named || tries)) || (err && !nvmeq_status_info(err)->retry))
			break;
	}
	return err;
}

/* A controller with several command sets that does not say which this is: rather no disk. */
static bool scan_is_unknown(const struct nvmeq_ctrl *ctrl, bool named)
{
	return !named && (ctrl->cap.all_csi || ctrl->version >= NVMEQ_VERSION(2, 0, 0));
}

static void scan_show(struct nvmeq_ctrl *ctrl, const struct nvmeq_ns_facts *facts, bool named,
		      unsigned int *count)
{
	if (scan_is_unknown(ctrl, named)) {
		dev_warn(&ctrl->dev, "namespace %u does not identify itself; left out\n",
			 facts->nsid);
	} else if (*count < nvmeq_param_value(NVMEQ_PARAM_MAX_NAMESPACES)) {
		ns_create(ctrl, facts, named);
		++*count;
	} else if (!ctrl->ns_limit_told) {
		ctrl->ns_limit_told = true;
		dev_warn(&ctrl->dev, "namespaces from %u on are left out: max_namespaces=%u\n",
			 facts->nsid, nvmeq_param_value(NVMEQ_PARAM_MAX_NAMESPACES));
	}
}

/*
 * Only a clear answer takes a namespace away: "no such namespace", or one of
 * size 0. Any other refusal may be a passing one.
 */
static bool scan_is_gone(int status, const struct nvmeq_ns_facts *facts)
{
	return status ? status == NVMEQ_SC_INVALID_NS : facts->use == NVMEQ_NS_EMPTY;
}

/* Returns a negative errno only when the controller cannot be asked any more. */
static int scan_one(struct nvmeq_ctrl *ctrl, u32 nsid, unsigned int *count)
{
	struct nvmeq_ns *ns = ns_find(ctrl, nsid);
	struct nvmeq_ns_facts *facts;
	bool named;
	int err;

	if (nvmeq_ctrl_state(ctrl) != NVMEQ_STATE_LIVE)
		return -EBUSY;
	facts = kzalloc(sizeof(*facts), GFP_KERNEL);
	if (!facts)
		return -ENOMEM;
	err = ns_identify(ctrl, nsid, facts, &named);
	if (err < 0 || scan_is_gone(err, facts))
		goto out;	/* not marked as seen: it goes, if it was there */
	if (!err && ns && !named)
		ns_keep_names(ns, facts);
	if (!err && ns && ns_replaced(ns, facts, named)) {
		ns_remove(ns);
		ns = NULL;
	}
	if (ns) {
		ns->seen = true;
		++*count;
	}
	if (!err && ns)
		ns_update(ns, facts, named);
	else if (!err)
		scan_show(ctrl, facts, named, count);
out:
	kfree(facts);
	return min(err, 0);
}

/* Base 5.17.2.3: pages of up to 1024 identifiers, each page asked for by the last one seen. */
static int scan_by_list(struct nvmeq_ctrl *ctrl, u32 *list, unsigned int *count)
{
	u32 after = 0;
	int n, i, err;

	do {
		n = nvmeq_admin_ns_list(ctrl, after, list, NVMEQ_NS_LIST_ENTRIES);
		if (n < 0)
			return n;
		for (i = 0; i < n; i++) {
			err = scan_one(ctrl, list[i], count);
			if (err)
				return err;
			after = list[i];
		}
	} while (n == NVMEQ_NS_LIST_ENTRIES);
	return 0;
}

/* Controllers before 1.1 have no list: every number up to NN is asked. */
static int scan_by_number(struct nvmeq_ctrl *ctrl, unsigned int *count)
{
	u32 nsid;
	int err;

	for (nsid = 1; nsid && nsid <= ctrl->facts.nn; nsid++) {
		err = scan_one(ctrl, nsid, count);
		if (err)
			return err;
	}
	return 0;
}

static void scan_remove_unseen(struct nvmeq_ctrl *ctrl)
{
	struct nvmeq_ns *ns, *gone;

	do {
		gone = NULL;
		mutex_lock(&ctrl->ns_mutex);
		list_for_each_entry(ns, &ctrl->namespaces, entry) {
			if (!ns->seen) {
				gone = ns;
				break;
			}
		}
		mutex_unlock(&ctrl->ns_mutex);
		if (gone) {
			dev_info(&ctrl->dev, "namespace %u is gone\n", gone->nsid);
			ns_remove(gone);
		}
	} while (gone);
}

static bool ns_any_held(struct nvmeq_ctrl *ctrl)
{
	struct nvmeq_ns *ns;
	bool any = false;

	mutex_lock(&ctrl->ns_mutex);
	list_for_each_entry(ns, &ctrl->namespaces, entry)
		any |= ns->held;
	mutex_unlock(&ctrl->ns_mutex);
	return any;
}

static void ns_release_held(struct nvmeq_ctrl *ctrl)
{
	struct nvmeq_ns *ns;

	mutex_lock(&ctrl->ns_mutex);
	list_for_each_entry(ns, &ctrl->namespaces, entry)
		ns_release(ns);
	mutex_unlock(&ctrl->ns_mutex);
}

/*
 * Under scan_mutex, which keeps the list as it is: freezing may wait, so not
 * under ns_mutex. Memory is allocated without I/O until the thaw.
 */
static unsigned int ns_freeze_queues(struct nvmeq_ctrl *ctrl)
{
	unsigned int noio = memalloc_noio_save();
	struct nvmeq_ns *ns;

	list_for_each_entry(ns, &ctrl->namespaces, entry)
		blk_mq_freeze_queue(ns->queue);
	return noio;
}

static void ns_thaw_queues(struct nvmeq_ctrl *ctrl, unsigned int noio)
{
	struct nvmeq_ns *ns;

	list_for_each_entry(ns, &ctrl->namespaces, entry)
		blk_mq_unfreeze_queue(ns->queue);
	memalloc_noio_restore(noio);
}

/*
 * The block layer marks a hardware queue whose last CPU goes offline, and unmarks it
 * when one of its CPUs comes back; mapped to other CPUs it stays marked, and
 * requests for it are tried for ever. With CPUs that are online it is no longer so.
 */
static void ns_fit_online(struct nvmeq_ctrl *ctrl)
{
	struct blk_mq_hw_ctx *hctx;
	struct nvmeq_ns *ns;
	unsigned long i;

	cpus_read_lock();
	list_for_each_entry(ns, &ctrl->namespaces, entry)
		queue_for_each_hw_ctx(ns->queue, hctx, i)
			if (cpumask_intersects(hctx->cpumask, cpu_online_mask))
				clear_bit(BLK_MQ_S_INACTIVE, &hctx->state);
	cpus_read_unlock();
}

/*
 * Map CPUs to the pairs that there are now. Nothing to wait for: the queues are
 * frozen. When memory is short the tag set stays as it was; with pairs for all
 * of it I/O can go on. A reset under way will be followed by a scan that fits.
 */
static void ns_fit_frozen(struct nvmeq_ctrl *ctrl)
{
	mutex_lock(&ctrl->reset_mutex);
	if (nvmeq_ctrl_state(ctrl) == NVMEQ_STATE_LIVE) {
		nvmeq_queues_bind_tags(ctrl, false);
		blk_mq_update_nr_hw_queues(&ctrl->io_set, ctrl->io_queues);
		nvmeq_queues_bind_tags(ctrl, true);
		ns_fit_online(ctrl);
		if (!nvmeq_irq_mapped(ctrl))
			dev_warn(&ctrl->dev, "%u queues instead of %u: no memory\n",
				 ctrl->io_set.nr_hw_queues, ctrl->io_queues);
		if (ctrl->io_set.nr_hw_queues <= ctrl->io_queues)
			ns_release_held(ctrl);
	} else if (nvmeq_state_admit(nvmeq_ctrl_state(ctrl), false) == NVMEQ_ADMIT_HOLD) {
		nvmeq_ns_hold(ctrl);
	}
	mutex_unlock(&ctrl->reset_mutex);
}

/*
 * A reset may have brought another number of pairs back. Fitting the tag set to
 * it needs the queues frozen, which may wait for I/O and that for another
 * reset: so they are frozen first, without reset_mutex, and then under it
 * nothing is left to wait for, and no reset walks the tags meanwhile.
 */
static void scan_fit_queues(struct nvmeq_ctrl *ctrl)
{
	unsigned int noio;

	if (nvmeq_irq_mapped(ctrl) && !ns_any_held(ctrl))
		return;
	noio = ns_freeze_queues(ctrl);
	ns_fit_frozen(ctrl);
	ns_thaw_queues(ctrl, noio);
}

void nvmeq_ns_scan(struct nvmeq_ctrl *ctrl)
{
	unsigned int count = 0;
	struct nvmeq_ns *ns;
	int err = -EREMOTEIO;
	u32 *list;

	mutex_lock(&ctrl->scan_mutex);
	if (nvmeq_ctrl_state(ctrl) != NVMEQ_STATE_LIVE)
		goto out;
	scan_fit_queues(ctrl);
	mutex_lock(&ctrl->ns_mutex);
	list_for_each_entry(ns, &ctrl->namespaces, entry)
		ns->seen = false;
	mutex_unlock(&ctrl->ns_mutex);

	list = kcalloc(NVMEQ_NS_LIST_ENTRIES, sizeof(*list), GFP_KERNEL);
	if (!list)
		goto out;
	if (ctrl->version >= NVMEQ_VERSION(1, 1, 0))
		err = scan_by_list(ctrl, list, &count);
	if (err == -EREMOTEIO && !count)
		err = scan_by_number(ctrl, &count);
	kfree(list);
	if (!err)
		scan_remove_unseen(ctrl);
	else
		dev_warn(&ctrl->dev, "namespace scan not finished (%d)\n", err);
out:
	mutex_unlock(&ctrl->scan_mutex);
}

/* --- all of them --- */

void nvmeq_ns_remove_all(struct nvmeq_ctrl *ctrl)
{
	struct nvmeq_ns *ns;

	mutex_lock(&ctrl->scan_mutex);
	mutex_lock(&ctrl->ns_mutex);
	while ((ns = list_first_entry_or_null(&ctrl->namespaces, struct nvmeq_ns, entry))) {
		mutex_unlock(&ctrl->ns_mutex);
		ns_remove(ns);
		mutex_lock(&ctrl->ns_mutex);
	}
	mutex_unlock(&ctrl->ns_mutex);
	mutex_unlock(&ctrl->scan_mutex);
}

/*
 * Collect first, act outside ns_mutex: marking a disk dead calls into the file
 * system on it, which may be waiting for I/O whose failing needs ns_mutex.
 */
void nvmeq_ns_mark_dead(struct nvmeq_ctrl *ctrl)
{
	struct nvmeq_ns *ns, *next;

	do {
		next = NULL;
		mutex_lock(&ctrl->ns_mutex);
		list_for_each_entry(ns, &ctrl->namespaces, entry) {
			if (ns->added && !ns->dead_marked && nvmeq_ns_get(ns)) {
				ns->dead_marked = true;
				next = ns;
				break;
			}
		}
		mutex_unlock(&ctrl->ns_mutex);
		if (next) {
			nvmeq_mark_disk_dead(next->disk);
			nvmeq_ns_put(next);
		}
	} while (next);
}

unsigned int nvmeq_ns_freeze_all(struct nvmeq_ctrl *ctrl)
{
	mutex_lock(&ctrl->scan_mutex);
	return ns_freeze_queues(ctrl);
}

void nvmeq_ns_thaw_all(struct nvmeq_ctrl *ctrl, unsigned int noio)
{
	ns_fit_frozen(ctrl);
	ns_thaw_queues(ctrl, noio);
	mutex_unlock(&ctrl->scan_mutex);
}

/* What was aligned before a format may not be after it: look before I/O goes on. */
static void ns_refresh(struct nvmeq_ns *ns, bool formatted)
{
	struct nvmeq_ns_facts *facts = kzalloc(sizeof(*facts), GFP_KERNEL);
	bool named = false;
	int err = -ENOMEM;

	if (facts)
		err = ns_identify(ns->ctrl, ns->nsid, facts, &named);
	if (!err && !named)
		ns_keep_names(ns, facts);
	if (!err && !ns_replaced(ns, facts, named)) {
		ns_update(ns, facts, named);
	} else if (!err || formatted) {
		/* Until a scan has looked again, or taken it away. */
		ns->stale = true;
		dev_warn(&ns->ctrl->dev, "namespace %u: I/O refused until the next scan (%d)\n",
			 ns->nsid, err);
	}
	kfree(facts);
}

void nvmeq_ns_unfreeze_all(struct nvmeq_ctrl *ctrl, unsigned int noio, u32 nsid)
{
	struct nvmeq_ns *ns;

	list_for_each_entry(ns, &ctrl->namespaces, entry)
		ns_refresh(ns, nsid == ns->nsid || nsid == NVMEQ_NSID_ALL);
	ns_thaw_queues(ctrl, noio);
	mutex_unlock(&ctrl->scan_mutex);
}

/*
 * Requests that sit on a pair that is gone cannot be saved, but what comes from
 * now on can wait until the tag set knows.
 */
void nvmeq_ns_hold(struct nvmeq_ctrl *ctrl)
{
	struct nvmeq_ns *ns;

	mutex_lock(&ctrl->ns_mutex);
	list_for_each_entry(ns, &ctrl->namespaces, entry) {
		/* A scan that adds or removes this one waits for its I/O, and could not release it. */
		if (ns->held || !ns->settled)
			continue;
		blk_freeze_queue_start(ns->queue);
		ns->held = true;
	}
	mutex_unlock(&ctrl->ns_mutex);
}

void nvmeq_ns_rescan(struct nvmeq_ctrl *ctrl)
{
	queue_work(nvmeq_wq, &ctrl->scan_work);
	flush_work(&ctrl->scan_work);
}
