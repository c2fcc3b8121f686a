// SPDX-License-Identifier: GPL-2.0-only
/*
 * disk.c - the block front end: gendisks, capacity, limits
 *
 * Every namespace gets a gendisk, because the request queue lives in it. One
 * whose format is not usable gets a hidden disk: no node, nothing to probe, no
 * capacity; its generic node still takes passthrough commands.
 *
 * A disk is called nvmeXnY with Y the namespace identifier, so that a
 * namespace keeps its name whatever else comes and goes
 * (Documentation/decisions/002-namespace-numbers-are-nsids.rst).
 */
#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/hdreg.h>
#include <linux/module.h>
#include <nvmeq/compat/blk.h>
#include "../core/ctrl.h"
#include "../core/frontend.h"
#include "../core/ns.h"
#include "../core/pci.h"

static NVMEQ_BDEV_OPEN(disk_open, arg)
{
	struct nvmeq_ns *ns = NVMEQ_BDEV_OPEN_DISK(arg)->private_data;

	return nvmeq_ns_get(ns) ? 0 : -ENXIO;
}

static NVMEQ_BDEV_RELEASE(disk_release, disk)
{
	nvmeq_ns_put(disk->private_data);
}

static int disk_ioctl(struct block_device *bdev, nvmeq_blk_mode mode, unsigned int cmd,
		      unsigned long arg)
{
	return nvmeq_frontend_ioctl(bdev->bd_disk->private_data, cmd, arg, mode & NVMEQ_MODE_WRITE,
				    bdev_is_partition(bdev));
}

/* What tools of the BIOS age want to hear: 64 heads, 32 sectors. */
static int disk_getgeo(struct block_device *bdev, struct hd_geometry *geo)
{
	geo->heads = 64;
	geo->sectors = 32;
	geo->cylinders = min_t(sector_t, get_capacity(bdev->bd_disk) >> 11, U16_MAX);
	return 0;
}

static int disk_get_unique_id(struct gendisk *disk, u8 id[16], enum blk_unique_id type)
{
	const struct nvmeq_ns_facts *f = &((struct nvmeq_ns *)disk->private_data)->facts;

	if (type != BLK_UID_EUI64)
		return -EINVAL;
	if (f->has_nguid) {
		memcpy(id, f->nguid, sizeof(f->nguid));
		return sizeof(f->nguid);
	}
	if (f->has_eui64) {
		memcpy(id, f->eui64, sizeof(f->eui64));
		return sizeof(f->eui64);
	}
	return -EINVAL;
}

static const struct block_device_operations disk_ops = {
	.owner = THIS_MODULE,
	.open = disk_open,
	.release = disk_release,
	.ioctl = disk_ioctl,
	.compat_ioctl = disk_ioctl,
	.getgeo = disk_getgeo,
	.get_unique_id = disk_get_unique_id,
};

/* Queue new or frozen. */
static int disk_apply(struct nvmeq_ns *ns)
{
	int err;

	err = nvmeq_limits_apply(ns->queue, &ns->limits, nvmeq_dma_max_sect512(ns->ctrl->pdev));
	if (err)
		return err;
	nvmeq_stable_pages(ns->disk, ns->limits.stable_writes);
	set_disk_ro(ns->disk, ns->limits.read_only);
	set_capacity_and_notify(ns->disk, ns->hidden ? 0 : ns->limits.capacity_sect512);
	return 0;
}

static int disk_attach(struct nvmeq_ns *ns)
{
	struct gendisk *disk;
	int err;

	disk = nvmeq_alloc_disk(&ns->ctrl->io_set, ns);
	if (IS_ERR(disk))
		return PTR_ERR(disk);
	disk->fops = &disk_ops;
	disk->private_data = ns;
	snprintf(disk->disk_name, sizeof(disk->disk_name), "nvme%dn%u", ns->ctrl->instance,
		 ns->nsid);
	ns->hidden = nvmeq_ns_no_disk(&ns->facts, &ns->limits);
	if (ns->hidden)
		disk->flags |= GENHD_FL_HIDDEN;
	ns->disk = disk;
	ns->queue = disk->queue;
	err = disk_apply(ns);
	if (err)
		return err;
	/* Adding reads the partition table: resets must know the queue by then. */
	nvmeq_ns_list(ns);
	err = device_add_disk(&ns->ctrl->dev, disk, nvmeq_ns_attr_groups);
	ns->added = !err;
	return err;
}

static void disk_update(struct nvmeq_ns *ns)
{
	int err = disk_apply(ns);

	if (err)
		dev_err(&ns->ctrl->dev, "%s: new limits refused (%d)\n", ns->disk->disk_name, err);
}

static void disk_detach(struct nvmeq_ns *ns)
{
	if (ns->added)
		del_gendisk(ns->disk);
	ns->added = false;
}

const struct nvmeq_frontend nvmeq_block_frontend = {
	.name = "block",
	.attach = disk_attach,
	.update = disk_update,
	.detach = disk_detach,
};
