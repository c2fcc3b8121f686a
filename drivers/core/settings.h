/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * settings.h - what of a controller may be changed while it runs
 */
#ifndef NVMEQ_CORE_SETTINGS_H
#define NVMEQ_CORE_SETTINGS_H

#include <linux/types.h>

struct attribute_group;
struct nvmeq_ctrl;
struct nvmeq_irq_want;

/* The attributes, beside the controller's others. */
extern const struct attribute_group nvmeq_settings_group;

/* Begin as the load parameters say. */
void nvmeq_settings_init(struct nvmeq_ctrl *ctrl);

/* The settings that decide about queues, as the plan wants them. Under reset_mutex. */
void nvmeq_settings_want(const struct nvmeq_ctrl *ctrl, struct nvmeq_irq_want *want);

/**
 * nvmeq_settings_coalesce() - tell the controller how to coalesce interrupts
 * @ctrl: controller with its I/O queues
 *
 * Interrupt Coalescing and Interrupt Vector Configuration (Base 5.27.1.6 and
 * 5.27.1.7); the admin queue's own vector is left out. A bring-up calls it when
 * anything is set.
 *
 * Context: task, admin queue running. Return: 0, negative errno, or a positive
 * NVMe status.
 */
int nvmeq_settings_coalesce(struct nvmeq_ctrl *ctrl);

#endif /* NVMEQ_CORE_SETTINGS_H */
