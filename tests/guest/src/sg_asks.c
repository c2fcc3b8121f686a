// SPDX-License-Identifier: GPL-2.0-only
// build: m32 m64
/*
 * sg_asks BLOCK-NODE GENERIC-NODE BSG-NODE PARTITION-NODE PCI-ADDRESS INSTANCE NSID
 *
 * The ioctls that tools ask a SCSI disk beside SG_IO, and addresses that lead
 * nowhere. Uses what abuse.h has for the passthrough tests.
 */
#include "abuse.h"
#include <limits.h>
#include <linux/bsg.h>
#include <linux/fs.h>
#include <scsi/scsi.h>
#include <scsi/scsi_ioctl.h>
#include <scsi/sg.h>

#ifndef SCSI_IOCTL_GET_PCI
#define SCSI_IOCTL_GET_PCI	0x5387
#endif

static const char *pci;
static int instance, nsid;

/* As the kernel's own SG_IO: an empty header is not one. */
static struct sg_io_hdr inquiry(void *data, unsigned int bytes)
{
	static unsigned char cdb[6] = { 0x12, 0, 0, 0, 36, 0 };

	return (struct sg_io_hdr){
		.interface_id = 'S', .dxfer_direction = SG_DXFER_FROM_DEV, .cmd_len = 6,
		.dxfer_len = bytes, .dxferp = data, .cmdp = cdb,
	};
}

static void asks(const char *node)
{
	int fd = open(node, O_RDWR | O_NONBLOCK), value = 0, ids[2] = { -1, -1 };
	char name[64] = { 0 };
	unsigned short sectors = 0;

	if (fd < 0)
		die(node);
	printf("%s\n", node);
	expect("SG_GET_VERSION_NUM", call(fd, SG_GET_VERSION_NUM, &value), 0);
	expect_that("version 30527", value == 30527);
	expect("SG_EMULATED_HOST", call(fd, SG_EMULATED_HOST, &value), 0);
	expect_that("emulated", value == 1);
	expect_that("SG_GET_TIMEOUT",
		    call(fd, SG_GET_TIMEOUT, NULL) == 60 * sysconf(_SC_CLK_TCK));
	value = 1234;
	expect("SG_SET_TIMEOUT", call(fd, SG_SET_TIMEOUT, &value), 0);
	expect("SG_GET_TIMEOUT", call(fd, SG_GET_TIMEOUT, NULL), 1234);
	value = INT_MAX;
	expect("SG_SET_TIMEOUT of years", call(fd, SG_SET_TIMEOUT, &value), 0);
	expect_that("weeks at least, not some rest of it",
		    call(fd, SG_GET_TIMEOUT, NULL) >= 14 * 86400 * sysconf(_SC_CLK_TCK));
	value = -1;
	expect("SG_SET_TIMEOUT of -1", call(fd, SG_SET_TIMEOUT, &value), -EINVAL);
	value = 60 * sysconf(_SC_CLK_TCK);
	expect("SG_SET_TIMEOUT", call(fd, SG_SET_TIMEOUT, &value), 0);
	value = 1 << 18;
	expect("SG_SET_RESERVED_SIZE", call(fd, SG_SET_RESERVED_SIZE, &value), 0);
	expect("SG_GET_RESERVED_SIZE", call(fd, SG_GET_RESERVED_SIZE, &value), 0);
	expect_that("as much as was asked for", value >= 1 << 18);
	value = -1;
	expect("SG_SET_RESERVED_SIZE of -1", call(fd, SG_SET_RESERVED_SIZE, &value), -EINVAL);
	expect("SCSI_IOCTL_GET_IDLUN", call(fd, SCSI_IOCTL_GET_IDLUN, ids), 0);
	expect_that("host and LUN", ids[0] == (instance << 24 | (nsid - 1) << 8) &&
		    ids[1] == instance);
	expect("SCSI_IOCTL_GET_BUS_NUMBER", call(fd, SCSI_IOCTL_GET_BUS_NUMBER, &value), 0);
	expect_that("bus number", value == instance);
	*(int *)name = 6;
	expect("SCSI_IOCTL_PROBE_HOST", call(fd, SCSI_IOCTL_PROBE_HOST, name), 1);
	expect_that("host name", !strcmp(name, "nvmeq"));
	expect("SCSI_IOCTL_GET_PCI", call(fd, SCSI_IOCTL_GET_PCI, name), 0);
	expect_that("PCI address", !strcmp(name, pci));
	expect("BLKSECTGET", call(fd, BLKSECTGET, &sectors), 0);
	expect_that("sectors", sectors);
	value = 0;
	expect("SG_SCSI_RESET of nothing", call(fd, SG_SCSI_RESET, &value), 0);
	value = 17;
	expect("SG_SCSI_RESET of what there is not", call(fd, SG_SCSI_RESET, &value), -EINVAL);
	expect("an ioctl that nobody has", call(fd, 0x22fe, &value), -ENOTTY);
	close(fd);
}

