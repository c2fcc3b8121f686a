/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pci.h - the PCI driver, and what the bus says about DMA
 */
#ifndef NVMEQ_CORE_PCI_H
#define NVMEQ_CORE_PCI_H

#include <linux/dma-mapping.h>
#include <linux/pci.h>

extern struct pci_driver nvmeq_pci_driver;

/* Largest mapping the platform makes in one piece, in 512-byte sectors. */
static inline u32 nvmeq_dma_max_sect512(struct pci_dev *pdev)
{
	return min_t(size_t, dma_opt_mapping_size(&pdev->dev) >> 9, UINT_MAX);
}

#endif /* NVMEQ_CORE_PCI_H */
