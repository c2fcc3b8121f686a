// SPDX-License-Identifier: GPL-2.0-only
// build: m32 m64
/*
 * ioctl_abuse.c - bad and unusual ioctls as root: each has its answer, and one
 * that is refused changes neither the disk nor the caller's memory
 *
 *	ioctl_abuse [-s] GROUP CONTROLLER NAMESPACE...
 *
 * NAMESPACE is a block or generic node; blocks 0 to 2047 of it are overwritten.
 * -s leaves out what only nvmeq promises and the in-tree driver does not.
 */
#include "abuse.h"
#include <stddef.h>

static int ctrl_fd, ns_fd;
static uint32_t nsid;
static uint32_t lbs;		/* bytes of a block */
static bool shared_only;

static long io(struct nvme_passthru_cmd64 c)
{
	return call(ns_fd, NVME_IOCTL_IO64_CMD, &c);
}

static long io_vec(uint8_t opcode, uint32_t blocks, const struct iovec *vec, uint32_t count)
{
	struct nvme_passthru_cmd64 c = block_cmd(opcode, nsid, 0, blocks, vec, count);

	return call(ns_fd, NVME_IOCTL_IO64_CMD_VEC, &c);
}

static long admin(struct nvme_passthru_cmd64 c)
{
	return call(ctrl_fd, NVME_IOCTL_ADMIN64_CMD, &c);
}

static struct nvme_passthru_cmd64 reading(uint64_t slba, uint32_t blocks, void *data)
{
	return block_cmd(NVM_READ, nsid, slba, blocks, data, blocks * lbs);
}

static struct nvme_passthru_cmd64 writing(uint64_t slba, uint32_t blocks, void *data)
{
	return block_cmd(NVM_WRITE, nsid, slba, blocks, data, blocks * lbs);
}

/* Too much for the queue: in-tree drivers differ in what they look at first. */
static void expect_too_long(const char *what, long got)
{
	if (shared_only)
		expect_that(what, got < 0);
	else
		expect(what, got, -EINVAL);
}

/* --- fields --- */

static void check_flags(void *buf)
{
	static const uint8_t bad[] = { 0x01, 0x02, 0x03, 0x40, 0x80, 0xc0, 0xff };
	struct nvme_passthru_cmd64 c;
	size_t i;

	for (i = 0; i < sizeof(bad); i++) {
		c = reading(0, 1, buf);
		c.flags = bad[i];
		expect("I/O with fused or pointer flags", io(c), -EINVAL);
		c = identify_cmd(1, 0, buf, PAGE);
		c.flags = bad[i];
		expect("admin command with flags", admin(c), -EINVAL);
	}
}

static void check_nsid(void *buf)
{
	const uint32_t bad[] = { 0, nsid + 1, nsid - 1, 0x100 + nsid, 0xfffffffe, 0xffffffff };
	struct nvme_passthru_cmd64 c;
	struct nvme_passthru_cmd narrow;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		c = reading(0, 1, buf);
		c.nsid = bad[i];
		expect("I/O through the node of another namespace", io(c), -EINVAL);
		memcpy(&narrow, &c, sizeof(narrow));
		expect("the same, 32-bit result", call(ns_fd, NVME_IOCTL_IO_CMD, &narrow),
		       -EINVAL);
	}
	c = identify_cmd(1, 0, buf, PAGE);
	expect("Identify Controller through a namespace's node",
	       call(ns_fd, NVME_IOCTL_ADMIN64_CMD, &c), 0);
	c = identify_cmd(0, nsid, buf, PAGE);
	expect("Identify Namespace through its node", call(ns_fd, NVME_IOCTL_ADMIN64_CMD, &c), 0);
	c = reading(0, 1, buf);
	expect("I/O through the controller's node, 64-bit result",
	       call(ctrl_fd, NVME_IOCTL_IO64_CMD, &c), -ENOTTY);
	memcpy(&narrow, &c, sizeof(narrow));
	expect("I/O through the controller's node with several namespaces",
	       call(ctrl_fd, NVME_IOCTL_IO_CMD, &narrow), -EINVAL);
}

static void check_status(void *buf)
{
	struct nvme_passthru_cmd64 c = reading(1ULL << 40, 1, buf);

	expect("a block beyond the end", io(c), STATUS_LBA_RANGE);
	c = reading(~0ULL, 1, buf);
	expect("the last block number there is", io(c), STATUS_LBA_RANGE);
	c = (struct nvme_passthru_cmd64){ .opcode = 0xfe, .nsid = nsid };
	expect("an opcode that nobody has", io(c), 1);
}