/* A command without a header: SCSI status as the result, sense in place of the CDB. */
static void old_command(const char *node)
{
	struct { unsigned int in, out; unsigned char data[4096]; } c = { 0, 36, { 0 } };
	int fd = open(node, O_RDWR | O_NONBLOCK);
	unsigned char block[512];

	memset(c.data, 0, sizeof(c.data));
	c.data[0] = 0x28;	/* READ(10), block 0 */
	c.data[8] = 1;
	c.out = 512;
	expect("SEND_COMMAND read", call(fd, SCSI_IOCTL_SEND_COMMAND, &c), 0);
	expect_that("block 0", pread(fd, block, 512, 0) == 512 && !memcmp(block, c.data, 512));
	memset(c.data, 0, sizeof(c.data));
	c.data[0] = 0xc0;
	c.out = 512;
	expect("SEND_COMMAND of what there is not", call(fd, SCSI_IOCTL_SEND_COMMAND, &c), 2);
	expect_that("sense", c.data[0] == 0x70 && c.data[2] == 5 && c.data[12] == 0x20);
	memset(c.data, 0, sizeof(c.data));
	c.data[0] = 0x2a;
	c.data[8] = 1;
	memset(c.data + 10, 0x5c, 512);
	c.in = 512;
	c.out = 0;
	expect("SEND_COMMAND write", call(fd, SCSI_IOCTL_SEND_COMMAND, &c), 0);
	posix_fadvise(fd, 0, 512, POSIX_FADV_DONTNEED);
	ioctl(fd, BLKFLSBUF, 0);
	expect_that("written", pread(fd, block, 512, 0) == 512 && block[0] == 0x5c &&
		    block[511] == 0x5c);
	c.in = 4097;
	expect("SEND_COMMAND of more than a page", call(fd, SCSI_IOCTL_SEND_COMMAND, &c), -EINVAL);
	expect("SEND_COMMAND nowhere", call(fd, SCSI_IOCTL_SEND_COMMAND, NULL), -EFAULT);
	close(fd);
}

static void nowhere(const char *node)
{
	uint8_t *island = map_island(1), *sea = island + PAGE;
	struct sg_io_hdr h = inquiry(island, 36);
	unsigned char read10[10] = { 0x28, 0, 0, 0, 0, 0, 0, 0, 8, 0 };
	unsigned char none[6] = { 0xc0 };
	int fd = open(node, O_RDWR | O_NONBLOCK);
	struct sg_iovec v[2] = { { island, 4096 }, { sea, 4096 } };

	expect("header nowhere", call(fd, SG_IO, NULL), -EFAULT);
	expect("header over the edge", call(fd, SG_IO, sea - 8), -EFAULT);
	h.cmdp = NULL;
	expect("no CDB", call(fd, SG_IO, &h), -EFAULT);
	h.cmdp = sea - 4;
	expect("CDB over the edge", call(fd, SG_IO, &h), -EFAULT);
	h = inquiry(sea, 4096);
	h.cmdp = read10;
	h.cmd_len = 10;
	expect("data nowhere", call(fd, SG_IO, &h), -EFAULT);
	h.dxferp = NULL;
	expect("data at NULL", call(fd, SG_IO, &h), -EFAULT);
	h.dxferp = sea - 2048;
	expect("data over the edge", call(fd, SG_IO, &h), -EFAULT);
	h.dxferp = sea - 2047;
	expect("odd data over the edge", call(fd, SG_IO, &h), -EFAULT);
	h.dxferp = (void *)~0UL;
	expect("data at the end of all", call(fd, SG_IO, &h), -EFAULT);
	h.dxferp = v;
	h.iovec_count = 2;
	read10[8] = 16;
	h.dxfer_len = 8192;
	expect("second piece nowhere", call(fd, SG_IO, &h), -EFAULT);
	h.dxferp = sea;
	expect("vector nowhere", call(fd, SG_IO, &h), -EFAULT);
	h.dxferp = v;
	h.iovec_count = 1025;
	expect("too many pieces", call(fd, SG_IO, &h), -EINVAL);
	h.iovec_count = 65535;
	expect("far too many pieces", call(fd, SG_IO, &h), -EINVAL);
	h = inquiry(NULL, 0);
	h.cmdp = none;
	h.mx_sb_len = 32;
	h.sbp = sea;
	expect("sense nowhere", call(fd, SG_IO, &h), -EFAULT);
	h.sbp = sea - 4;
	expect("sense over the edge", call(fd, SG_IO, &h), -EFAULT);
	h = inquiry(island, 36);
	h.interface_id = 0;
	expect("no interface", call(fd, SG_IO, &h), -EINVAL);
	h.interface_id = 'Q';
	expect("interface of version 4", call(fd, SG_IO, &h), -EINVAL);
	close(fd);
}

