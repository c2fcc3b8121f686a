// SPDX-License-Identifier: GPL-2.0-only
/*
 * admin_race NODE STOP: admin commands, one upon the other, until there is a file STOP
 *
 * Identify is asked for without a pause, so that of the changes that are made to the
 * controller meanwhile, each finds somebody between a look at its state and the
 * sending. No call may fail. Prints how many there were.
 */
#include "abuse.h"

int main(int argc, char **argv)
{
	static uint8_t data[PAGE] __attribute__((aligned(PAGE)));
	struct nvme_admin_cmd cmd;
	unsigned long calls = 0;
	int fd, err;

	if (argc != 3)
		return 2;
	fd = open(argv[1], O_RDONLY);
	if (fd < 0)
		die(argv[1]);
	while (access(argv[2], F_OK)) {
		cmd = (struct nvme_admin_cmd) {
			.opcode = ADMIN_IDENTIFY, .addr = (uintptr_t)data,
			.data_len = sizeof(data), .cdw10 = 1,
		};
		err = ioctl(fd, NVME_IOCTL_ADMIN_CMD, &cmd);
		calls++;
		if (err) {
			fprintf(stderr, "call %lu: %s\n", calls,
				err < 0 ? strerror(errno) : "a status");
			return 1;
		}
	}
	printf("%lu calls\n", calls);
	return 0;
}