static void check_numbers(void)
{
	/* The type and size are part of a number: a struct one byte off is another ioctl. */
	static const unsigned long nowhere[] = {
		_IO('N', 0x3f), _IO('N', 0x4a), _IO('N', 0xff), _IO('N', 0x41), _IO('M', 0x40),
		_IOC(_IOC_READ | _IOC_WRITE, 'N', 0x41, sizeof(struct nvme_passthru_cmd) - 1),
		_IOC(_IOC_READ | _IOC_WRITE, 'N', 0x41, sizeof(struct nvme_passthru_cmd) + 1),
		_IOC(_IOC_READ | _IOC_WRITE, 'N', 0x43, 0),
		_IOC(_IOC_READ | _IOC_WRITE, 'N', 0x48, sizeof(struct nvme_passthru_cmd)),
		_IOC(_IOC_WRITE, 'N', 0x42, 43), _IOC(_IOC_WRITE, 'N', 0x42, 49),
		_IOC(_IOC_READ, 'N', 0x42, sizeof(struct nvme_user_io)),
		_IOWR('N', 0x80, struct nvme_uring_cmd), 0, 0xffffffff,
	};
	static const unsigned long ctrl_only[] = {
		NVME_IOCTL_RESET, NVME_IOCTL_SUBSYS_RESET, NVME_IOCTL_RESCAN,
	};
	static const unsigned long ns_only[] = {
		NVME_IOCTL_ID, NVME_IOCTL_SUBMIT_IO, NVME_IOCTL_IO64_CMD, NVME_IOCTL_IO64_CMD_VEC,
	};
	uint8_t zero[128] = { 0 };
	char what[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(nowhere); i++) {
		snprintf(what, sizeof(what), "ioctl %#lx on the controller", nowhere[i]);
		expect(what, call(ctrl_fd, nowhere[i], zero), -ENOTTY);
		snprintf(what, sizeof(what), "ioctl %#lx on the namespace", nowhere[i]);
		expect(what, call(ns_fd, nowhere[i], zero), -ENOTTY);
	}
	for (i = 0; i < ARRAY_SIZE(ctrl_only); i++)
		expect("a controller's ioctl on a namespace", call(ns_fd, ctrl_only[i], NULL),
		       -ENOTTY);
	for (i = 0; i < ARRAY_SIZE(ns_only); i++)
		expect("a namespace's ioctl on a controller", call(ctrl_fd, ns_only[i], zero),
		       -ENOTTY);
	expect_that("NVME_IOCTL_ID tells the NSID", call(ns_fd, NVME_IOCTL_ID, NULL) == (long)nsid);
}

static void check_submit_io(void *buf)
{
	struct nvme_user_io u = { .opcode = NVM_READ, .addr = user_addr(buf) };
	unsigned int op;

	for (op = 0; op < 256; op++) {
		if (op == NVM_READ || op == NVM_WRITE || op == NVM_COMPARE)
			continue;
		u.opcode = op;
		expect("SUBMIT_IO with another opcode", call(ns_fd, NVME_IOCTL_SUBMIT_IO, &u),
		       -EINVAL);
	}
	u.opcode = NVM_READ;
	u.flags = 1;
	expect("SUBMIT_IO, fused", call(ns_fd, NVME_IOCTL_SUBMIT_IO, &u), -EINVAL);
	u.flags = 0;
	u.nblocks = 0xffff;
	expect_too_long("SUBMIT_IO of 65536 blocks", call(ns_fd, NVME_IOCTL_SUBMIT_IO, &u));
	u.nblocks = 0;
	u.slba = 1ULL << 40;
	expect("SUBMIT_IO beyond the end", call(ns_fd, NVME_IOCTL_SUBMIT_IO, &u),
	       STATUS_LBA_RANGE);
	u.slba = 0;
	expect("SUBMIT_IO", call(ns_fd, NVME_IOCTL_SUBMIT_IO, &u), 0);
	u.rsvd = 1;
	if (!shared_only)
		expect("SUBMIT_IO, reserved field set", call(ns_fd, NVME_IOCTL_SUBMIT_IO, &u),
		       -EINVAL);
}