/* Reads of every alignment and length around the queue's demands, up to the edge of memory. */
static void edges(const char *node)
{
	uint8_t *island = map_island(3), *edge = island + 3 * PAGE;
	unsigned char cdb[10] = { 0x28, 0, 0, 0, 0, 1, 0, 0, 2, 0 };
	int fd = open(node, O_RDWR | O_NONBLOCK);
	struct sg_io_hdr h = inquiry(NULL, 0);
	unsigned int bytes;

	h.cmdp = cdb;
	h.cmd_len = 10;
	for (bytes = 1; bytes <= 1100; bytes += bytes < 16 || bytes > 500 ? 1 : 97) {
		h.dxfer_len = bytes;
		h.dxferp = edge - bytes;
		expect("read up to the edge", call(fd, SG_IO, &h), 0);
		expect_that("its residual", h.resid == (bytes > 1024 ? (int)bytes - 1024 : 0));
	}
	close(fd);
}

static void version4(const char *node)
{
	unsigned char cdb[6] = { 0 };
	int fd = open(node, O_RDWR | O_NONBLOCK);
	struct sg_io_v4 h = {
		.guard = 'Q', .request_len = 6, .request = user_addr(cdb), .din_xfer_len = 0,
	};

	expect("version 4", call(fd, SG_IO, &h), 0);
	h.protocol = 1;
	expect("other protocol", call(fd, SG_IO, &h), -EINVAL);
	h.protocol = 0;
	h.subprotocol = 2;
	expect("other subprotocol", call(fd, SG_IO, &h), -EINVAL);
	h.subprotocol = 0;
	h.din_xfer_len = 1;
	h.dout_xfer_len = 1;
	expect("both ways", call(fd, SG_IO, &h), -EOPNOTSUPP);
	h.din_xfer_len = 0;
	h.dout_xfer_len = 0;
	h.request = 0;
	expect("no CDB", call(fd, SG_IO, &h), -EFAULT);
	h.guard = 'X';
	expect("other guard", call(fd, SG_IO, &h), -EINVAL);
	close(fd);
}

static void partition(const char *node)
{
	static unsigned char data[512];
	int fd = open(node, O_RDWR | O_NONBLOCK), value;
	struct sg_io_hdr h = inquiry(data, 36);

	if (fd < 0)
		die(node);
	expect("SG_IO on a partition", call(fd, SG_IO, &h), -ENOTTY);
	expect("version on a partition", call(fd, SG_GET_VERSION_NUM, &value), -ENOTTY);
	value = 1;
	expect("reset by a partition", call(fd, SG_SCSI_RESET, &value), -ENOTTY);
	close(fd);
}

static void stranger(const char *node)
{
	int fd = open(node, O_RDWR | O_NONBLOCK), value = 1;

	if (setgroups(0, NULL) || setgid(65534) || setuid(65534))
		die("setuid");
	expect("reset by a stranger", call(fd, SG_SCSI_RESET, &value), -EACCES);
	expect("timeout by a stranger", call(fd, SG_SET_TIMEOUT, &value), -EPERM);
	expect("version for a stranger", call(fd, SG_GET_VERSION_NUM, &value), 0);
	close(fd);
}

int main(int argc, char **argv)
{
	if (argc != 8)
		return 2;
	pci = argv[5];
	instance = atoi(argv[6]);
	nsid = atoi(argv[7]);
	for (int i = 1; i <= 3; i++) {
		asks(argv[i]);
		nowhere(argv[i]);
		edges(argv[i]);
	}
	old_command(argv[1]);
	version4(argv[3]);
	partition(argv[4]);
	stranger(argv[1]);
	return finish("sg_asks");
}
