// SPDX-License-Identifier: GPL-2.0-only
// build: m32 m64
/*
 * sg_fuzz.c - random SG_IO calls: outcomes are possible ones, memory outside
 * of the data stays as it was
 *
 *	sg_fuzz root|nobody SEED COUNT NODE...
 *
 * `nobody` drops privilege first and then tries every opcode. As root, what takes
 * long or the disk away is left out: format, sanitize, firmware, power states,
 * security. Everything on the namespaces is overwritten.
 *
 * Each call has its data in pieces of one arena that is filled with a pattern
 * before. Afterwards no byte of it may differ but those of the pieces, in
 * their order, up to the transfer length less the residual.
 */
#include "abuse.h"
#include <linux/bsg.h>
#include <scsi/sg.h>

#define ARENA		(64U * PAGE)
#define FILL		0xc3
#define PIECES		1100U
#define ROOM(bytes)	((bytes) < ARENA ? (bytes) : ARENA)

static uint64_t state;
static bool root;
static uint8_t *arena, *was, *edge, sense[256], cdb[64];
static struct sg_iovec vec[PIECES];
static unsigned int nr_vec;
static unsigned long good, checks_seen, refused;

static uint32_t rnd(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state >> 16;
}

#define PICK(array)	((array)[rnd() % ARRAY_SIZE(array)])

static bool one_in(unsigned int n)
{
	return !(rnd() % n);
}

static uint32_t any_length(void)
{
	static const uint32_t some[] = {
		0, 1, 4, 8, 16, 18, 24, 36, 96, 252, 255, 256, 511, 512, 513, 1024, 4096, 4097,
		8192, 65536, 131072, 262144, 1 << 20, (256 << 20) + 1, 0x7fffffff, 0xffffffff,
	};

	return one_in(3) ? rnd() % (16 * PAGE) : PICK(some);
}

static bool left_out(uint8_t opcode)
{
	static const uint8_t ops[] = { 0x04, 0x1b, 0x3b, 0x48, 0xa2, 0xb5, 0x15, 0x55 };

	return root && memchr(ops, opcode, sizeof(ops));
}

static void any_cdb(void)
{
	static const uint8_t ops[] = {
		0x00, 0x03, 0x08, 0x0a, 0x12, 0x12, 0x1a, 0x25, 0x28, 0x28, 0x2a, 0x2a, 0x2e, 0x2f,
		0x35, 0x41, 0x42, 0x4d, 0x5a, 0x5e, 0x88, 0x8a, 0x8e, 0x8f, 0x89, 0x91, 0x93, 0x9e,
		0xa0, 0xa3, 0xa8, 0xaa, 0xae, 0xaf,
	};
	unsigned int i;

	do {
		cdb[0] = one_in(8) ? rnd() : PICK(ops);
	} while (left_out(cdb[0]));
	for (i = 1; i < sizeof(cdb); i++)
		cdb[i] = one_in(3) ? rnd() : 0;
	/* Mostly small addresses and counts, or few commands do anything. */
	if (!one_in(4)) {
		memset(cdb + 2, 0, 14);
		cdb[rnd() % 14 + 2] = rnd();
		cdb[cdb[0] >> 5 == 0 ? 4 : cdb[0] >> 5 < 3 ? 8 : cdb[0] >> 5 == 5 ? 9 : 13] =
			rnd() % 64;
	}
	if (!one_in(4))
		cdb[1] = cdb[0] == 0x9e ? 0x10 : cdb[0] == 0xa3 ? 0x0c : one_in(2) ? 0 : 0x08;
}

/* Somewhere in the arena, at its end, or nowhere at all. */
static void *any_place(uint32_t *bytes)
{
	static void *const nowhere[] = { NULL, (void *)~0UL, (void *)-4096UL };

	if (one_in(40))
		return one_in(2) ? edge : PICK(nowhere);
	if (*bytes <= ARENA && one_in(3))
		return edge - *bytes;
	return arena + rnd() % (one_in(2) ? PAGE : ARENA);
}