static void group_fields(void)
{
	uint8_t *buf = map_island(1);

	check_flags(buf);
	check_nsid(buf);
	check_status(buf);
	check_numbers();
	check_submit_io(buf);
}

/* --- pointers --- */

static void check_unaligned(void)
{
	uint8_t *out = map_island(8), *in = map_island(9);
	const uint32_t blocks = 8, bytes = blocks * lbs;
	static const unsigned int offsets[] = { 0, 1, 2, 3, 4, 5, 511, 512, 4092, 4095 };
	char what[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(offsets); i++) {
		uint8_t *at = in + offsets[i];

		fill(out, bytes, i + 1);
		expect("write", io(writing(8, blocks, out)), 0);
		memset(in, 0xa5, 9 * PAGE);
		snprintf(what, sizeof(what), "read to a page's byte %u", offsets[i]);
		expect(what, io(reading(8, blocks, at)), 0);
		expect_that(what, !memcmp(at, out, bytes) && filled_with(in, 0xa5, offsets[i]) &&
			    filled_with(at + bytes, 0xa5, 9 * PAGE - offsets[i] - bytes));
		memmove(at, out, bytes);
		snprintf(what, sizeof(what), "write from a page's byte %u", offsets[i]);
		expect(what, io(writing(64, blocks, at)), 0);
		memset(in, 0, 9 * PAGE);
		expect(what, io(reading(64, blocks, in)), 0);
		expect_that(what, !memcmp(in, out, bytes));
	}
}

/* Pointers that lead nowhere, for reads and for writes. */
static void check_nowhere(void)
{
	uint8_t *island = map_island(2), *ro = map_island(2), *old = map_island(2);
	const uint32_t blocks = 2 * PAGE / lbs;
	uint64_t kernel = sizeof(long) == 8 ? 0xffff888000000000ULL : 0xc0000000ULL;
	struct nvme_passthru_cmd64 c;

	fill(old, 2 * PAGE, 77);
	expect("write", io(writing(0, blocks, old)), 0);
	mprotect(ro, 2 * PAGE, PROT_READ);
	expect("read to a read-only page", io(reading(0, blocks, ro)), -EFAULT);
	/* The in-tree driver of 6.1 loses the error of copying back. */
	if (!shared_only)
		expect("read to a read-only page, unaligned", io(reading(0, 1, ro + 1)), -EFAULT);
	expect("read to no page", io(reading(0, 1, island - PAGE)), -EFAULT);
	expect("write from no page", io(writing(0, 1, island - PAGE)), -EFAULT);
	expect("write from no page, unaligned", io(writing(0, 1, island - PAGE + 1)), -EFAULT);
	expect("read that runs off the last page", io(reading(0, blocks, island + PAGE)), -EFAULT);
	expect("write that runs off the last page", io(writing(0, blocks, island + PAGE)),
	       -EFAULT);
	expect("write that runs off the last page, unaligned",
	       io(writing(0, blocks, island + 3)), -EFAULT);
	c = reading(0, 1, NULL);
	c.addr = kernel;
	expect("read to the kernel", io(c), -EFAULT);
	c.opcode = NVM_WRITE;
	expect("write from the kernel", io(c), -EFAULT);
	c.addr = sizeof(long) == 8 ? 0x7ffffffff000ULL : 0xfffff000ULL;
	expect("write from the last page of all", io(c), -EFAULT);
	c.addr = sizeof(long) == 8 ? ~0ULL : 0xffffffffULL;
	expect("write from the last byte of all", io(c), -EFAULT);
	if (sizeof(long) == 8) {
		c.addr = 0x0000800000000000ULL;
		expect("write from a hole in the addresses", io(c), -EFAULT);
	}
	c.addr = 8;
	expect("write from the first page", io(c), -EFAULT);
	if (!shared_only) {
		c.addr = 0;
		expect("write from NULL", io(c), -EINVAL);
		c.opcode = NVM_READ;
		expect("read to NULL", io(c), -EINVAL);
		expect("Identify to NULL", admin(identify_cmd(1, 0, NULL, PAGE)), -EINVAL);
	}
	expect("Identify to a read-only page", admin(identify_cmd(1, 0, ro, PAGE)), -EFAULT);
	expect("read", io(reading(0, blocks, island)), 0);
	expect_that("nothing of it reached the disk", !memcmp(island, old, 2 * PAGE));
}

