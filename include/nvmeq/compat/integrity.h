/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compat/integrity.h - telling the block layer that requests may bring tuples along
 *
 * In every kernel it is told to make and check none itself: the driver does
 * (decisions/011). Documentation/porting.rst tells how to add a kernel.
 */
#ifndef NVMEQ_COMPAT_INTEGRITY_H
#define NVMEQ_COMPAT_INTEGRITY_H

#include <linux/blk-integrity.h>
#include <linux/blk-mq.h>
#include <linux/pagemap.h>
#include <nvmeq/dif.h>
#include <nvmeq/limits.h>
#include "nvmeq-kernel-features.h"

/*
 * A block device's page cache learns when it is made whether its pages have to be stable; a
 * format changes that. Up to 6.5, and again where it was not back-ported, the queue is asked each
 * time.
 */
static inline void nvmeq_stable_pages(struct gendisk *disk, bool stable)
{
#ifdef HAVE_MAPPING_STABLE
	struct block_device *part;
	unsigned long i;

	rcu_read_lock();
	xa_for_each(&disk->part_tbl, i, part) {
#ifdef HAVE_BDEV_MAPPING
		struct address_space *mapping = part->bd_mapping;
#else
		struct address_space *mapping = part->bd_inode->i_mapping;
#endif
		if (stable)
			mapping_set_stable_writes(mapping);
		else
			mapping_clear_stable_writes(mapping);
	}
	rcu_read_unlock();
#endif
}

#if defined(HAVE_INTEGRITY_LIMITS)

/* Since 6.11 among the limits of the queue. */
static inline void nvmeq_integrity_fill(struct queue_limits *lim, const struct nvmeq_limits *l)
{
	struct blk_integrity was = lim->integrity;
	const unsigned char switches = BLK_INTEGRITY_NOGENERATE | BLK_INTEGRITY_NOVERIFY;

	memset(&lim->integrity, 0, sizeof(lim->integrity));
	lim->max_integrity_segments = 0;
	lim->features &= ~BLK_FEAT_STABLE_WRITES;
	if (l->stable_writes)
		lim->features |= BLK_FEAT_STABLE_WRITES;
	if (!l->pi_type || !IS_ENABLED(CONFIG_BLK_DEV_INTEGRITY))
		return;
	lim->integrity.csum_type = BLK_INTEGRITY_CSUM_CRC;
	lim->integrity.flags = BLK_INTEGRITY_NOGENERATE | BLK_INTEGRITY_NOVERIFY |
			       BLK_INTEGRITY_DEVICE_CAPABLE;
	if (l->pi_type != NVMEQ_DIF_TYPE3)
		lim->integrity.flags |= BLK_INTEGRITY_REF_TAG;
	lim->integrity.tuple_size = l->meta_bytes;
	lim->integrity.pi_offset = l->tuple_at;
	lim->integrity.tag_size = l->pi_type == NVMEQ_DIF_TYPE3 ? 6 : 2;
	lim->integrity.interval_exp = ilog2(l->logical_bytes);
	lim->max_integrity_segments = l->max_segments;
	/* The administrator's, for as long as the format stays. */
	if (was.tuple_size == lim->integrity.tuple_size &&
	    was.pi_offset == lim->integrity.pi_offset &&
	    was.interval_exp == lim->integrity.interval_exp)
		lim->integrity.flags = (lim->integrity.flags & ~switches) | (was.flags & switches);
}

#elif defined(HAVE_INTEGRITY_REGISTER)

/* By type; without functions that make and check tuples. Where this is wanted, block/payload.c. */
#define NVMEQ_INTEGRITY_TYPES
extern const struct blk_integrity_profile nvmeq_integrity_types[NVMEQ_DIF_TYPE3 + 1];

static inline void nvmeq_integrity_register(struct request_queue *q, const struct nvmeq_limits *l)
{
#ifdef CONFIG_BLK_DEV_INTEGRITY
	struct blk_integrity bi = {
		.profile = &nvmeq_integrity_types[l->pi_type],
		.flags = BLK_INTEGRITY_DEVICE_CAPABLE,
		.tuple_size = l->meta_bytes,
		.interval_exp = ilog2(l->logical_bytes),
		.tag_size = l->pi_type == NVMEQ_DIF_TYPE3 ? 6 : 2,
	};

	if (!q->disk)
		return;
	blk_integrity_unregister(q->disk);
	/* Where the tuple is not in front, whoever is above would put it in the wrong place. */
	if (l->pi_type && !l->tuple_at) {
		blk_integrity_register(q->disk, &bi);
		blk_queue_max_integrity_segments(q, l->max_segments);
	}
#endif
	if (l->stable_writes)
		blk_queue_flag_set(QUEUE_FLAG_STABLE_WRITES, q);
	else
		blk_queue_flag_clear(QUEUE_FLAG_STABLE_WRITES, q);
}

#else
#error "neither probe integrity_limits nor integrity_register compiled: see porting.rst"
#endif

#endif /* NVMEQ_COMPAT_INTEGRITY_H */
