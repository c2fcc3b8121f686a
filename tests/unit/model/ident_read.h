/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ident_read.h - Identify pages read naively, by byte offset
 *
 * Offsets are those of NVMe Base 2.0c Figure 275 and NVM Command Set 1.0c
 * Figures 97 and 102; spec_id.h is not used. What the specification or
 * ident.h leave open is left open here: see the masks.
 */
#ifndef NVMEQ_MODEL_IDENT_READ_H
#define NVMEQ_MODEL_IDENT_READ_H

#include <nvmeq/ident.h>

/* As nvmeq_ident_ctrl(), without subnqn when the page gives none. */
int ident_read_ctrl(const u8 *page, size_t len, u8 page_shift_min, struct nvmeq_ctrl_facts *f,
		    bool *has_nqn);
void ident_read_ctrl_nvm(const u8 *page, u8 page_shift_min, struct nvmeq_ctrl_facts *f);

/* As nvmeq_ident_ns(); instead of one @use all that apply, as bits. 0: usable. */
void ident_read_ns(const u8 *page, u32 nsid, u8 host_page_shift, struct nvmeq_ns_facts *f,
		   u32 *uses);
int ident_read_descs(const u8 *page, size_t len, struct nvmeq_ns_facts *f);
u32 ident_read_list(const u8 *page, size_t len, u32 after, u32 *out, u32 max);

#endif /* NVMEQ_MODEL_IDENT_READ_H */
