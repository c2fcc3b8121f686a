/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dif64.h - protection information: the tuple of 16 bytes with a guard of 64 bits
 *
 * NVM Command Set 1.0c section 5.2.1.3. Behind the guard and the application tag there are 48
 * bits that a storage tag and the reference tag share; how many belong to the storage tag is a
 * matter of the format. Storage tags are not used here, which means that they are 0.
 */
#ifndef NVMEQ_DIF64_H
#define NVMEQ_DIF64_H

#include <nvmeq/dif.h>

#define NVMEQ_DIF64_TUPLE_BYTES	16
/* Bits of storage tag and reference tag together. */
#define NVMEQ_DIF64_TAG_BITS	48

/**
 * struct nvmeq_dif64 - what the tuples of consecutive blocks look like
 * @type: enum nvmeq_dif_type
 * @ref_bits: of the reference tag, 0 to 48
 * @app: application tag
 * @app_mask: bits of it that are compared
 * @ref: reference tag of the first block; the next blocks count on from it, except in type 3
 */
struct nvmeq_dif64 {
	u8 type;
	u8 ref_bits;
	u16 app;
	u16 app_mask;
	u64 ref;
};

/* The bits of a number that a reference tag of so many bits has. */
static inline u64 nvmeq_dif64_ref(u64 number, u8 bits)
{
	return number & ((1ULL << bits) - 1);
}

/**
 * nvmeq_dif64_generate() - write a tuple
 * @dif: what it looks like
 * @guard: of the block
 * @block: its index within @dif's
 * @tuple: 16 bytes of any alignment
 */
void nvmeq_dif64_generate(const struct nvmeq_dif64 *dif, u64 guard, u32 block, u8 *tuple);

/**
 * nvmeq_dif64_verify() - compare a tuple
 * @dif: what it should look like
 * @guard: computed from the block
 * @block: its index within @dif's
 * @tuple: 16 bytes of any alignment
 * @bad: receives the mismatch
 *
 * Escape values and the order of mismatches are those of nvmeq_dif_verify(); for type 3 storage
 * and reference tag, all 48 bits, have to have theirs.
 *
 * Return: true when it matches; else @bad is filled in.
 */
bool nvmeq_dif64_verify(const struct nvmeq_dif64 *dif, u64 guard, u32 block, const u8 *tuple,
			struct nvmeq_dif_error *bad);

#endif /* NVMEQ_DIF64_H */
