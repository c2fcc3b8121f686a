// SPDX-License-Identifier: GPL-2.0-only
/*
 * sg_io.c - SCSI commands from user memory and back
 *
 * The only SCSI file that knows user addresses and the structs of SG_IO: the
 * header of version 3 (struct sg_io_hdr, native and from 32-bit callers), that of
 * version 4 (struct sg_io_v4, same for both), and the ioctls around them that
 * tools expect of a SCSI disk. Everything is fetched once, into kernel memory,
 * checked there and never looked at again; data is described by a vector of
 * our own, fetched likewise.
 *
 * An ioctl succeeds when the command has an outcome; what the disk says is in
 * the header. Each field of the header that is an output is written, so that
 * nobody takes what was there before for an answer.
 *
 * A partition has none of this: commands name blocks of the whole disk.
 */
#include <linux/blkdev.h>
#include <linux/capability.h>
#include <linux/compat.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/uio.h>
#include <linux/bsg.h>
#include <scsi/scsi.h>
#include <scsi/scsi_ioctl.h>
#include <scsi/sg.h>
#include <nvmeq/scsi.h>
#include "../core/ctrl.h"
#include "../core/ns.h"
#include "../core/reset.h"
#include "sg_exec.h"
#include "sg_io.h"

/* The version of the interface that the kernel's own block layer has. */
#define SG_IO_VERSION		30527
#define SG_IO_CDB_MIN		6
#define SG_IO_PCI_NAME_BYTES	20

static void __user *sg_user_ptr(u64 addr)
{
	return u64_to_user_ptr(addr);
}

/* --- the caller's data --- */

/* Elements with nothing in them go, what is beyond the transfer length too. */
static void data_trim(struct nvmeq_sg_data *d, u32 bytes)
{
	u32 i, kept = 0;

	d->bytes = 0;
	for (i = 0; i < d->nr && d->bytes < bytes; i++) {
		size_t len = min_t(size_t, d->vec[i].iov_len, bytes - d->bytes);

		if (!len)
			continue;
		d->vec[kept].iov_base = d->vec[i].iov_base;
		d->vec[kept++].iov_len = len;
		d->bytes += len;
	}
	d->nr = kept;
}

static int data_fetch_native(struct iovec *vec, const void __user *from, u32 nr)
{
	return copy_from_user(vec, from, nr * sizeof(*vec)) ? -EFAULT : 0;
}

#ifdef CONFIG_COMPAT
/* To the end of the array, and from its end widened in place. */
static int data_fetch_compat(struct iovec *vec, const void __user *from, u32 nr)
{
	struct compat_iovec *narrow = (struct compat_iovec *)(vec + nr) - nr;
	u32 i;

	static_assert(2 * sizeof(struct compat_iovec) <= sizeof(struct iovec));
	if (copy_from_user(narrow, from, nr * sizeof(*narrow)))
		return -EFAULT;
	for (i = 0; i < nr; i++) {
		struct compat_iovec v = narrow[i];

		vec[i].iov_base = compat_ptr(v.iov_base);
		vec[i].iov_len = v.iov_len;
	}
	return 0;
}
#else
static int data_fetch_compat(struct iovec *vec, const void __user *from, u32 nr)
{
	return -EINVAL;
}
#endif

static int data_fetch(struct nvmeq_sg_data *d, const void __user *from, u32 nr)
{
	if (nr > UIO_MAXIOV)
		return -EINVAL;
	d->vec = kvmalloc_array(2 * nr, sizeof(*d->vec), GFP_KERNEL);
	if (!d->vec)
		return -ENOMEM;
	d->slice = d->vec + nr;
	d->nr = nr;
	return in_compat_syscall() ? data_fetch_compat(d->vec, from, nr) :
				     data_fetch_native(d->vec, from, nr);
}

/* After a failure too, data_release() is due. */
static int data_describe(struct nvmeq_sg_data *d, bool out, u32 bytes, void __user *addr, u32 nr)
{
	int err = 0;

	d->out = out;
	if (!bytes)
		return 0;
	if (nr) {
		err = data_fetch(d, addr, nr);
	} else {
		d->vec = &d->one[0];
		d->slice = &d->one[1];
		d->nr = 1;
		d->vec->iov_base = addr;
		d->vec->iov_len = bytes;
	}
	if (!err)
		data_trim(d, bytes);
	return err;
}

static void data_release(struct nvmeq_sg_data *d)
{
	if (d->vec != &d->one[0])
		kvfree(d->vec);
}

