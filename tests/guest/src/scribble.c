// SPDX-License-Identifier: GPL-2.0-only
/*
 * scribble NODE BYTES SECONDS: writes to the start of the disk, past the page cache,
 * while another thread keeps changing the data
 *
 * Prints how many writes there were, and how many ended with EILSEQ. Exit status: 0; 1 when one
 * failed in another way; 2 for wrong use.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static volatile unsigned char *data;
static size_t bytes;
static volatile bool over;

static void *change(void *arg)
{
	unsigned int seed = 1;

	while (!over) {
		seed = seed * 1664525 + 1013904223;
		data[(seed >> 8) % bytes]++;
	}
	return arg;
}

int main(int argc, char **argv)
{
	unsigned long writes = 0, mismatches = 0;
	pthread_t thread;
	void *memory;
	time_t end;
	int fd;

	if (argc != 4)
		return 2;
	bytes = strtoul(argv[2], NULL, 0);
	fd = open(argv[1], O_RDWR | O_DIRECT);
	if (fd < 0 || posix_memalign(&memory, 4096, bytes)) {
		perror(argv[1]);
		return 2;
	}
	memset(memory, 0, bytes);
	data = memory;
	if (pthread_create(&thread, NULL, change, NULL))
		return 2;
	for (end = time(NULL) + atoi(argv[3]); time(NULL) < end; writes++) {
		if (pwrite(fd, memory, bytes, 0) == (ssize_t)bytes)
			continue;
		if (errno != EILSEQ) {
			perror("write");
			return 1;
		}
		mismatches++;
	}
	over = true;
	pthread_join(thread, NULL);
	printf("%lu writes, %lu mismatches\n", writes, mismatches);
	return 0;
}