static void group_pointers(void)
{
	check_unaligned();
	check_nowhere();
}

/* --- lengths --- */

static void check_giant(void *buf)
{
	static const uint32_t lengths[] = {
		0xffffffff, 0xfffffe00, 0xfffff000, 0x80000000, 0x7fffffff, 64U << 20,
	};
	struct nvme_passthru_cmd64 c;
	struct nvme_passthru_cmd narrow;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		c = reading(0, 1, buf);
		c.data_len = lengths[i];
		expect_too_long("a giant read", io(c));
		memcpy(&narrow, &c, sizeof(narrow));
		expect_too_long("a giant read, 32-bit result",
				call(ns_fd, NVME_IOCTL_IO_CMD, &narrow));
		c.opcode = NVM_WRITE;
		expect_too_long("a giant write", io(c));
		c = identify_cmd(1, 0, buf, lengths[i]);
		expect_too_long("a giant Identify", admin(c));
	}
}

/* The largest command passes, one block more does not; 512 KiB is the emulator's limit. */
static void check_mdts(void)
{
	const uint32_t most = 512 << 10;
	uint8_t *out = map_island(2 * most / PAGE), *in = map_island(2 * most / PAGE);

	fill(out, most, 5);
	expect("write of 512 KiB", io(writing(0, most / lbs, out)), 0);
	expect("read of 512 KiB", io(reading(0, most / lbs, in)), 0);
	expect_that("512 KiB come back", !memcmp(out, in, most));
	memset(in, 0xa5, 2 * most);
	expect("read over MDTS", io(reading(0, most / lbs + 1, in)), -EINVAL);
	expect("read of twice MDTS", io(reading(0, 2 * most / lbs, in)), -EINVAL);
	expect_that("no byte was read", filled_with(in, 0xa5, 2 * most));
}

static void check_short_data(void)
{
	uint8_t *buf = map_island(16);
	const uint32_t moved = 8 * lbs;
	const uint32_t lengths[] = {
		0, 1, 4, lbs - 1, lbs, 7 * lbs, moved - 512, moved - 4, moved - 1,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		memset(buf, 0x5a, 16 * PAGE);
		expect("read into a buffer that is too short",
		       io(block_cmd(NVM_READ, nsid, 0, 8, buf, lengths[i])), -EINVAL);
		expect("compare with a buffer that is too short",
		       io(block_cmd(NVM_COMPARE, nsid, 0, 8, buf, lengths[i])), -EINVAL);
		expect_that("a refused read moves nothing", filled_with(buf, 0x5a, 16 * PAGE));
	}
}

static void check_short_write(void)
{
	uint8_t *old = map_island(8), *buf = map_island(8);

	fill(old, 8 * lbs, 9);
	expect("write", io(writing(0, 8, old)), 0);
	memset(buf, 0xee, 8 * PAGE);
	expect("write from a short buffer", io(block_cmd(NVM_WRITE, nsid, 0, 8, buf, 7 * lbs)),
	       -EINVAL);
	expect("write from no buffer", io(block_cmd(NVM_WRITE, nsid, 0, 8, NULL, 0)), -EINVAL);
	expect("read", io(reading(0, 8, buf)), 0);
	expect_that("a refused write changes nothing", !memcmp(buf, old, 8 * lbs));
}

static void check_short_admin(void *page)
{
	struct nvme_passthru_cmd64 c;
	uint8_t *buf = page;

	memset(buf, 0x5a, PAGE);
	expect("Identify into 4095 bytes", admin(identify_cmd(1, 0, buf, PAGE - 1)), -EINVAL);
	expect("Identify into 512 bytes", admin(identify_cmd(1, 0, buf, 512)), -EINVAL);
	expect("Identify into nothing", admin(identify_cmd(1, 0, NULL, 0)), -EINVAL);
	c = (struct nvme_passthru_cmd64){
		.opcode = ADMIN_GET_LOG, .nsid = 0xffffffff, .addr = user_addr(buf),
		.data_len = 512, .cdw10 = 2 | 1023 << 16,
	};
	expect("a log of 4 KiB into 512 bytes", admin(c), -EINVAL);
	c.cdw11 = 0xffff;
	expect("a log of 16 GiB into 512 bytes", admin(c), -EINVAL);
	c = block_cmd(NVM_DSM, nsid, 0, 1, buf, 16);
	c.cdw10 = 255;
	expect("256 ranges in 16 bytes", io(c), -EINVAL);
	expect_that("refused commands write nothing", filled_with(buf, 0x5a, PAGE));
}

