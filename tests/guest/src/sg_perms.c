// SPDX-License-Identifier: GPL-2.0-only
// build: m32 m64
/*
 * sg_perms reader|writer NODE...: what somebody without privilege may send
 *
 * Every opcode with every service action, without data, with data to come and with
 * data to go, through descriptors that were opened for reading or for both. The
 * lists below are this test's own; all else has to be refused with EPERM, before
 * anything else is looked at. What is allowed has to have an outcome.
 */
#include "abuse.h"
#include <scsi/sg.h>

static const uint8_t readers[] = {
	0x00, 0x03, 0x08, 0x12, 0x1a, 0x25, 0x28, 0x2f, 0x4d, 0x5a, 0x5e, 0x88, 0x8f, 0x9e,
	0xa0, 0xa3, 0xa8, 0xaf,
};
static const uint8_t writers[] = {
	0x0a, 0x2a, 0x2e, 0x35, 0x41, 0x42, 0x89, 0x8a, 0x8e, 0x91, 0x93, 0xaa, 0xae,
};
static const int directions[] = { SG_DXFER_NONE, SG_DXFER_FROM_DEV, SG_DXFER_TO_DEV };

static uint8_t data[512], sense[32];
static unsigned int allowed, refused;

static bool may(uint8_t opcode, bool writer)
{
	return memchr(readers, opcode, sizeof(readers)) ||
	       (writer && memchr(writers, opcode, sizeof(writers)));
}

/* One block, or one byte of a list, by whatever length the CDB has. */
static void one(int fd, uint8_t opcode, uint8_t action, int direction, bool writer)
{
	uint8_t cdb[16] = { opcode, action };
	struct sg_io_hdr h = {
		.interface_id = 'S', .dxfer_direction = direction, .cmd_len = sizeof(cdb),
		.mx_sb_len = sizeof(sense), .dxferp = data, .cmdp = cdb, .sbp = sense,
		.dxfer_len = direction == SG_DXFER_NONE ? 0 : sizeof(data),
	};
	int group = opcode >> 5, got, want = may(opcode, writer) ? 0 : -EPERM;

	cdb[group == 0 ? 4 : group <= 2 ? 8 : group == 5 ? 9 : 13] = 1;
	got = call(fd, SG_IO, &h);
	expect_that("outcome", got == want);
	if (got != want)
		printf("  opcode %02x action %02x direction %d: %d\n", opcode, action, direction,
		       got);
	allowed += !got;
	refused += !!got;
}

static void all(const char *node, bool writer, int fd)
{
	for (unsigned int opcode = 0; opcode < 256; opcode++)
		for (unsigned int action = 0; action < 32; action++)
			for (unsigned int i = 0; i < ARRAY_SIZE(directions) && failures < 20; i++)
				one(fd, opcode, action, directions[i], writer);
	printf("%s: %u answered, %u refused\n", node, allowed, refused);
}

int main(int argc, char **argv)
{
	bool writer = argc > 1 && !strcmp(argv[1], "writer");
	int fd[8], i;

	if (argc < 3 || argc > 2 + 8)
		return 2;
	for (i = 2; i < argc; i++)
		fd[i - 2] = open_node(argv[i], (writer ? O_RDWR : O_RDONLY) | O_NONBLOCK);
	if (setgroups(0, NULL) || setgid(65534) || setuid(65534))
		die("setuid");
	for (i = 2; i < argc; i++)
		all(argv[i], writer, fd[i - 2]);
	return finish("sg_perms");
}
