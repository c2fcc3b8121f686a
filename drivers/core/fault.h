/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fault.h - faults on purpose, for tests of what finds them
 *
 * /sys/kernel/debug/nvmeq/nvme0/fault_NAME: a number, which is how often the fault is still to
 * happen. As long as nobody has written one since the module was loaded, a fault point is an
 * instruction that does nothing.
 */
#ifndef NVMEQ_CORE_FAULT_H
#define NVMEQ_CORE_FAULT_H

#include <linux/jump_label.h>
#include <linux/types.h>

struct nvmeq_ctrl;

enum nvmeq_fault {
	NVMEQ_FAULT_SPOIL_GUARD,	/* a write's first tuple gets another guard on its way */
	NVMEQ_FAULTS
};

DECLARE_STATIC_KEY_FALSE(nvmeq_fault_key);

/* Takes one of those that are to happen. */
bool nvmeq_fault_take(struct nvmeq_ctrl *ctrl, enum nvmeq_fault fault);

/**
 * nvmeq_fault_is_due() - shall it happen here and now?
 * @ctrl: controller
 * @fault: which one
 *
 * Context: any.
 *
 * Return: true as often as was asked for.
 */
static __always_inline bool nvmeq_fault_is_due(struct nvmeq_ctrl *ctrl, enum nvmeq_fault fault)
{
	return static_branch_unlikely(&nvmeq_fault_key) && nvmeq_fault_take(ctrl, fault);
}

/* The controller's files, in @ctrl->debugfs, which has to be there. */
void nvmeq_fault_add(struct nvmeq_ctrl *ctrl);

#endif /* NVMEQ_CORE_FAULT_H */
