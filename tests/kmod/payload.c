// SPDX-License-Identifier: GPL-2.0-only
/*
 * payload.c - reads and writes that bring their tuples along
 *
 * As a target or a device mapper above the disk would: blocks are written with tuples that
 * have an application tag and count from a reference tag of their own, and are read back with
 * theirs. The test is over when insmod returns: 0; -EIO behind a line that says what was
 * wrong; another error when the disk takes no such requests.
 *
 *	insmod nvmeq_test.ko disk=/dev/nvme0n1 spoil=1
 *	insmod nvmeq_test.ko disk=/dev/nvme0n1 cut=1
 */
#include <linux/bio.h>
#include <linux/blk-integrity.h>
#include <linux/blkdev.h>
#include <linux/module.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/version.h>
#include <nvmeq/crc.h>
#include "payload.h"

#define BYTES	65536
#define SEED	1000
#define APP	0x1234

static char *disk = "";
module_param(disk, charp, 0444);
MODULE_PARM_DESC(disk, "block device");
static unsigned int sector = 2048;
module_param(sector, uint, 0444);
MODULE_PARM_DESC(sector, "where");
static bool spoil;
module_param(spoil, bool, 0444);
MODULE_PARM_DESC(spoil, "give one block a wrong guard: the write has to fail");

static bool cut;
module_param(cut, bool, 0444);
MODULE_PARM_DESC(cut, "bring half of the metadata: read and write have to be refused");

static u32 stride;		/* metadata of a block, as the disk says */
static u32 block_bytes;

static int payload_submit(struct block_device *bdev, blk_opf_t op, void *data, void *meta)
{
	u32 meta_bytes = BYTES / block_bytes * stride / (cut ? 2 : 1);
	struct bio_integrity_payload *bip;
	struct bio *bio;
	int err;

	bio = bio_alloc(bdev, BYTES / PAGE_SIZE, op, GFP_KERNEL);
	bio->bi_iter.bi_sector = sector;
	if (bio_add_page(bio, virt_to_page(data), BYTES, offset_in_page(data)) != BYTES) {
		bio_put(bio);
		return -EINVAL;
	}
	bip = bio_integrity_alloc(bio, GFP_KERNEL, 1);
	if (IS_ERR(bip)) {
		bio_put(bio);
		return PTR_ERR(bip);
	}
	/* Filled in by whoever adds pages on newer kernels, and by the caller on older ones. */
	bip->bip_iter.bi_size = 0;
	bip->bip_iter.bi_sector = SEED;
	if (bio_integrity_add_page(bio, virt_to_page(meta), meta_bytes, offset_in_page(meta)) <
	    (int)meta_bytes) {
		bio_put(bio);
		return -EINVAL;
	}
	bip->bip_iter.bi_size = meta_bytes;
	err = submit_bio_wait(bio);
	bio_put(bio);
	return err;
}

static void payload_tuples(void *data, void *meta)
{
	struct nvmeq_dif dif = { .type = NVMEQ_DIF_TYPE1, .app = APP, .ref = SEED };
	struct nvmeq_crc_run run = {
		.data = data, .block_bytes = block_bytes, .data_stride = block_bytes,
		.blocks = BYTES / block_bytes, .tuples = meta, .tuple_stride = stride,
	};

	nvmeq_crc_generate(&run, &dif);
}

static int payload_test(struct block_device *bdev, u8 *data, u8 *back, u8 *meta, u8 *meta_back)
{
	u32 meta_bytes = BYTES / block_bytes * stride, i;
	int err;

	get_random_bytes(data, BYTES);
	get_random_bytes(meta, meta_bytes);
	payload_tuples(data, meta);
	memcpy(meta_back, meta, meta_bytes);
	if (spoil)
		meta_back[5 * stride] ^= 1;
	err = payload_submit(bdev, REQ_OP_WRITE, data, meta_back);
	if (spoil)
		return err == -EILSEQ ? 0 : -EIO;
	if (cut && err == -EOPNOTSUPP)
		return payload_submit(bdev, REQ_OP_READ, back, meta_back) == err ? 0 : -EIO;
	if (cut)
		return -EIO;
	if (err)
		return err;
	memset(meta_back, 0xee, meta_bytes);
	err = payload_submit(bdev, REQ_OP_READ, back, meta_back);
	if (err)
		return err;
	if (memcmp(data, back, BYTES)) {
		pr_err("nvmeq_test: data differs\n");
		return -EIO;
	}
	for (i = 0; i < meta_bytes; i++) {
		if (meta[i] != meta_back[i]) {
			pr_err("nvmeq_test: metadata byte %u is %#x, not %#x\n", i,
			       meta_back[i], meta[i]);
			return -EIO;
		}
	}
	return 0;
}

static void *payload_memory(void)
{
	return (void *)__get_free_pages(GFP_KERNEL | __GFP_ZERO, get_order(BYTES));
}

static int payload_run(struct block_device *bdev)
{
	u8 *memory[4] = { };
	unsigned int i;
	int err = -ENOMEM;

	for (i = 0; i < ARRAY_SIZE(memory); i++) {
		memory[i] = payload_memory();
		if (!memory[i])
			goto out;
	}
	err = payload_test(bdev, memory[0], memory[1], memory[2], memory[3]);
out:
	for (i = 0; i < ARRAY_SIZE(memory); i++)
		free_pages((unsigned long)memory[i], get_order(BYTES));
	return err;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
static void *payload_open(struct block_device **bdev)
{
	struct file *file;

	file = bdev_file_open_by_path(disk, BLK_OPEN_READ | BLK_OPEN_WRITE, NULL, NULL);
	if (!IS_ERR(file))
		*bdev = file_bdev(file);
	return file;
}

static void payload_close(void *opened)
{
	fput(opened);
}
#else
static void *payload_open(struct block_device **bdev)
{
	*bdev = blkdev_get_by_path(disk, FMODE_READ | FMODE_WRITE, NULL);
	return *bdev;
}

static void payload_close(void *opened)
{
	blkdev_put(opened, FMODE_READ | FMODE_WRITE);
}
#endif

bool nvmeq_test_payload_wanted(void)
{
	return *disk;
}

int nvmeq_test_payload(void)
{
	struct block_device *bdev;
	void *opened;
	int err = -EOPNOTSUPP;

	opened = payload_open(&bdev);
	if (IS_ERR(opened))
		return PTR_ERR(opened);
	if (bdev_get_integrity(bdev)) {
		stride = bdev_get_integrity(bdev)->tuple_size;
		block_bytes = bdev_logical_block_size(bdev);
		err = payload_run(bdev);
	}
	payload_close(opened);
	return err;
}
