/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * admin.h - the driver's own admin commands: encode, run, decode
 *
 * Results are negative errnos for trouble on the host's side and positive NVMe
 * status codes for the controller's refusals; 0 is success. All of these
 * sleep, and return -EIO when the controller was given up meanwhile.
 */
#ifndef NVMEQ_CORE_ADMIN_H
#define NVMEQ_CORE_ADMIN_H

#include <nvmeq/spec_cmd.h>

struct nvmeq_ctrl;
struct nvmeq_ctrl_facts;
struct nvmeq_ns_facts;

/**
 * nvmeq_admin_exec() - run one admin command
 * @ctrl: controller whose admin queue runs
 * @sqe: encoded command without identifier and data pointer (except rings')
 * @buf: data in kernel memory from kmalloc, or NULL; direction by the opcode
 * @bytes: its length
 * @result: receives dwords 0 and 1 of the completion, or NULL
 *
 * The command goes to the head of the queue, before those of users.
 */
int nvmeq_admin_exec(struct nvmeq_ctrl *ctrl, const struct nvmeq_sqe *sqe, void *buf,
		     unsigned int bytes, u64 *result);

/* Identify Controller, and the NVM command set's page where there is one. */
int nvmeq_admin_identify_ctrl(struct nvmeq_ctrl *ctrl, struct nvmeq_ctrl_facts *facts);
/* Identify Namespace and the identification descriptors. @names: the controller gave its
 * descriptors, or is too old to have any; if not, the identifiers in @facts say nothing.
 */
int nvmeq_admin_identify_ns(struct nvmeq_ctrl *ctrl, u32 nsid, struct nvmeq_ns_facts *facts,
			    bool *names);
/* One page of the active namespace list behind @after; returns entries in @list or an error < 0,
 * or -EREMOTEIO when the controller refused.
 */
int nvmeq_admin_ns_list(struct nvmeq_ctrl *ctrl, u32 after, u32 *list, u32 max);
/* Ask for @wanted I/O pairs; @granted receives how many there are. */
int nvmeq_admin_queue_count(struct nvmeq_ctrl *ctrl, u16 wanted, u16 *granted);

#endif /* NVMEQ_CORE_ADMIN_H */