void nvmeq_sg_io_slice(struct nvmeq_sg_data *d, u32 at, u32 bytes, struct iov_iter *iter)
{
	u32 i, n = 0, left = bytes;

	for (i = 0; i < d->nr && left; i++) {
		const struct iovec *v = &d->vec[i];
		u32 len;

		if (at >= v->iov_len) {
			at -= v->iov_len;
			continue;
		}
		len = min_t(size_t, v->iov_len - at, left);
		d->slice[n].iov_base = v->iov_base + at;
		d->slice[n++].iov_len = len;
		left -= len;
		at = 0;
	}
	iov_iter_init(iter, d->out ? WRITE : READ, d->slice, n, bytes - left);
}

int nvmeq_sg_io_get(struct nvmeq_sg_data *d, u32 at, void *to, u32 bytes)
{
	struct iov_iter iter;

	nvmeq_sg_io_slice(d, at, bytes, &iter);
	return copy_from_iter(to, bytes, &iter) == bytes ? 0 : -EFAULT;
}

int nvmeq_sg_io_put(struct nvmeq_sg_data *d, u32 at, const void *from, u32 bytes)
{
	struct iov_iter iter;

	nvmeq_sg_io_slice(d, at, bytes, &iter);
	return copy_to_iter(from, bytes, &iter) == bytes ? 0 : -EFAULT;
}

/* --- one command, whichever header brought it --- */

static int call_get_cdb(struct nvmeq_sg_call *call, const void __user *cdb, u32 bytes)
{
	if (bytes < SG_IO_CDB_MIN)
		return -EMSGSIZE;
	if (bytes > sizeof(call->cdb))
		return -EINVAL;
	call->cdb_bytes = bytes;
	return copy_from_user(call->cdb, cdb, bytes) ? -EFAULT : 0;
}

static int call_check_permission(struct nvmeq_sg_call *call, bool writable)
{
	struct nvmeq_scsi_caller who = {
		.privileged = capable(CAP_SYS_RAWIO), .writable = writable,
	};

	call->privileged = who.privileged;
	return nvmeq_scsi_permitted(call->cdb, call->cdb_bytes, &who) ? 0 : -EPERM;
}

/* Sense to @to, which may be NULL; @room bytes are there. Return: bytes, or -EFAULT. */
static int call_put_sense(const struct nvmeq_sg_call *call, void __user *to, u32 room)
{
	u32 bytes = min(call->sense_bytes, room);

	if (!to)
		return 0;
	return copy_to_user(to, call->sense, bytes) ? -EFAULT : (int)bytes;
}

static u16 call_driver_status(const struct nvmeq_sg_call *call)
{
	return call->status == NVMEQ_SAM_CHECK_CONDITION ? DRIVER_SENSE : 0;
}

static u32 call_info(const struct nvmeq_sg_call *call)
{
	return call->status || call->host ? SG_INFO_CHECK : 0;
}

/* --- version 3 --- */

#ifdef CONFIG_COMPAT
static int v3_get_compat(struct sg_io_hdr *h, const void __user *arg)
{
	struct compat_sg_io_hdr c;

	if (copy_from_user(&c, arg, sizeof(c)))
		return -EFAULT;
	*h = (struct sg_io_hdr) {
		.interface_id = c.interface_id, .dxfer_direction = c.dxfer_direction,
		.cmd_len = c.cmd_len, .mx_sb_len = c.mx_sb_len, .iovec_count = c.iovec_count,
		.dxfer_len = c.dxfer_len, .dxferp = compat_ptr(c.dxferp),
		.cmdp = compat_ptr(c.cmdp), .sbp = compat_ptr(c.sbp), .timeout = c.timeout,
		.flags = c.flags, .pack_id = c.pack_id, .usr_ptr = compat_ptr(c.usr_ptr),
	};
	return 0;
}

static int v3_put_compat(const struct sg_io_hdr *h, void __user *arg)
{
	struct compat_sg_io_hdr c = {
		.status = h->status, .masked_status = h->masked_status,
		.msg_status = h->msg_status, .sb_len_wr = h->sb_len_wr,
		.host_status = h->host_status, .driver_status = h->driver_status,
		.resid = h->resid, .duration = h->duration, .info = h->info,
	};
	const size_t from = offsetof(struct compat_sg_io_hdr, status);

	return copy_to_user(arg + from, (u8 *)&c + from, sizeof(c) - from) ? -EFAULT : 0;
}
#else
static int v3_get_compat(struct sg_io_hdr *h, const void __user *arg)
{
	return -ENOTTY;
}

static int v3_put_compat(const struct sg_io_hdr *h, void __user *arg)
{
	return -ENOTTY;
}
#endif

