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

/* Who takes completions beside the interrupt handler, and so in which counter they go. */
enum nvmeq_reaper {
	NVMEQ_REAP_POLL,	/* the polling thread, or the watch where there is no interrupt */
	NVMEQ_REAP_LATE,	/* somebody who found what no interrupt had announced */
	NVMEQ_REAP_STOPPED,	/* nvmeq_ctrl_stop(): the queue has no attendant any more */
};

/**
 * struct nvmeq_datapath - the hot path, block/io_path.c
 * @admin_ops: blk-mq operations of the admin queue
 * @io_ops: of the namespaces' queues
 * @irq: interrupt handler of one queue, dev_id is the queue
 * @reap: take the completions that are there, one lap of the ring at most; returns
 *	how many. Nothing happens on a queue without an attendant, unless the reaper
 *	is NVMEQ_REAP_STOPPED, and then only there. Any context but hard-irq.
 */
struct nvmeq_datapath {
	const struct blk_mq_ops *admin_ops;
	const struct blk_mq_ops *io_ops;
	irq_handler_t irq;
	unsigned int (*reap)(struct nvmeq_queue *q, enum nvmeq_reaper who);
};

extern const struct nvmeq_datapath nvmeq_datapath;

/**
 * struct nvmeq_frontend - a way for users to reach a namespace
 * @name: for messages
 * @attach: show a namespace; may sleep; 0 or a negative errno
 * @update: its facts and limits changed; may be NULL
 * @detach: take it away again, wait for its I/O; only after a successful attach
 * @ioctl: answer an ioctl of the block or generic node; -ENOIOCTLCMD passes it on; may be NULL
 */
struct nvmeq_frontend {
	const char *name;
	int (*attach)(struct nvmeq_ns *ns);
	void (*update)(struct nvmeq_ns *ns);
	void (*detach)(struct nvmeq_ns *ns);
	int (*ioctl)(struct nvmeq_ns *ns, unsigned int cmd, unsigned long arg, bool writable,
		     bool partition);
};

/*
 * In the order of attaching. What SCSI commands need is there before the first
 * node is; the block front end makes the queue that the others use.
 */
extern const struct nvmeq_frontend nvmeq_scsi_frontend;
extern const struct nvmeq_frontend nvmeq_block_frontend;
extern const struct nvmeq_frontend nvmeq_char_frontend;
extern const struct nvmeq_frontend nvmeq_bsg_frontend;
extern const struct nvmeq_frontend *const nvmeq_frontends[];
extern const unsigned int nvmeq_nr_frontends;

/**
 * nvmeq_frontend_ioctl() - an ioctl of a namespace's block or generic node
 * @ns: namespace, referenced
 * @cmd: number, which says whose it is
 * @arg: user address
 * @writable: the node is open for writing
 * @partition: it is a partition's
 *
 * Return: what the front end that knows it returns, -ENOTTY when none does.
 */
int nvmeq_frontend_ioctl(struct nvmeq_ns *ns, unsigned int cmd, unsigned long arg, bool writable,
			 bool partition);

struct nvmeq_ctrl;

/* /dev/nvmeN (char/cdev.c) */
int nvmeq_cdev_init(void);
void nvmeq_cdev_exit(void);
int nvmeq_cdev_add(struct nvmeq_ctrl *ctrl);
void nvmeq_cdev_del(struct nvmeq_ctrl *ctrl);

/* /dev/bsg/nvmeXnY (scsi/sg_bsg.c) */
int nvmeq_bsg_init(void);
void nvmeq_bsg_exit(void);

#endif /* NVMEQ_CORE_FRONTEND_H */
