// SPDX-License-Identifier: GPL-2.0-only
// build: m32 m64
/*
 * ioctl_fuzz.c - random ioctls for some seconds: memory outside of the buffers
 * stays as it was, and the disk works afterwards
 *
 *	ioctl_fuzz root|nobody SEED SECONDS CONTROLLER NODE...
 *
 * `nobody` drops privilege first and may then try every opcode. As root, what
 * would take the disk away or what root is trusted with is left out: format,
 * sanitize, firmware, namespace management, features and directives with data
 * of their own, vendor commands. Everything on the namespaces is overwritten.
 */
#include "abuse.h"
#include <time.h>

#define BUFFERS	64U	/* pages that commands may move data to and from */

static uint64_t state;
static uint8_t *canary, *arena, *read_only, *edge;
static bool root;

static uint32_t rnd(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state >> 16;
}

#define PICK(array)	((array)[rnd() % ARRAY_SIZE(array)])

static bool one_in(unsigned int n)
{
	return !(rnd() % n);
}

static uint32_t any_length(void)
{
	static const uint32_t some[] = {
		0, 1, 3, 4, 8, 16, 511, 512, 513, 4095, 4096, 4097, 8192, 65536, 131072, 524288,
		524289, 0x7fffffff, 0x80000000, 0xfffff000, 0xffffffff,
	};

	return one_in(4) ? rnd() % (16 * PAGE) : PICK(some);
}

/*
 * An address out of the blue. For a 32-bit program the driver takes its lower
 * half, which may be an honest address of this very memory: not those.
 */
static uint64_t wild_address(uint64_t address)
{
	uintptr_t low = (uintptr_t)address, start = (uintptr_t)canary;

	if (low + (1U << 20) >= start && low < start + (2 * 256 + BUFFERS) * PAGE)
		return 0;
	return address;
}

static uint64_t any_address(void)
{
	switch (rnd() % 12) {
	case 0:
		return 0;
	case 1:
		return user_addr(edge);			/* nothing there */
	case 2:
		return user_addr(edge) - rnd() % 64;	/* and just before */
	case 3:
		return user_addr(read_only);
	case 4:
		return wild_address(0xffff888000000000ULL + rnd() * 512ULL);
	case 5:
		return wild_address((uint64_t)rnd() << 32 | rnd());
	case 6:
		return user_addr(arena) + rnd() % PAGE;
	default:
		return user_addr(arena) + PAGE * (rnd() % 8);
	}
}

static bool left_out(bool admin, uint8_t opcode, uint32_t cdw10)
{
	static const uint8_t features[] = { 0x01, 0x02, 0x07, 0x08, 0x0a, 0x0b };
	static const uint8_t admin_ops[] = { 0x0d, 0x10, 0x11, 0x15, 0x19, 0x1a, 0x1c, 0x24 };

	if (!root)
		return false;
	if (opcode >= 0x80)
		return true;
	if (!admin)
		return false;
	if (opcode == ADMIN_GET_FEATURES || opcode == ADMIN_SET_FEATURES)
		return !memchr(features, cdw10 & 0xff, sizeof(features));
	return memchr(admin_ops, opcode, sizeof(admin_ops));
}

static struct nvme_passthru_cmd64 any_cmd(bool admin)
{
	static const uint8_t io_ops[] = {
		NVM_FLUSH, NVM_WRITE, NVM_READ, NVM_READ, NVM_COMPARE, NVM_WRITE_ZEROES, NVM_DSM,
		NVM_VERIFY, NVM_COPY, 0x0d, 0x0e, 0x11, 0x15, 0x79, 0x7a,
	};
	static const uint8_t admin_ops[] = {
		ADMIN_IDENTIFY, ADMIN_IDENTIFY, ADMIN_GET_LOG, ADMIN_GET_FEATURES, ADMIN_ABORT,
		ADMIN_SET_FEATURES, ADMIN_CREATE_SQ, ADMIN_DELETE_CQ, ADMIN_DBBUF,
	};
	static const uint32_t nsids[] = { 0, 1, 1, 1, 2, 3, 0x100, 0xffffffff };
	struct nvme_passthru_cmd64 c = {
		.flags = one_in(16) ? rnd() : 0, .nsid = PICK(nsids), .addr = any_address(),
		.data_len = any_length(),
		.cdw10 = one_in(4) ? rnd() : rnd() % 4096, .cdw11 = one_in(8) ? rnd() : 0,
		.cdw12 = one_in(8) ? rnd() : rnd() % 64, .cdw13 = one_in(8) ? rnd() : 0,
		.cdw14 = one_in(8) ? rnd() : 0, .cdw15 = one_in(8) ? rnd() : 0,
	};

	do {
		c.opcode = one_in(8) ? rnd() : admin ? PICK(admin_ops) : PICK(io_ops);
	} while (left_out(admin, c.opcode, c.cdw10));
	if (one_in(16)) {
		c.metadata = any_address();
		c.metadata_len = any_length();
	}
	return c;
}

