// SPDX-License-Identifier: GPL-2.0-only
/*
 * sg_bsg.c - /dev/bsg/nvmeXnY: the node for struct sg_io_v4
 *
 * A node of our own under the usual name, not one of the kernel's bsg layer:
 * that one does not keep the module whose function it calls, so that an open
 * descriptor could outlive the code (Documentation/decisions/).
 *
 * An open file holds the namespace; what the node can do is sg_io.c.
 */
#include <linux/cdev.h>
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/module.h>
#include <nvmeq/compat/dev.h>
#include "../core/frontend.h"
#include "../core/ns.h"
#include "sg_io.h"

#define BSG_MINORS	(1U << MINORBITS)

static dev_t bsg_devt;
static DEFINE_IDA(bsg_minors);
static struct class *bsg_class;

/* --- files --- */

static int bsg_open(struct inode *inode, struct file *file)
{
	struct nvmeq_ns *ns = container_of(inode->i_cdev, struct nvmeq_ns, scsi.bsg);

	if (!nvmeq_ns_get(ns))
		return -ENXIO;
	file->private_data = ns;
	return 0;
}

static int bsg_release(struct inode *inode, struct file *file)
{
	nvmeq_ns_put(file->private_data);
	return 0;
}

static long bsg_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	int err = nvmeq_sg_io_bsg(file->private_data, cmd, arg, file->f_mode & FMODE_WRITE);

	return err == -ENOIOCTLCMD ? -ENOTTY : err;
}

static const struct file_operations bsg_fops = {
	.owner = THIS_MODULE,
	.open = bsg_open,
	.release = bsg_release,
	.unlocked_ioctl = bsg_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

/* --- the front end --- */

/* The node's device holds the namespace until the last reference to the device is gone. */
static void bsg_device_release(struct device *dev)
{
	ida_free(&bsg_minors, MINOR(dev->devt));
	nvmeq_ns_put(container_of(dev, struct nvmeq_ns, scsi.bsg_device));
}

static int bsg_attach(struct nvmeq_ns *ns)
{
	struct device *dev = &ns->scsi.bsg_device;
	int minor, err;

	minor = ida_alloc_max(&bsg_minors, BSG_MINORS - 1, GFP_KERNEL);
	if (minor < 0)
		return minor;
	device_initialize(dev);
	dev->devt = MKDEV(MAJOR(bsg_devt), minor);
	dev->class = bsg_class;
	dev->parent = &ns->ctrl->dev;
	dev->release = bsg_device_release;
	kref_get(&ns->ref);
	/* The exclamation mark becomes the slash in /dev. */
	err = dev_set_name(dev, "bsg!nvme%dn%u", ns->ctrl->instance, ns->nsid);
	if (err)
		goto err_put;
	cdev_init(&ns->scsi.bsg, &bsg_fops);
	ns->scsi.bsg.owner = THIS_MODULE;
	err = cdev_device_add(&ns->scsi.bsg, dev);
	if (err)
		goto err_put;
	return 0;

err_put:
	put_device(dev);
	return err;
}

static void bsg_detach(struct nvmeq_ns *ns)
{
	cdev_device_del(&ns->scsi.bsg, &ns->scsi.bsg_device);
	put_device(&ns->scsi.bsg_device);
}

const struct nvmeq_frontend nvmeq_bsg_frontend = {
	.name = "bsg",
	.attach = bsg_attach,
	.detach = bsg_detach,
};

/* --- numbers --- */

int nvmeq_bsg_init(void)
{
	int err;

	err = alloc_chrdev_region(&bsg_devt, 0, BSG_MINORS, "nvmeq-bsg");
	if (err)
		return err;
	bsg_class = nvmeq_class_create("nvmeq-bsg");
	if (!IS_ERR(bsg_class))
		return 0;
	unregister_chrdev_region(bsg_devt, BSG_MINORS);
	return PTR_ERR(bsg_class);
}

void nvmeq_bsg_exit(void)
{
	class_destroy(bsg_class);
	unregister_chrdev_region(bsg_devt, BSG_MINORS);
	ida_destroy(&bsg_minors);
}
