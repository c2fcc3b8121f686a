/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * class.h - sysfs classes, controller numbers, subsystems
 */
#ifndef NVMEQ_CORE_CLASS_H
#define NVMEQ_CORE_CLASS_H

#include <linux/device.h>

struct nvmeq_ctrl;

/* Classes of /dev/nvmeN and /dev/ngNnM; valid between nvmeq_class_init() and _exit(). */
extern struct class *nvmeq_class;
extern struct class *nvmeq_generic_class;

int nvmeq_class_init(void);
void nvmeq_class_exit(void);

/* The first controller number that no node of any driver uses; or a negative errno. */
int nvmeq_instance_get(void);
void nvmeq_instance_put(int instance);

/* Enter a controller into the subsystem of its NQN, made when it is the first; and leave it. */
int nvmeq_subsys_join(struct nvmeq_ctrl *ctrl);
void nvmeq_subsys_leave(struct nvmeq_ctrl *ctrl);

extern const struct attribute_group *nvmeq_ctrl_attr_groups[];

#endif /* NVMEQ_CORE_CLASS_H */
