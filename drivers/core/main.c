// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - load and unload, and the table of front ends
 */
#include <linux/module.h>
#include <linux/workqueue.h>
#include "class.h"
#include "frontend.h"
#include "pci.h"
#include "reset.h"

struct workqueue_struct *nvmeq_wq;
struct workqueue_struct *nvmeq_reset_wq;

const struct nvmeq_frontend *const nvmeq_frontends[] = {
	&nvmeq_block_frontend,
	&nvmeq_char_frontend,
};
const unsigned int nvmeq_nr_frontends = ARRAY_SIZE(nvmeq_frontends);

static int __init nvmeq_init(void)
{
	int err = -ENOMEM;

	nvmeq_wq = alloc_workqueue("nvmeq", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	if (!nvmeq_wq)
		return err;
	nvmeq_reset_wq = alloc_workqueue("nvmeq-reset", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	if (!nvmeq_reset_wq)
		goto err_wq;
	err = nvmeq_class_init();
	if (err)
		goto err_reset_wq;
	err = nvmeq_cdev_init();
	if (err)
		goto err_class;
	err = pci_register_driver(&nvmeq_pci_driver);
	if (err)
		goto err_cdev;
	return 0;

err_cdev:
	nvmeq_cdev_exit();
err_class:
	nvmeq_class_exit();
err_reset_wq:
	destroy_workqueue(nvmeq_reset_wq);
err_wq:
	destroy_workqueue(nvmeq_wq);
	return err;
}

static void __exit nvmeq_exit(void)
{
	pci_unregister_driver(&nvmeq_pci_driver);
	nvmeq_cdev_exit();
	nvmeq_class_exit();
	destroy_workqueue(nvmeq_reset_wq);
	destroy_workqueue(nvmeq_wq);
}

module_init(nvmeq_init);
module_exit(nvmeq_exit);

MODULE_DESCRIPTION("NVMe PCIe block driver");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1");
