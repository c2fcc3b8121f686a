/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sg_ns.h - what a namespace knows of itself as a SCSI disk
 */
#ifndef NVMEQ_SCSI_SG_NS_H
#define NVMEQ_SCSI_SG_NS_H

#include "../core/ns.h"

/**
 * struct nvmeq_sg_snapshot - the facts that one command goes by, from begin to end
 * @facts: its pointers lead to the members below
 * @formats: see there
 * @nsids: active namespaces, or NULL; to be freed
 * @state: as the last command left it
 * @gen: generation of the namespace
 */
struct nvmeq_sg_snapshot {
	struct nvmeq_scsi_facts facts;
	struct nvmeq_ns_format formats[NVMEQ_FORMATS_MAX];
	u32 *nsids;
	struct nvmeq_scsi_state state;
	u32 gen;
};

/* Fill all but the namespaces. */
void nvmeq_sg_ns_snapshot(struct nvmeq_ns *ns, struct nvmeq_sg_snapshot *s);
/* And these, for the command that reports them. Return: 0 or -ENOMEM. */
int nvmeq_sg_ns_list(struct nvmeq_ns *ns, struct nvmeq_sg_snapshot *s);

/* Take over what a command that began with @before has changed. */
void nvmeq_sg_ns_store(struct nvmeq_ns *ns, const struct nvmeq_scsi_state *before,
		       const struct nvmeq_scsi_state *after);
/* A FORMAT UNIT goes on without its caller; and its end. */
void nvmeq_sg_ns_formatting(struct nvmeq_ns *ns, bool begins);

/**
 * nvmeq_sg_ns_claim() - hold the disks, so that nobody else does
 * @ns: namespace
 * @all: and all others of the controller
 *
 * Return: what goes to nvmeq_sg_ns_release(); ERR_PTR(-EBUSY) when a disk is mounted or
 * otherwise held, another negative errno.
 */
struct nvmeq_sg_claim *nvmeq_sg_ns_claim(struct nvmeq_ns *ns, bool all);
void nvmeq_sg_ns_release(struct nvmeq_sg_claim *claim);

#endif /* NVMEQ_SCSI_SG_NS_H */