static void check_no_data(void)
{
	expect("flush", io((struct nvme_passthru_cmd64){ .opcode = NVM_FLUSH, .nsid = nsid }), 0);
	expect("verify", io(block_cmd(NVM_VERIFY, nsid, 0, 8, NULL, 0)), 0);
	expect("write zeroes", io(block_cmd(NVM_WRITE_ZEROES, nsid, 0, 8, NULL, 0)), 0);
}

static void group_lengths(void)
{
	uint8_t *page = map_island(1);

	check_giant(page);
	check_no_data();
	if (shared_only)	/* whose largest command has 127 pieces */
		return;
	check_mdts();
	check_short_data();
	check_short_write();
	check_short_admin(page);
}

/* --- structs at the end of memory --- */

/* A command whose struct is cut off is not run: not even its result's place may be missing. */
static void check_cut_off(void *buf)
{
	uint8_t *end = map_island(1) + PAGE;
	struct nvme_passthru_cmd64 c = writing(0, 1, buf);
	struct nvme_user_io u = { .opcode = NVM_WRITE, .addr = user_addr(buf) };
	char what[64];
	size_t keep;

	for (keep = 0; keep < sizeof(c); keep++) {
		memcpy(end - keep, &c, keep);
		snprintf(what, sizeof(what), "passthru_cmd64 cut off after %zu bytes", keep);
		expect(what, call(ns_fd, NVME_IOCTL_IO64_CMD, end - keep), -EFAULT);
		if (keep >= sizeof(struct nvme_passthru_cmd))
			continue;
		snprintf(what, sizeof(what), "passthru_cmd cut off after %zu bytes", keep);
		expect(what, call(ns_fd, NVME_IOCTL_IO_CMD, end - keep), -EFAULT);
	}
	for (keep = 0; keep < 44; keep++) {
		memcpy(end - keep, &u, keep);
		snprintf(what, sizeof(what), "user_io cut off after %zu bytes", keep);
		expect(what, call(ns_fd, NVME_IOCTL_SUBMIT_IO, end - keep), -EFAULT);
	}
	expect("a struct at NULL", call(ns_fd, NVME_IOCTL_IO64_CMD, NULL), -EFAULT);
	expect("a struct at NULL, admin", call(ctrl_fd, NVME_IOCTL_ADMIN_CMD, NULL), -EFAULT);
	expect("a user_io at NULL", call(ns_fd, NVME_IOCTL_SUBMIT_IO, NULL), -EFAULT);
}

static void check_whole(unsigned long request, const void *cmd, size_t bytes, const char *what)
{
	uint8_t *end = map_island(1) + PAGE;

	memcpy(end - bytes, cmd, bytes);
	expect(what, call(ns_fd, request, end - bytes), 0);
}

static void group_structs(void)
{
	uint8_t *old = map_island(1), *new = map_island(1), *now = map_island(1);
	struct nvme_passthru_cmd64 c;
	struct nvme_user_io u;

	fill(old, lbs, 1);
	fill(new, lbs, 2);
	expect("write", io(writing(0, 1, old)), 0);
	check_cut_off(new);
	expect("read", io(reading(0, 1, now)), 0);
	expect_that("no command of a cut-off struct is run", !memcmp(now, old, lbs));
	c = writing(0, 1, new);
	check_whole(NVME_IOCTL_IO64_CMD, &c, sizeof(c), "passthru_cmd64 at the end of memory");
	check_whole(NVME_IOCTL_IO_CMD, &c, sizeof(struct nvme_passthru_cmd),
		    "passthru_cmd at the end of memory");
	u = (struct nvme_user_io){ .opcode = NVM_COMPARE, .addr = user_addr(new) };
	check_whole(NVME_IOCTL_SUBMIT_IO, &u, sizeof(u), "user_io at the end of memory");
}

/* --- results --- */

