// SPDX-License-Identifier: GPL-2.0-only
/*
 * slowest_read NODE COUNT
 *
 * COUNT direct reads of a page each, one after the other; prints how long the
 * slowest took, in milliseconds, rounded up.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define PAGE	4096

static long long now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

int main(int argc, char **argv)
{
	static char buf[PAGE] __attribute__((aligned(PAGE)));
	long long began, took, slowest = 0;
	int fd, i, count;

	if (argc != 3) {
		fprintf(stderr, "usage: see the source\n");
		return 2;
	}
	count = atoi(argv[2]);
	fd = open(argv[1], O_RDONLY | O_DIRECT);
	if (fd < 0) {
		perror(argv[1]);
		return 1;
	}
	for (i = 0; i < count; i++) {
		began = now_us();
		if (pread(fd, buf, PAGE, (off_t)i * PAGE) != PAGE) {
			perror("read");
			return 1;
		}
		took = now_us() - began;
		slowest = took > slowest ? took : slowest;
	}
	printf("%lld\n", (slowest + 999) / 1000);
	return 0;
}
