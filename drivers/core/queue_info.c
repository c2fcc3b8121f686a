// SPDX-License-Identifier: GPL-2.0-only
/*
 * queue_info.c - queues as text: what they are, and their counters
 *
 * Two tables with a line per queue, the admin queue first. In sysfs, where
 * anybody may read them, each is cut at a page; in debugfs they are complete.
 * Counters are read without locks: a line may be a command or two apart from
 * itself, never torn. They count from load on, over resets.
 */
#include <linux/blk-mq.h>
#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include <linux/sysfs.h>
#include "ctrl.h"
#include "queue_info.h"

/* The longest line but for the list of CPUs, which is cut to what is left. */
#define INFO_LINE_MAX	256

static struct dentry *info_root;

static const char info_map_head[] = "queue cpus node vector irq mode entries type\n";
static const char info_stats_head[] =
	"queue mode submissions completions sq_doorbells cq_doorbells interrupts empty_interrupts "
	"polls found_late bad_completions mode_changes\n";

static const char *info_type(const struct nvmeq_queue *q)
{
	static const char *const names[NVMEQ_QUEUE_TYPES] = { "default", "read", "poll" };

	return q->qid ? names[q->type] : "admin";
}

/* How completions are found: the kind of interrupt, or why there is none. */
static const char *info_mode(const struct nvmeq_queue *q)
{
	switch (READ_ONCE(q->service)) {
	case NVMEQ_SERVICE_THREAD:
		if (q->polled_why == NVMEQ_POLLED_LOST)
			return "poll-lost";
		return q->polled_why == NVMEQ_POLLED_STORM ? "poll-storm" : "poll";
	case NVMEQ_SERVICE_CALLER:
		return "caller";
	case NVMEQ_SERVICE_NONE:
		return "none";
	default:
		return nvmeq_irq_mode_name(q->ctrl->plan.mode);
	}
}

/* The CPUs that submit to @q, "0,1,2"; "all" for the admin queue, "-" for none. */
static void info_cpus(const struct nvmeq_queue *q, char *buf, size_t size)
{
	unsigned int *map = q->ctrl->io_set.map[q->type].mq_map;
	const char *sep = "";
	unsigned int cpu;
	size_t n = 0;

	strscpy(buf, q->qid ? "-" : "all", size);
	for_each_possible_cpu(cpu) {
		if (!q->qid || !map || map[cpu] != q->qid - 1)
			continue;
		n += scnprintf(buf + n, size - n, "%s%u", sep, cpu);
		sep = ",";
	}
}

static int info_map_line(struct nvmeq_queue *q, char *buf, size_t size)
{
	char cpus[INFO_LINE_MAX / 2];
	int irq = -1;

	mutex_lock(&q->ctrl->irq_mutex);
	if (q->irq_requested)
		irq = pci_irq_vector(q->ctrl->pdev, q->vector);
	mutex_unlock(&q->ctrl->irq_mutex);
	info_cpus(q, cpus, sizeof(cpus));
	return scnprintf(buf, size, "%u %s %d %d %d %s %u %s\n", q->qid, cpus, q->node, q->vector,
			 irq, info_mode(q), q->entries, info_type(q));
}

static int info_stats_line(struct nvmeq_queue *q, char *buf, size_t size)
{
	return scnprintf(buf, size, "%u %s %llu %llu %llu %llu %llu %llu %llu %llu %llu %llu\n",
			 q->qid, info_mode(q), READ_ONCE(q->submitted), READ_ONCE(q->completed),
			 READ_ONCE(q->sq_doorbells), READ_ONCE(q->cq_doorbells),
			 READ_ONCE(q->interrupts), READ_ONCE(q->empty_interrupts),
			 READ_ONCE(q->polls), READ_ONCE(q->found_late),
			 READ_ONCE(q->bad_completions), READ_ONCE(q->mode_changes));
}

typedef int (*info_line_fn)(struct nvmeq_queue *q, char *buf, size_t size);

/* --- sysfs --- */

static ssize_t info_page(struct device *dev, char *page, const char *head, info_line_fn line)
{
	struct nvmeq_ctrl *ctrl = nvmeq_dev_to_ctrl(dev);
	ssize_t n = sysfs_emit(page, "%s", head);
	char buf[INFO_LINE_MAX];
	u16 qid;

	mutex_lock(&ctrl->reset_mutex);
	for (qid = 0; qid <= ctrl->io_queues; qid++) {
		int len = line(&ctrl->queues[qid], buf, sizeof(buf));

		if (n + len >= PAGE_SIZE)
			break;
		n += sysfs_emit_at(page, n, "%s", buf);
	}
	mutex_unlock(&ctrl->reset_mutex);
	return n;
}

static ssize_t queue_map_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return info_page(dev, buf, info_map_head, info_map_line);
}
static DEVICE_ATTR_RO(queue_map);

static ssize_t queue_stats_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return info_page(dev, buf, info_stats_head, info_stats_line);
}
static DEVICE_ATTR_RO(queue_stats);

static struct attribute *info_attrs[] = {
	&dev_attr_queue_map.attr, &dev_attr_queue_stats.attr, NULL,
};

const struct attribute_group nvmeq_queue_info_group = { .attrs = info_attrs };

/* --- debugfs --- */

static int info_seq(struct seq_file *m, const char *head, info_line_fn line)
{
	struct nvmeq_ctrl *ctrl = m->private;
	char buf[INFO_LINE_MAX];
	u16 qid;

	seq_puts(m, head);
	mutex_lock(&ctrl->reset_mutex);
	for (qid = 0; qid <= ctrl->io_queues; qid++) {
		line(&ctrl->queues[qid], buf, sizeof(buf));
		seq_puts(m, buf);
	}
	mutex_unlock(&ctrl->reset_mutex);
	return 0;
}

static int queue_map_seq_show(struct seq_file *m, void *data)
{
	return info_seq(m, info_map_head, info_map_line);
}
DEFINE_SHOW_ATTRIBUTE(queue_map_seq);

static int queue_stats_seq_show(struct seq_file *m, void *data)
{
	return info_seq(m, info_stats_head, info_stats_line);
}
DEFINE_SHOW_ATTRIBUTE(queue_stats_seq);

void nvmeq_queue_info_init(void)
{
	info_root = debugfs_create_dir("nvmeq", NULL);
}

void nvmeq_queue_info_exit(void)
{
	debugfs_remove_recursive(info_root);
}

void nvmeq_queue_info_add(struct nvmeq_ctrl *ctrl)
{
	ctrl->debugfs = debugfs_create_dir(dev_name(&ctrl->dev), info_root);
	debugfs_create_file("queue_map", 0444, ctrl->debugfs, ctrl, &queue_map_seq_fops);
	debugfs_create_file("queue_stats", 0444, ctrl->debugfs, ctrl, &queue_stats_seq_fops);
}

void nvmeq_queue_info_del(struct nvmeq_ctrl *ctrl)
{
	debugfs_remove_recursive(ctrl->debugfs);
}
