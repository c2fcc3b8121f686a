/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dif.h - protection information: the tuple of 8 bytes with a guard of 16 bits
 *
 * NVM Command Set specification, "Protection Information" (16b Guard). Where the
 * guard comes from is not known here: see crc.h.
 */
#ifndef NVMEQ_DIF_H
#define NVMEQ_DIF_H

#include <nvmeq/base.h>

/**
 * struct nvmeq_dif_tuple - as it is in metadata
 * @guard: CRC of the block
 * @app: application tag
 * @ref: reference tag
 */
struct nvmeq_dif_tuple {
	__be16 guard;
	__be16 app;
	__be32 ref;
} __packed;

NVMEQ_ASSERT_SIZE(struct nvmeq_dif_tuple, 8);
NVMEQ_ASSERT_OFFSET(struct nvmeq_dif_tuple, app, 2);
NVMEQ_ASSERT_OFFSET(struct nvmeq_dif_tuple, ref, 4);

#define NVMEQ_DIF_TUPLE_BYTES	8

/* Tags that mean "do not check this block". */
#define NVMEQ_DIF_APP_ESCAPE	0xffffU
#define NVMEQ_DIF_REF_ESCAPE	0xffffffffU

/* Protection Information type of a format: 1 to 3. */
enum nvmeq_dif_type {
	NVMEQ_DIF_TYPE1 = 1,	/* reference tag: low bits of the LBA */
	NVMEQ_DIF_TYPE2 = 2,	/* reference tag: counts from what the command says */
	NVMEQ_DIF_TYPE3 = 3,	/* reference tag belongs to the application */
};

/* What is compared. */
#define NVMEQ_DIF_CHECK_GUARD	BIT(0)
#define NVMEQ_DIF_CHECK_APP	BIT(1)
#define NVMEQ_DIF_CHECK_REF	BIT(2)
#define NVMEQ_DIF_CHECK_ALL	(NVMEQ_DIF_CHECK_GUARD | NVMEQ_DIF_CHECK_APP | NVMEQ_DIF_CHECK_REF)

/**
 * struct nvmeq_dif - what the tuples of consecutive blocks look like
 * @type: NVMEQ_DIF_TYPE1 to NVMEQ_DIF_TYPE3
 * @check: NVMEQ_DIF_CHECK_..., for verifying; the reference tag of type 3 is not compared
 * @app: application tag
 * @app_mask: bits of it that are compared
 * @ref: reference tag of the first block; the next blocks count on from it, except in type 3
 */
struct nvmeq_dif {
	u8 type;
	u8 check;
	u16 app;
	u16 app_mask;
	u32 ref;
};

enum nvmeq_dif_field {
	NVMEQ_DIF_GUARD,
	NVMEQ_DIF_APP,
	NVMEQ_DIF_REF,
};

/**
 * struct nvmeq_dif_error - the first tuple that does not match
 * @block: its index, 0 for the first block
 * @field: what of it
 * @expected: should be there
 * @found: is there
 */
struct nvmeq_dif_error {
	u32 block;
	enum nvmeq_dif_field field;
	u64 expected;
	u64 found;
};

/**
 * nvmeq_dif_generate() - write tuples
 * @dif: what they look like
 * @guards: guard of each block
 * @first: index of the first block within @dif's
 * @n: how many
 * @tuples: the first one
 * @stride: from tuple to tuple
 */
void nvmeq_dif_generate(const struct nvmeq_dif *dif, const __be16 *guards, u32 first, u32 n,
			u8 *tuples, u32 stride);

/**
 * nvmeq_dif_verify() - compare tuples
 * @dif: what they should look like
 * @guards: guard of each block, computed from its data
 * @first: index of the first block within @dif's
 * @n: how many
 * @tuples: the first one
 * @stride: from tuple to tuple
 * @bad: receives the first mismatch
 *
 * A block with the escape value in its application tag is not checked; in type 3
 * only when its reference tag has the escape value, too. Of a block with several
 * mismatches the guard is named before the application tag, and that before the
 * reference tag.
 *
 * Return: true when all match; else @bad is filled in.
 */
bool nvmeq_dif_verify(const struct nvmeq_dif *dif, const __be16 *guards, u32 first, u32 n,
		      const u8 *tuples, u32 stride, struct nvmeq_dif_error *bad);

#endif /* NVMEQ_DIF_H */
