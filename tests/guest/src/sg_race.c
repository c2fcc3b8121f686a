// SPDX-License-Identifier: GPL-2.0-only
// build: m32 m64
/*
 * sg_race NODE COUNT: SG_IO with a header and a vector that change meanwhile
 *
 * While one thread reads blocks, another switches the lengths in the header and
 * in the pieces between small and large ones, and their number. Whoever looks at
 * them twice checks one and uses the other. Each call may end in any way that
 * SG_IO has; but what lies around the pieces stays as it was, and in the kernel's
 * log nobody complains.
 */
#include "abuse.h"
#include <pthread.h>
#include <scsi/sg.h>

#define PIECES	1024U
#define ROOM	64U		/* of one piece */
#define STRIDE	128U		/* and the moat behind it */
#define FILL	0x6b

static struct sg_iovec vec[PIECES];
static uint8_t arena[PIECES * STRIDE] __attribute__((aligned(4096)));
static volatile struct sg_io_hdr h;
static volatile bool stop;

static void *switches(void *unused)
{
	/*
	 * The kernel may copy byte by byte and get the low byte of one and the high
	 * byte of another: none of them may be 0, or the mixture could be, and would
	 * rightly make the vector itself the place for the data.
	 */
	static const unsigned short counts[] = { 1, 1023, 2, 1025, 65535, 513 };
	static const unsigned int lengths[] = { 512, 65536, 1, 64, 4096, 0xffffffff };
	unsigned int i = 0, k;

	while (!stop) {
		h.iovec_count = counts[i % ARRAY_SIZE(counts)];
		h.dxfer_len = lengths[i / 3 % ARRAY_SIZE(lengths)];
		for (k = 0; k < 8; k++)
			*(volatile size_t *)&vec[(i + k) % PIECES].iov_len = i % 5 ? ROOM : 0;
		i++;
	}
	return unused;
}

static bool moat_is_whole(void)
{
	unsigned int i, k;

	for (i = 0; i < PIECES; i++)
		for (k = ROOM; k < STRIDE; k++)
			if (arena[i * STRIDE + k] != FILL)
				return false;
	return true;
}

static bool may_be(int err)
{
	return !err || errno == EINVAL || errno == EIO || errno == ENOMEM;
}

int main(int argc, char **argv)
{
	static uint8_t cdb[10] = { 0x28, [8] = 128 };
	unsigned int i, count, good = 0, odd = 0;
	pthread_t other;
	int fd, err;

	if (argc != 3)
		return 2;
	fd = open(argv[1], O_RDWR | O_NONBLOCK);
	if (fd < 0)
		die(argv[1]);
	memset(arena, FILL, sizeof(arena));
	for (i = 0; i < PIECES; i++) {
		vec[i].iov_base = arena + i * STRIDE;
		vec[i].iov_len = ROOM;
	}
	h.interface_id = 'S';
	h.dxfer_direction = SG_DXFER_FROM_DEV;
	h.cmd_len = sizeof(cdb);
	h.cmdp = cdb;
	h.dxferp = vec;
	h.iovec_count = 1;
	h.dxfer_len = 512;
	h.timeout = 60000;
	if (pthread_create(&other, NULL, switches, NULL))
		die("pthread_create");
	count = atoi(argv[2]);
	/* On a busy machine, the other thread may stand still for long where nothing is good. */
	for (i = 0; i < count || (!good && i < 100 * count); i++) {
		err = ioctl(fd, SG_IO, (void *)&h);
		good += !err;
		odd += !may_be(err);
	}
	stop = true;
	pthread_join(other, NULL);
	expect_that("the moat is whole", moat_is_whole());
	expect_that("errnos that SG_IO has", !odd);
	expect_that("commands got through", good);
	return finish("sg_race");
}
