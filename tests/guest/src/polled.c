// SPDX-License-Identifier: GPL-2.0-only
/*
 * polled NODE COUNT SECONDS
 *
 * Sends COUNT polled reads (io_uring, IORING_SETUP_IOPOLL) and prints "sent";
 * does not look for them for SECONDS; then polls until all are there and
 * prints "ok", or the first error. With system calls alone: no library needed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE	4096U
#define ENTRIES	32U

struct ring {
	int fd;
	unsigned int *sq_tail, *sq_array, *cq_head, *cq_tail, cq_mask;
	struct io_uring_sqe *sqes;
	struct io_uring_cqe *cqes;
};

static char buf[ENTRIES][PAGE] __attribute__((aligned(4096)));

static int quit(const char *what, int err)
{
	printf("%s: %s\n", what, strerror(err));
	exit(1);
}

static void *ring_map(int fd, size_t bytes, off_t what)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, what);

	if (p == MAP_FAILED)
		quit("mmap", errno);
	return p;
}

static void ring_open(struct ring *r)
{
	struct io_uring_params p = { .flags = IORING_SETUP_IOPOLL };
	char *sq, *cq;

	r->fd = (int)syscall(SYS_io_uring_setup, ENTRIES, &p);
	if (r->fd < 0)
		quit("io_uring_setup", errno);
	sq = ring_map(r->fd, p.sq_off.array + p.sq_entries * sizeof(unsigned int),
		      IORING_OFF_SQ_RING);
	cq = ring_map(r->fd, p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe),
		      IORING_OFF_CQ_RING);
	r->sqes = ring_map(r->fd, p.sq_entries * sizeof(struct io_uring_sqe), IORING_OFF_SQES);
	r->sq_tail = (unsigned int *)(sq + p.sq_off.tail);
	r->sq_array = (unsigned int *)(sq + p.sq_off.array);
	r->cq_head = (unsigned int *)(cq + p.cq_off.head);
	r->cq_tail = (unsigned int *)(cq + p.cq_off.tail);
	r->cq_mask = *(unsigned int *)(cq + p.cq_off.ring_mask);
	r->cqes = (struct io_uring_cqe *)(cq + p.cq_off.cqes);
}

static void ring_send(struct ring *r, int file, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		r->sqes[i] = (struct io_uring_sqe){
			.opcode = IORING_OP_READ, .fd = file,
			.off = 2ULL * i * PAGE,	/* apart, so that they are not merged */
			.addr = (uintptr_t)buf[i], .len = PAGE, .user_data = i,
		};
		r->sq_array[i] = i;
	}
	__atomic_store_n(r->sq_tail, count, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, r->fd, count, 0, 0, NULL, 0) != (long)count)
		quit("io_uring_enter", errno);
}

static void ring_collect(struct ring *r, unsigned int count)
{
	unsigned int head = 0;

	while (head < count) {
		if (syscall(SYS_io_uring_enter, r->fd, 0, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0)
			quit("io_uring_enter", errno);
		while (head != __atomic_load_n(r->cq_tail, __ATOMIC_ACQUIRE)) {
			int res = r->cqes[head++ & r->cq_mask].res;

			if (res != (int)PAGE)
				quit("read", res < 0 ? -res : EIO);
		}
		__atomic_store_n(r->cq_head, head, __ATOMIC_RELEASE);
	}
}

int main(int argc, char **argv)
{
	unsigned int count = argc == 4 ? (unsigned int)atoi(argv[2]) : 0;
	struct ring r;
	int file;

	if (!count || count > ENTRIES) {
		fprintf(stderr, "usage: see the source\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	file = open(argv[1], O_RDONLY | O_DIRECT);
	if (file < 0)
		quit(argv[1], errno);
	ring_open(&r);
	ring_send(&r, file, count);
	printf("sent\n");
	sleep((unsigned int)atoi(argv[3]));
	ring_collect(&r, count);
	printf("ok\n");
	return 0;
}
