/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * layout.h - where things are in the two structs of job.h, for assembly
 *
 * job.h asserts each of them.
 */
#ifndef NVMEQ_CRC_LAYOUT_H
#define NVMEQ_CRC_LAYOUT_H

/* What the vector tiers take a block apart into: its size is a multiple of this. */
#define NVMEQ_CRC_UNIT		512
/* Blocks that one call may do. */
#define NVMEQ_CRC_BATCH		64

/* struct nvmeq_crc_job */
#define JOB_DATA		0
#define JOB_DATA_STRIDE		8
#define JOB_BLOCK_BYTES		16
#define JOB_BLOCKS		24
#define JOB_GUARDS		32
#define JOB_COPY		40
#define JOB_COPY_STRIDE		48

/* struct nvmeq_crc_consts */
#define CONST_DIRECT_HI		0
#define CONST_DIRECT_LO		512
#define CONST_FINISH		1024
#define CONST_GATHER		1280
#define CONST_MUL_DIRECT	1408
#define CONST_STEP_ZMM		1920
#define CONST_STEP_YMM		1936
#define CONST_MUL_XMM		1952
#define CONST_MUL_YMM		1968
#define CONST_MUL_JOIN		1984
#define CONST_BARRETT		2000
#define CONST_REVERSE		2016
#define CONST_WEAVE		2032
#define CONST_PAIR		2048

#endif /* NVMEQ_CRC_LAYOUT_H */
