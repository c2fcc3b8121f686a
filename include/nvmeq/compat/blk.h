/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compat/blk.h - one block layer interface over the kernels that are supported
 *
 * Callers see the newest shape. Each shim says which versions have which; the
 * branch that nothing matched stops the build. Documentation/porting.rst tells
 * how to add a kernel.
 */
#ifndef NVMEQ_COMPAT_BLK_H
#define NVMEQ_COMPAT_BLK_H

#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/file.h>
#include <nvmeq/compat/integrity.h>
#include <nvmeq/limits.h>
#include "nvmeq-kernel-features.h"

/* Flags that every tag set of this driver has; merging must be asked for up to 6.13. */
#ifdef HAVE_MQ_SHOULD_MERGE
#define NVMEQ_MQ_FLAGS		BLK_MQ_F_SHOULD_MERGE
#else
#define NVMEQ_MQ_FLAGS		0
#endif

/* A name of its own since 6.5; before, the code of another driver's meaning. */
#ifdef HAVE_STS_RESV_CONFLICT
#define NVMEQ_STS_RESV_CONFLICT	BLK_STS_RESV_CONFLICT
#else
#define NVMEQ_STS_RESV_CONFLICT	BLK_STS_NEXUS
#endif

/* Request lists: a struct since 6.13 and in late 6.12, before a pointer. */
#if defined(HAVE_RQ_LIST_STRUCT)
typedef struct rq_list nvmeq_rq_list;

static inline void nvmeq_rq_list_add(nvmeq_rq_list *list, struct request *rq)
{
	rq_list_add_tail(list, rq);
}
#define NVMEQ_RQ_LIST_INIT	{ }
#elif defined(HAVE_RQ_LIST_POINTER)
typedef struct request *nvmeq_rq_list;

static inline void nvmeq_rq_list_add(nvmeq_rq_list *list, struct request *rq)
{
	rq_list_add(list, rq);
}
#define NVMEQ_RQ_LIST_INIT	NULL
#else
#error "neither probe rq_list_struct nor rq_list_pointer compiled: see Documentation/porting.rst"
#endif

/*
 * Enter a request of a batch into the tag table, where completion looks it up.
 * Up to 6.1 queue_rqs() has to do this; later kernels did it already, and
 * writing the same pointer again harms nothing.
 */
static inline void nvmeq_rq_publish(struct request *rq)
{
	rq->mq_hctx->tags->rqs[rq->tag] = rq;
}

/*
 * The limits of a queue that nothing uses yet, or that is frozen. Since 6.11
 * they are one struct with the features in it; before, a setter each.
 */
#if defined(HAVE_LIMITS_STRUCT)

static inline void nvmeq_limits_fill(struct queue_limits *lim, const struct nvmeq_limits *l,
				     u32 dma_max_sect512)
{
	lim->logical_block_size = l->logical_bytes;
	lim->physical_block_size = l->physical_bytes;
	lim->io_min = l->io_min_bytes;
	lim->io_opt = l->io_opt_bytes;
	lim->max_hw_sectors = min(l->max_transfer_sect512, dma_max_sect512);
	/* Bounds what the block layer makes of bios, but not passthrough. */
	lim->max_dev_sectors = l->max_protected_sect512;
	lim->max_segments = l->max_segments;
	lim->max_segment_size = UINT_MAX;
	lim->virt_boundary_mask = l->virt_boundary;
	lim->dma_alignment = 3;
	lim->chunk_sectors = l->chunk_sect512;
	lim->max_hw_discard_sectors = l->discard_sect512;
	lim->max_discard_segments = max_t(u16, l->discard_segments, 1);
	lim->discard_granularity = l->discard_granularity_bytes;
	lim->discard_alignment = l->discard_alignment_bytes;
	lim->max_write_zeroes_sectors = l->write_zeroes_sect512;
	lim->features &= ~(BLK_FEAT_WRITE_CACHE | BLK_FEAT_FUA | BLK_FEAT_ROTATIONAL);
	if (l->write_cache)
		lim->features |= BLK_FEAT_WRITE_CACHE | BLK_FEAT_FUA;
	nvmeq_integrity_fill(lim, l);
}

static inline int nvmeq_limits_apply(struct request_queue *q, const struct nvmeq_limits *l,
				     u32 dma_max_sect512)
{
	struct queue_limits lim = queue_limits_start_update(q);

	nvmeq_limits_fill(&lim, l, dma_max_sect512);
	return queue_limits_commit_update(q, &lim);
}

#elif defined(HAVE_LIMITS_SETTERS)

static inline int nvmeq_limits_apply(struct request_queue *q, const struct nvmeq_limits *l,
				     u32 dma_max_sect512)
{
	blk_queue_logical_block_size(q, l->logical_bytes);
	blk_queue_physical_block_size(q, l->physical_bytes);
	blk_queue_io_min(q, l->io_min_bytes);
	blk_queue_io_opt(q, l->io_opt_bytes);
	blk_queue_virt_boundary(q, l->virt_boundary);
	q->limits.max_dev_sectors = l->max_protected_sect512;	/* of bios, not of passthrough */
	blk_queue_max_hw_sectors(q, min(l->max_transfer_sect512, dma_max_sect512));
	blk_queue_max_segments(q, l->max_segments);
	/* Implied by a virt boundary, and refused beside one. */
	if (!l->virt_boundary)
		blk_queue_max_segment_size(q, UINT_MAX);
	blk_queue_dma_alignment(q, 3);
	blk_queue_chunk_sectors(q, l->chunk_sect512);
	blk_queue_max_discard_sectors(q, l->discard_sect512);
	blk_queue_max_discard_segments(q, max_t(u16, l->discard_segments, 1));
	q->limits.discard_granularity = l->discard_granularity_bytes;
	q->limits.discard_alignment = l->discard_alignment_bytes;
	blk_queue_max_write_zeroes_sectors(q, l->write_zeroes_sect512);
	blk_queue_write_cache(q, l->write_cache, l->write_cache);
	blk_queue_flag_set(QUEUE_FLAG_NONROT, q);
	blk_queue_flag_clear(QUEUE_FLAG_ADD_RANDOM, q);
	nvmeq_integrity_register(q, l);
	return 0;
}

