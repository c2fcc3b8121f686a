// SPDX-License-Identifier: GPL-2.0-only
/*
 * settings.c - what of a controller may be changed while it runs, through sysfs
 *
 * Two sorts. How queues complete and how many there are needs the queues made
 * anew: namespaces are frozen, which lets their I/O finish and holds new I/O
 * back; a reset brings the controller up with the new settings; the tag set
 * is fitted and I/O goes on. Coalescing is two features of the controller.
 *
 * A value is checked first for what it could be at all (lib/param.c) and for
 * what this controller has. One that then fails in the attempt is replaced by
 * the old one, with which the controller goes on.
 *
 * scan_mutex keeps two changes apart: nobody else freezes namespaces. The
 * settings are written by resets, under reset_mutex.
 */
#include <linux/blk-mq.h>
#include <linux/crash_dump.h>
#include <linux/delay.h>
#include <linux/sysfs.h>
#include <nvmeq/cmd.h>
#include <nvmeq/param.h>
#include <nvmeq/status.h>
#include "admin.h"
#include "ctrl.h"
#include "ns.h"
#include "params.h"
#include "reset.h"
#include "settings.h"

/* A user's admin command may take longer than a change of settings should wait. */
#define SETTINGS_ADMIN_WAIT_MS	5000

struct settings_attr {
	struct device_attribute attr;
	enum nvmeq_param_id id;
	size_t offset;
	bool queues;		/* needs the queues made anew */
};

static u32 *settings_field(struct nvmeq_settings *s, const struct settings_attr *a)
{
	return (u32 *)((u8 *)s + a->offset);
}

void nvmeq_settings_want(const struct nvmeq_ctrl *ctrl, struct nvmeq_irq_want *want)
{
	memset(want, 0, sizeof(*want));
	want->cpus = num_possible_cpus();
	/* A crash kernel has memory for one pair, and a block layer that knows one type. */
	if (is_kdump_kernel()) {
		want->io_queues = 1;
		return;
	}
	want->io_queues = ctrl->settings.io_queues;
	want->write_queues = ctrl->settings.write_queues;
	want->poll_queues = ctrl->settings.poll_queues;
}

/* --- coalescing ---
 *
 * No command is sent under reset_mutex while the controller is LIVE: if it is not
 * answered, the reset that ends it needs the mutex.
 */

struct settings_coalesce {
	u32 cdw11;
	u16 first_vector;
	u16 end_vector;
};

/* Vectors that I/O pairs have: others may not be configured, and the admin queue never waits. */
static void settings_coalesce_gather(const struct nvmeq_ctrl *ctrl, struct settings_coalesce *c)
{
	u16 qid;

	c->cdw11 = nvmeq_cmd_coalesce_cdw11(ctrl->settings.coalesce_time_us,
					    ctrl->settings.coalesce_entries);
	c->first_vector = U16_MAX;
	c->end_vector = 0;
	for (qid = 1; qid <= ctrl->io_queues; qid++) {
		int vector = ctrl->queues[qid].vector;

		if (vector < 0)
			continue;
		c->first_vector = min_t(u16, c->first_vector, vector);
		c->end_vector = max_t(u16, c->end_vector, vector + 1);
	}
}

static int settings_coalesce_send(struct nvmeq_ctrl *ctrl, const struct settings_coalesce *c)
{
	struct nvmeq_sqe sqe;
	u16 vector;
	int err;

	nvmeq_cmd_set_features(&sqe, NVMEQ_FEAT_IRQ_COALESCE, 0, c->cdw11, 0);
	err = nvmeq_admin_exec(ctrl, &sqe, NULL, 0, NULL);
	for (vector = c->first_vector; !err && vector < c->end_vector; vector++) {
		nvmeq_cmd_set_features(&sqe, NVMEQ_FEAT_IRQ_CONFIG, 0,
				       nvmeq_cmd_vector_cdw11(vector, false), 0);
		err = nvmeq_admin_exec(ctrl, &sqe, NULL, 0, NULL);
	}
	return err;
}

