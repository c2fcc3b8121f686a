// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioctl.c - NVME_IOCTL_*: passthrough commands, reset, rescan
 *
 * A passthrough command is copied in, checked, and sent as a request like any
 * other (core/user_cmd.c). Checked means: flags and namespace make sense,
 * lib/policy.c lets the caller send it, and lib/transfer.c finds the buffers
 * long enough for what the controller is going to move. The data buffer is
 * mapped directly where its alignment allows and copied where not; metadata
 * goes through a kernel buffer of ours
 * (Documentation/decisions/003-own-metadata-bounce-for-passthrough.rst).
 *
 * Return values are the in-tree driver's: a negative errno, 0, or the NVMe
 * status as a positive number.
 */
#include <linux/blk-mq.h>
#include <linux/capability.h>
#include <linux/compat.h>
#include <linux/nvme_ioctl.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/uio.h>
#include <nvmeq/policy.h>
#include <nvmeq/status.h>
#include <nvmeq/transfer.h>
#include "../core/ctrl.h"
#include "../core/ns.h"
#include "../core/reset.h"
#include "../core/user_cmd.h"
#include "ioctl.h"

/* More than any command moves: 65536 blocks of 16 bytes. */
#define PASS_META_MAX	(1U << 20)

/**
 * struct pass - a passthrough command on its way
 * @ctrl: controller
 * @ns: namespace of the node, or NULL
 * @admin: for the admin queue
 * @vec: @addr is an array of @data_len iovecs
 * @writable: the node was opened for writing
 * @partition: it is a partition's
 * @sqe: encoded command
 * @timeout_ms: 0 for the queue's default
 * @addr: user address of the data
 * @data_len: bytes, or iovecs
 * @meta: user address of the metadata
 * @meta_len: bytes
 * @result: dwords 0 and 1 of the completion
 */
struct pass {
	struct nvmeq_ctrl *ctrl;
	struct nvmeq_ns *ns;
	bool admin;
	bool vec;
	bool writable;
	bool partition;
	struct nvmeq_sqe sqe;
	u32 timeout_ms;
	u64 addr;
	u32 data_len;
	u64 meta;
	u32 meta_len;
	u64 result;
};

/* A 32-bit caller leaves rubbish in the upper half of an address. */
static void __user *pass_user_ptr(u64 addr)
{
	if (in_compat_syscall())
		addr = (compat_uptr_t)addr;
	return u64_to_user_ptr(addr);
}

/* --- checks --- */

static int pass_check_policy(const struct pass *p, u32 *effects)
{
	struct nvmeq_policy_facts facts = {
		.admin = p->admin,
		.opcode = p->sqe.opcode,
		.cdw10 = le32_to_cpu(p->sqe.cdw10),
		.privileged = capable(CAP_SYS_ADMIN),
		.writable = p->writable,
		.partition = p->partition,
	};
	struct nvmeq_policy policy = nvmeq_policy_decide(&facts);

	*effects = policy.effects;
	if (policy.why)
		dev_warn_ratelimited(&p->ctrl->dev, "%s from %s refused: %s\n",
				     nvmeq_admin_op_name(p->sqe.opcode), current->comm, policy.why);
	return policy.error;
}

static int pass_check_buffers(const struct pass *p, const struct request_queue *q)
{
	if (p->meta_len > PASS_META_MAX)
		return -EINVAL;
	if (!p->vec && p->data_len > (u64)queue_max_hw_sectors(q) << 9)
		return -EINVAL;
	if ((p->data_len && !p->addr) || (p->meta_len && (!p->meta || p->meta & 3)))
		return -EINVAL;
	return 0;
}

/* --- on its way --- */

/*
 * Describe the caller's memory. A vector is copied once: what is checked is
 * what is mapped, and who maps it looks whether it is the caller's. @one and
 * @fast are lent; @vec is to be freed.
 */
static ssize_t pass_import(struct pass *p, struct iovec *one, struct iovec *fast,
			   struct iovec **vec, struct iov_iter *iter)
{
	unsigned int dir = NVMEQ_OP_DATA_OUT(p->sqe.opcode) ? WRITE : READ;

	*vec = NULL;
	if (p->vec) {
		*vec = fast;
		return import_iovec(dir, pass_user_ptr(p->addr), p->data_len, UIO_FASTIOV, vec,
				    iter);
	}
	one->iov_base = pass_user_ptr(p->addr);
	one->iov_len = p->data_len;
	iov_iter_init(iter, dir, one, 1, p->data_len);
	return p->data_len;
}

static int pass_get_meta(struct pass *p, struct nvmeq_user_cmd *c)
{
	if (!p->meta_len)
		return 0;
	c->meta = kzalloc(p->meta_len, GFP_KERNEL);
	c->meta_bytes = p->meta_len;
	if (!c->meta)
		return -ENOMEM;
	if (NVMEQ_OP_DATA_OUT(p->sqe.opcode) &&
	    copy_from_user(c->meta, pass_user_ptr(p->meta), p->meta_len))
		return -EFAULT;
	return 0;
}

