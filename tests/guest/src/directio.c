// SPDX-License-Identifier: GPL-2.0-only
/*
 * directio read|write|verify|scatter FILE OFFSET LENGTH SHIFT
 *
 * Direct I/O with memory that begins SHIFT bytes behind a page boundary. Prints
 * ok, short, differs, or the name of the errno. verify and scatter write a
 * pattern and read it back into other memory; scatter does so with one vector
 * entry per 200th of LENGTH, each in a page of its own.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#define PAGE	4096UL

static const char *verdict(ssize_t got, size_t wanted)
{
	if (got < 0)
		return strerrorname_np(errno);
	return (size_t)got == wanted ? "ok" : "short";
}

static unsigned char *memory(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED) {
		perror("mmap");
		exit(2);
	}
	return p;
}

static void fill(unsigned char *p, size_t n, unsigned int seed)
{
	while (n--) {
		seed = seed * 1103515245 + 12345;
		*p++ = seed >> 16;
	}
}

static const char *verify(int fd, off_t offset, size_t length, size_t shift)
{
	unsigned char *out = memory(length + shift + PAGE) + shift;
	unsigned char *in = memory(length + shift + 2 * PAGE) + (shift ^ 1024) % PAGE;
	const char *text;

	fill(out, length, offset + shift + getpid());
	text = verdict(pwrite(fd, out, length, offset), length);
	if (strcmp(text, "ok"))
		return text;
	text = verdict(pread(fd, in, length, offset), length);
	if (strcmp(text, "ok"))
		return text;
	return memcmp(in, out, length) ? "differs" : "ok";
}

/* Pieces of one block each, every second one @shift bytes into its page. */
static int pieces(struct iovec *iov, size_t block, size_t length, size_t shift)
{
	unsigned char *p = memory((length / block) * 3 * PAGE);
	int i, n = length / block;

	for (i = 0; i < n; i++) {
		iov[i].iov_base = p + i * 3 * PAGE + (i & 1 ? shift : 0);
		iov[i].iov_len = block;
	}
	return n;
}

static const char *scatter(int fd, off_t offset, size_t length, size_t shift, size_t block)
{
	static struct iovec out[1024], in[1024];
	const char *text;
	int i, n;

	n = pieces(out, block, length, shift);
	pieces(in, block, length, shift ? 0 : 512);
	for (i = 0; i < n; i++)
		fill(out[i].iov_base, block, offset + i + getpid());
	text = verdict(pwritev(fd, out, n, offset), length);
	if (strcmp(text, "ok"))
		return text;
	text = verdict(preadv(fd, in, n, offset), length);
	if (strcmp(text, "ok"))
		return text;
	for (i = 0; i < n; i++)
		if (memcmp(in[i].iov_base, out[i].iov_base, block))
			return "differs";
	return "ok";
}

int main(int argc, char **argv)
{
	size_t length, shift;
	off_t offset;
	int fd;

	if (argc != 6)
		return 2;
	offset = strtoull(argv[3], NULL, 0);
	length = strtoull(argv[4], NULL, 0);
	shift = strtoull(argv[5], NULL, 0);
	fd = open(argv[2], O_RDWR | O_DIRECT);
	if (fd < 0) {
		perror(argv[2]);
		return 2;
	}
	if (!strcmp(argv[1], "read"))
		puts(verdict(pread(fd, memory(length + shift + PAGE) + shift, length, offset), length));
	else if (!strcmp(argv[1], "write"))
		puts(verdict(pwrite(fd, memory(length + shift + PAGE) + shift, length, offset), length));
	else if (!strcmp(argv[1], "verify"))
		puts(verify(fd, offset, length, shift));
	else if (!strcmp(argv[1], "scatter"))
		puts(scatter(fd, offset, length, shift, length / 200));
	else
		return 2;
	return 0;
}
