/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * facts_sane.h - what must hold for facts and limits, whatever a device said
 *
 * Used by the unit tests on random pages and by the fuzz targets. Each
 * function returns the first sentence that does not hold, or NULL.
 */
#ifndef NVMEQ_MODEL_FACTS_SANE_H
#define NVMEQ_MODEL_FACTS_SANE_H

#include <nvmeq/ident.h>
#include <nvmeq/limits.h>

const char *ctrl_facts_wrong(const struct nvmeq_ctrl_facts *c);
const char *ns_facts_wrong(const struct nvmeq_ns_facts *n);
const char *limits_wrong(const struct nvmeq_ctrl_facts *c, const struct nvmeq_ns_facts *n,
			 u8 page_shift, u32 max_transfer_bytes, const struct nvmeq_limits *l);

#endif /* NVMEQ_MODEL_FACTS_SANE_H */
