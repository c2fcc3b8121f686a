/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * transfer.h - how many bytes a command moves, by its own dwords
 *
 * A command with PRPs does not say how long its buffer is. When the buffer
 * that a caller brings is shorter than what the command moves, the controller
 * writes into whatever memory follows, or to address 0; so the two are
 * compared before a passthrough command is sent.
 */
#ifndef NVMEQ_TRANSFER_H
#define NVMEQ_TRANSFER_H

#include <nvmeq/ident.h>
#include <nvmeq/spec_cmd.h>

/**
 * struct nvmeq_transfer - what a command moves
 * @known: the command's length can be told; else both counts are 0
 * @data_bytes: to or from the data pointer
 * @meta_bytes: to or from the metadata pointer
 */
struct nvmeq_transfer {
	bool known;
	u64 data_bytes;
	u64 meta_bytes;
};

/**
 * nvmeq_transfer_of() - length of a passthrough command
 * @admin: for the admin queue
 * @sqe: encoded command
 * @ns: namespace of an I/O command, else NULL
 *
 * Unknown are: vendor opcodes, features (each has its own data), and I/O to a
 * namespace whose format is not understood.
 */
struct nvmeq_transfer nvmeq_transfer_of(bool admin, const struct nvmeq_sqe *sqe,
					const struct nvmeq_ns_facts *ns);

#endif /* NVMEQ_TRANSFER_H */
