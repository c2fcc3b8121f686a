// SPDX-License-Identifier: GPL-2.0-only
// build: m32 m64
/*
 * sgio [OPTION...] NODE CDB-BYTE...: one SCSI command through SG_IO; NODE may be fd:NUMBER
 *
 *	-r BYTES	data from the disk	-w BYTES	data to the disk
 *	-i FILE		what to write (else a pattern)	-o FILE	what was read
 *	-v SIZES	in pieces of these sizes (512,4,1000...; the last one repeats)
 *	-c COUNT	give at most that many pieces (default 1024)
 *	-a OFFSET	pieces begin that far behind a 64-byte boundary
 *	-s BYTES	room for sense (default 64)	-S	none: a NULL pointer
 *	-t MS		timeout		-f FLAGS	of the header
 *	-d DIRECTION	instead of the one that follows from -r or -w
 *	-R		open for reading only	-u	as nobody, after opening
 *	-4		by struct sg_io_v4	-q	print nothing
 *	-X LEVEL	instead of the command SG_SCSI_RESET (the CDB is not looked at)
 *
 * Prints one line: status, host, driver, masked and msg status, resid, info,
 * the sense bytes. Pieces have a moat around them, and what is behind the data
 * that came must be as it was: a byte too much ends with status 3.
 *
 * Exit status: 0 GOOD, 1 any other outcome, 2 the ioctl failed (its errno is
 * printed by name), 3 the answer is not one that SG_IO may give.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/bsg.h>
#include <scsi/sg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define MOAT	256U
#define FILL	0xa5
#define PIECES	1024U

struct piece {
	uint8_t *at;
	uint32_t bytes;
};

static struct piece pieces[PIECES];
static struct sg_iovec vector[PIECES];
static unsigned int nr_pieces, max_pieces = PIECES, offset;
static uint8_t *arena;
static size_t arena_bytes;
static uint8_t cdb[64], sense[256];
static unsigned int cdb_bytes, sense_room = 64;
static uint32_t length, timeout_ms = 60000, flags;
static int direction = SG_DXFER_NONE, reset = -1;
static bool no_sense, quiet, version4, as_nobody;
static const char *sizes, *in_file, *out_file;

struct outcome {
	unsigned int status, host, driver, masked, msg, info, sense_bytes, duration;
	int resid;
};

static void die(const char *what)
{
	perror(what);
	exit(4);
}

static void wrong(const char *what)
{
	printf("WRONG: %s\n", what);
	exit(3);
}

/* --- data --- */

static uint32_t next_size(const char **at, uint32_t last)
{
	char *end;
	uint32_t n;

	if (!*at || !**at)
		return last;
	n = strtoul(*at, &end, 0);
	*at = *end == ',' ? end + 1 : end;
	return n;
}

/* Pieces of memory for @length bytes, each with a moat on both sides. */
static void cut(void)
{
	uint32_t left = length, size = length;
	const char *at = sizes;
	uint8_t *next;

	arena_bytes = (size_t)length + (PIECES + 2) * (2 * MOAT + 128);
	arena = aligned_alloc(4096, (arena_bytes + 4095) & ~4095UL);
	if (!arena)
		die("memory");
	memset(arena, FILL, arena_bytes);
	next = arena + 4096;
	while (left && nr_pieces < max_pieces) {
		size = next_size(&at, size);
		next = (uint8_t *)(((uintptr_t)next + 63) & ~(uintptr_t)63) + offset;
		pieces[nr_pieces].at = next;
		pieces[nr_pieces].bytes = size < left ? size : left;
		left -= pieces[nr_pieces].bytes;
		next += pieces[nr_pieces].bytes + MOAT;
		if (next > arena + arena_bytes)
			wrong("too many pieces for the arena");
		nr_pieces++;
	}
	for (unsigned int i = 0; i < nr_pieces; i++)
		vector[i] = (struct sg_iovec){ pieces[i].at, pieces[i].bytes };
}

/* Byte @n of the data, or NULL behind its end. */
static uint8_t *byte_at(uint32_t n)
{
	for (unsigned int i = 0; i < nr_pieces; i++) {
		if (n < pieces[i].bytes)
			return pieces[i].at + n;
		n -= pieces[i].bytes;
	}
	return NULL;
}