static void check_result_of(unsigned long request, const struct nvme_passthru_cmd64 *cmd,
			    size_t bytes, long want, bool written, const char *what)
{
	const size_t at = offsetof(struct nvme_passthru_cmd64, result);
	const bool wide = bytes == sizeof(*cmd);
	const size_t where = wide ? at : offsetof(struct nvme_passthru_cmd, result);
	const size_t result = bytes - where;
	uint8_t area[256], before[256];
	bool admin_cmd = request == NVME_IOCTL_ADMIN_CMD || request == NVME_IOCTL_ADMIN64_CMD;

	memset(area, 0xd7, sizeof(area));
	memcpy(area + 64, cmd, where);
	memcpy(before, area, sizeof(area));
	expect(what, call(admin_cmd ? ctrl_fd : ns_fd, request, area + 64), want);
	expect_that("the result is written on success, and else not",
		    written == !!memcmp(area + 64 + where, before + 64 + where, result));
	memcpy(area + 64 + where, before + 64 + where, result);
	expect_that("nothing but the result is written", !memcmp(area, before, sizeof(area)));
}

static void group_results(void)
{
	uint8_t *page = map_island(1), *ro = map_island(1);
	struct nvme_passthru_cmd64 queues = { .opcode = ADMIN_GET_FEATURES, .cdw10 = 7 };
	struct nvme_passthru_cmd64 far = reading(1ULL << 40, 1, page);
	struct nvme_passthru_cmd64 bad = reading(0, 1, page);
	struct nvme_passthru_cmd64 wide = queues;
	struct nvme_passthru_cmd narrow;
	const size_t small = sizeof(narrow), large = sizeof(wide);

	bad.flags = 1;
	check_result_of(NVME_IOCTL_ADMIN_CMD, &queues, small, 0, true, "Get Features");
	check_result_of(NVME_IOCTL_ADMIN64_CMD, &queues, large, 0, true, "Get Features, 64 bit");
	check_result_of(NVME_IOCTL_IO_CMD, &far, small, STATUS_LBA_RANGE, true, "a status");
	check_result_of(NVME_IOCTL_IO64_CMD, &far, large, STATUS_LBA_RANGE, true, "a status");
	check_result_of(NVME_IOCTL_IO_CMD, &bad, small, -EINVAL, false, "a refusal");
	check_result_of(NVME_IOCTL_IO64_CMD, &bad, large, -EINVAL, false, "a refusal, 64 bit");

	memcpy(&narrow, &queues, sizeof(narrow));
	expect("Get Features", call(ctrl_fd, NVME_IOCTL_ADMIN_CMD, &narrow), 0);
	expect("Get Features", admin(wide), 0);
	expect("Get Features", call(ctrl_fd, NVME_IOCTL_ADMIN64_CMD, &wide), 0);
	expect_that("there are queues", narrow.result);
	expect_that("both results agree", wide.result == narrow.result);
	memcpy(ro, &queues, sizeof(queues));
	mprotect(ro, PAGE, PROT_READ);
	expect("no place for the result", call(ctrl_fd, NVME_IOCTL_ADMIN_CMD, ro), -EFAULT);
	expect("no place for the result", call(ctrl_fd, NVME_IOCTL_ADMIN64_CMD, ro), -EFAULT);
}

/* --- vectors --- */

static void check_vec_round_trip(void)
{
	const uint32_t bytes = 16 * PAGE, blocks = bytes / lbs;
	uint8_t *out = map_island(20), *in = map_island(20);
	struct iovec w[] = {
		{ out, 4 }, { out + 4, 3 * PAGE - 4 }, { out + 3 * PAGE, 0 },
		{ out + 3 * PAGE, 13 * PAGE },
	};
	struct iovec odd[] = {
		{ in, 1 }, { in + 1, 511 }, { in + 512, 3 * PAGE + 7 },
		{ in + 512 + 3 * PAGE + 7, 13 * PAGE - 512 - 7 },
	};
	struct iovec pages[16];
	unsigned int i;

	fill(out, bytes, 31);
	expect("vectored write", io_vec(NVM_WRITE, blocks, w, 4), 0);
	expect("plain read", io(reading(0, blocks, in)), 0);
	expect_that("a vectored write is read plainly", !memcmp(in, out, bytes));
	memset(in, 0, 20 * PAGE);
	expect("vectored read, odd pieces", io_vec(NVM_READ, blocks, odd, 4), 0);
	expect_that("a vectored read brings what was written", !memcmp(in, out, bytes));
	memset(in, 0, 20 * PAGE);
	for (i = 0; i < 16; i++)
		pages[i] = (struct iovec){ in + (15 - i) * PAGE, PAGE };
	expect("vectored read, pages backwards", io_vec(NVM_READ, blocks, pages, 16), 0);
	for (i = 0; i < 16; i++)
		expect_that("each page is where its vector says",
			    !memcmp(in + (15 - i) * PAGE, out + i * PAGE, PAGE));
	expect("one vector", io_vec(NVM_READ, blocks, &(struct iovec){ in, bytes }, 1), 0);
	expect_that("one vector brings all", !memcmp(in, out, bytes));
}

