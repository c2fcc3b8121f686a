// SPDX-License-Identifier: GPL-2.0-only
/*
 * sg_held NODE SECONDS: what others meet while a FORMAT UNIT runs
 *
 * The command's parameter list is in memory that is not there yet (userfaultfd),
 * so that it stays where it is, the disk in its hands, until the others have
 * tried: to open the disk exclusively, and to format it too. Both must be told
 * that it is busy, within the time. The list that comes in the end is one
 * that is refused, so nothing is formatted.
 */
#include "abuse.h"
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <scsi/sg.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static const char *node;
static int seconds;

/* FORMAT UNIT with FMTDATA and CMPLST; the SCSI status, or a negative errno. */
static int format(void *list)
{
	unsigned char cdb[6] = { 0x04, 0x18 }, sense[32] = { 0 };
	struct sg_io_hdr h = {
		.interface_id = 'S', .dxfer_direction = SG_DXFER_TO_DEV, .cmd_len = 6,
		.cmdp = cdb, .dxfer_len = 4, .dxferp = list, .mx_sb_len = sizeof(sense),
		.sbp = sense, .timeout = 60000,
	};
	int fd = open(node, O_RDWR | O_NONBLOCK), err;

	if (fd < 0)
		return -errno;
	err = ioctl(fd, SG_IO, &h) ? -errno : h.status;
	close(fd);
	return err;
}

static void *format_thread(void *list)
{
	return (void *)(intptr_t)format(list);
}

static int hold(void)
{
	int fd = open(node, O_RDONLY | O_EXCL), err = errno;

	if (fd < 0)
		return -err;
	close(fd);
	return 0;
}

static int format_too(void)
{
	static unsigned char list[4] = { 0, 0, 0, 1 };

	return format(list);
}

/* In a child, which may hang; false then. */
static bool in_time(int (*what)(void), int want)
{
	int tries, status;
	pid_t child = fork();

	if (!child)
		_exit(what() == want ? 0 : 1);
	for (tries = 0; tries < seconds * 20; tries++) {
		if (waitpid(child, &status, WNOHANG) == child)
			return WIFEXITED(status) && !WEXITSTATUS(status);
		usleep(50000);
	}
	return false;
}

/* A page of memory whose first reader waits for supply(). */
static void *absent_page(int *uffd)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	reg.range.start = (uintptr_t)page;
	reg.range.len = PAGE;
	if (*uffd < 0 || ioctl(*uffd, UFFDIO_API, &api) || ioctl(*uffd, UFFDIO_REGISTER, &reg))
		die("userfaultfd");
	return page;
}

static bool is_read(int uffd)
{
	struct pollfd p = { .fd = uffd, .events = POLLIN };

	return poll(&p, 1, seconds * 1000) == 1 && p.revents == POLLIN;
}

/* A list with a defect list, of which there is none. */
static void supply(int uffd, void *page)
{
	static unsigned char list[PAGE] __attribute__((aligned(4096))) = { 0, 0, 0, 8 };
	struct uffdio_copy copy = {
		.dst = (uintptr_t)page, .src = (uintptr_t)list, .len = PAGE,
	};

	if (ioctl(uffd, UFFDIO_COPY, &copy))
		die("UFFDIO_COPY");
}

int main(int argc, char **argv)
{
	pthread_t formatter;
	void *page, *status;
	int uffd;

	if (argc != 3)
		return 2;
	node = argv[1];
	seconds = atoi(argv[2]);
	page = absent_page(&uffd);
	if (pthread_create(&formatter, NULL, format_thread, page))
		die("pthread_create");
	expect_that("the list is asked for", is_read(uffd));
	expect_that("the disk cannot be held meanwhile", in_time(hold, -EBUSY));
	expect_that("nor formatted by another", in_time(format_too, -EBUSY));
	supply(uffd, page);
	pthread_join(formatter, &status);
	expect_that("CHECK CONDITION in the end", (intptr_t)status == 2);
	expect_that("and the disk is free", in_time(hold, 0));
	return finish("sg_held");
}