static int v3_get(struct sg_io_hdr *h, const void __user *arg)
{
	if (in_compat_syscall())
		return v3_get_compat(h, arg);
	return copy_from_user(h, arg, sizeof(*h)) ? -EFAULT : 0;
}

/* The outputs are the end of the struct; the inputs are the caller's as they are. */
static int v3_put(const struct sg_io_hdr *h, void __user *arg)
{
	const size_t from = offsetof(struct sg_io_hdr, status);

	if (in_compat_syscall())
		return v3_put_compat(h, arg);
	return copy_to_user(arg + from, (u8 *)h + from,
			    offsetofend(struct sg_io_hdr, info) - from) ? -EFAULT : 0;
}

static void v3_clear(struct sg_io_hdr *h)
{
	const size_t from = offsetof(struct sg_io_hdr, status);

	memset((u8 *)h + from, 0, sizeof(*h) - from);
	h->resid = h->dxfer_len;
}

static int v3_direction(const struct sg_io_hdr *h, bool *out)
{
	*out = h->dxfer_direction == SG_DXFER_TO_DEV;
	if (!h->dxfer_len)
		return 0;
	switch (h->dxfer_direction) {
	case SG_DXFER_TO_DEV:
	case SG_DXFER_FROM_DEV:
	case SG_DXFER_TO_FROM_DEV:
		return 0;
	default:
		return -EINVAL;
	}
}

static int v3_prepare(struct nvmeq_sg_call *call, const struct sg_io_hdr *h, bool writable)
{
	bool out;
	int err;

	if (h->dxfer_len > NVMEQ_SCSI_CALL_BYTES)
		return -EIO;
	err = v3_direction(h, &out);
	if (!err)
		err = call_get_cdb(call, h->cmdp, h->cmd_len);
	if (!err)
		err = call_check_permission(call, writable);
	if (!err)
		err = data_describe(&call->data, out, h->dxfer_len, h->dxferp, h->iovec_count);
	call->timeout_ms = h->timeout;
	call->at_head = h->flags & SG_FLAG_Q_AT_HEAD;
	return err;
}

static int v3_finish(const struct nvmeq_sg_call *call, struct sg_io_hdr *h, ktime_t began)
{
	int sense = call_put_sense(call, h->sbp, h->mx_sb_len);

	h->status = call->status;
	h->masked_status = call->status >> 1 & 0x7f;
	h->host_status = call->host;
	h->driver_status = call_driver_status(call);
	h->resid = h->dxfer_len - call->moved;
	h->duration = ktime_ms_delta(ktime_get(), began);
	h->info = call_info(call);
	if (sense < 0)
		return sense;
	h->sb_len_wr = sense;
	return 0;
}

static int sg_io_v3(struct nvmeq_ns *ns, void __user *arg, bool writable)
{
	struct nvmeq_sg_call call = { .ns = ns };
	ktime_t began = ktime_get();
	struct sg_io_hdr h;
	int err;

	err = v3_get(&h, arg);
	if (err)
		return err;
	/* Not the struct that it was taken for: nothing is written to it. */
	if (h.interface_id != SG_INTERFACE_ID_ORIG)
		return -EINVAL;
	v3_clear(&h);
	err = v3_prepare(&call, &h, writable);
	if (!err)
		err = nvmeq_sg_exec(&call);
	if (!err)
		err = v3_finish(&call, &h, began);
	data_release(&call.data);
	if (err != -EFAULT && v3_put(&h, arg))
		err = -EFAULT;
	return err;
}

/* --- version 4 --- */

static int v4_prepare(struct nvmeq_sg_call *call, const struct sg_io_v4 *h, bool writable)
{
	bool out = h->dout_xfer_len;
	u32 bytes = out ? h->dout_xfer_len : h->din_xfer_len;
	int err;

	if (h->protocol != BSG_PROTOCOL_SCSI || h->subprotocol != BSG_SUB_PROTOCOL_SCSI_CMD)
		return -EINVAL;
	if (h->dout_xfer_len && h->din_xfer_len)
		return -EOPNOTSUPP;
	if (bytes > NVMEQ_SCSI_CALL_BYTES)
		return -EIO;
	err = call_get_cdb(call, sg_user_ptr(h->request), h->request_len);
	if (!err)
		err = call_check_permission(call, writable);
	if (!err)
		err = data_describe(&call->data, out, bytes,
				    sg_user_ptr(out ? h->dout_xferp : h->din_xferp),
				    out ? h->dout_iovec_count : h->din_iovec_count);
	call->timeout_ms = h->timeout;
	call->at_head = !(h->flags & BSG_FLAG_Q_AT_TAIL);
	return err;
}