int nvmeq_settings_coalesce(struct nvmeq_ctrl *ctrl)
{
	struct settings_coalesce c;

	lockdep_assert_held(&ctrl->reset_mutex);
	settings_coalesce_gather(ctrl, &c);
	return settings_coalesce_send(ctrl, &c);
}

/* A reset in between sends what is published here itself. */
static int settings_coalesce_publish(struct nvmeq_ctrl *ctrl, const struct nvmeq_settings *next,
				     struct settings_coalesce *c)
{
	int err = -EBUSY;

	mutex_lock(&ctrl->reset_mutex);
	if (nvmeq_ctrl_state(ctrl) == NVMEQ_STATE_LIVE) {
		ctrl->settings = *next;
		settings_coalesce_gather(ctrl, c);
		err = 0;
	}
	mutex_unlock(&ctrl->reset_mutex);
	return err;
}

static int settings_apply_coalesce(struct nvmeq_ctrl *ctrl, const struct nvmeq_settings *next)
{
	struct nvmeq_settings before = ctrl->settings;
	struct settings_coalesce c;
	int err;

	err = settings_coalesce_publish(ctrl, next, &c);
	if (err)
		return err;
	err = settings_coalesce_send(ctrl, &c);
	if (err <= 0)
		return err;
	dev_warn(&ctrl->dev, "the controller refuses to coalesce interrupts: %s\n",
		 nvmeq_status_info(err)->name);
	if (!settings_coalesce_publish(ctrl, &before, &c))
		settings_coalesce_send(ctrl, &c);
	return -EOPNOTSUPP;
}

/* --- queues --- */

/* Let the commands of users on the admin queue finish: a reset would end them in error. */
static int settings_wait_admin(struct nvmeq_ctrl *ctrl)
{
	unsigned long deadline = jiffies + msecs_to_jiffies(SETTINGS_ADMIN_WAIT_MS);

	while (nvmeq_queue_busy(&ctrl->queues[0])) {
		if (time_after(jiffies, deadline))
			return -EBUSY;
		usleep_range(1000, 2000);
	}
	return 0;
}

static int settings_apply_queues(struct nvmeq_ctrl *ctrl, const struct nvmeq_settings *next)
{
	unsigned int noio;
	int err;

	/* Before I/O is held: it may take long. What comes in between is let finish by the stop. */
	err = settings_wait_admin(ctrl);
	if (err)
		return err;
	noio = nvmeq_ns_freeze_all(ctrl);
	err = nvmeq_reset_with(ctrl, next);
	nvmeq_ns_thaw_all(ctrl, noio);
	return err;
}

/* --- checks --- */

/* The largest value here of a number of queues, with the others as they are. */
static u32 settings_queues_max(struct nvmeq_ctrl *ctrl, const struct settings_attr *a)
{
	const struct nvmeq_settings *s = &ctrl->settings;
	u32 have = ctrl->nr_queues - 1;
	u32 others = 0;

	if (ctrl->granted)
		have = min_t(u32, have, ctrl->granted);
	if (a->id != NVMEQ_PARAM_IO_QUEUES)
		others += s->io_queues ?: 1;
	if (a->id != NVMEQ_PARAM_WRITE_QUEUES)
		others += s->write_queues;
	if (a->id != NVMEQ_PARAM_POLL_QUEUES)
		others += s->poll_queues;
	return min_t(u32, num_possible_cpus(), have > others ? have - others : 0);
}

static bool settings_counts_queues(const struct settings_attr *a)
{
	return a->id == NVMEQ_PARAM_IO_QUEUES || a->id == NVMEQ_PARAM_WRITE_QUEUES ||
	       a->id == NVMEQ_PARAM_POLL_QUEUES;
}

