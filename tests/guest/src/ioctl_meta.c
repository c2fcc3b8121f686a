// SPDX-License-Identifier: GPL-2.0-only
// build: m32 m64
/*
 * ioctl_meta.c - passthrough to a namespace whose blocks carry metadata, in a
 * buffer of its own or behind each block
 *
 *	ioctl_meta [-s] GENERIC-NODE
 *
 * Blocks 0 to 7 are overwritten. -s leaves out what only nvmeq promises.
 */
#include "abuse.h"

#define BLOCKS	8

static int fd;
static bool shared_only;
static uint32_t nsid, lbs, meta_bytes;
static bool extended;

static struct nvme_passthru_cmd64 meta_cmd(uint8_t opcode, void *data, void *meta, uint32_t bytes)
{
	struct nvme_passthru_cmd64 c = block_cmd(opcode, nsid, 0, BLOCKS, data, BLOCKS * lbs);

	c.metadata = user_addr(meta);
	c.metadata_len = bytes;
	return c;
}

static long io(struct nvme_passthru_cmd64 c)
{
	return call(fd, NVME_IOCTL_IO64_CMD, &c);
}

static void separate_round_trip(uint8_t *data, uint8_t *meta)
{
	const uint32_t bytes = BLOCKS * meta_bytes;
	uint8_t *in = map_island(BLOCKS), *edge = map_island(1) + PAGE - bytes;
	struct nvme_user_io u = {
		.opcode = NVM_READ, .nblocks = BLOCKS - 1, .addr = user_addr(in),
		.metadata = user_addr(edge),
	};

	expect("write with metadata", io(meta_cmd(NVM_WRITE, data, meta, bytes)), 0);
	expect("read with metadata up to a page's end", io(meta_cmd(NVM_READ, in, edge, bytes)),
	       0);
	expect_that("data comes back", !memcmp(in, data, BLOCKS * lbs));
	expect_that("metadata comes back", !memcmp(edge, meta, bytes));
	memset(in, 0, BLOCKS * lbs);
	memset(edge, 0, bytes);
	expect("SUBMIT_IO read with metadata", call(fd, NVME_IOCTL_SUBMIT_IO, &u), 0);
	expect_that("SUBMIT_IO brings the data", !memcmp(in, data, BLOCKS * lbs));
	expect_that("SUBMIT_IO brings the metadata", !memcmp(edge, meta, bytes));
	fill(edge, bytes, 99);
	u.opcode = NVM_WRITE;
	expect("SUBMIT_IO write with metadata", call(fd, NVME_IOCTL_SUBMIT_IO, &u), 0);
	expect("read", io(meta_cmd(NVM_READ, in, meta, bytes)), 0);
	expect_that("metadata of SUBMIT_IO comes back", !memcmp(edge, meta, bytes));
}

static void separate_abuse(uint8_t *data, uint8_t *meta)
{
	const uint32_t bytes = BLOCKS * meta_bytes;
	uint8_t *in = map_island(BLOCKS), *area = map_island(2), *ro = map_island(1);
	struct nvme_user_io u = {
		.opcode = NVM_READ, .nblocks = BLOCKS - 1, .addr = user_addr(in),
	};
	uint32_t n;

	expect("write with metadata", io(meta_cmd(NVM_WRITE, data, meta, bytes)), 0);
	memset(in, 0x33, BLOCKS * lbs);
	memset(area, 0x33, 2 * PAGE);
	for (n = 0; n < bytes; n++)
		expect("read with too little metadata", io(meta_cmd(NVM_READ, in, area, n)),
		       -EINVAL);
	expect("read with metadata at NULL", io(meta_cmd(NVM_READ, in, NULL, bytes)), -EINVAL);
	expect("read without metadata", io(meta_cmd(NVM_READ, in, NULL, 0)), -EINVAL);
	expect("SUBMIT_IO read without metadata", call(fd, NVME_IOCTL_SUBMIT_IO, &u), -EINVAL);
	for (n = 1; n < 4; n++)
		expect("read with misaligned metadata",
		       io(meta_cmd(NVM_READ, in, area + n, bytes)), -EINVAL);
	expect("metadata of 4 GiB", io(meta_cmd(NVM_READ, in, area, 0xffffffff)), -EINVAL);
	expect("metadata of 2 GiB", io(meta_cmd(NVM_READ, in, area, 0x80000000)), -EINVAL);
	expect("metadata over 1 MiB", io(meta_cmd(NVM_READ, in, area, (1 << 20) + 1)), -EINVAL);
	expect_that("refused reads move nothing", filled_with(in, 0x33, BLOCKS * lbs) &&
		    filled_with(area, 0x33, 2 * PAGE));

	mprotect(ro, PAGE, PROT_READ);
	expect("metadata to a read-only page", io(meta_cmd(NVM_READ, in, ro, bytes)), -EFAULT);
	expect("metadata to no page", io(meta_cmd(NVM_READ, in, ro - PAGE, bytes)), -EFAULT);
	expect("metadata that runs off its page",
	       io(meta_cmd(NVM_READ, in, area + 2 * PAGE - bytes + 4, bytes)), -EFAULT);
	memset(in, 0x44, BLOCKS * lbs);
	expect("metadata from no page", io(meta_cmd(NVM_WRITE, in, ro - PAGE, bytes)), -EFAULT);
	expect("write with too little metadata", io(meta_cmd(NVM_WRITE, in, area, bytes - 4)),
	       -EINVAL);
	expect("read", io(meta_cmd(NVM_READ, in, area, bytes)), 0);
	expect_that("refused writes change nothing",
		    !memcmp(in, data, BLOCKS * lbs) && !memcmp(area, meta, bytes));
}

