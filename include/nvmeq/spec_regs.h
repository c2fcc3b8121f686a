/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * spec_regs.h - controller registers (NVMe Base 2.0c, section 3.1.3)
 *
 * Offsets into BAR0 and the fields of each register. A field is a SHIFT and a
 * MASK (the mask is applied after the shift) and is read with
 * NVMEQ_FIELD(value, NAME); nothing here touches a device.
 */
#ifndef NVMEQ_SPEC_REGS_H
#define NVMEQ_SPEC_REGS_H

#include <nvmeq/base.h>

enum nvmeq_reg {
	NVMEQ_REG_CAP		= 0x00,	/* 8 bytes: controller capabilities */
	NVMEQ_REG_VS		= 0x08,	/* version */
	NVMEQ_REG_INTMS		= 0x0c,	/* interrupt mask set (not with MSI-X) */
	NVMEQ_REG_INTMC		= 0x10,	/* interrupt mask clear */
	NVMEQ_REG_CC		= 0x14,	/* controller configuration */
	NVMEQ_REG_CSTS		= 0x1c,	/* controller status */
	NVMEQ_REG_NSSR		= 0x20,	/* NVM subsystem reset */
	NVMEQ_REG_AQA		= 0x24,	/* admin queue attributes */
	NVMEQ_REG_ASQ		= 0x28,	/* 8 bytes: admin SQ base */
	NVMEQ_REG_ACQ		= 0x30,	/* 8 bytes: admin CQ base */
	NVMEQ_REG_CRTO		= 0x68,	/* controller ready timeouts */
	NVMEQ_REG_DOORBELLS	= 0x1000,
};

#define NVMEQ_FIELD(value, name) \
	(((value) >> NVMEQ_##name##_SHIFT) & NVMEQ_##name##_MASK)
#define NVMEQ_FIELD_PUT(name, v) \
	(((u32)(v) & NVMEQ_##name##_MASK) << NVMEQ_##name##_SHIFT)

/* CAP, Figure 36 */
#define NVMEQ_CAP_MQES_SHIFT	0
#define NVMEQ_CAP_MQES_MASK	0xffffULL
#define NVMEQ_CAP_CQR_SHIFT	16
#define NVMEQ_CAP_CQR_MASK	0x1ULL
#define NVMEQ_CAP_AMS_SHIFT	17
#define NVMEQ_CAP_AMS_MASK	0x3ULL
#define NVMEQ_CAP_TO_SHIFT	24
#define NVMEQ_CAP_TO_MASK	0xffULL	/* units of 500 ms */
#define NVMEQ_CAP_DSTRD_SHIFT	32
#define NVMEQ_CAP_DSTRD_MASK	0xfULL	/* stride is 4 << DSTRD bytes */
#define NVMEQ_CAP_NSSRS_SHIFT	36
#define NVMEQ_CAP_NSSRS_MASK	0x1ULL
#define NVMEQ_CAP_CSS_SHIFT	37
#define NVMEQ_CAP_CSS_MASK	0xffULL
#define NVMEQ_CAP_MPSMIN_SHIFT	48
#define NVMEQ_CAP_MPSMIN_MASK	0xfULL	/* page is 4096 << MPS bytes */
#define NVMEQ_CAP_MPSMAX_SHIFT	52
#define NVMEQ_CAP_MPSMAX_MASK	0xfULL
#define NVMEQ_CAP_CRMS_SHIFT	59
#define NVMEQ_CAP_CRMS_MASK	0x3ULL	/* bit 0: ready with media, bit 1: independent of media */
#define NVMEQ_CAP_CSS_NVM	0x01
#define NVMEQ_CAP_CSS_CSI	0x40
#define NVMEQ_CAP_CSS_NOIO	0x80
#define NVMEQ_CAP_CRMS_CRWMS	0x1
#define NVMEQ_CAP_CRMS_CRIMS	0x2

/* VS, Figure 37 */
#define NVMEQ_VERSION(mjr, mnr, ter)	((u32)(mjr) << 16 | (mnr) << 8 | (ter))

/* CC, Figure 46 */
#define NVMEQ_CC_EN_SHIFT	0
#define NVMEQ_CC_EN_MASK	0x1U
#define NVMEQ_CC_CSS_SHIFT	4
#define NVMEQ_CC_CSS_MASK	0x7U
#define NVMEQ_CC_MPS_SHIFT	7
#define NVMEQ_CC_MPS_MASK	0xfU
#define NVMEQ_CC_AMS_SHIFT	11
#define NVMEQ_CC_AMS_MASK	0x7U
#define NVMEQ_CC_SHN_SHIFT	14
#define NVMEQ_CC_SHN_MASK	0x3U
#define NVMEQ_CC_IOSQES_SHIFT	16
#define NVMEQ_CC_IOSQES_MASK	0xfU
#define NVMEQ_CC_IOCQES_SHIFT	20
#define NVMEQ_CC_IOCQES_MASK	0xfU
#define NVMEQ_CC_CRIME_SHIFT	24
#define NVMEQ_CC_CRIME_MASK	0x1U
enum { NVMEQ_CC_CSS_NVM = 0, NVMEQ_CC_CSS_ALL = 6, NVMEQ_CC_CSS_ADMIN = 7 };
enum { NVMEQ_CC_SHN_NONE = 0, NVMEQ_CC_SHN_NORMAL = 1, NVMEQ_CC_SHN_ABRUPT = 2 };

/* CSTS, Figure 47 */
#define NVMEQ_CSTS_RDY		BIT(0)
#define NVMEQ_CSTS_CFS		BIT(1)
#define NVMEQ_CSTS_SHST_SHIFT	2
#define NVMEQ_CSTS_SHST_MASK	0x3U
#define NVMEQ_CSTS_NSSRO	BIT(4)
#define NVMEQ_CSTS_PP		BIT(5)
enum { NVMEQ_SHST_NORMAL = 0, NVMEQ_SHST_OCCURRING = 1, NVMEQ_SHST_COMPLETE = 2 };

/* A read that returns all ones came from no device: it is gone, or off. */
#define NVMEQ_REG_GONE		0xffffffffU

/* NSSR, Figure 48: the four characters "NVMe" */
#define NVMEQ_NSSR_MAGIC	0x4e564d65U

/* AQA, Figure 49: 0's based sizes, at most 4096 entries */
#define NVMEQ_AQA_ASQS_SHIFT	0
#define NVMEQ_AQA_ASQS_MASK	0xfffU
#define NVMEQ_AQA_ACQS_SHIFT	16
#define NVMEQ_AQA_ACQS_MASK	0xfffU

/* CRTO, Figure 57: units of 500 ms */
#define NVMEQ_CRTO_CRWMT_SHIFT	0
#define NVMEQ_CRTO_CRWMT_MASK	0xffffU
#define NVMEQ_CRTO_CRIMT_SHIFT	16
#define NVMEQ_CRTO_CRIMT_MASK	0xffffU

#endif /* NVMEQ_SPEC_REGS_H */
