/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * attend.h - looking after completion queues beside their interrupts
 */
#ifndef NVMEQ_CORE_ATTEND_H
#define NVMEQ_CORE_ATTEND_H

#include <linux/types.h>

struct nvmeq_ctrl;
struct nvmeq_queue;
struct workqueue_struct;

/* The watch must run when everything else waits for completions: it has a work queue alone. */
extern struct workqueue_struct *nvmeq_watch_wq;

/**
 * nvmeq_attend_start() - make the polling thread and the watch, both asleep
 * @ctrl: controller whose queues have no attendants yet
 *
 * They are there as long as the controller is, so that a queue can turn to
 * them when memory is short. Context: task. Return: 0 or a negative errno.
 */
int nvmeq_attend_start(struct nvmeq_ctrl *ctrl);

/* End both. Every queue must be detached and no command be sent any more. */
void nvmeq_attend_stop(struct nvmeq_ctrl *ctrl);

/* Take the completions that are there, whoever should have; returns how many. Task context. */
unsigned int nvmeq_attend_reap(struct nvmeq_queue *q);

/* A command went to a queue that the thread serves: wake it. Any context. */
void nvmeq_attend_kick(struct nvmeq_ctrl *ctrl);

/* A command was sent and the watch is asleep: start it. Any context. */
void nvmeq_attend_watch(struct nvmeq_ctrl *ctrl);

/* The handler of @q has had enough and set the service to STORM. Hard-irq context. */
void nvmeq_attend_storm(struct nvmeq_queue *q);

#endif /* NVMEQ_CORE_ATTEND_H */