static void each_byte(FILE *f, uint32_t bytes, bool store)
{
	for (uint32_t done = 0; done < bytes; ) {
		uint32_t part = 0, skip = done;
		uint8_t *p = NULL;

		for (unsigned int i = 0; i < nr_pieces; i++) {
			if (skip < pieces[i].bytes) {
				p = pieces[i].at + skip;
				part = pieces[i].bytes - skip;
				break;
			}
			skip -= pieces[i].bytes;
		}
		if (!p)
			return;
		if (part > bytes - done)
			part = bytes - done;
		if ((store ? fwrite(p, 1, part, f) : fread(p, 1, part, f)) != part)
			die("file");
		done += part;
	}
}

static void load(void)
{
	FILE *f;

	if (direction != SG_DXFER_TO_DEV)
		return;
	if (!in_file) {
		for (uint32_t n = 0; n < length && byte_at(n); n++)
			*byte_at(n) = (uint8_t)(n * 7 + (n >> 9));
		return;
	}
	f = fopen(in_file, "r");
	if (!f)
		die(in_file);
	each_byte(f, length, false);
	fclose(f);
}

static void save(uint32_t bytes)
{
	FILE *f;

	if (!out_file)
		return;
	f = fopen(out_file, "w");
	if (!f)
		die(out_file);
	each_byte(f, bytes, true);
	fclose(f);
}

/* Take the data that came out of the arena; all that is left must be as it was. */
static void check_moats(uint32_t came)
{
	for (unsigned int i = 0; i < nr_pieces; i++) {
		uint32_t part = came < pieces[i].bytes ? came : pieces[i].bytes;

		memset(pieces[i].at, FILL, part);
		came -= part;
	}
	for (size_t n = 0; n < arena_bytes; n++)
		if (arena[n] != FILL)
			wrong("written beyond the data");
}

/* --- the call --- */

static int call_v3(int fd, struct outcome *o)
{
	struct sg_io_hdr h = {
		.interface_id = 'S', .dxfer_direction = direction, .cmd_len = cdb_bytes,
		.mx_sb_len = sense_room, .iovec_count = sizes ? nr_pieces : 0,
		.dxfer_len = length, .cmdp = cdb, .sbp = no_sense ? NULL : sense,
		.timeout = timeout_ms, .flags = flags, .pack_id = 4711, .usr_ptr = &h,
		/* Outputs that are not written show. */
		.status = 0xee, .masked_status = 0xee, .msg_status = 0xee, .sb_len_wr = 0xee,
		.host_status = 0xeeee, .driver_status = 0xeeee, .resid = -4711,
		.duration = 0xeeeeeeee, .info = 0xeeee,
	};

	h.dxferp = sizes ? (void *)vector : nr_pieces ? pieces[0].at : NULL;
	if (ioctl(fd, SG_IO, &h))
		return errno;
	if (h.pack_id != 4711 || h.usr_ptr != &h || h.cmdp != cdb || h.dxfer_len != length)
		wrong("an input was changed");
	*o = (struct outcome){
		.status = h.status, .host = h.host_status, .driver = h.driver_status,
		.masked = h.masked_status, .msg = h.msg_status, .info = h.info,
		.sense_bytes = h.sb_len_wr, .duration = h.duration, .resid = h.resid,
	};
	return 0;
}

static int call_v4(int fd, struct outcome *o)
{
	struct sg_io_v4 h = {
		.guard = 'Q', .request_len = cdb_bytes, .request = (uintptr_t)cdb,
		.max_response_len = sense_room, .response = no_sense ? 0 : (uintptr_t)sense,
		.timeout = timeout_ms, .flags = flags, .usr_ptr = 4711,
		.device_status = 0xee, .transport_status = 0xee, .driver_status = 0xee,
		.info = 0xee, .duration = 0xeeeeeeee, .response_len = 0xee,
		.din_resid = -4711, .dout_resid = -4711,
	};
	uint64_t data = sizes ? (uintptr_t)vector : nr_pieces ? (uintptr_t)pieces[0].at : 0;
	bool out = direction == SG_DXFER_TO_DEV;

	if (out) {
		h.dout_xfer_len = length;
		h.dout_xferp = data;
		h.dout_iovec_count = sizes ? nr_pieces : 0;
	} else {
		h.din_xfer_len = length;
		h.din_xferp = data;
		h.din_iovec_count = sizes ? nr_pieces : 0;
	}
	if (ioctl(fd, SG_IO, &h))
		return errno;
	if (h.usr_ptr != 4711 || (out ? h.din_resid : h.dout_resid))
		wrong("sg_io_v4");
	*o = (struct outcome){
		.status = h.device_status, .host = h.transport_status, .driver = h.driver_status,
		.masked = h.device_status >> 1, .info = h.info, .sense_bytes = h.response_len,
		.duration = h.duration, .resid = out ? h.dout_resid : h.din_resid,
	};
	return 0;
}