static void *place(const void *cmd, size_t bytes)
{
	uint8_t *at = one_in(16) ? edge - rnd() % (bytes + 1) : edge - bytes;

	memcpy(at, cmd, edge - at);
	return at;
}

static long fuzz_vector(int fd)
{
	static struct iovec v[1100];
	struct nvme_passthru_cmd64 c = any_cmd(false);
	static const uint32_t counts[] = { 0, 1, 2, 3, 16, 1023, 1024, 1025, 0x80000000 };
	unsigned int i;

	for (i = 0; i < 20; i++)
		v[i] = (struct iovec){ (void *)(uintptr_t)any_address(), any_length() };
	for (; i < ARRAY_SIZE(v); i++)
		v[i] = (struct iovec){ arena + 8 * (rnd() % 4096), 512 };
	c.addr = one_in(8) ? any_address() : user_addr(one_in(2) ? v : v + 20);
	c.data_len = PICK(counts);
	return call(fd, NVME_IOCTL_IO64_CMD_VEC, place(&c, sizeof(c)));
}

static long fuzz_submit_io(int fd)
{
	static const uint8_t ops[] = { NVM_READ, NVM_READ, NVM_WRITE, NVM_COMPARE, NVM_FLUSH };
	struct nvme_user_io u = {
		.opcode = one_in(16) ? rnd() : PICK(ops), .flags = one_in(16) ? rnd() : 0,
		.control = one_in(4) ? rnd() : 0, .nblocks = one_in(4) ? rnd() : rnd() % 128,
		.metadata = one_in(4) ? any_address() : 0, .addr = any_address(),
		.slba = one_in(8) ? rnd() : rnd() % 4096, .dsmgmt = one_in(8) ? rnd() : 0,
	};

	return call(fd, NVME_IOCTL_SUBMIT_IO, place(&u, sizeof(u)));
}

static long fuzz_one(int fd)
{
	static const unsigned long requests[] = {
		NVME_IOCTL_IO_CMD, NVME_IOCTL_IO64_CMD, NVME_IOCTL_ADMIN_CMD,
		NVME_IOCTL_ADMIN64_CMD,
	};
	struct nvme_passthru_cmd64 c;
	unsigned long request;

	switch (rnd() % 8) {
	case 0:
		return fuzz_vector(fd);
	case 1:
		return fuzz_submit_io(fd);
	case 2:
		/* Any number of this letter with a size that no ioctl has. */
		request = _IOC(rnd() % 4, 'N', rnd() % 256, 1 + rnd() % 40);
		return call(fd, request, edge - 128);
	default:
		request = PICK(requests);
		c = any_cmd(request == NVME_IOCTL_ADMIN_CMD || request == NVME_IOCTL_ADMIN64_CMD);
		return call(fd, request,
			    place(&c, request == NVME_IOCTL_IO_CMD ||
				  request == NVME_IOCTL_ADMIN_CMD ?
				  sizeof(struct nvme_passthru_cmd) : sizeof(c)));
	}
}

/* canary | arena | canary, all in one mapping; then a read-only page, then an edge. */
static void make_memory(void)
{
	canary = map_bytes((2 * 256 + BUFFERS) * PAGE, PROT_READ | PROT_WRITE);
	memset(canary, 0xc3, (2 * 256 + BUFFERS) * PAGE);
	arena = canary + 256 * PAGE;
	read_only = map_island(1);
	mprotect(read_only, PAGE, PROT_READ);
	edge = map_island(1) + PAGE;
}

int main(int argc, char **argv)
{
	unsigned long rounds = 0, sent = 0, refused = 0;
	int fds[8], i, n = 0;
	time_t end;

	if (argc < 6 || argc > 12) {
		fprintf(stderr, "usage: ioctl_fuzz root|nobody SEED SECONDS CONTROLLER NODE...\n");
		return 2;
	}
	root = !strcmp(argv[1], "root");
	state = strtoull(argv[2], NULL, 0) * 0x9e3779b97f4a7c15ULL + 1;
	for (i = 4; i < argc; i++)
		fds[n++] = open_node(argv[i], O_RDWR);
	if (!root)
		drop_privilege();
	make_memory();
	end = time(NULL) + atoi(argv[3]);
	printf("seed %s\n", argv[2]);
	for (; time(NULL) < end; rounds++) {
		if (fuzz_one(fds[rnd() % n]) >= 0)
			sent++;
		else
			refused++;
	}
	/* A length of 512 KiB from the arena's end on reaches at most this far. */
	expect_that("memory before the buffers is untouched",
		    filled_with(canary, 0xc3, 256 * PAGE));
	expect_that("memory behind the buffers is untouched",
		    filled_with(arena + (BUFFERS + 128) * PAGE, 0xc3, 128 * PAGE));
	expect_that("the read-only page is untouched", filled_with(read_only, 0, PAGE));
	expect_that("some reached the controller", sent > 0);
	expect_that("some were refused", refused > 0);
	printf("%lu ioctls, %lu reached the controller, %lu were refused\n", rounds, sent, refused);
	return finish(argv[1]);
}
