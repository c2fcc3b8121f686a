/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * queue_info.h - queues as text: what they are, and their counters
 */
#ifndef NVMEQ_CORE_QUEUE_INFO_H
#define NVMEQ_CORE_QUEUE_INFO_H

struct attribute_group;
struct nvmeq_ctrl;

/* queue_map and queue_stats: as many queues as a page holds. */
extern const struct attribute_group nvmeq_queue_info_group;

/* The same for all queues, in debugfs; absent where there is no debugfs. */
void nvmeq_queue_info_init(void);
void nvmeq_queue_info_exit(void);
void nvmeq_queue_info_add(struct nvmeq_ctrl *ctrl);
void nvmeq_queue_info_del(struct nvmeq_ctrl *ctrl);

#endif /* NVMEQ_CORE_QUEUE_INFO_H */