static int pass_put_meta(struct pass *p, struct nvmeq_user_cmd *c)
{
	if (!p->meta_len || NVMEQ_OP_DATA_OUT(p->sqe.opcode))
		return 0;
	return copy_to_user(pass_user_ptr(p->meta), c->meta, p->meta_len) ? -EFAULT : 0;
}

static int pass_send(struct pass *p, struct nvmeq_user_cmd *c)
{
	struct iovec one, fast[UIO_FASTIOV], *vec;
	struct iov_iter iter;
	ssize_t bytes;
	int err;

	bytes = pass_import(p, &one, fast, &vec, &iter);
	if (bytes < 0)
		return bytes;
	c->iter = &iter;
	c->bytes = bytes;
	err = pass_get_meta(p, c);
	if (!err)
		err = nvmeq_user_run(c);
	if (!err)
		err = pass_put_meta(p, c);
	kfree(c->meta);
	kfree(vec);
	return err;
}

static int pass_run(struct pass *p)
{
	struct request_queue *q = p->admin ? p->ctrl->admin_q : p->ns->queue;
	struct nvmeq_user_cmd c = {
		.ctrl = p->ctrl, .ns = p->ns, .admin = p->admin, .sqe = p->sqe,
		.trusted = capable(CAP_SYS_ADMIN),
	};
	int err;

	err = pass_check_policy(p, &c.effects);
	if (!err)
		err = pass_check_buffers(p, q);
	if (err)
		return err;
	/* A timeout leads to a reset: only who may reset chooses when. */
	if (p->timeout_ms && capable(CAP_SYS_ADMIN))
		c.timeout = msecs_to_jiffies(p->timeout_ms);
	err = pass_send(p, &c);
	p->result = c.result;
	return err ?: c.status;
}

/* --- struct nvme_passthru_cmd and its 64-bit sister --- */

static int pass_from_cmd64(struct pass *p, const struct nvme_passthru_cmd64 *c)
{
	if (c->flags)
		return -EINVAL;
	if (!p->admin && c->nsid != p->ns->nsid)
		return -EINVAL;
	p->sqe = (struct nvmeq_sqe){
		.opcode = c->opcode,
		.nsid = cpu_to_le32(c->nsid),
		.cdw2 = cpu_to_le32(c->cdw2),
		.cdw3 = cpu_to_le32(c->cdw3),
		.cdw10 = cpu_to_le32(c->cdw10),
		.cdw11 = cpu_to_le32(c->cdw11),
		.cdw12 = cpu_to_le32(c->cdw12),
		.cdw13 = cpu_to_le32(c->cdw13),
		.cdw14 = cpu_to_le32(c->cdw14),
		.cdw15 = cpu_to_le32(c->cdw15),
	};
	p->timeout_ms = c->timeout_ms;
	p->addr = c->addr;
	p->data_len = c->data_len;
	p->meta = c->metadata;
	p->meta_len = c->metadata_len;
	return 0;
}

/* Both structs agree up to the result, whose size and place differ. */
static_assert(offsetof(struct nvme_passthru_cmd64, timeout_ms) ==
	      offsetof(struct nvme_passthru_cmd, timeout_ms));

static int pass_cmd(struct pass *p, void __user *arg, bool wide)
{
	struct nvme_passthru_cmd64 c = { };
	struct nvme_passthru_cmd64 __user *u64p = arg;
	struct nvme_passthru_cmd __user *u32p = arg;
	int err;

	/* With the result's place, though it is not read: a struct cut off there is not run. */
	if (copy_from_user(&c, arg, wide ? sizeof(*u64p) : sizeof(*u32p)))
		return -EFAULT;
	err = pass_from_cmd64(p, &c);
	if (err)
		return err;
	err = pass_run(p);
	if (err < 0)
		return err;
	if (wide ? put_user(p->result, &u64p->result) : put_user((u32)p->result, &u32p->result))
		return -EFAULT;
	return err;
}

/* --- struct nvme_user_io: the oldest interface, reads, writes and compares by block --- */

/* A 32-bit caller's struct ends without the padding, and so has a number of its own. */
#define PASS_USER_IO32_BYTES	44
#define PASS_SUBMIT_IO32	_IOC(_IOC_WRITE, 'N', 0x42, PASS_USER_IO32_BYTES)
static_assert(offsetofend(struct nvme_user_io, appmask) == PASS_USER_IO32_BYTES);

