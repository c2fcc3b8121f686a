// SPDX-License-Identifier: GPL-2.0-only
/*
 * class.c - names: sysfs classes, controller numbers, subsystems
 *
 * nvme-cli, smartctl and udev find devices through the classes nvme,
 * nvme-generic and nvme-subsystem. When the in-tree driver is loaded it owns
 * those names; registering one a second time fails with a splat, so presence
 * is looked up first, and our classes are then called nvmeq*. Controller
 * numbers stay clear of any number that a node or disk of another driver uses,
 * whichever classes we have, and beside another driver of those that it will
 * use: it counts from 0 and does not look.
 */
#include <linux/idr.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/namei.h>
#include <linux/slab.h>
#include <nvmeq/compat/dev.h>
#include "class.h"
#include "ctrl.h"

#define CLASS_INSTANCES_MAX	4096
/* First number beside another driver, whose next one is the lowest that it has free. */
#define CLASS_INSTANCES_BESIDE	256

struct class *nvmeq_class;
struct class *nvmeq_generic_class;
static struct class *subsys_class;
static bool beside;
static DEFINE_IDA(instances);
static DEFINE_IDA(subsys_numbers);

static bool path_exists(const char *path)
{
	struct path p;

	if (kern_path(path, 0, &p))
		return false;
	path_put(&p);
	return true;
}

/* --- classes --- */

/* udev rules and storage managers read the transport from the event. */
static NVMEQ_CLASS_UEVENT(class_uevent, dev, env)
{
	return add_uevent_var(env, "NVME_TRTYPE=pcie");
}

int nvmeq_class_init(void)
{
	beside = path_exists("/sys/class/nvme") || path_exists("/sys/class/nvme-subsystem");
	nvmeq_class = nvmeq_class_create(beside ? "nvmeq" : "nvme");
	if (IS_ERR(nvmeq_class))
		return PTR_ERR(nvmeq_class);
	nvmeq_class->dev_uevent = class_uevent;
	nvmeq_generic_class = nvmeq_class_create(beside ? "nvmeq-generic" : "nvme-generic");
	if (IS_ERR(nvmeq_generic_class))
		goto err_class;
	subsys_class = nvmeq_class_create(beside ? "nvmeq-subsystem" : "nvme-subsystem");
	if (IS_ERR(subsys_class))
		goto err_generic;
	if (beside)
		pr_info("nvmeq: another driver owns class nvme; ours is class nvmeq, only devices without a driver are taken\n");
	return 0;

err_generic:
	class_destroy(nvmeq_generic_class);
	nvmeq_generic_class = subsys_class;
err_class:
	class_destroy(nvmeq_class);
	return PTR_ERR(nvmeq_generic_class);
}

void nvmeq_class_exit(void)
{
	class_destroy(subsys_class);
	class_destroy(nvmeq_generic_class);
	class_destroy(nvmeq_class);
	ida_destroy(&subsys_numbers);
	ida_destroy(&instances);
}

/* --- controller numbers --- */

static bool instance_taken(int n)
{
	static const char *const places[] = {
		"/sys/class/nvme/nvme%d", "/sys/class/nvme-subsystem/nvme-subsys%d",
		"/sys/block/nvme%dn1", "/dev/nvme%d", "/dev/nvme%dn1",
	};
	char path[48];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		snprintf(path, sizeof(path), places[i], n);
		if (path_exists(path))
			return true;
	}
	return false;
}

int nvmeq_instance_get(void)
{
	int n = beside ? CLASS_INSTANCES_BESIDE : 0;

	for (;;) {
		n = ida_alloc_range(&instances, n, CLASS_INSTANCES_MAX - 1, GFP_KERNEL);
		if (n < 0 || !instance_taken(n))
			return n;
		ida_free(&instances, n);
		if (++n == CLASS_INSTANCES_MAX)
			return -ENOSPC;
	}
}

void nvmeq_instance_put(int instance)
{
	ida_free(&instances, instance);
}

/* --- subsystems: controllers with the same NQN, shown as one sysfs device --- */

/**
 * struct nvmeq_subsys - an NVM subsystem
 * @dev: class device nvme-subsysN; its release frees us
 * @number: N
 * @entry: in subsystems, under subsys_mutex
 * @ctrls: members, under subsys_mutex
 * @nqn: name
 * @model: of the first controller, as the rest
 * @serial: its serial number
 * @firmware: its firmware revision
 */
struct nvmeq_subsys {
	struct device dev;
	int number;
	struct list_head entry;
	struct list_head ctrls;
	char nqn[NVMEQ_NQN_LEN + 1];
	char model[NVMEQ_MODEL_LEN + 1];
	char serial[NVMEQ_SERIAL_LEN + 1];
	char firmware[NVMEQ_FIRMWARE_LEN + 1];
};

