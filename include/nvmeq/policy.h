/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * policy.h - who may send which passthrough command, and what it does to disks
 */
#ifndef NVMEQ_POLICY_H
#define NVMEQ_POLICY_H

#include <nvmeq/spec_cmd.h>

/**
 * struct nvmeq_policy_facts - a passthrough command and its sender
 * @admin: for the admin queue, else for a namespace
 * @opcode: as given
 * @cdw10: as given (CNS of Identify, FID of features)
 * @privileged: the caller has CAP_SYS_ADMIN
 * @writable: the node was opened for writing
 * @partition: the descriptor is a partition's
 */
struct nvmeq_policy_facts {
	bool admin;
	u8 opcode;
	u32 cdw10;
	bool privileged;
	bool writable;
	bool partition;
};

/* What has to happen around a command that is let through. */
#define NVMEQ_EFFECT_FREEZE	BIT(0)	/* no block I/O may be in flight meanwhile */
#define NVMEQ_EFFECT_RESCAN	BIT(1)	/* look at the namespaces afterwards */
#define NVMEQ_EFFECT_CTRL	BIT(2)	/* controller capabilities may have changed */

struct nvmeq_policy {
	int error;		/* 0 or -EACCES */
	u32 effects;
	const char *why;	/* for the message of a refusal that even root gets, else NULL */
};

/**
 * nvmeq_policy_decide() - allow or refuse
 * @f: facts
 *
 * Without privilege:
 *  - admin: Identify with CNS 00h, 01h, 05h, 06h and 08h, nothing else;
 *  - I/O through a whole-disk or generic node: Read, Compare and Verify; with
 *    a writable descriptor also Write, Write Zeroes, Write Uncorrectable,
 *    Dataset Management, Copy and Flush;
 *  - nothing through a partition's descriptor, whose owner must not reach the
 *    blocks around it.
 *
 * Refused even to root, because it would pull the ground from under the
 * driver: Create and Delete I/O Queue, Asynchronous Event Request, Doorbell
 * Buffer Config, Keep Alive and the fabrics opcode; Set Features of Number of
 * Queues, Host Memory Buffer and Keep Alive Timer; fused I/O is refused by the
 * caller of this function.
 *
 * Effects are those the specification gives the opcode: Format NVM and
 * Sanitize freeze and rescan, Namespace Management and Attachment rescan,
 * Firmware Commit changes the controller, vendor admin commands rescan.
 */
struct nvmeq_policy nvmeq_policy_decide(const struct nvmeq_policy_facts *f);

#endif /* NVMEQ_POLICY_H */
