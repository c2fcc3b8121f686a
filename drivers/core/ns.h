/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ns.h - a namespace: found by the scan, shown by the front ends
 *
 * Lifetime: made by the scan, freed by the last nvmeq_ns_put(). References:
 * the controller's list, every open of the block or the generic node, every
 * ioctl in flight through them. A namespace holds its controller, and its
 * gendisk with the request queue in it.
 */
#ifndef NVMEQ_CORE_NS_H
#define NVMEQ_CORE_NS_H

#include <linux/kref.h>
#include <nvmeq/limits.h>
#include <nvmeq/prot.h>
#include <nvmeq/scsi_facts.h>
#include "ctrl.h"

#define NVMEQ_WWID_SIZE	128

/**
 * struct nvmeq_ns_scsi - what the SCSI front end keeps with a namespace
 * @lock: guards what stands above @bsg_device
 * @facts: snapshot for the next command; written by the scan with the queue frozen
 * @formats: what its pointer to formats leads to
 * @gen: nvmeq_ns.gen of @facts
 * @state: what commands change
 * @formatting: FORMAT UNITs that go on without their callers
 * @timeout_ms: for commands that bring none (SG_SET_TIMEOUT)
 * @bsg_device: node bsg/nvmeXnY; its own reference to the namespace
 */
struct nvmeq_ns_scsi {
	spinlock_t lock;
	struct nvmeq_scsi_facts facts;
	struct nvmeq_ns_format formats[NVMEQ_FORMATS_MAX];
	u32 gen;
	struct nvmeq_scsi_state state;
	unsigned int formatting;
	u32 timeout_ms;

	struct device bsg_device;
	struct cdev bsg;
};

/**
 * struct nvmeq_ns - one namespace of one controller
 * @entry: in nvmeq_ctrl.namespaces, ns_mutex
 * @facts: geometry and identifiers; written by the scan with the queue frozen
 * @limits: what the block layer was told, likewise
 * @prot: how reads and writes are protected, likewise
 * @protection_errors: blocks and commands that were found to be wrong
 * @gen: counts the changes of both, never 0; a command that was made for another one does not
 *	fit any more
 * @resets: resets of the controller that the front ends know of, scan_mutex
 * @wwid: name for udev, immutable
 * @disk: block front end; never NULL while the namespace is listed
 * @queue: @disk's queue
 * @hidden: the disk has no node (GENHD_FL_HIDDEN): its format is not usable
 * @added: device_add_disk() succeeded
 * @dead_marked: the block layer was told that the disk is dead, ns_mutex
 * @stale: @facts may be wrong: the format was changed and cannot be read back; written with
 *	the queue frozen, then I/O is refused
 * @named: @facts hold the identifiers; false when the controller refused them
 * @settled: neither being added nor being removed, both of which do I/O, ns_mutex
 * @held: new I/O waits until the tag set fits the number of queue pairs, ns_mutex
 * @seen: the running scan has met it, scan_mutex
 * @cdev_device: generic node ngXnY; its own reference to the namespace
 */
struct nvmeq_ns {
	struct nvmeq_ctrl *ctrl;
	struct kref ref;
	struct list_head entry;
	u32 nsid;
	struct nvmeq_ns_facts facts;
	struct nvmeq_limits limits;
	struct nvmeq_prot prot;
	atomic_t protection_errors;
	u32 gen;
	unsigned int resets;
	char wwid[NVMEQ_WWID_SIZE];

	struct gendisk *disk;
	struct request_queue *queue;
	bool hidden;
	bool added;
	bool dead_marked;
	bool stale;
	bool named;
	bool settled;
	bool held;
	bool seen;

	struct device cdev_device;
	struct cdev cdev;

	struct nvmeq_ns_scsi scsi;
};

/* Take a reference, unless the namespace is on its way out. */
static inline bool nvmeq_ns_get(struct nvmeq_ns *ns)
{
	return kref_get_unless_zero(&ns->ref);
}

void nvmeq_ns_put(struct nvmeq_ns *ns);

/* The namespace behind a sysfs attribute's device, disk or generic node. */
struct nvmeq_ns *nvmeq_ns_of_device(struct device *dev);
extern const struct attribute_group *nvmeq_ns_attr_groups[];

/**
 * nvmeq_ns_scan() - make the list of namespaces agree with the controller
 * @ctrl: controller, LIVE
 *
 * Context: task; takes scan_mutex; sends admin commands. Namespaces are left
 * alone when the controller stops answering in the middle.
 */
void nvmeq_ns_scan(struct nvmeq_ctrl *ctrl);

/* Have the scan work do that, and wait for it. Not from under a lock. */
void nvmeq_ns_rescan(struct nvmeq_ctrl *ctrl);

/* Take every namespace away, disks first. State DELETING or DEAD. */
void nvmeq_ns_remove_all(struct nvmeq_ctrl *ctrl);

/* Enter a namespace that has its queue into the list, quiesced if the others are. */
void nvmeq_ns_list(struct nvmeq_ns *ns);

/* The disks fail everything from now on. Takes ns_mutex. */
void nvmeq_ns_mark_dead(struct nvmeq_ctrl *ctrl);

/*
 * Wait until no block I/O is in flight and hold new I/O back; and the end of
 * that, after a look at every format. Not under reset_mutex. Between the two
 * scan_mutex is held, and memory is allocated without I/O: it could not be
 * done. The value returned by the first goes to the second, with the namespace
 * that a format was for (NVMEQ_NSID_ALL for all): one whose format cannot be
 * read back then takes no I/O.
 */
unsigned int nvmeq_ns_freeze_all(struct nvmeq_ctrl *ctrl);
void nvmeq_ns_unfreeze_all(struct nvmeq_ctrl *ctrl, unsigned int noio, u32 nsid);

/* The end of the first without a look: queues may be others, formats are not. */
void nvmeq_ns_thaw_all(struct nvmeq_ctrl *ctrl, unsigned int noio);

/* After a reset that lost queue pairs: new I/O waits for the scan, which fits the tag set. */
void nvmeq_ns_hold(struct nvmeq_ctrl *ctrl);

/* A namespace that is no disk: the format, or limits that leave not one block. */
static inline bool nvmeq_ns_no_disk(const struct nvmeq_ns_facts *facts,
				    const struct nvmeq_limits *limits)
{
	return facts->use != NVMEQ_NS_USABLE || !limits->capacity_sect512;
}

#endif /* NVMEQ_CORE_NS_H */
