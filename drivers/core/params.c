// SPDX-License-Identifier: GPL-2.0-only
/*
 * params.c - the load parameters as insmod sees them
 *
 * Names, ranges and defaults are rows of lib/param.c; this file only ties each
 * row to the kernel. A value outside its range refuses the load with a message
 * that names the range. Parameters are read-only after load.
 */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <nvmeq/host_id.h>
#include "params.h"

/* Value plus one, so that 0 means "not given" without an initialiser per row. */
static u64 given[NVMEQ_PARAM_COUNT];

u32 nvmeq_param_value(enum nvmeq_param_id id)
{
	return given[id] ? (u32)(given[id] - 1) : nvmeq_param(id)->def;
}

static u8 given_host_id[NVMEQ_HOST_ID_BYTES];

const u8 *nvmeq_param_host_id(void)
{
	return given_host_id;
}

static int param_set(const char *text, const struct kernel_param *kp)
{
	enum nvmeq_param_id id = (enum nvmeq_param_id)((u64 *)kp->arg - given);
	char range[96];
	u32 value;
	int err;

	err = nvmeq_param_parse(id, text, &value);
	if (err) {
		nvmeq_param_range(id, range, sizeof(range));
		pr_err("nvmeq: %s=%.40s refused: it takes %s\n", nvmeq_param(id)->name,
		       text ? text : "", range);
		return err;
	}
	if (id == NVMEQ_PARAM_HOST_ID)
		nvmeq_host_id_parse(text, given_host_id);	/* untouched by a word */
	given[id] = (u64)value + 1;
	return 0;
}

static int param_get(char *buf, const struct kernel_param *kp)
{
	enum nvmeq_param_id id = (enum nvmeq_param_id)((u64 *)kp->arg - given);
	u32 value = nvmeq_param_value(id);

	if (id == NVMEQ_PARAM_HOST_ID && value == NVMEQ_HOST_ID_GIVEN)
		return sysfs_emit(buf, "%pUb\n", given_host_id);
	if (nvmeq_param(id)->words)
		return sysfs_emit(buf, "%s\n", nvmeq_param(id)->words[value]);
	return sysfs_emit(buf, "%u\n", value);
}

static const struct kernel_param_ops param_ops = {
	.set = param_set,
	.get = param_get,
};

#define NVMEQ_MODULE_PARAM(name, id, doc)				\
	module_param_cb(name, &param_ops, &given[id], 0444);		\
	MODULE_PARM_DESC(name, doc)

NVMEQ_MODULE_PARAM(io_queues, NVMEQ_PARAM_IO_QUEUES,
		   "I/O queue pairs per controller, 0 one per CPU (0 or 1..1024)");
NVMEQ_MODULE_PARAM(io_queue_depth, NVMEQ_PARAM_IO_QUEUE_DEPTH,
		   "entries of an I/O queue (2..4096)");
NVMEQ_MODULE_PARAM(admin_queue_depth, NVMEQ_PARAM_ADMIN_QUEUE_DEPTH,
		   "entries of the admin queue (8..4096)");
NVMEQ_MODULE_PARAM(max_transfer_kb, NVMEQ_PARAM_MAX_TRANSFER_KB,
		   "largest transfer in KiB (4..8192, steps of 4)");
NVMEQ_MODULE_PARAM(max_namespaces, NVMEQ_PARAM_MAX_NAMESPACES,
		   "namespaces taken of one controller (1..65535)");
NVMEQ_MODULE_PARAM(io_timeout_ms, NVMEQ_PARAM_IO_TIMEOUT_MS,
		   "time for an I/O command in ms (100..86400000)");
NVMEQ_MODULE_PARAM(admin_timeout_ms, NVMEQ_PARAM_ADMIN_TIMEOUT_MS,
		   "time for an admin command in ms (100..86400000)");
NVMEQ_MODULE_PARAM(irq_mode, NVMEQ_PARAM_IRQ_MODE,
		   "completions by: auto, msix, msi, intx, poll");
NVMEQ_MODULE_PARAM(irq_affinity, NVMEQ_PARAM_IRQ_AFFINITY,
		   "vectors are bound to CPUs by: managed (the kernel), user (/proc/irq)");
NVMEQ_MODULE_PARAM(write_queues, NVMEQ_PARAM_WRITE_QUEUES,
		   "I/O queue pairs only for what is not a read (0 or 1..1024)");
NVMEQ_MODULE_PARAM(poll_queues, NVMEQ_PARAM_POLL_QUEUES,
		   "I/O queue pairs without interrupts, for polled I/O (0 or 1..1024)");
NVMEQ_MODULE_PARAM(coalesce_time_us, NVMEQ_PARAM_COALESCE_TIME_US,
		   "time in us that an interrupt may be held back (0 or 100..25500, steps of 100)");
NVMEQ_MODULE_PARAM(coalesce_entries, NVMEQ_PARAM_COALESCE_ENTRIES,
		   "completions per interrupt, 0 off (0..256)");
NVMEQ_MODULE_PARAM(irq_budget, NVMEQ_PARAM_IRQ_BUDGET,
		   "interrupts and completions of a queue in 4 ms before it is polled (16..1000000)");
NVMEQ_MODULE_PARAM(sgl, NVMEQ_PARAM_SGL,
		   "data described by SGLs: off, auto, always");
NVMEQ_MODULE_PARAM(hostid, NVMEQ_PARAM_HOST_ID,
		   "host identifier where there are reservations: machine, none, a UUID");
NVMEQ_MODULE_PARAM(crc, NVMEQ_PARAM_CRC,
		   "guard CRC by: auto, scalar, pclmul, vpclmul, gfni-avx2, gfni-avx512");
NVMEQ_MODULE_PARAM(pi, NVMEQ_PARAM_PI,
		   "protection information made and checked by: host, controller, off (nobody checks)");
NVMEQ_MODULE_PARAM(pi_app_mask, NVMEQ_PARAM_PI_APP_MASK,
		   "bits of the application tag that are compared with 0 (0..65535)");