#else
#error "neither probe limits_struct nor limits_setters compiled: see Documentation/porting.rst"
#endif

/*
 * Nothing will be read from or written to this disk any more. Since 6.5 the
 * block layer's own function does all of it; before, it left those waiting who
 * want to enter the queue, and the capacity.
 */
static inline void nvmeq_mark_disk_dead(struct gendisk *disk)
{
#ifdef HAVE_BDEV_OPS_BDEV
	blk_queue_flag_set(QUEUE_FLAG_DYING, disk->queue);
	blk_mark_disk_dead(disk);
	set_capacity_and_notify(disk, 0);
#else
	blk_mark_disk_dead(disk);
#endif
}

/* A disk with its queue; the caller applies limits before adding it. Limits argument since 6.9. */
static inline struct gendisk *nvmeq_alloc_disk(struct blk_mq_tag_set *set, void *queuedata)
{
#if defined(HAVE_ALLOC_DISK_LIMITS)
	return blk_mq_alloc_disk(set, NULL, queuedata);
#elif defined(HAVE_ALLOC_DISK_PLAIN)
	return blk_mq_alloc_disk(set, queuedata);
#else
#error "neither probe alloc_disk_limits nor alloc_disk_plain compiled: see Documentation/porting.rst"
#endif
}

/* A queue without a disk, for the admin commands. */
static inline struct request_queue *nvmeq_alloc_queue(struct blk_mq_tag_set *set, void *queuedata)
{
#if defined(HAVE_ALLOC_QUEUE_LIMITS)
	return blk_mq_alloc_queue(set, NULL, queuedata);
#elif defined(HAVE_ALLOC_QUEUE_PLAIN)
	struct request_queue *q = blk_mq_init_queue(set);

	if (!IS_ERR(q))
		q->queuedata = queuedata;
	return q;
#else
#error "neither probe alloc_queue_limits nor alloc_queue_plain compiled: see Documentation/porting.rst"
#endif
}

/*
 * Block device operations: since 6.5 open() takes the disk and modes are
 * blk_mode_t. The macros declare a function with the kernel's own prototype.
 */
#if defined(HAVE_BDEV_OPS_DISK)
typedef blk_mode_t nvmeq_blk_mode;
#define NVMEQ_BDEV_OPEN(name, disk)	int name(struct gendisk *disk, blk_mode_t mode)
#define NVMEQ_BDEV_RELEASE(name, disk)	void name(struct gendisk *disk)
#define NVMEQ_BDEV_OPEN_DISK(disk)	(disk)
#define NVMEQ_MODE_WRITE		BLK_OPEN_WRITE
#elif defined(HAVE_BDEV_OPS_BDEV)
typedef fmode_t nvmeq_blk_mode;
#define NVMEQ_BDEV_OPEN(name, bdev)	int name(struct block_device *bdev, fmode_t mode)
#define NVMEQ_BDEV_RELEASE(name, disk)	void name(struct gendisk *disk, fmode_t mode)
#define NVMEQ_BDEV_OPEN_DISK(bdev)	((bdev)->bd_disk)
#define NVMEQ_MODE_WRITE		FMODE_WRITE
#else
#error "neither probe bdev_ops_disk nor bdev_ops_bdev compiled: see Documentation/porting.rst"
#endif

/*
 * Hold a disk, as a mount does: others that want to are told -EBUSY. What is returned, which
 * may be an ERR_PTR, is given back to the second. Up to 6.4 it is the block device, since 6.9 a
 * file; what lies between had two more forms and is not known here.
 */
#if defined(HAVE_HOLD_FILE)
static inline void *nvmeq_disk_hold(struct gendisk *disk, void *holder)
{
	return bdev_file_open_by_dev(disk_devt(disk), BLK_OPEN_READ, holder, NULL);
}

/* A kernel thread's files are closed later, by another one. */
static inline void nvmeq_disk_let_go(void *held)
{
	bdev_fput(held);
	if (current->flags & PF_KTHREAD)
		flush_delayed_fput();
}
#elif defined(HAVE_HOLD_MODE)
static inline void *nvmeq_disk_hold(struct gendisk *disk, void *holder)
{
	return blkdev_get_by_dev(disk_devt(disk), FMODE_READ | FMODE_EXCL, holder);
}

static inline void nvmeq_disk_let_go(void *held)
{
	blkdev_put(held, FMODE_READ | FMODE_EXCL);
}
#else
#error "neither probe hold_file nor hold_mode compiled: see Documentation/porting.rst"
#endif

#endif /* NVMEQ_COMPAT_BLK_H */