static int v4_finish(const struct nvmeq_sg_call *call, struct sg_io_v4 *h, ktime_t began)
{
	int sense = call_put_sense(call, sg_user_ptr(h->response), h->max_response_len);

	if (sense < 0)
		return sense;
	h->device_status = call->status;
	h->transport_status = call->host;
	h->driver_status = call_driver_status(call);
	h->retry_delay = 0;
	h->info = call_info(call);
	h->duration = ktime_ms_delta(ktime_get(), began);
	h->response_len = sense;
	h->din_resid = h->din_xfer_len;
	h->dout_resid = h->dout_xfer_len;
	if (call->data.out)
		h->dout_resid -= call->moved;
	else
		h->din_resid -= call->moved;
	return 0;
}

/* Copied back only when the command has an outcome. */
static int sg_io_v4(struct nvmeq_ns *ns, void __user *arg, bool writable)
{
	struct nvmeq_sg_call call = { .ns = ns };
	ktime_t began = ktime_get();
	struct sg_io_v4 h;
	int err;

	if (copy_from_user(&h, arg, sizeof(h)))
		return -EFAULT;
	err = v4_prepare(&call, &h, writable);
	if (!err)
		err = nvmeq_sg_exec(&call);
	if (!err)
		err = v4_finish(&call, &h, began);
	data_release(&call.data);
	if (!err && copy_to_user(arg, &h, sizeof(h)))
		err = -EFAULT;
	return err;
}

/* --- SCSI_IOCTL_SEND_COMMAND: from before there were headers --- */

/* Bytes of a CDB by its group code (SPC-4 4.3.4.1). */
static const u8 old_cdb_bytes[8] = { 6, 10, 10, 12, 16, 12, 10, 10 };

struct old_command {
	u32 in_bytes;	/* to the disk, behind the CDB */
	u32 out_bytes;	/* from it, in place of the CDB */
	u8 data[];
};

static int old_prepare(struct nvmeq_sg_call *call, struct old_command __user *arg, bool writable)
{
	struct old_command h;
	u8 opcode;
	int err;

	if (copy_from_user(&h, arg, sizeof(h)) || get_user(opcode, &arg->data[0]))
		return -EFAULT;
	if (h.in_bytes > PAGE_SIZE || h.out_bytes > PAGE_SIZE)
		return -EINVAL;
	err = call_get_cdb(call, arg->data, old_cdb_bytes[opcode >> 5]);
	/* It was looked at twice. */
	if (!err && call->cdb[0] != opcode)
		err = -EINVAL;
	if (!err)
		err = call_check_permission(call, writable);
	if (!err)
		err = data_describe(&call->data, h.in_bytes, h.in_bytes ?: h.out_bytes,
				    h.in_bytes ? arg->data + call->cdb_bytes : arg->data, 0);
	return err;
}

/* The SCSI status is the result, sense takes the place of the CDB. */
static int old_send(struct nvmeq_ns *ns, void __user *arg, bool writable)
{
	struct nvmeq_sg_call call = { .ns = ns };
	struct old_command __user *c = arg;
	int err;

	err = old_prepare(&call, c, writable);
	if (!err)
		err = nvmeq_sg_exec(&call);
	data_release(&call.data);
	if (err)
		return err;
	if (call.host)
		return -EIO;
	if (call_put_sense(&call, c->data, SG_MAX_SENSE) < 0)
		return -EFAULT;
	return call.status;
}

/* --- what else is asked of a SCSI disk --- */

static int ask_int(void __user *arg, int value)
{
	return put_user(value, (int __user *)arg);
}

/* One default per disk: there is no other place for it on a block node. */
static int ask_set_timeout(struct nvmeq_ns *ns, const void __user *arg)
{
	int ticks;

	if (get_user(ticks, (const int __user *)arg))
		return -EFAULT;
	if (ticks < 0)
		return -EINVAL;
	if (!capable(CAP_SYS_RAWIO))
		return -EPERM;
	/* Ticks are longer than milliseconds; more than fits is as good as for ever. */
	WRITE_ONCE(ns->scsi.timeout_ms,
		   min_t(u64, (u64)ticks * (MSEC_PER_SEC / USER_HZ), INT_MAX));
	return 0;
}

static int ask_timeout(const struct nvmeq_ns *ns)
{
	return jiffies_to_clock_t(msecs_to_jiffies(READ_ONCE(ns->scsi.timeout_ms)));
}

