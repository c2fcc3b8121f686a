/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sgl_read.h - reads an SGL as a controller does (NVMe Base 2.0c section 4.1.2)
 *
 * Descriptors are read by byte offset: address 0..7, length 8..11, reserved
 * 12..14, identifier 15.
 */
#ifndef NVMEQ_MODEL_SGL_READ_H
#define NVMEQ_MODEL_SGL_READ_H

#include "spans.h"

struct sgl_seen {
	struct spans spans;
	u32 blocks;		/* data block descriptors */
	u32 segments;		/* segments read */
	const char *wrong;
};

/* @sgl1: the 16 bytes of DPTR; @bytes: length of the transfer by the command. */
bool sgl_read(struct bus *bus, const void *sgl1, u64 bytes, struct sgl_seen *seen);

#endif /* NVMEQ_MODEL_SGL_READ_H */
