// SPDX-License-Identifier: GPL-2.0-only
/*
 * policy.c - who may send which passthrough command, and what it does to disks
 *
 * Three tables and one function that asks them in this order:
 *
 *   1. forbidden	commands that would take queues, events or memory away
 *			from under the driver: refused to everybody, with a
 *			reason for the message;
 *   2. public		commands that whoever could open the node may send:
 *			they read what the node shows anyway, or write what a
 *			writable descriptor may write anyway;
 *   3. effects		what must happen around a command that is let through.
 *
 * All that is not public needs privilege; an opcode that nobody here knows is
 * therefore root's. A partition's descriptor is no way to anything public,
 * since a command names blocks of the whole namespace.
 *
 * Not decided here: lengths, user memory, fused commands, which the callers
 * check; and what the controller itself refuses.
 */
#include <nvmeq/policy.h>

struct policy_forbidden {
	u8 opcode;
	const char *why;
};

static const struct policy_forbidden policy_admin_forbidden[] = {
	{ NVMEQ_ADMIN_DELETE_SQ,	"queues belong to the driver" },
	{ NVMEQ_ADMIN_CREATE_SQ,	"queues belong to the driver" },
	{ NVMEQ_ADMIN_DELETE_CQ,	"queues belong to the driver" },
	{ NVMEQ_ADMIN_CREATE_CQ,	"queues belong to the driver" },
	{ NVMEQ_ADMIN_ASYNC_EVENT,	"events belong to the driver" },
	{ NVMEQ_ADMIN_KEEP_ALIVE,	"keep alive is not used on PCIe" },
	{ NVMEQ_ADMIN_DBBUF_CONFIG,	"doorbells belong to the driver" },
	{ NVMEQ_ADMIN_FABRICS,		"not a fabrics controller" },
};

/* Set Features, by feature identifier. */
static const struct policy_forbidden policy_feature_forbidden[] = {
	{ NVMEQ_FEAT_NUM_QUEUES,	"the number of queues belongs to the driver" },
	{ NVMEQ_FEAT_HOST_MEM_BUF,	"host memory belongs to the driver" },
	{ NVMEQ_FEAT_KATO,		"keep alive is not used on PCIe" },
};

/* Identify data that tells no more than sysfs does. */
static const u8 policy_public_cns[] = {
	NVMEQ_CNS_NS, NVMEQ_CNS_CTRL, NVMEQ_CNS_CSI_NS, NVMEQ_CNS_CSI_CTRL, NVMEQ_CNS_NS_INDEP,
};

enum policy_io { POLICY_IO_ROOT, POLICY_IO_READS, POLICY_IO_WRITES };

static const u8 policy_io[256] = {
	[NVMEQ_NVM_READ]		= POLICY_IO_READS,
	[NVMEQ_NVM_COMPARE]		= POLICY_IO_READS,
	[NVMEQ_NVM_VERIFY]		= POLICY_IO_READS,
	[NVMEQ_NVM_FLUSH]		= POLICY_IO_WRITES,
	[NVMEQ_NVM_WRITE]		= POLICY_IO_WRITES,
	[NVMEQ_NVM_WRITE_UNCOR]		= POLICY_IO_WRITES,
	[NVMEQ_NVM_WRITE_ZEROES]	= POLICY_IO_WRITES,
	[NVMEQ_NVM_DSM]			= POLICY_IO_WRITES,
	[NVMEQ_NVM_COPY]		= POLICY_IO_WRITES,
};

static const u8 policy_admin_effects[256] = {
	[NVMEQ_ADMIN_NS_MGMT]		= NVMEQ_EFFECT_RESCAN,
	[NVMEQ_ADMIN_NS_ATTACH]		= NVMEQ_EFFECT_RESCAN,
	[NVMEQ_ADMIN_FW_COMMIT]		= NVMEQ_EFFECT_CTRL,
	[NVMEQ_ADMIN_FORMAT_NVM]	= NVMEQ_EFFECT_FREEZE | NVMEQ_EFFECT_RESCAN,
	[NVMEQ_ADMIN_SANITIZE]		= NVMEQ_EFFECT_FREEZE | NVMEQ_EFFECT_RESCAN,
};

static const char *policy_find(const struct policy_forbidden *rows, size_t n, u8 key)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (rows[i].opcode == key)
			return rows[i].why;
	return NULL;
}

/* The reason why nobody may send this, or NULL. */
static const char *policy_forbids(const struct nvmeq_policy_facts *f)
{
	const char *why;

	if (!f->admin)
		return NULL;
	why = policy_find(policy_admin_forbidden, ARRAY_SIZE(policy_admin_forbidden), f->opcode);
	if (why || f->opcode != NVMEQ_ADMIN_SET_FEATURES)
		return why;
	return policy_find(policy_feature_forbidden, ARRAY_SIZE(policy_feature_forbidden),
			   f->cdw10 & 0xff);
}

static bool policy_public_admin(const struct nvmeq_policy_facts *f)
{
	size_t i;

	if (f->opcode != NVMEQ_ADMIN_IDENTIFY)
		return false;
	for (i = 0; i < ARRAY_SIZE(policy_public_cns); i++)
		if (policy_public_cns[i] == (f->cdw10 & 0xff))
			return true;
	return false;
}

static bool policy_public(const struct nvmeq_policy_facts *f)
{
	if (f->partition)
		return false;
	if (f->admin)
		return policy_public_admin(f);
	switch (policy_io[f->opcode]) {
	case POLICY_IO_READS:
		return true;
	case POLICY_IO_WRITES:
		return f->writable;
	default:
		return false;
	}
}

static u32 policy_effects(const struct nvmeq_policy_facts *f)
{
	if (!f->admin)
		return 0;
	if (f->opcode >= NVMEQ_ADMIN_VENDOR_FIRST)
		return NVMEQ_EFFECT_RESCAN;
	return policy_admin_effects[f->opcode];
}

struct nvmeq_policy nvmeq_policy_decide(const struct nvmeq_policy_facts *f)
{
	const char *why = policy_forbids(f);

	if (why)
		return (struct nvmeq_policy) { .error = -EACCES, .why = why };
	if (!f->privileged && !policy_public(f))
		return (struct nvmeq_policy) { .error = -EACCES };
	return (struct nvmeq_policy) { .effects = policy_effects(f) };
}