static int pass_submit_io(struct pass *p, void __user *arg)
{
	struct nvmeq_transfer t;
	struct nvme_user_io io;

	if (copy_from_user(&io, arg, PASS_USER_IO32_BYTES))
		return -EFAULT;
	if (io.flags || io.rsvd)
		return -EINVAL;
	if (io.opcode != NVMEQ_NVM_READ && io.opcode != NVMEQ_NVM_WRITE &&
	    io.opcode != NVMEQ_NVM_COMPARE)
		return -EINVAL;
	p->sqe = (struct nvmeq_sqe){
		.opcode = io.opcode,
		.nsid = cpu_to_le32(p->ns->nsid),
		.cdw10 = cpu_to_le32((u32)io.slba),
		.cdw11 = cpu_to_le32((u32)(io.slba >> 32)),
		.cdw12 = cpu_to_le32(io.nblocks | (u32)io.control << 16),
		.cdw13 = cpu_to_le32(io.dsmgmt),
		.cdw14 = cpu_to_le32(io.reftag),
		.cdw15 = cpu_to_le32(io.apptag | (u32)io.appmask << 16),
	};
	t = nvmeq_transfer_of(false, &p->sqe, &p->ns->facts);
	if (!t.known || t.data_bytes > U32_MAX || t.meta_bytes > PASS_META_MAX)
		return -EINVAL;
	p->addr = io.addr;
	p->data_len = t.data_bytes;
	p->meta = io.metadata;
	p->meta_len = t.meta_bytes;
	return pass_run(p);
}

/* --- the numbers --- */

static int ioctl_reset(struct nvmeq_ctrl *ctrl, bool subsystem)
{
	int err;

	if (!capable(CAP_SYS_ADMIN))
		return -EACCES;
	err = subsystem ? nvmeq_reset_subsystem(ctrl) : nvmeq_reset_sync(ctrl);
	return err == -EOPNOTSUPP ? -ENOTTY : err;
}

static int ioctl_rescan(struct nvmeq_ctrl *ctrl)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EACCES;
	nvmeq_ns_rescan(ctrl);
	return 0;
}

/* I/O through the controller's node is from before namespaces had nodes: only if there is one. */
static int ioctl_ctrl_io(struct nvmeq_ctrl *ctrl, void __user *arg, bool writable)
{
	struct pass p = { .ctrl = ctrl, .writable = writable };
	int err = -ENOTTY;

	mutex_lock(&ctrl->ns_mutex);
	p.ns = list_first_entry_or_null(&ctrl->namespaces, struct nvmeq_ns, entry);
	if (p.ns && !list_is_singular(&ctrl->namespaces)) {
		p.ns = NULL;
		err = -EINVAL;
	}
	if (p.ns && !nvmeq_ns_get(p.ns))
		p.ns = NULL;
	mutex_unlock(&ctrl->ns_mutex);
	if (!p.ns)
		return err;
	err = pass_cmd(&p, arg, false);
	nvmeq_ns_put(p.ns);
	return err;
}

int nvmeq_ioctl_ctrl(struct nvmeq_ctrl *ctrl, unsigned int cmd, unsigned long arg, bool writable)
{
	struct pass admin = { .ctrl = ctrl, .admin = true, .writable = writable };
	void __user *argp = (void __user *)arg;

	switch (cmd) {
	case NVME_IOCTL_ADMIN_CMD:
		return pass_cmd(&admin, argp, false);
	case NVME_IOCTL_ADMIN64_CMD:
		return pass_cmd(&admin, argp, true);
	case NVME_IOCTL_IO_CMD:
		return ioctl_ctrl_io(ctrl, argp, writable);
	case NVME_IOCTL_RESET:
		return ioctl_reset(ctrl, false);
	case NVME_IOCTL_SUBSYS_RESET:
		return ioctl_reset(ctrl, true);
	case NVME_IOCTL_RESCAN:
		return ioctl_rescan(ctrl);
	default:
		return -ENOTTY;
	}
}

int nvmeq_ioctl_ns(struct nvmeq_ns *ns, unsigned int cmd, unsigned long arg, bool writable,
		   bool partition)
{
	struct pass p = {
		.ctrl = ns->ctrl, .ns = ns, .writable = writable, .partition = partition,
	};
	void __user *argp = (void __user *)arg;

	switch (cmd) {
	case NVME_IOCTL_ID:
		return ns->nsid;
	case NVME_IOCTL_ADMIN_CMD:
	case NVME_IOCTL_ADMIN64_CMD:
		p.admin = true;
		return pass_cmd(&p, argp, cmd == NVME_IOCTL_ADMIN64_CMD);
	case NVME_IOCTL_IO_CMD:
	case NVME_IOCTL_IO64_CMD:
		return pass_cmd(&p, argp, cmd == NVME_IOCTL_IO64_CMD);
	case NVME_IOCTL_IO64_CMD_VEC:
		p.vec = true;
		return pass_cmd(&p, argp, true);
	case NVME_IOCTL_SUBMIT_IO:
	case PASS_SUBMIT_IO32:
		return pass_submit_io(&p, argp);
	default:
		return -ENOIOCTLCMD;
	}
}