static void any_vector(uint32_t length)
{
	uint32_t at = rnd() % PAGE, left = ROOM(length);

	nr_vec = 0;
	while (nr_vec < PIECES - 1 && (left || one_in(2))) {
		uint32_t n = one_in(8) ? 0 : one_in(2) ? rnd() % 5000 : 512 * (1 + rnd() % 16);

		if (n > left)
			n = left;
		if (at + n > ARENA)
			break;
		vec[nr_vec++] = (struct sg_iovec){ arena + at, n };
		at += n + (one_in(2) ? 0 : rnd() % 64);
		left -= n;
	}
	if (one_in(30))
		vec[rnd() % PIECES] = (struct sg_iovec){ edge - 8, one_in(2) ? 16 : ~0UL };
	if (!nr_vec || one_in(30))
		nr_vec = one_in(2) ? 1 : rnd() % 65536;
}

/* --- what must hold --- */

/* Let the arena's copy have what the pieces have, up to @came bytes of them. */
static void excuse(uint8_t *at, uint32_t bytes)
{
	size_t room = arena + ARENA - at;

	if (at >= arena && at < arena + ARENA)
		memcpy(was + (at - arena), at, bytes < room ? bytes : room);
}

static void check_memory(bool in, void *data, uint32_t came)
{
	unsigned int i;

	if (in && !nr_vec)
		excuse(data, came);
	for (i = 0; in && i < nr_vec && i < PIECES && came; i++) {
		uint32_t n = vec[i].iov_len < came ? vec[i].iov_len : came;

		excuse(vec[i].iov_base, n);
		came -= n;
	}
	expect_that("memory outside of the data is as it was", !memcmp(arena, was, ARENA));
	if (memcmp(arena, was, ARENA)) {
		for (i = 0; arena[i] == was[i]; i++)
			;
		printf("  opcode %02x, arena + %#x\n", cdb[0], i);
	}
}

static void check_outcome(unsigned int status, unsigned int host, unsigned int driver,
			  unsigned int info, unsigned int sense_bytes, unsigned int room)
{
	unsigned int i;

	expect_that("status", !status || status == 2 || status == 0x18);
	expect_that("host", !host || host == 1 || host == 3 || host == 7 || host == 8);
	expect_that("driver_status", driver == (status == 2 ? 8 : 0));
	expect_that("info", info == (status || host));
	expect_that("sense length", sense_bytes <= room && (status == 2 || !sense_bytes));
	for (i = sense_bytes; i < sizeof(sense); i++)
		if (sense[i] != FILL)
			break;
	expect_that("sense", i == sizeof(sense));
	good += !status;
	checks_seen += !!status;
}

/* --- calls --- */

static void fuzz_v3(int fd)
{
	static const int directions[] = { -1, -2, -2, -2, -3, -3, -3, -3, -4, -5, 0, 1 };
	static const uint8_t lengths[] = { 6, 10, 12, 16, 16, 16, 16, 32, 0, 5, 33, 255 };
	struct sg_io_hdr h = {
		.interface_id = one_in(100) ? rnd() : 'S', .dxfer_direction = PICK(directions),
		.cmd_len = PICK(lengths), .mx_sb_len = one_in(4) ? rnd() : 32,
		.dxfer_len = any_length(), .cmdp = one_in(100) ? NULL : cdb,
		.sbp = one_in(8) ? NULL : one_in(50) ? edge - 2 : sense,
		.timeout = one_in(4) ? rnd() : 0, .flags = one_in(4) ? rnd() : 0, .resid = -1,
	};
	bool in = h.dxfer_direction != SG_DXFER_TO_DEV;
	uint32_t bytes = h.dxfer_len;
	int failed;

	h.dxferp = any_place(&bytes);
	nr_vec = 0;
	if (one_in(3)) {
		any_vector(h.dxfer_len);
		h.iovec_count = nr_vec;
		h.dxferp = one_in(60) ? edge : (void *)vec;
		nr_vec = h.iovec_count;
	}
	failed = call(fd, SG_IO, &h);
	/* Sense goes as far as there is memory. */
	if (h.sbp == edge - 2)
		excuse(edge - 2, 2);
	if (failed) {
		refused++;
		/* A fault can come after some of the data. */
		check_memory(in, h.dxferp, h.dxfer_len);
		return;
	}
	expect_that("resid", h.resid >= 0 && (uint32_t)h.resid <= h.dxfer_len);
	expect_that("masked_status", h.masked_status == (h.status >> 1 & 0x7f));
	expect_that("msg_status", !h.msg_status);
	check_outcome(h.status, h.host_status, h.driver_status, h.info, h.sb_len_wr,
		      h.sbp ? h.mx_sb_len : 0);
	/* Data that was mapped may have come in part before an error. */
	check_memory(in, h.dxferp, h.status ? h.dxfer_len : h.dxfer_len - h.resid);
}

