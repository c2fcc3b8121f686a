/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pm.h - sleep of the system
 */
#ifndef NVMEQ_CORE_PM_H
#define NVMEQ_CORE_PM_H

struct dev_pm_ops;

extern const struct dev_pm_ops nvmeq_pm_ops;

#endif /* NVMEQ_CORE_PM_H */