static LIST_HEAD(subsystems);
static DEFINE_MUTEX(subsys_mutex);

#define SUBSYS_ATTR(file, member)						\
static ssize_t file##_show(struct device *dev, struct device_attribute *attr,	\
			   char *buf)						\
{										\
	struct nvmeq_subsys *s = container_of(dev, struct nvmeq_subsys, dev);	\
										\
	return sysfs_emit(buf, "%s\n", s->member);				\
}										\
static DEVICE_ATTR_RO(file)

SUBSYS_ATTR(subsysnqn, nqn);
SUBSYS_ATTR(model, model);
SUBSYS_ATTR(serial, serial);
SUBSYS_ATTR(firmware_rev, firmware);

static ssize_t subsystype_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "nvm\n");
}
static DEVICE_ATTR_RO(subsystype);

static struct attribute *subsys_attrs[] = {
	&dev_attr_subsysnqn.attr, &dev_attr_model.attr, &dev_attr_serial.attr,
	&dev_attr_firmware_rev.attr, &dev_attr_subsystype.attr, NULL,
};
ATTRIBUTE_GROUPS(subsys);

static void subsys_release(struct device *dev)
{
	struct nvmeq_subsys *s = container_of(dev, struct nvmeq_subsys, dev);

	if (s->number >= 0)
		ida_free(&subsys_numbers, s->number);
	kfree(s);
}

/* It may outlive the controller that founds it, so it has a number of its own. */
static struct nvmeq_subsys *subsys_create(const struct nvmeq_ctrl *ctrl)
{
	struct nvmeq_subsys *s = kzalloc(sizeof(*s), GFP_KERNEL);
	int err;

	if (!s)
		return ERR_PTR(-ENOMEM);
	INIT_LIST_HEAD(&s->ctrls);
	strscpy(s->nqn, ctrl->facts.subnqn, sizeof(s->nqn));
	strscpy(s->model, ctrl->facts.model, sizeof(s->model));
	strscpy(s->serial, ctrl->facts.serial, sizeof(s->serial));
	strscpy(s->firmware, ctrl->facts.firmware, sizeof(s->firmware));
	device_initialize(&s->dev);
	s->dev.class = subsys_class;
	s->dev.release = subsys_release;
	s->dev.groups = subsys_groups;
	s->number = ida_alloc(&subsys_numbers, GFP_KERNEL);
	err = s->number < 0 ? s->number : dev_set_name(&s->dev, "nvme-subsys%d", s->number);
	if (!err)
		err = device_add(&s->dev);
	if (err) {
		put_device(&s->dev);
		return ERR_PTR(err);
	}
	list_add_tail(&s->entry, &subsystems);
	return s;
}

/*
 * Members must agree on more than the name: drives are sold with one NQN for
 * all, and joining strangers would show them as one disk with two paths.
 */
static struct nvmeq_subsys *subsys_find(const struct nvmeq_ctrl *ctrl)
{
	struct nvmeq_subsys *s;

	list_for_each_entry(s, &subsystems, entry)
		if (!strcmp(s->nqn, ctrl->facts.subnqn) && !strcmp(s->serial, ctrl->facts.serial))
			return s;
	return NULL;
}

static void subsys_put_empty(struct nvmeq_subsys *s)
{
	if (!list_empty(&s->ctrls))
		return;
	list_del(&s->entry);
	device_del(&s->dev);
	put_device(&s->dev);
}

int nvmeq_subsys_join(struct nvmeq_ctrl *ctrl)
{
	struct nvmeq_subsys *s;
	int err;

	mutex_lock(&subsys_mutex);
	s = subsys_find(ctrl) ?: subsys_create(ctrl);
	err = PTR_ERR_OR_ZERO(s);
	if (err)
		goto out;
	err = sysfs_create_link(&s->dev.kobj, &ctrl->dev.kobj, dev_name(&ctrl->dev));
	if (err) {
		subsys_put_empty(s);
		goto out;
	}
	list_add_tail(&ctrl->subsys_entry, &s->ctrls);
	ctrl->subsys = s;
out:
	mutex_unlock(&subsys_mutex);
	return err;
}

void nvmeq_subsys_leave(struct nvmeq_ctrl *ctrl)
{
	struct nvmeq_subsys *s = ctrl->subsys;

	if (!s)
		return;
	mutex_lock(&subsys_mutex);
	sysfs_remove_link(&s->dev.kobj, dev_name(&ctrl->dev));
	list_del(&ctrl->subsys_entry);
	ctrl->subsys = NULL;
	subsys_put_empty(s);
	mutex_unlock(&subsys_mutex);
}