static void check_vec_counts(void)
{
	static struct iovec v[2048];
	const uint32_t bytes = 1024 * 512;
	uint8_t *buf = map_island(bytes / PAGE + 1), *copy = map_island(bytes / PAGE + 1);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(v); i++)
		v[i] = (struct iovec){ buf + (i % 1024) * 512, 512 };
	fill(copy, bytes, 8);
	expect("write", io(writing(0, bytes / lbs, copy)), 0);
	expect("1024 vectors", io_vec(NVM_READ, bytes / lbs, v, 1024), 0);
	expect_that("1024 vectors bring what was written", !memcmp(buf, copy, bytes));
	expect("1025 vectors", io_vec(NVM_READ, bytes / lbs, v, 1025), -EINVAL);
	expect("2048 vectors", io_vec(NVM_READ, bytes / lbs, v, 2048), -EINVAL);
	expect("2^31 vectors", io_vec(NVM_READ, 1, v, 0x80000000), -EINVAL);
	expect("2^32 - 1 vectors", io_vec(NVM_READ, 1, v, 0xffffffff), -EINVAL);
	for (i = 0; i < 1024; i++)
		v[i].iov_base = buf;
	expect("1024 times the same place", io_vec(NVM_READ, bytes / lbs, v, 1024), 0);
	if (shared_only)
		return;
	expect("no vector", io_vec(NVM_READ, 1, v, 0), -EINVAL);
	expect("no vectors at NULL", io_vec(NVM_READ, 1, NULL, 0), -EINVAL);
	expect("a vector at NULL", io_vec(NVM_READ, 1, NULL, 1), -EINVAL);
}

static void check_vec_lies(void)
{
	uint8_t *buf = map_island(2), *end = map_island(1) + PAGE;
	struct iovec huge[] = { { buf, lbs }, { buf, SIZE_MAX / 2 } };
	struct iovec neg[] = { { buf, lbs }, { buf, SIZE_MAX } };
	struct iovec gone[] = { { buf, 4 }, { buf - PAGE, lbs - 4 } };
	struct iovec kernel[] = {
		{ buf, 4 },
		{ (void *)(uintptr_t)(sizeof(long) == 8 ? 0xffff888000000000ULL : 0xffffe000),
		  lbs - 4 },
	};
	struct iovec big[] = { { buf, 4 << 20 }, { buf, 4 << 20 } };
	struct iovec few[] = { { buf, 4 }, { buf + 4, lbs - 8 } };
	struct iovec none[] = { { buf, 0 }, { buf, 0 } };

	memset(buf, 0x5a, 2 * PAGE);
	expect("vectors cut off by the end of memory", io_vec(NVM_READ, 1, (struct iovec *)
	       (end - sizeof(struct iovec)), 2), -EFAULT);
	expect("half a vector", io_vec(NVM_READ, 1, (struct iovec *)(end - 4), 1), -EFAULT);
	expect("a vector of negative length", io_vec(NVM_READ, 1, neg, 2), -EINVAL);
	expect_that("a giant vector is refused", io_vec(NVM_READ, 1, huge, 2) < 0);
	expect_that("vectors over MDTS are refused", io_vec(NVM_READ, 1, big, 2) < 0);
	expect_that("no byte was read", filled_with(buf, 0x5a, 2 * PAGE));
	expect_that("a vector to the kernel", io_vec(NVM_READ, 1, kernel, 2) < 0);
	if (shared_only)
		return;
	expect("a vector to no page", io_vec(NVM_READ, 1, gone, 2), -EFAULT);
	/* What came before the bad piece may have been filled. */
	memset(buf, 0x5a, 2 * PAGE);
	expect("vectors too short", io_vec(NVM_READ, 1, few, 2), -EINVAL);
	expect("vectors of nothing", io_vec(NVM_READ, 1, none, 2), -EINVAL);
	expect_that("no byte was read", filled_with(buf, 0x5a, 2 * PAGE));
}

