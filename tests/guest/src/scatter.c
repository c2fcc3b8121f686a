// SPDX-License-Identifier: GPL-2.0-only
/*
 * scatter FILE OTHER PAGES: fill both files (in memory) page by page in turns, so
 * that no two neighbours of one file are neighbours in memory too
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	static const char page[4096];
	long pages = argc == 4 ? atol(argv[3]) : 0;
	int fd[2];

	if (pages <= 0) {
		fprintf(stderr, "usage: scatter FILE OTHER PAGES\n");
		return 2;
	}
	for (int i = 0; i < 2; i++) {
		fd[i] = open(argv[1 + i], O_WRONLY | O_CREAT | O_TRUNC, 0600);
		if (fd[i] < 0) {
			perror(argv[1 + i]);
			return 1;
		}
	}
	for (long n = 0; n < pages * 2; n++) {
		if (write(fd[n & 1], page, sizeof(page)) != sizeof(page)) {
			perror("write");
			return 1;
		}
	}
	return 0;
}
