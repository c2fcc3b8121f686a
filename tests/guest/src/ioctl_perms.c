// SPDX-License-Identifier: GPL-2.0-only
// build: m32 m64
/*
 * ioctl_perms.c - who may send what: opens the nodes as root, drops to an
 * unprivileged user, and tries everything
 *
 *	ioctl_perms unprivileged CONTROLLER DISK GENERIC PARTITION
 *	ioctl_perms forbidden CONTROLLER
 *
 * `forbidden` stays root and tries what nobody may do. Blocks 0 to 7 of the
 * namespace are overwritten.
 */
#include "abuse.h"

static uint8_t *buf;
static uint32_t nsid;

static const uint8_t reads[] = { NVM_READ, NVM_COMPARE, NVM_VERIFY };
static const uint8_t writes[] = {
	NVM_FLUSH, NVM_WRITE, NVM_WRITE_UNCOR, NVM_WRITE_ZEROES, NVM_DSM, NVM_COPY,
};
static const uint8_t public_cns[] = { 0x00, 0x01, 0x05, 0x06, 0x08 };

static bool contains(const uint8_t *set, size_t n, uint8_t value)
{
	return memchr(set, value, n);
}

static long io_once(int fd, uint8_t opcode)
{
	struct nvme_passthru_cmd64 c = block_cmd(opcode, nsid, 0, 1, buf, PAGE);

	return call(fd, NVME_IOCTL_IO64_CMD, &c);
}

static long admin_once(int fd, uint8_t opcode, uint32_t cdw10)
{
	struct nvme_passthru_cmd64 c = {
		.opcode = opcode, .nsid = nsid, .addr = user_addr(buf), .data_len = PAGE,
		.cdw10 = cdw10,
	};

	return call(fd, NVME_IOCTL_ADMIN64_CMD, &c);
}

/* Allowed means: it got to the controller, which may have refused it. */
static void judge(const char *node, const char *queue, unsigned int opcode, long got, bool allowed)
{
	char what[96];

	snprintf(what, sizeof(what), "%s command %#04x through %s: %ld", queue, opcode, node, got);
	expect_that(what, allowed ? got >= 0 : got == -EACCES);
}

static void try_io(const char *node, int fd, bool may_read, bool may_write)
{
	unsigned int op;

	for (op = 0; op < 256; op++) {
		/* Tried on its own below: it makes a block unreadable. */
		if (may_write && op == NVM_WRITE_UNCOR)
			continue;
		judge(node, "I/O", op, io_once(fd, op),
		      (may_read && contains(reads, sizeof(reads), op)) ||
		      (may_write && contains(writes, sizeof(writes), op)));
	}
}

static void try_submit_io(const char *node, int fd, bool may_read, bool may_write)
{
	struct nvme_user_io u = { .opcode = NVM_READ, .addr = user_addr(buf) };

	judge(node, "SUBMIT_IO", u.opcode, call(fd, NVME_IOCTL_SUBMIT_IO, &u), may_read);
	u.opcode = NVM_WRITE;
	judge(node, "SUBMIT_IO", u.opcode, call(fd, NVME_IOCTL_SUBMIT_IO, &u), may_write);
}

static void try_vector(const char *node, int fd, bool may_read, bool may_write)
{
	struct iovec v = { buf, PAGE };
	struct nvme_passthru_cmd64 c = block_cmd(NVM_READ, nsid, 0, 1, &v, 1);

	judge(node, "vectored", c.opcode, call(fd, NVME_IOCTL_IO64_CMD_VEC, &c), may_read);
	c.opcode = NVM_WRITE;
	judge(node, "vectored", c.opcode, call(fd, NVME_IOCTL_IO64_CMD_VEC, &c), may_write);
}

