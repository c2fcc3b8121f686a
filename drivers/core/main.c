// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - load and unload, and the table of front ends
 */
#include <linux/module.h>
#include <linux/workqueue.h>
#include <nvmeq/crc.h>
#include "attend.h"
#include "class.h"
#include "frontend.h"
#include "params.h"
#include "pci.h"
#include "queue_info.h"
#include "reset.h"

struct workqueue_struct *nvmeq_wq;
struct workqueue_struct *nvmeq_reset_wq;
struct workqueue_struct *nvmeq_watch_wq;
struct workqueue_struct *nvmeq_verify_wq;

const struct nvmeq_frontend *const nvmeq_frontends[] = {
	&nvmeq_scsi_frontend,
	&nvmeq_block_frontend,
	&nvmeq_char_frontend,
	&nvmeq_bsg_frontend,
};
const unsigned int nvmeq_nr_frontends = ARRAY_SIZE(nvmeq_frontends);

int nvmeq_frontend_ioctl(struct nvmeq_ns *ns, unsigned int cmd, unsigned long arg, bool writable,
			 bool partition)
{
	unsigned int i;
	int err;

	for (i = 0; i < nvmeq_nr_frontends; i++) {
		if (!nvmeq_frontends[i]->ioctl)
			continue;
		err = nvmeq_frontends[i]->ioctl(ns, cmd, arg, writable, partition);
		if (err != -ENOIOCTLCMD)
			return err;
	}
	return -ENOTTY;
}

static int __init nvmeq_init(void)
{
	int err;

	err = nvmeq_crc_init(nvmeq_param_value(NVMEQ_PARAM_CRC));
	if (err)
		return err;
	err = -ENOMEM;
	nvmeq_wq = alloc_workqueue("nvmeq", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	if (!nvmeq_wq)
		return err;
	nvmeq_reset_wq = alloc_workqueue("nvmeq-reset", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	if (!nvmeq_reset_wq)
		goto err_wq;
	nvmeq_watch_wq = alloc_workqueue("nvmeq-watch", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	if (!nvmeq_watch_wq)
		goto err_reset_wq;
	nvmeq_verify_wq = alloc_workqueue("nvmeq-verify", WQ_HIGHPRI | WQ_MEM_RECLAIM, 0);
	if (!nvmeq_verify_wq)
		goto err_watch_wq;
	err = nvmeq_class_init();
	if (err)
		goto err_verify_wq;
	err = nvmeq_cdev_init();
	if (err)
		goto err_class;
	err = nvmeq_bsg_init();
	if (err)
		goto err_cdev;
	nvmeq_queue_info_init();
	err = pci_register_driver(&nvmeq_pci_driver);
	if (err)
		goto err_info;
	return 0;

err_info:
	nvmeq_queue_info_exit();
	nvmeq_bsg_exit();
err_cdev:
	nvmeq_cdev_exit();
err_class:
	nvmeq_class_exit();
err_verify_wq:
	destroy_workqueue(nvmeq_verify_wq);
err_watch_wq:
	destroy_workqueue(nvmeq_watch_wq);
err_reset_wq:
	destroy_workqueue(nvmeq_reset_wq);
err_wq:
	destroy_workqueue(nvmeq_wq);
	return err;
}

static void __exit nvmeq_exit(void)
{
	pci_unregister_driver(&nvmeq_pci_driver);
	nvmeq_queue_info_exit();
	nvmeq_bsg_exit();
	nvmeq_cdev_exit();
	nvmeq_class_exit();
	destroy_workqueue(nvmeq_verify_wq);
	destroy_workqueue(nvmeq_watch_wq);
	destroy_workqueue(nvmeq_reset_wq);
	destroy_workqueue(nvmeq_wq);
}

module_init(nvmeq_init);
module_exit(nvmeq_exit);

MODULE_DESCRIPTION("NVMe PCIe block driver");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1");