static void fuzz_v4(int fd)
{
	struct sg_io_v4 h = {
		.guard = 'Q', .protocol = one_in(100), .subprotocol = one_in(100) ? rnd() : 0,
		.request_len = 16, .request = user_addr(cdb), .max_response_len = 64,
		.response = user_addr(sense), .timeout = one_in(4) ? rnd() : 0,
		.flags = one_in(4) ? rnd() : 0,
	};
	uint32_t bytes = any_length();
	bool in = one_in(2);
	void *data = any_place(&bytes);

	nr_vec = 0;
	if (in || one_in(50)) {
		h.din_xfer_len = bytes;
		h.din_xferp = user_addr(data);
	}
	if (!in || one_in(50)) {
		h.dout_xfer_len = bytes;
		h.dout_xferp = user_addr(data);
	}
	if (call(fd, SG_IO, &h)) {
		refused++;
		check_memory(in, data, bytes);
		return;
	}
	expect_that("resid", (uint32_t)h.din_resid <= h.din_xfer_len &&
		    (uint32_t)h.dout_resid <= h.dout_xfer_len);
	check_outcome(h.device_status, h.transport_status, h.driver_status, h.info,
		      h.response_len, 64);
	check_memory(in, data, h.device_status ? bytes : bytes - h.din_resid);
}

static void fuzz_one(int fd, bool bsg)
{
	any_cdb();
	memset(sense, FILL, sizeof(sense));
	memset(arena, FILL, ARENA);
	memset(was, FILL, ARENA);
	if (bsg && one_in(2))
		fuzz_v4(fd);
	else
		fuzz_v3(fd);
}

int main(int argc, char **argv)
{
	unsigned long i, count;
	int fd[16], n;

	if (argc < 5 || argc > 4 + 16)
		return 2;
	root = !strcmp(argv[1], "root");
	state = strtoull(argv[2], NULL, 0) * 2654435761U + 1;
	count = strtoul(argv[3], NULL, 0);
	arena = map_island(ARENA / PAGE);
	edge = arena + ARENA;
	was = malloc(ARENA);
	for (n = 0; n < argc - 4; n++)
		fd[n] = open_node(argv[4 + n], (root ? O_RDWR : O_RDONLY) | O_NONBLOCK);
	if (!root && (setgroups(0, NULL) || setgid(65534) || setuid(65534)))
		die("setuid");
	for (i = 0; i < count && failures < 20; i++) {
		unsigned int k = rnd() % n;

		fuzz_one(fd[k], strstr(argv[4 + k], "/bsg/"));
	}
	printf("%lu calls: %lu good, %lu with an error, %lu refused\n", i, good, checks_seen,
	       refused);
	expect_that("some of all kinds", good > count / 50 && checks_seen && refused);
	return finish("sg_fuzz");
}
