/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sgl.h - Scatter Gather Lists: runs of (address, length) to one inline
 * descriptor or one segment of them (NVMe Base 2.0c section 4.1.2)
 */
#ifndef NVMEQ_SGL_H
#define NVMEQ_SGL_H

#include <nvmeq/spec_cmd.h>

/**
 * struct nvmeq_sgl - state of a build
 * @list: segment memory lent by the caller, 16-byte aligned; may be NULL for a
 *        transfer of a single run
 * @list_addr: where the controller reads it
 * @slots: descriptors that @list holds
 * @count: runs held so far, after merging; the last of them is in @addr, @len
 * @addr: first byte of the newest run
 * @len: its bytes
 */
struct nvmeq_sgl {
	struct nvmeq_sgl_desc *list;
	u64 list_addr;
	u32 slots;
	u32 count;
	u64 addr;
	u32 len;
};

/* Write a descriptor of @type, every field. */
static inline void nvmeq_sgl_put(struct nvmeq_sgl_desc *d, u8 type, u64 addr, u32 len)
{
	*d = (struct nvmeq_sgl_desc) {
		.addr = cpu_to_le64(addr),
		.length = cpu_to_le32(len),
		.type = type,
	};
}

void nvmeq_sgl_begin(struct nvmeq_sgl *s, struct nvmeq_sgl_desc *list, u64 list_addr, u32 slots);

/**
 * nvmeq_sgl_add() - append a run of bus addresses
 * @s: state
 * @addr: first byte
 * @len: bytes, not 0
 *
 * A run that begins where the last one ended is merged with it as long as the
 * sum fits 32 bits.
 *
 * Return: 0; -EINVAL for an empty run or one that wraps the address space;
 * -ENOSPC when @list is full.
 */
int nvmeq_sgl_add(struct nvmeq_sgl *s, u64 addr, u32 len);

/**
 * nvmeq_sgl_end() - write the data pointer
 * @s: state of a build with at least one run
 * @out: a data block descriptor for one run, else a last-segment descriptor
 *
 * Return: 0, or -ENOSPC when there is no room for the last run.
 */
int nvmeq_sgl_end(struct nvmeq_sgl *s, struct nvmeq_dptr *out);

#endif /* NVMEQ_SGL_H */
