/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compat/dev.h - device model and PCI differences
 */
#ifndef NVMEQ_COMPAT_DEV_H
#define NVMEQ_COMPAT_DEV_H

#include <linux/device.h>
#include <linux/module.h>
#include <linux/pci.h>
#include "nvmeq-kernel-features.h"

/* Renamed in 6.8; the old name is gone in 6.12. Both are macros. */
#ifdef PCI_IRQ_INTX
#define NVMEQ_PCI_IRQ_INTX	PCI_IRQ_INTX
#else
#define NVMEQ_PCI_IRQ_INTX	PCI_IRQ_LEGACY
#endif

/* The owner argument went in 6.4. */
static inline struct class *nvmeq_class_create(const char *name)
{
#if defined(HAVE_CLASS_CREATE_NAME)
	return class_create(name);
#elif defined(HAVE_CLASS_CREATE_OWNER)
	return class_create(THIS_MODULE, name);
#else
#error "neither probe class_create_name nor class_create_owner compiled: see Documentation/porting.rst"
#endif
}

/* The device of a class callback is const since 6.3. */
#if defined(HAVE_CLASS_UEVENT_CONST)
#define NVMEQ_CLASS_UEVENT(name, dev, env) \
	int name(const struct device *dev, struct kobj_uevent_env *env)
#elif defined(HAVE_CLASS_UEVENT_PLAIN)
#define NVMEQ_CLASS_UEVENT(name, dev, env) \
	int name(struct device *dev, struct kobj_uevent_env *env)
#else
#error "neither probe class_uevent_const nor class_uevent_plain compiled: see Documentation/porting.rst"
#endif

#endif /* NVMEQ_COMPAT_DEV_H */
