// SPDX-License-Identifier: GPL-2.0-only
/*
 * fault.c - faults on purpose: their files in debugfs
 */
#include <linux/debugfs.h>
#include "ctrl.h"
#include "fault.h"

DEFINE_STATIC_KEY_FALSE(nvmeq_fault_key);

static const char *const fault_files[NVMEQ_FAULTS] = {
	[NVMEQ_FAULT_SPOIL_GUARD]	= "fault_spoil_guard",
};

bool nvmeq_fault_take(struct nvmeq_ctrl *ctrl, enum nvmeq_fault fault)
{
	return atomic_dec_if_positive(&ctrl->faults[fault]) >= 0;
}

static int fault_get(void *data, u64 *value)
{
	*value = atomic_read(data);
	return 0;
}

static int fault_set(void *data, u64 value)
{
	if (value > INT_MAX)
		return -EINVAL;
	atomic_set(data, value);
	if (value)
		static_branch_enable(&nvmeq_fault_key);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(fault_fops, fault_get, fault_set, "%llu\n");

void nvmeq_fault_add(struct nvmeq_ctrl *ctrl)
{
	unsigned int i;

	for (i = 0; i < NVMEQ_FAULTS; i++)
		debugfs_create_file(fault_files[i], 0600, ctrl->debugfs, &ctrl->faults[i],
				    &fault_fops);
}
