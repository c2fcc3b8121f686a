// SPDX-License-Identifier: GPL-2.0-only
/*
 * msix mask|unmask|masked PCI-ADDRESS VECTOR
 *
 * Sets, clears or prints (1 or 0) the mask bit of an MSI-X vector in the
 * function's own table (PCI Express Base 6.1.4.2), behind the back of the kernel,
 * whose idea of it stays as it was. The kernel must run with iomem=relaxed.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE		4096UL
#define CAP_POINTER	0x34
#define CAP_MSIX	0x11
#define ENTRY_DWORDS	4
#define ENTRY_CONTROL	3	/* bit 0 masks */

static uint8_t config[256];

static void need(int ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	exit(1);
}

static uint32_t config_dword(unsigned int at)
{
	return config[at] | config[at + 1] << 8 | config[at + 2] << 16 |
	       (uint32_t)config[at + 3] << 24;
}

static unsigned int find_msix(void)
{
	unsigned int at = config[CAP_POINTER] & ~3U, hops = 48;

	while (at && at < 0xf4 && hops--) {
		if (config[at] == CAP_MSIX)
			return at;
		at = config[at + 1] & ~3U;
	}
	return 0;
}

static volatile uint32_t *map_entry(const char *address, unsigned int vector)
{
	unsigned int cap = find_msix();
	uint32_t table, offset;
	char path[128];
	uint8_t *page;
	int fd;

	if (!cap || vector > ((config_dword(cap) >> 16) & 0x7ff)) {
		fprintf(stderr, "%s has no MSI-X vector %u\n", address, vector);
		exit(1);
	}
	table = config_dword(cap + 4);
	offset = (table & ~7U) + vector * ENTRY_DWORDS * sizeof(uint32_t);
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/resource%u", address, table & 7);
	fd = open(path, O_RDWR);
	need(fd >= 0, path);
	page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset & ~(PAGE - 1));
	need(page != MAP_FAILED, path);
	return (volatile uint32_t *)(page + offset % PAGE);
}

int main(int argc, char **argv)
{
	volatile uint32_t *entry;
	char path[128];
	int fd;

	if (argc != 4) {
		fprintf(stderr, "usage: see the source\n");
		return 2;
	}
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/config", argv[2]);
	fd = open(path, O_RDONLY);
	need(fd >= 0 && read(fd, config, sizeof(config)) == (ssize_t)sizeof(config), path);
	entry = map_entry(argv[2], (unsigned int)strtoul(argv[3], NULL, 0));
	if (!strcmp(argv[1], "mask"))
		entry[ENTRY_CONTROL] |= 1;
	else if (!strcmp(argv[1], "unmask"))
		entry[ENTRY_CONTROL] &= ~1U;
	else if (!strcmp(argv[1], "masked"))
		printf("%u\n", entry[ENTRY_CONTROL] & 1);
	else
		return 2;
	return 0;
}
