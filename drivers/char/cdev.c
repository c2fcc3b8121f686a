// SPDX-License-Identifier: GPL-2.0-only
/*
 * cdev.c - character nodes: /dev/nvmeX for a controller, /dev/ngXnY for a
 * namespace
 *
 * Only opening, closing and lifetimes are here; what the nodes can do is
 * ioctl.c. An open file holds its controller or namespace; both may long be
 * gone from the bus by then, and answer every ioctl with an error.
 */
#include <linux/cdev.h>
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/module.h>
#include "../core/class.h"
#include "../core/ctrl.h"
#include "../core/frontend.h"
#include "../core/ns.h"
#include "ioctl.h"

#define CDEV_CTRL_MINORS	4096
#define CDEV_NS_MINORS		(1U << MINORBITS)

static dev_t ctrl_devt;
static dev_t ns_devt;
static DEFINE_IDA(ns_minors);

/* --- controller --- */

static bool ctrl_settled(struct nvmeq_ctrl *ctrl)
{
	return nvmeq_state_admit(nvmeq_ctrl_state(ctrl), false) != NVMEQ_ADMIT_HOLD;
}

/* A reset under way, or a change of settings, is waited for. */
static int ctrl_open(struct inode *inode, struct file *file)
{
	struct nvmeq_ctrl *ctrl = container_of(inode->i_cdev, struct nvmeq_ctrl, cdev);
	int err;

	if (file->f_flags & O_NONBLOCK && !ctrl_settled(ctrl))
		return -EWOULDBLOCK;
	err = wait_event_killable(ctrl->state_wq, ctrl_settled(ctrl));
	if (err)
		return err;
	if (nvmeq_ctrl_state(ctrl) != NVMEQ_STATE_LIVE)
		return -ENODEV;
	get_device(&ctrl->dev);
	file->private_data = ctrl;
	return 0;
}

static int ctrl_release(struct inode *inode, struct file *file)
{
	struct nvmeq_ctrl *ctrl = file->private_data;

	put_device(&ctrl->dev);
	return 0;
}

static long ctrl_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return nvmeq_ioctl_ctrl(file->private_data, cmd, arg, file->f_mode & FMODE_WRITE);
}

static const struct file_operations ctrl_fops = {
	.owner = THIS_MODULE,
	.open = ctrl_open,
	.release = ctrl_release,
	.unlocked_ioctl = ctrl_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

int nvmeq_cdev_add(struct nvmeq_ctrl *ctrl)
{
	ctrl->dev.devt = MKDEV(MAJOR(ctrl_devt), ctrl->instance);
	cdev_init(&ctrl->cdev, &ctrl_fops);
	ctrl->cdev.owner = THIS_MODULE;
	return cdev_device_add(&ctrl->cdev, &ctrl->dev);
}

void nvmeq_cdev_del(struct nvmeq_ctrl *ctrl)
{
	cdev_device_del(&ctrl->cdev, &ctrl->dev);
}

/* --- namespace --- */

static int ns_open(struct inode *inode, struct file *file)
{
	struct nvmeq_ns *ns = container_of(inode->i_cdev, struct nvmeq_ns, cdev);

	if (!nvmeq_ns_get(ns))
		return -ENXIO;
	file->private_data = ns;
	return 0;
}

static int ns_release(struct inode *inode, struct file *file)
{
	nvmeq_ns_put(file->private_data);
	return 0;
}

static long ns_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return nvmeq_frontend_ioctl(file->private_data, cmd, arg, file->f_mode & FMODE_WRITE,
				    false);
}

static const struct file_operations ns_fops = {
	.owner = THIS_MODULE,
	.open = ns_open,
	.release = ns_release,
	.unlocked_ioctl = ns_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

/* The node's device holds the namespace until the last reference to the device is gone. */
static void ns_device_release(struct device *dev)
{
	ida_free(&ns_minors, MINOR(dev->devt));
	nvmeq_ns_put(container_of(dev, struct nvmeq_ns, cdev_device));
}

static int char_attach(struct nvmeq_ns *ns)
{
	struct device *dev = &ns->cdev_device;
	int minor, err;

	minor = ida_alloc_max(&ns_minors, CDEV_NS_MINORS - 1, GFP_KERNEL);
	if (minor < 0)
		return minor;
	device_initialize(dev);
	dev->devt = MKDEV(MAJOR(ns_devt), minor);
	dev->class = nvmeq_generic_class;
	dev->parent = &ns->ctrl->dev;
	dev->groups = nvmeq_ns_attr_groups;
	dev->release = ns_device_release;
	kref_get(&ns->ref);
	err = dev_set_name(dev, "ng%dn%u", ns->ctrl->instance, ns->nsid);
	if (err)
		goto err_put;
	cdev_init(&ns->cdev, &ns_fops);
	ns->cdev.owner = THIS_MODULE;
	err = cdev_device_add(&ns->cdev, dev);
	if (err)
		goto err_put;
	return 0;

err_put:
	put_device(dev);
	return err;
}

static void char_detach(struct nvmeq_ns *ns)
{
	cdev_device_del(&ns->cdev, &ns->cdev_device);
	put_device(&ns->cdev_device);
}

const struct nvmeq_frontend nvmeq_char_frontend = {
	.name = "char",
	.attach = char_attach,
	.detach = char_detach,
	.ioctl = nvmeq_ioctl_ns,
};

/* --- numbers --- */

int nvmeq_cdev_init(void)
{
	int err;

	err = alloc_chrdev_region(&ctrl_devt, 0, CDEV_CTRL_MINORS, "nvmeq");
	if (err)
		return err;
	err = alloc_chrdev_region(&ns_devt, 0, CDEV_NS_MINORS, "nvmeq-generic");
	if (err)
		unregister_chrdev_region(ctrl_devt, CDEV_CTRL_MINORS);
	return err;
}

void nvmeq_cdev_exit(void)
{
	unregister_chrdev_region(ns_devt, CDEV_NS_MINORS);
	unregister_chrdev_region(ctrl_devt, CDEV_CTRL_MINORS);
	ida_destroy(&ns_minors);
}