/* There is no reserved buffer; any size that a command may have is as good as reserved. */
static int ask_set_reserved(const void __user *arg)
{
	int bytes;

	if (get_user(bytes, (const int __user *)arg))
		return -EFAULT;
	return bytes < 0 ? -EINVAL : 0;
}

/* Host, channel, target and LUN in one, as REPORT LUNS counts the namespaces. */
static int ask_idlun(const struct nvmeq_ns *ns, void __user *arg)
{
	u32 host = ns->ctrl->instance;
	u32 ids[2] = { (host & 0xff) << 24 | ((ns->nsid - 1) & 0xff) << 8, host };

	return copy_to_user(arg, ids, sizeof(ids)) ? -EFAULT : 0;
}

/* The room for the name stands where the name goes. */
static int ask_host_name(void __user *arg)
{
	static const char name[] = "nvmeq";
	u32 room;

	if (!arg)
		return 1;
	if (get_user(room, (u32 __user *)arg))
		return -EFAULT;
	return copy_to_user(arg, name, min_t(u32, room, sizeof(name))) ? -EFAULT : 1;
}

static int ask_pci(const struct nvmeq_ns *ns, void __user *arg)
{
	char name[SG_IO_PCI_NAME_BYTES] = "";

	strscpy(name, pci_name(ns->ctrl->pdev), sizeof(name));
	return copy_to_user(arg, name, sizeof(name)) ? -EFAULT : 0;
}

/* Whatever is named, disk, target, bus or host, is the controller. */
static int ask_reset(struct nvmeq_ns *ns, const void __user *arg)
{
	int what;

	if (get_user(what, (const int __user *)arg))
		return -EFAULT;
	if (!capable(CAP_SYS_ADMIN) || !capable(CAP_SYS_RAWIO))
		return -EACCES;
	switch (what & ~SG_SCSI_RESET_NO_ESCALATE) {
	case SG_SCSI_RESET_NOTHING:
		return 0;
	case SG_SCSI_RESET_DEVICE:
	case SG_SCSI_RESET_TARGET:
	case SG_SCSI_RESET_BUS:
	case SG_SCSI_RESET_HOST:
		return nvmeq_reset_sync(ns->ctrl);
	default:
		return -EINVAL;
	}
}

/* --- entries --- */

static int sg_ioctl(struct nvmeq_ns *ns, unsigned int cmd, void __user *arg, bool writable)
{
	switch (cmd) {
	case SG_IO:
		return sg_io_v3(ns, arg, writable);
	case SCSI_IOCTL_SEND_COMMAND:
		return old_send(ns, arg, writable);
	case SG_GET_VERSION_NUM:
		return ask_int(arg, SG_IO_VERSION);
	case SG_SET_TIMEOUT:
		return ask_set_timeout(ns, arg);
	case SG_GET_TIMEOUT:
		return ask_timeout(ns);
	case SG_EMULATED_HOST:
		return ask_int(arg, 1);
	case SG_SET_RESERVED_SIZE:
		return ask_set_reserved(arg);
	case SG_GET_RESERVED_SIZE:
		return ask_int(arg, NVMEQ_SCSI_CALL_BYTES);
	case SCSI_IOCTL_GET_IDLUN:
		return ask_idlun(ns, arg);
	case SCSI_IOCTL_GET_BUS_NUMBER:
		return ask_int(arg, ns->ctrl->instance);
	case SCSI_IOCTL_PROBE_HOST:
		return ask_host_name(arg);
	case SCSI_IOCTL_GET_PCI:
		return ask_pci(ns, arg);
	case SG_SCSI_RESET:
		return ask_reset(ns, arg);
	case BLKSECTGET:
		/* Of the other nodes: the block layer answers it for its own, likewise. */
		return put_user((u16)min_t(u32, queue_max_sectors(ns->queue), U16_MAX),
				(u16 __user *)arg);
	default:
		return -ENOIOCTLCMD;
	}
}

int nvmeq_sg_io_ioctl(struct nvmeq_ns *ns, unsigned int cmd, unsigned long arg, bool writable,
		      bool partition)
{
	if (partition)
		return -ENOIOCTLCMD;
	return sg_ioctl(ns, cmd, (void __user *)arg, writable);
}

int nvmeq_sg_io_bsg(struct nvmeq_ns *ns, unsigned int cmd, unsigned long arg, bool writable)
{
	void __user *argp = (void __user *)arg;
	s32 guard;

	if (cmd != SG_IO)
		return sg_ioctl(ns, cmd, argp, writable);
	if (get_user(guard, (s32 __user *)argp))
		return -EFAULT;
	return guard == 'Q' ? sg_io_v4(ns, argp, writable) : sg_io_v3(ns, argp, writable);
}
