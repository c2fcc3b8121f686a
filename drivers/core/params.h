/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * params.h - values of the load parameters; the table is nvmeq/param.h
 */
#ifndef NVMEQ_CORE_PARAMS_H
#define NVMEQ_CORE_PARAMS_H

#include <nvmeq/param.h>

/* Value in force; constant after the module is loaded. */
u32 nvmeq_param_value(enum nvmeq_param_id id);
/* The UUID of parameter hostid, where that is what it has. */
const u8 *nvmeq_param_host_id(void);

#endif /* NVMEQ_CORE_PARAMS_H */
