/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * host_id.h - what controllers know this host by
 *
 * A host identifier makes several controllers, and several days, one host's: NVMe
 * reservations belong to it. See Documentation/decisions/010-host-identifier.rst.
 */
#ifndef NVMEQ_HOST_ID_H
#define NVMEQ_HOST_ID_H

#include <nvmeq/base.h>

#define NVMEQ_HOST_ID_BYTES		16
#define NVMEQ_HOST_ID_SHORT_BYTES	8

/* Values of parameter hostid; the first two are its words. */
enum nvmeq_host_id_use {
	NVMEQ_HOST_ID_MACHINE,	/* the UUID that the firmware gives the machine */
	NVMEQ_HOST_ID_NONE,
	NVMEQ_HOST_ID_GIVEN,	/* a UUID */
	NVMEQ_HOST_ID_USES
};

/**
 * nvmeq_host_id_parse() - a UUID as text to bytes
 * @text: 8-4-4-4-12 hex digits of either case; a trailing newline is allowed
 * @id: NVMEQ_HOST_ID_BYTES, in the order of the text; untouched on error
 *
 * Return: 0; -EINVAL for what is not a UUID, and for one that stands for none.
 */
int nvmeq_host_id_parse(const char *text, u8 *id);

/* No UUID of one machine: all bits alike, or what vendors ship unset. */
bool nvmeq_host_id_is_placeholder(const u8 *id);

/* The short form, for controllers that take no other; never all zeroes. */
void nvmeq_host_id_shorten(const u8 *id, u8 *to);

#endif /* NVMEQ_HOST_ID_H */