static int settings_parse(struct nvmeq_ctrl *ctrl, const struct settings_attr *a,
			  const char *text, u32 *value)
{
	const char *name = a->attr.attr.name;
	char range[96];
	u32 most;

	if (nvmeq_param_parse(a->id, text, value)) {
		nvmeq_param_range(a->id, range, sizeof(range));
		dev_err(&ctrl->dev, "%s=%*pE refused: it takes %s\n", name,
			(int)min_t(size_t, strcspn(text, "\n"), 40), text, range);
		return -EINVAL;
	}
	if (!settings_counts_queues(a))
		return 0;
	most = settings_queues_max(ctrl, a);
	if (*value <= most)
		return 0;
	dev_err(&ctrl->dev, "%s=%u refused: it takes 0..%u here\n", name, *value, most);
	return -EINVAL;
}

/* --- sysfs --- */

static ssize_t settings_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct settings_attr *a = container_of(attr, struct settings_attr, attr);
	struct nvmeq_ctrl *ctrl = nvmeq_dev_to_ctrl(dev);
	const struct nvmeq_param *row = nvmeq_param(a->id);
	u32 value = READ_ONCE(*settings_field(&ctrl->settings, a));

	if (row->words)
		return sysfs_emit(buf, "%s\n", row->words[value]);
	return sysfs_emit(buf, "%u\n", value);
}

static ssize_t settings_store(struct device *dev, struct device_attribute *attr, const char *buf,
			      size_t count)
{
	const struct settings_attr *a = container_of(attr, struct settings_attr, attr);
	struct nvmeq_ctrl *ctrl = nvmeq_dev_to_ctrl(dev);
	struct nvmeq_settings next;
	u32 value;
	int err;

	mutex_lock(&ctrl->settings_mutex);
	err = settings_parse(ctrl, a, buf, &value);
	if (!err) {
		next = ctrl->settings;
		*settings_field(&next, a) = value;
		err = a->queues ? settings_apply_queues(ctrl, &next) :
				  settings_apply_coalesce(ctrl, &next);
	}
	mutex_unlock(&ctrl->settings_mutex);
	return err ?: count;
}

#define SETTINGS_ATTR(file, param, remake)						\
static struct settings_attr settings_attr_##file = {					\
	.attr = __ATTR(file, 0644, settings_show, settings_store),			\
	.id = param,									\
	.offset = offsetof(struct nvmeq_settings, file),				\
	.queues = remake,								\
}

SETTINGS_ATTR(irq_mode, NVMEQ_PARAM_IRQ_MODE, true);
SETTINGS_ATTR(irq_affinity, NVMEQ_PARAM_IRQ_AFFINITY, true);
SETTINGS_ATTR(io_queues, NVMEQ_PARAM_IO_QUEUES, true);
SETTINGS_ATTR(write_queues, NVMEQ_PARAM_WRITE_QUEUES, true);
SETTINGS_ATTR(poll_queues, NVMEQ_PARAM_POLL_QUEUES, true);
SETTINGS_ATTR(coalesce_time_us, NVMEQ_PARAM_COALESCE_TIME_US, false);
SETTINGS_ATTR(coalesce_entries, NVMEQ_PARAM_COALESCE_ENTRIES, false);

static const struct settings_attr *const settings_all[] = {
	&settings_attr_irq_mode, &settings_attr_irq_affinity, &settings_attr_io_queues,
	&settings_attr_write_queues, &settings_attr_poll_queues,
	&settings_attr_coalesce_time_us, &settings_attr_coalesce_entries,
};

static struct attribute *settings_attrs[] = {
	&settings_attr_irq_mode.attr.attr, &settings_attr_irq_affinity.attr.attr,
	&settings_attr_io_queues.attr.attr, &settings_attr_write_queues.attr.attr,
	&settings_attr_poll_queues.attr.attr, &settings_attr_coalesce_time_us.attr.attr,
	&settings_attr_coalesce_entries.attr.attr, NULL,
};

const struct attribute_group nvmeq_settings_group = { .attrs = settings_attrs };

void nvmeq_settings_init(struct nvmeq_ctrl *ctrl)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(settings_all); i++)
		*settings_field(&ctrl->settings, settings_all[i]) =
			nvmeq_param_value(settings_all[i]->id);
}