/* Data and metadata alternate in one buffer. */
static void extended_round_trip(void)
{
	const uint32_t bytes = BLOCKS * (lbs + meta_bytes);
	uint8_t *out = map_island(BLOCKS + 1), *in = map_island(BLOCKS + 1);
	struct nvme_passthru_cmd64 c = block_cmd(NVM_WRITE, nsid, 0, BLOCKS, out, bytes);
	struct nvme_user_io u = {
		.opcode = NVM_READ, .nblocks = BLOCKS - 1, .addr = user_addr(in),
	};

	fill(out, bytes, 12);
	expect("write of blocks with metadata", io(c), 0);
	c = block_cmd(NVM_READ, nsid, 0, BLOCKS, in, bytes);
	expect("read of blocks with metadata", io(c), 0);
	expect_that("data and metadata come back", !memcmp(in, out, bytes));
	memset(in, 0, bytes);
	expect("SUBMIT_IO read", call(fd, NVME_IOCTL_SUBMIT_IO, &u), 0);
	expect_that("SUBMIT_IO reads both", !memcmp(in, out, bytes));
	if (shared_only)
		return;
	memset(in, 0x33, bytes);
	c.data_len = BLOCKS * lbs;
	expect("room for the data only", io(c), -EINVAL);
	c.data_len = bytes - 1;
	expect("one byte too few", io(c), -EINVAL);
	expect_that("refused reads move nothing", filled_with(in, 0x33, bytes));
}

static void read_format(void)
{
	uint8_t *page = map_island(1), *lbaf;
	struct nvme_passthru_cmd64 c;

	nsid = ioctl(fd, NVME_IOCTL_ID);
	c = identify_cmd(0, nsid, page, PAGE);
	if (call(fd, NVME_IOCTL_ADMIN64_CMD, &c))
		die("Identify Namespace");
	lbaf = page + 128 + 4 * (page[26] & 0xf);
	meta_bytes = lbaf[0] | lbaf[1] << 8;
	lbs = 1U << lbaf[2];
	extended = page[26] & 0x10;
}

int main(int argc, char **argv)
{
	uint8_t *data = map_island(BLOCKS), *meta = map_island(1);

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 3 && !strcmp(argv[1], "-s")) {
		shared_only = true;
		argv++;
		argc--;
	}
	if (argc != 2) {
		fprintf(stderr, "usage: ioctl_meta [-s] GENERIC-NODE\n");
		return 2;
	}
	fd = open_node(argv[1], O_RDWR);
	read_format();
	printf("blocks of %u bytes with %u of metadata, %s\n", lbs, meta_bytes,
	       extended ? "extended" : "separate");
	if (!meta_bytes || lbs > PAGE || meta_bytes > PAGE / BLOCKS)
		return 2;
	if (extended) {
		extended_round_trip();
		return finish("metadata behind each block");
	}
	fill(data, BLOCKS * lbs, 10);
	fill(meta, BLOCKS * meta_bytes, 11);
	separate_round_trip(data, meta);
	if (!shared_only)
		separate_abuse(data, meta);
	return finish("separate metadata");
}