static void try_admin(const char *node, int fd, bool may_identify)
{
	unsigned int op, cns;

	for (op = 0; op < 256; op++)
		if (op != ADMIN_IDENTIFY)
			judge(node, "admin", op, admin_once(fd, op, 0), false);
	for (cns = 0; cns < 256; cns++)
		judge(node, "Identify", cns, admin_once(fd, ADMIN_IDENTIFY, cns),
		      may_identify && contains(public_cns, sizeof(public_cns), cns));
}

static void unprivileged(char **node)
{
	int ctrl = open_node(node[0], O_RDWR), ctrl_ro = open_node(node[0], O_RDONLY);
	int disk = open_node(node[1], O_RDWR), disk_ro = open_node(node[1], O_RDONLY);
	int gen = open_node(node[2], O_RDWR), gen_ro = open_node(node[2], O_RDONLY);
	int part = open_node(node[3], O_RDWR);
	uint8_t *old = map_island(1);

	nsid = ioctl(gen, NVME_IOCTL_ID);
	drop_privilege();

	expect("reset", call(ctrl, NVME_IOCTL_RESET, NULL), -EACCES);
	expect("subsystem reset", call(ctrl, NVME_IOCTL_SUBSYS_RESET, NULL), -EACCES);
	expect("rescan", call(ctrl, NVME_IOCTL_RESCAN, NULL), -EACCES);
	try_admin("the controller", ctrl, true);
	try_admin("the controller, read-only", ctrl_ro, true);
	try_admin("the disk", disk, true);
	try_admin("the generic node", gen_ro, true);
	try_admin("a partition", part, false);

	try_io("the disk", disk, true, true);
	try_submit_io("the disk", disk, true, true);
	try_vector("the disk", disk, true, true);
	try_io("the generic node", gen, true, true);
	try_submit_io("the generic node", gen, true, true);

	fill(buf, PAGE, 3);
	memcpy(old, buf, PAGE);
	judge("the disk", "I/O", NVM_WRITE, io_once(disk, NVM_WRITE), true);
	fill(buf, PAGE, 4);
	try_io("the disk, read-only", disk_ro, true, false);
	try_submit_io("the disk, read-only", disk_ro, true, false);
	try_vector("the generic node, read-only", gen_ro, true, false);
	try_io("the generic node, read-only", gen_ro, true, false);
	try_io("a partition", part, false, false);
	try_submit_io("a partition", part, false, false);
	try_vector("a partition", part, false, false);
	memset(buf, 0, PAGE);
	expect("read", io_once(gen_ro, NVM_READ), 0);
	expect_that("nothing was written without permission", !memcmp(buf, old, 512));
}

static void forbidden(const char *node)
{
	static const uint8_t opcodes[] = {
		ADMIN_DELETE_SQ, ADMIN_CREATE_SQ, ADMIN_DELETE_CQ, ADMIN_CREATE_CQ,
		ADMIN_ASYNC_EVENT, ADMIN_KEEP_ALIVE, ADMIN_DBBUF, ADMIN_FABRICS,
	};
	static const uint8_t features[] = { 0x07, 0x0d, 0x0f };
	int ctrl = open_node(node, O_RDWR);
	size_t i;

	for (i = 0; i < sizeof(opcodes); i++)
		judge("the controller", "admin", opcodes[i], admin_once(ctrl, opcodes[i], 0),
		      false);
	for (i = 0; i < sizeof(features); i++) {
		judge("the controller", "Set Features", features[i],
		      admin_once(ctrl, ADMIN_SET_FEATURES, features[i]), false);
		judge("the controller", "Set Features, saved", features[i],
		      admin_once(ctrl, ADMIN_SET_FEATURES, 1U << 31 | features[i]), false);
	}
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	buf = map_island(1);
	if (argc == 6 && !strcmp(argv[1], "unprivileged")) {
		unprivileged(argv + 2);
	} else if (argc == 3 && !strcmp(argv[1], "forbidden")) {
		forbidden(argv[2]);
	} else {
		fprintf(stderr, "usage: see the source\n");
		return 2;
	}
	return finish(argv[1]);
}
