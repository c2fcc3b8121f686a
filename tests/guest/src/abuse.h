/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * abuse.h - what the programs that misuse ioctls share: checks that count,
 * memory with hard edges, commands
 *
 * The first failure does not end a program: every check prints one line when
 * it fails, and finish() turns their number into the exit status.
 */
#ifndef ABUSE_H
#define ABUSE_H

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/nvme_ioctl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#define PAGE		4096U
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* Opcodes of the NVM command set and of the admin queue. */
enum {
	NVM_FLUSH = 0x00, NVM_WRITE = 0x01, NVM_READ = 0x02, NVM_WRITE_UNCOR = 0x04,
	NVM_COMPARE = 0x05, NVM_WRITE_ZEROES = 0x08, NVM_DSM = 0x09, NVM_VERIFY = 0x0c,
	NVM_COPY = 0x19,
};

enum {
	ADMIN_DELETE_SQ = 0x00, ADMIN_CREATE_SQ = 0x01, ADMIN_GET_LOG = 0x02,
	ADMIN_DELETE_CQ = 0x04, ADMIN_CREATE_CQ = 0x05, ADMIN_IDENTIFY = 0x06,
	ADMIN_ABORT = 0x08, ADMIN_SET_FEATURES = 0x09, ADMIN_GET_FEATURES = 0x0a,
	ADMIN_ASYNC_EVENT = 0x0c, ADMIN_KEEP_ALIVE = 0x18, ADMIN_DBBUF = 0x7c,
	ADMIN_FABRICS = 0x7f, ADMIN_FORMAT = 0x80,
};

#define STATUS_CODE		0x7ff	/* SCT and SC of a positive return value */
#define STATUS_LBA_RANGE	0x80
#define STATUS_COMPARE		0x285

static unsigned int checks, failures;

static inline void expect_that(const char *what, bool ok)
{
	checks++;
	if (ok)
		return;
	failures++;
	printf("FAIL: %s\n", what);
}

/* A positive status is compared without its DNR and More bits. */
static inline void expect(const char *what, long got, long want)
{
	checks++;
	if ((got > 0 ? got & STATUS_CODE : got) == want)
		return;
	failures++;
	printf("FAIL: %s: %ld (%s), not %ld (%s)\n", what, got,
	       got < 0 ? strerror(-got) : "status", want, want < 0 ? strerror(-want) : "status");
}

static inline int finish(const char *name)
{
	printf("%s (%zu bit): %u checks, %u failed\n", name, 8 * sizeof(long), checks, failures);
	return failures || !checks;
}

static inline void die(const char *what)
{
	perror(what);
	exit(2);
}

/* 0, a positive status, or a negative errno. */
static inline long call(int fd, unsigned long request, void *arg)
{
	int ret = ioctl(fd, request, arg);

	return ret < 0 ? -errno : ret;
}

static inline int open_node(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	if (fd < 0)
		die(path);
	return fd;
}

/* For good: become a user with no rights at all. */
static inline void drop_privilege(void)
{
	const uid_t nobody = 65534;

	if (setgroups(0, NULL) || setresgid(nobody, nobody, nobody) ||
	    setresuid(nobody, nobody, nobody))
		die("dropping privilege");
	if (!setuid(0))
		die("privilege is still there");
}

static inline uint8_t *map_bytes(size_t bytes, int prot)
{
	void *p = mmap(NULL, bytes, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		die("mmap");
	return p;
}

/* @pages usable pages with an inaccessible one on either side. */
static inline uint8_t *map_island(unsigned int pages)
{
	uint8_t *p = map_bytes((pages + 2) * PAGE, PROT_NONE);

	if (mprotect(p + PAGE, pages * PAGE, PROT_READ | PROT_WRITE))
		die("mprotect");
	return p + PAGE;
}

static inline uint64_t user_addr(const void *p)
{
	return (uintptr_t)p;
}

static inline bool filled_with(const uint8_t *p, uint8_t value, size_t bytes)
{
	size_t i;

	for (i = 0; i < bytes; i++)
		if (p[i] != value)
			return false;
	return true;
}

/* Different data for each seed. */
static inline void fill(uint8_t *p, size_t bytes, uint32_t seed)
{
	size_t i;

	for (i = 0; i < bytes; i++) {
		seed = seed * 1664525 + 1013904223;
		p[i] = seed >> 24;
	}
}

/* A command on @blocks blocks from @slba on; also right for those without data. */
static inline struct nvme_passthru_cmd64 block_cmd(uint8_t opcode, uint32_t nsid, uint64_t slba,
						   uint32_t blocks, const void *data,
						   uint32_t bytes)
{
	return (struct nvme_passthru_cmd64){
		.opcode = opcode, .nsid = nsid, .addr = user_addr(data), .data_len = bytes,
		.cdw10 = (uint32_t)slba, .cdw11 = (uint32_t)(slba >> 32), .cdw12 = blocks - 1,
	};
}

static inline struct nvme_passthru_cmd64 identify_cmd(uint8_t cns, uint32_t nsid, const void *data,
						      uint32_t bytes)
{
	return (struct nvme_passthru_cmd64){
		.opcode = ADMIN_IDENTIFY, .nsid = nsid, .addr = user_addr(data),
		.data_len = bytes, .cdw10 = cns,
	};
}

#endif /* ABUSE_H */