/* What must hold of any outcome. */
static void check(const struct outcome *o)
{
	unsigned int most = no_sense ? 0 : sense_room;

	if (o->resid < 0 || (uint32_t)o->resid > length)
		wrong("resid");
	if (o->masked != (o->status >> 1 & 0x7f) || o->msg)
		wrong("masked_status or msg_status");
	if (o->driver != (o->status == 2 ? 8 : 0))
		wrong("driver_status");
	if (o->info != (o->status || o->host))
		wrong("info");
	if (o->sense_bytes > most || (o->status != 2 && o->sense_bytes))
		wrong("sense length");
	for (unsigned int i = o->sense_bytes; i < sizeof(sense); i++)
		if (sense[i] != FILL)
			wrong("written beyond the sense");
	if (o->duration > 3600000)
		wrong("duration");
}

static void print(const struct outcome *o)
{
	if (quiet)
		return;
	printf("status=%02x host=%02x driver=%02x masked=%02x msg=%02x resid=%d info=%x sense=",
	       o->status, o->host, o->driver, o->masked, o->msg, o->resid, o->info);
	for (unsigned int i = 0; i < o->sense_bytes; i++)
		printf("%02x", sense[i]);
	printf("\n");
}

/* --- the command line --- */

static void options(int argc, char **argv, int *mode)
{
	int o;

	while ((o = getopt(argc, argv, "+r:w:i:o:v:c:a:s:St:f:d:Ru4qX:")) != -1) {
		switch (o) {
		case 'r': length = strtoul(optarg, NULL, 0); direction = SG_DXFER_FROM_DEV; break;
		case 'w': length = strtoul(optarg, NULL, 0); direction = SG_DXFER_TO_DEV; break;
		case 'i': in_file = optarg; break;
		case 'o': out_file = optarg; break;
		case 'v': sizes = optarg; break;
		case 'c': max_pieces = strtoul(optarg, NULL, 0); break;
		case 'a': offset = strtoul(optarg, NULL, 0); break;
		case 's': sense_room = strtoul(optarg, NULL, 0); break;
		case 'S': no_sense = true; break;
		case 't': timeout_ms = strtoul(optarg, NULL, 0); break;
		case 'f': flags = strtoul(optarg, NULL, 0); break;
		case 'd': direction = strtol(optarg, NULL, 0); break;
		case 'R': *mode = O_RDONLY; break;
		case 'u': as_nobody = true; break;
		case '4': version4 = true; break;
		case 'q': quiet = true; break;
		case 'X': reset = strtol(optarg, NULL, 0); break;
		default: exit(4);
		}
	}
	if (argc - optind < 2 || max_pieces > PIECES || offset > 64) {
		fprintf(stderr, "usage: sgio [OPTION...] NODE CDB-BYTE...\n");
		exit(4);
	}
}

int main(int argc, char **argv)
{
	int fd, i, err, mode = O_RDWR;
	struct outcome o = { 0 };
	uint32_t came;

	options(argc, argv, &mode);
	if (!strncmp(argv[optind], "fd:", 3))
		fd = atoi(argv[optind] + 3);
	else
		fd = open(argv[optind], mode | O_NONBLOCK);
	if (fd < 0)
		die(argv[optind]);
	if (as_nobody && (setgroups(0, NULL) || setgid(65534) || setuid(65534)))
		die("setuid");
	for (i = optind + 1; i < argc && cdb_bytes < sizeof(cdb); i++)
		cdb[cdb_bytes++] = strtoul(argv[i], NULL, 16);
	if (reset >= 0 && ioctl(fd, SG_SCSI_RESET, &reset)) {
		printf("%s\n", strerrorname_np(errno));
		return 2;
	}
	if (reset >= 0)
		return 0;
	memset(sense, FILL, sizeof(sense));
	cut();
	load();
	err = version4 ? call_v4(fd, &o) : call_v3(fd, &o);
	if (err) {
		if (!quiet)
			printf("%s\n", strerrorname_np(err));
		return 2;
	}
	check(&o);
	print(&o);
	came = direction == SG_DXFER_TO_DEV ? length : length - o.resid;
	if (direction != SG_DXFER_TO_DEV)
		save(came);
	check_moats(came);
	return o.status || o.host ? 1 : 0;
}
