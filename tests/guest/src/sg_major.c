// SPDX-License-Identifier: GPL-2.0-only
// build: shared
/*
 * sg_major.so - preloaded, makes sg3_utils take an NVMe disk for a SCSI disk
 *
 * From version 1.43 on its programs look at the major number of a node and go
 * round SG_IO when it is that of NVMe disks. Here such a node has the number of
 * SCSI disks; and an ioctl of NVMe is one that nobody knows, so that who takes
 * the other way all the same does not get far.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/ioctl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define EXTENDED_MAJOR	259
#define SD_MAJOR	8

static int disguised(int status, struct stat *s)
{
	if (!status && S_ISBLK(s->st_mode) && major(s->st_rdev) == EXTENDED_MAJOR)
		s->st_rdev = makedev(SD_MAJOR, minor(s->st_rdev));
	return status;
}

int stat(const char *path, struct stat *s)
{
	return disguised(syscall(SYS_newfstatat, AT_FDCWD, path, s, 0), s);
}

int fstat(int fd, struct stat *s)
{
	return disguised(syscall(SYS_newfstatat, fd, "", s, AT_EMPTY_PATH), s);
}

/* The same structs and the same functions on this machine. */
_Static_assert(sizeof(struct stat) == sizeof(struct stat64), "64 bits only");

int stat64(const char *path, struct stat64 *s) __attribute__((alias("stat")));
int fstat64(int fd, struct stat64 *s) __attribute__((alias("fstat")));

int ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	void *arg;

	if (_IOC_TYPE(request) == 'N') {
		errno = ENOTTY;
		return -1;
	}
	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	return syscall(SYS_ioctl, fd, request, arg);
}