static void group_vectors(void)
{
	check_vec_round_trip();
	check_vec_counts();
	check_vec_lies();
}

/* --- round trips by every way there is --- */

static void group_roundtrip(void)
{
	uint8_t *out = map_island(64), *in = map_island(64);
	const uint32_t blocks = 16 * PAGE / lbs;
	struct nvme_user_io u = { .nblocks = blocks - 1, .slba = 1024 };
	struct nvme_passthru_cmd narrow;
	struct nvme_passthru_cmd64 c;

	fill(out, 16 * PAGE, 4);
	u.opcode = NVM_WRITE;
	u.addr = user_addr(out);
	expect("SUBMIT_IO write", call(ns_fd, NVME_IOCTL_SUBMIT_IO, &u), 0);
	u.opcode = NVM_COMPARE;
	expect("SUBMIT_IO compare", call(ns_fd, NVME_IOCTL_SUBMIT_IO, &u), 0);
	c = reading(1024, blocks, in);
	memcpy(&narrow, &c, sizeof(narrow));
	expect("IO_CMD read", call(ns_fd, NVME_IOCTL_IO_CMD, &narrow), 0);
	expect_that("IO_CMD reads what SUBMIT_IO wrote", !memcmp(in, out, 16 * PAGE));
	out[16 * PAGE - 1] ^= 1;
	expect("SUBMIT_IO compare with other data", call(ns_fd, NVME_IOCTL_SUBMIT_IO, &u),
	       STATUS_COMPARE);
	expect("IO64_CMD write", io(writing(1024, blocks, out)), 0);
	memset(in, 0, 16 * PAGE);
	u.opcode = NVM_READ;
	u.addr = user_addr(in);
	expect("SUBMIT_IO read", call(ns_fd, NVME_IOCTL_SUBMIT_IO, &u), 0);
	expect_that("SUBMIT_IO reads what IO64_CMD wrote", !memcmp(in, out, 16 * PAGE));
	expect("write zeroes", io(block_cmd(NVM_WRITE_ZEROES, nsid, 1024, blocks, NULL, 0)), 0);
	expect("read", io(reading(1024, blocks, in)), 0);
	expect_that("zeroes are zeroes", filled_with(in, 0, 16 * PAGE));
}

static const struct abuse {
	const char *name;
	void (*run)(void);
} groups[] = {
	{ "fields", group_fields },
	{ "pointers", group_pointers },
	{ "lengths", group_lengths },
	{ "structs", group_structs },
	{ "results", group_results },
	{ "vectors", group_vectors },
	{ "roundtrip", group_roundtrip },
};

/* Identify Namespace: FLBAS picks the format, whose third byte is the block's power of two. */
static uint32_t block_bytes(void)
{
	uint8_t *page = map_island(1);

	if (call(ns_fd, NVME_IOCTL_ADMIN64_CMD, &(struct nvme_passthru_cmd64){
			.opcode = ADMIN_IDENTIFY, .nsid = nsid, .addr = user_addr(page),
			.data_len = PAGE }))
		die("Identify Namespace");
	return 1U << page[128 + 4 * (page[26] & 0xf) + 2];
}

static void run_group(const struct abuse *abuse, char **nodes)
{
	for (; *nodes; nodes++) {
		ns_fd = open_node(*nodes, O_RDWR);
		nsid = ioctl(ns_fd, NVME_IOCTL_ID);
		lbs = block_bytes();
		printf("%s on %s\n", abuse->name, *nodes);
		abuse->run();
		close(ns_fd);
	}
}

int main(int argc, char **argv)
{
	size_t i;

	if (argc > 1 && !strcmp(argv[1], "-s")) {
		shared_only = true;
		argv++;
		argc--;
	}
	if (argc < 4) {
		fprintf(stderr, "usage: ioctl_abuse [-s] GROUP CONTROLLER NAMESPACE...\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	ctrl_fd = open_node(argv[2], O_RDWR);
	for (i = 0; i < ARRAY_SIZE(groups); i++) {
		if (!strcmp(groups[i].name, argv[1])) {
			run_group(&groups[i], argv + 3);
			return finish(argv[1]);
		}
	}
	fprintf(stderr, "no group %s\n", argv[1]);
	return 2;
}
