// SPDX-License-Identifier: GPL-2.0-only
/*
 * sysfs.c - attributes of controllers and namespaces
 *
 * The names that nvme-cli, udev and smartctl read are the in-tree driver's, so
 * that they need not know the difference. Settings are in settings.c, the tables
 * of queues in queue_info.c.
 */
#include <linux/sysfs.h>
#include "class.h"
#include "ctrl.h"
#include "ns.h"
#include "queue_info.h"
#include "reset.h"
#include "settings.h"

/* --- controller --- */

#define CTRL_ATTR(file, format, value)						\
static ssize_t file##_show(struct device *dev, struct device_attribute *attr,	\
			   char *buf)						\
{										\
	struct nvmeq_ctrl *ctrl __maybe_unused = nvmeq_dev_to_ctrl(dev);	\
										\
	return sysfs_emit(buf, format "\n", value);				\
}										\
static DEVICE_ATTR_RO(file)

CTRL_ATTR(model, "%s", ctrl->facts.model);
CTRL_ATTR(serial, "%s", ctrl->facts.serial);
CTRL_ATTR(firmware_rev, "%s", ctrl->facts.firmware);
CTRL_ATTR(subsysnqn, "%s", ctrl->facts.subnqn);
CTRL_ATTR(cntlid, "%u", ctrl->facts.cntlid);
CTRL_ATTR(transport, "%s", "pcie");
CTRL_ATTR(address, "%s", pci_name(ctrl->pdev));
CTRL_ATTR(state, "%s", nvmeq_state_name(nvmeq_ctrl_state(ctrl)));
CTRL_ATTR(numa_node, "%d", dev_to_node(&ctrl->pdev->dev));
CTRL_ATTR(queue_count, "%u", ctrl->io_queues + 1);
CTRL_ATTR(sqsize, "%u", ctrl->queues[1].entries ? ctrl->queues[1].entries - 1 : 0);
CTRL_ATTR(kato, "%u", 0);
CTRL_ATTR(reset_count, "%u", ctrl->resets);

static ssize_t cntrltype_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	static const char *const names[] = { "reserved", "io", "discovery", "admin" };
	u8 type = nvmeq_dev_to_ctrl(dev)->facts.cntrltype;

	/* 0 is "not reported", by controllers older than the field: they do I/O. */
	if (!type)
		type = 1;
	return sysfs_emit(buf, "%s\n", type < ARRAY_SIZE(names) ? names[type] : names[0]);
}
static DEVICE_ATTR_RO(cntrltype);

static ssize_t reset_controller_store(struct device *dev, struct device_attribute *attr,
				      const char *buf, size_t count)
{
	return nvmeq_reset_sync(nvmeq_dev_to_ctrl(dev)) ?: count;
}
static DEVICE_ATTR_WO(reset_controller);

static ssize_t rescan_controller_store(struct device *dev, struct device_attribute *attr,
				       const char *buf, size_t count)
{
	nvmeq_ns_rescan(nvmeq_dev_to_ctrl(dev));
	return count;
}
static DEVICE_ATTR_WO(rescan_controller);

static struct attribute *ctrl_attrs[] = {
	&dev_attr_model.attr, &dev_attr_serial.attr, &dev_attr_firmware_rev.attr,
	&dev_attr_subsysnqn.attr, &dev_attr_cntlid.attr, &dev_attr_transport.attr,
	&dev_attr_address.attr, &dev_attr_state.attr, &dev_attr_numa_node.attr,
	&dev_attr_queue_count.attr, &dev_attr_sqsize.attr, &dev_attr_kato.attr,
	&dev_attr_cntrltype.attr, &dev_attr_reset_count.attr,
	&dev_attr_reset_controller.attr, &dev_attr_rescan_controller.attr, NULL,
};

static const struct attribute_group ctrl_group = { .attrs = ctrl_attrs };

const struct attribute_group *nvmeq_ctrl_attr_groups[] = {
	&ctrl_group, &nvmeq_settings_group, &nvmeq_queue_info_group, NULL,
};

/* --- namespace: shared by the disk and the generic node --- */

#define NS_ATTR(file, format, value)						\
static ssize_t file##_show(struct device *dev, struct device_attribute *attr,	\
			   char *buf)						\
{										\
	struct nvmeq_ns *ns = nvmeq_ns_of_device(dev);				\
										\
	return sysfs_emit(buf, format "\n", value);				\
}										\
static DEVICE_ATTR_RO(file)

NS_ATTR(nsid, "%u", ns->nsid);
NS_ATTR(wwid, "%s", ns->wwid);
NS_ATTR(uuid, "%pU", ns->facts.uuid);
NS_ATTR(nguid, "%pU", ns->facts.nguid);
NS_ATTR(eui, "%8ph", ns->facts.eui64);
NS_ATTR(csi, "%u", ns->facts.csi);
NS_ATTR(metadata_bytes, "%u", ns->facts.metadata_bytes);
NS_ATTR(nuse, "%llu", ns->facts.used_blocks);

NS_ATTR(protection_errors, "%u", (unsigned int)atomic_read(&ns->protection_errors));

static ssize_t protection_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	char text[96];

	nvmeq_prot_text(&nvmeq_ns_of_device(dev)->prot, text, sizeof(text));
	return sysfs_emit(buf, "%s\n", text);
}
static DEVICE_ATTR_RO(protection);

static struct attribute *ns_attrs[] = {
	&dev_attr_nsid.attr, &dev_attr_wwid.attr, &dev_attr_uuid.attr, &dev_attr_nguid.attr,
	&dev_attr_eui.attr, &dev_attr_csi.attr, &dev_attr_metadata_bytes.attr,
	&dev_attr_nuse.attr, &dev_attr_protection.attr, &dev_attr_protection_errors.attr, NULL,
};

/* An identifier that the device does not have has no file. */
static umode_t ns_attr_visible(struct kobject *kobj, struct attribute *a, int n)
{
	struct nvmeq_ns *ns = nvmeq_ns_of_device(kobj_to_dev(kobj));

	if (a == &dev_attr_uuid.attr)
		return ns->facts.has_uuid ? a->mode : 0;
	if (a == &dev_attr_nguid.attr)
		return ns->facts.has_nguid ? a->mode : 0;
	if (a == &dev_attr_eui.attr)
		return ns->facts.has_eui64 ? a->mode : 0;
	return a->mode;
}

static const struct attribute_group ns_group = {
	.attrs = ns_attrs,
	.is_visible = ns_attr_visible,
};

const struct attribute_group *nvmeq_ns_attr_groups[] = { &ns_group, NULL };
