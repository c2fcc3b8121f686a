/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * frontend.h - where the core calls up: the only names of the upper layer that
 * it knows
 *
 * The core finds namespaces and runs queues; how a namespace looks to users,
 * and how a request becomes a command, is told by the tables here.
 */
#ifndef NVMEQ_CORE_FRONTEND_H
#define NVMEQ_CORE_FRONTEND_H

#include <linux/blk-mq.h>
#include <linux/interrupt.h>

struct nvmeq_cmd;
struct nvmeq_ns;
struct nvmeq_queue;

/**
 * struct nvmeq_datapath - the hot path, block/io_path.c
 * @admin_ops: blk-mq operations of the admin queue
 * @io_ops: of the namespaces' queues
 * @irq: interrupt handler of one queue, dev_id is the queue
 * @reap: take all completions that are there; the caller is the queue's only
 *	consumer meanwhile; returns how many
 */
struct nvmeq_datapath {
	const struct blk_mq_ops *admin_ops;
	const struct blk_mq_ops *io_ops;
	irq_handler_t irq;
	unsigned int (*reap)(struct nvmeq_queue *q);
};

extern const struct nvmeq_datapath nvmeq_datapath;

/**
 * struct nvmeq_frontend - a way for users to reach a namespace
 * @name: for messages
 * @attach: show a namespace; may sleep; 0 or a negative errno
 * @update: its facts and limits changed; may be NULL
 * @detach: take it away again, wait for its I/O; only after a successful attach
 * @ioctl: answer an ioctl of the block node; -ENOIOCTLCMD passes it on; may be NULL
 */
struct nvmeq_frontend {
	const char *name;
	int (*attach)(struct nvmeq_ns *ns);
	void (*update)(struct nvmeq_ns *ns);
	void (*detach)(struct nvmeq_ns *ns);
	int (*ioctl)(struct nvmeq_ns *ns, unsigned int cmd, unsigned long arg, bool writable,
		     bool partition);
};

/* In the order of attaching: the block front end makes the queue that the others use. */
extern const struct nvmeq_frontend nvmeq_block_frontend;
extern const struct nvmeq_frontend nvmeq_char_frontend;
extern const struct nvmeq_frontend *const nvmeq_frontends[];
extern const unsigned int nvmeq_nr_frontends;

struct nvmeq_ctrl;

/* /dev/nvmeN (char/cdev.c) */
int nvmeq_cdev_init(void);
void nvmeq_cdev_exit(void);
int nvmeq_cdev_add(struct nvmeq_ctrl *ctrl);
void nvmeq_cdev_del(struct nvmeq_ctrl *ctrl);

#endif /* NVMEQ_CORE_FRONTEND_H */
