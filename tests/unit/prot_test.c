// SPDX-License-Identifier: GPL-2.0-only
/*
 * prot_test.c - metadata of reads and writes: who makes and checks tuples against the rules
 * stated once more, and the memory of requests, cut at random, against tuples made byte by byte
 */
#include <nvmeq/crc.h>
#include <nvmeq/crc64.h>
#include <nvmeq/prot.h>
#include <nvmeq/weave.h>

#include "support/test.h"
#include "support/tuple.h"

/* PRINFO in dword 12 */
#define PRACT		0x20000000u
#define GUARD		0x10000000u
#define APP		0x08000000u
#define REF		0x04000000u
#define CHECKS		(GUARD | APP | REF)

/* 64 KiB of memory, less what the driver has in front of the metadata. */
#define ROOM		65280u

/* --- decisions --- */

static struct nvmeq_ns_facts facts(u8 shift, u8 type, u32 meta, bool first, bool extended)
{
	return (struct nvmeq_ns_facts) {
		.nsid = 1, .blocks = 1000, .block_shift = shift, .pi_type = type,
		.pi_bytes = type ? 8 : 0, .pi_ref_bits = type ? 32 : 0,
		.metadata_bytes = (u16)meta, .pi_first = first, .extended = meta && extended,
		.use = type && meta < 8 ? NVMEQ_NS_METADATA : NVMEQ_NS_USABLE,
	};
}

static struct nvmeq_prot make(u8 shift, u8 type, u32 meta, bool first, bool extended,
			      enum nvmeq_pi_use use, u16 mask)
{
	struct nvmeq_ns_facts ns = facts(shift, type, meta, first, extended);
	struct nvmeq_prot p;

	memset(&p, 0xee, sizeof(p));
	nvmeq_prot_make(&ns, use, mask, &p);
	return p;
}

/* The same with a guard of 64 bits, and a storage tag of so many. */
static struct nvmeq_prot make64(u8 shift, u8 type, u32 meta, bool first, bool extended,
				enum nvmeq_pi_use use, u16 mask, u8 storage)
{
	struct nvmeq_ns_facts ns = facts(shift, type, meta, first, extended);
	struct nvmeq_prot p;

	ns.pi_bytes = 16;
	ns.pi_ref_bits = 48 - storage;
	memset(&p, 0xee, sizeof(p));
	nvmeq_prot_make(&ns, use, mask, &p);
	return p;
}

/* What a controller that checks compares: type 3 leaves the reference tag to the application. */
static u32 checked(u8 type, u16 mask)
{
	if (type == 3)
		return mask ? GUARD | APP : GUARD;
	return mask ? GUARD | APP | REF : GUARD | REF;
}

/* The rules, one line of prose after the other. */
static struct nvmeq_prot expect(const struct nvmeq_ns_facts *ns, enum nvmeq_pi_use use, u16 mask)
{
	struct nvmeq_prot w = { 0 };
	u32 k;

	if (ns->use != NVMEQ_NS_USABLE || ns->metadata_bytes == 0)
		return w;
	w.block_shift = ns->block_shift;
	w.pi_type = ns->pi_type;
	w.meta_bytes = ns->metadata_bytes;
	w.app_mask = mask;
	w.extended = ns->extended;
	/* Metadata travels, unless it is nothing but a tuple that the controller makes up. */
	w.way = ns->extended ? NVMEQ_PROT_MIXED : NVMEQ_PROT_SEPARATE;
	if (!ns->pi_type)
		return w;
	if (use != NVMEQ_PI_HOST && ns->metadata_bytes == 8)
		w.way = NVMEQ_PROT_INSERT;
	w.host = use == NVMEQ_PI_HOST;
	w.tuple_bytes = 8;
	w.ref_bits = 32;
	/* The tuple has the first or last 8 bytes; what is in front of it is guarded as well. */
	w.tuple_at = ns->pi_first ? 0 : (u16)(ns->metadata_bytes - 8);
	for (k = 0; k < ns->metadata_bytes; k++)
		w.covered += k < w.tuple_at;
	w.checks = checked(ns->pi_type, mask);
	/* Zeroes bring no metadata: whoever guards the rest, the controller makes theirs. */
	w.zeroes_flags = PRACT;
	switch (use) {
	case NVMEQ_PI_HOST:
		w.read_flags = w.checks;
		w.write_flags = w.checks;
		break;
	case NVMEQ_PI_CONTROLLER:
		w.read_flags = PRACT | w.checks;
		w.write_flags = PRACT;
		break;
	default:
		w.read_flags = PRACT;
		w.write_flags = PRACT;
		break;
	}
	return w;
}

static void same_prot(const char *text, const struct nvmeq_prot *g, const struct nvmeq_prot *w)
{
	WANT(text, g->way, w->way);
	WANT(text, g->host, w->host);
	WANT(text, g->block_shift, w->block_shift);
	WANT(text, g->pi_type, w->pi_type);
	WANT(text, g->meta_bytes, w->meta_bytes);
	WANT(text, g->tuple_bytes, w->tuple_bytes);
	WANT(text, g->ref_bits, w->ref_bits);
	WANT(text, g->tuple_at, w->tuple_at);
	WANT(text, g->covered, w->covered);
	WANT(text, g->app_mask, w->app_mask);
	WANT(text, g->extended, w->extended);
	WANT(text, g->woven, w->woven);
	WANT(text, g->checks, w->checks);
	WANT(text, g->read_flags, w->read_flags);
	WANT(text, g->write_flags, w->write_flags);
	WANT(text, g->zeroes_flags, w->zeroes_flags);
}

static const u32 metas[] = { 0, 8, 16, 64 };
static const u16 masks[] = { 0, 0xffff, 0x00f0 };

/* One of all combinations, by number. */
struct combination {
	const char *text;
	struct nvmeq_ns_facts ns;
	enum nvmeq_pi_use use;
	u16 mask;
};

static bool combination(u32 i, struct combination *c)
{
	u32 n = i;
	u8 type = (u8)(n % 4);
	u32 meta = metas[(n /= 4) % 4];
	bool first = (n /= 4) % 2;
	bool extended = (n /= 2) % 2;
	u8 shift = (n /= 2) % 2 ? 12 : 9;

	c->use = (n /= 2) % 3;
	c->mask = masks[(n /= 3) % 3];
	c->ns = facts(shift, type, meta, first, extended);
	c->text = desc("2^%u + %u, type %u%s%s, pi=%s, mask %#x", shift, meta, type,
		       first ? ", first" : "", extended ? ", extended" : "",
		       nvmeq_pi_words[c->use], c->mask);
	return n < 3;
}

static void every_combination_is_as_the_rules_say(void)
{
	struct combination c;
	u32 i;

	for (i = 0; combination(i, &c); i++) {
		struct nvmeq_prot got, want = expect(&c.ns, c.use, c.mask);

		memset(&got, 0xee, sizeof(got));
		nvmeq_prot_make(&c.ns, c.use, c.mask, &got);
		same_prot(c.text, &got, &want);
	}
	WANT("combinations", i, 4 * 4 * 2 * 2 * 2 * 3 * 3);
}

static void worked_decisions(void)
{
	static const struct {
		const char *desc;
		u8 type;
		u16 meta;
		bool first, extended;
		enum nvmeq_pi_use use;
		u16 mask;
		u8 way;
		bool host;
		u16 tuple_at, covered;
		u32 read, write, zeroes;
	} row[] = {
		{ "no metadata", 0, 0, false, false, NVMEQ_PI_HOST, 0xffff,
		  NVMEQ_PROT_NONE, false, 0, 0, 0, 0, 0 },
		{ "metadata apart, unprotected", 0, 8, false, false, NVMEQ_PI_HOST, 0xffff,
		  NVMEQ_PROT_SEPARATE, false, 0, 0, 0, 0, 0 },
		{ "metadata in the blocks, unprotected", 0, 16, true, true, NVMEQ_PI_OFF, 0xffff,
		  NVMEQ_PROT_MIXED, false, 0, 0, 0, 0, 0 },
		{ "type 1, host", 1, 8, true, false, NVMEQ_PI_HOST, 0xffff,
		  NVMEQ_PROT_SEPARATE, true, 0, 0, 0x1c000000, 0x1c000000, 0x20000000 },
		{ "type 2 in the blocks, host", 2, 8, false, true, NVMEQ_PI_HOST, 0xffff,
		  NVMEQ_PROT_MIXED, true, 0, 0, 0x1c000000, 0x1c000000, 0x20000000 },
		{ "type 3, host: no reference tag", 3, 8, true, false, NVMEQ_PI_HOST, 0xffff,
		  NVMEQ_PROT_SEPARATE, true, 0, 0, 0x18000000, 0x18000000, 0x20000000 },
		{ "any application tag", 1, 8, true, false, NVMEQ_PI_HOST, 0,
		  NVMEQ_PROT_SEPARATE, true, 0, 0, 0x14000000, 0x14000000, 0x20000000 },
		{ "type 3, any application tag", 3, 8, true, false, NVMEQ_PI_HOST, 0,
		  NVMEQ_PROT_SEPARATE, true, 0, 0, 0x10000000, 0x10000000, 0x20000000 },
		{ "one bit of it", 1, 8, true, false, NVMEQ_PI_HOST, 0x8000,
		  NVMEQ_PROT_SEPARATE, true, 0, 0, 0x1c000000, 0x1c000000, 0x20000000 },
		{ "first of 16, host", 1, 16, true, false, NVMEQ_PI_HOST, 0xffff,
		  NVMEQ_PROT_SEPARATE, true, 0, 0, 0x1c000000, 0x1c000000, 0x20000000 },
		{ "last of 64, host", 1, 64, false, true, NVMEQ_PI_HOST, 0xffff,
		  NVMEQ_PROT_MIXED, true, 56, 56, 0x1c000000, 0x1c000000, 0x20000000 },
		{ "last of 9, host", 1, 9, false, true, NVMEQ_PI_HOST, 0xffff,
		  NVMEQ_PROT_MIXED, true, 1, 1, 0x1c000000, 0x1c000000, 0x20000000 },
		{ "type 1, controller", 1, 8, true, false, NVMEQ_PI_CONTROLLER, 0xffff,
		  NVMEQ_PROT_INSERT, false, 0, 0, 0x3c000000, 0x20000000, 0x20000000 },
		{ "in the blocks, controller", 1, 8, false, true, NVMEQ_PI_CONTROLLER, 0xffff,
		  NVMEQ_PROT_INSERT, false, 0, 0, 0x3c000000, 0x20000000, 0x20000000 },
		{ "type 3, any tag, controller", 3, 8, false, false, NVMEQ_PI_CONTROLLER, 0,
		  NVMEQ_PROT_INSERT, false, 0, 0, 0x30000000, 0x20000000, 0x20000000 },
		{ "last of 16, controller", 1, 16, false, true, NVMEQ_PI_CONTROLLER, 0xffff,
		  NVMEQ_PROT_MIXED, false, 8, 8, 0x3c000000, 0x20000000, 0x20000000 },
		{ "type 2, off", 2, 8, true, false, NVMEQ_PI_OFF, 0xffff,
		  NVMEQ_PROT_INSERT, false, 0, 0, 0x20000000, 0x20000000, 0x20000000 },
		{ "first of 64, off", 3, 64, true, false, NVMEQ_PI_OFF, 0xffff,
		  NVMEQ_PROT_SEPARATE, false, 0, 0, 0x20000000, 0x20000000, 0x20000000 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_prot p = make(12, row[i].type, row[i].meta, row[i].first,
					   row[i].extended, row[i].use, row[i].mask);

		WANT(row[i].desc, p.way, row[i].way);
		WANT(row[i].desc, p.host, row[i].host);
		WANT(row[i].desc, p.tuple_at, row[i].tuple_at);
		WANT(row[i].desc, p.covered, row[i].covered);
		WANT(row[i].desc, p.read_flags, row[i].read);
		WANT(row[i].desc, p.write_flags, row[i].write);
		WANT(row[i].desc, p.zeroes_flags, row[i].zeroes);
	}
}

static void larger_guards_take_sixteen_bytes(void)
{
	static const struct {
		const char *desc;
		u8 type;
		u16 meta;
		bool first, extended;
		enum nvmeq_pi_use use;
		u8 way;
		u16 tuple_at;
		u32 read, write;
	} row[] = {
		{ "all of 16, host", 1, 16, false, false, NVMEQ_PI_HOST,
		  NVMEQ_PROT_SEPARATE, 0, 0x1c000000, 0x1c000000 },
		{ "all of 16, controller", 1, 16, false, false, NVMEQ_PI_CONTROLLER,
		  NVMEQ_PROT_INSERT, 0, 0x3c000000, 0x20000000 },
		{ "last of 64, host", 2, 64, false, true, NVMEQ_PI_HOST,
		  NVMEQ_PROT_MIXED, 48, 0x1c000000, 0x1c000000 },
		{ "first of 64, off", 3, 64, true, false, NVMEQ_PI_OFF,
		  NVMEQ_PROT_SEPARATE, 0, 0x20000000, 0x20000000 },
	};
	static const struct {
		u8 type, storage;
		u64 slba, want;
	} ref[] = {
		{ 1, 0, 5, 5 },
		{ 1, 0, 0x123456789abcdef0, 0x56789abcdef0 },
		{ 2, 0, 0xffffffffffff, 0xffffffffffff },
		{ 1, 16, 0x123456789abcdef0, 0x9abcdef0 },
		{ 1, 40, 0x123456789abcdef0, 0xf0 },
		{ 1, 48, 0x123456789abcdef0, 0 },
		{ 3, 0, 5, 0 },
	};
	struct nvmeq_limits l = { .capacity_sect512 = 1 };
	struct nvmeq_prot p;
	char text[100];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		p = make64(12, row[i].type, row[i].meta, row[i].first, row[i].extended,
			   row[i].use, 0xffff, 0);
		WANT(row[i].desc, p.way, row[i].way);
		WANT(row[i].desc, p.tuple_bytes, 16);
		WANT(row[i].desc, p.tuple_at, row[i].tuple_at);
		WANT(row[i].desc, p.covered, row[i].tuple_at);
		WANT(row[i].desc, p.read_flags, row[i].read);
		WANT(row[i].desc, p.write_flags, row[i].write);
	}
	for (i = 0; i < ARRAY_SIZE(ref); i++) {
		struct nvmeq_rw rw = { .opcode = NVMEQ_NVM_READ, .slba = ref[i].slba };

		p = make64(12, ref[i].type, 16, true, false, NVMEQ_PI_HOST, 0, ref[i].storage);
		nvmeq_prot_dress(&p, &rw);
		WANT(desc("type %u, %u bits of storage tag", ref[i].type, ref[i].storage),
		     rw.ref_tag, ref[i].want);
	}
	/* Nobody above makes them. */
	p = make64(12, 1, 16, true, false, NVMEQ_PI_HOST, 0, 0);
	nvmeq_prot_limits(&p, 1U << 20, &l);
	WANT("limits", l.pi_type || l.meta_bytes || l.tuple_at, false);
	WANT("limits", l.stable_writes, true);
	nvmeq_prot_text(&p, text, sizeof(text));
	WANT_STR("text", text, "type 1, 64 bit guard, at 0 of 16 bytes, in a buffer of its own, "
		 "checked by host");
}

static void what_is_no_disk_has_no_protection(void)
{
	static const struct nvmeq_prot none;
	unsigned int use;

	for (use = NVMEQ_NS_USABLE + 1; use <= NVMEQ_NS_FORMAT_INDEX; use++) {
		struct nvmeq_ns_facts ns = facts(12, 1, 16, true, true);
		struct nvmeq_prot p;

		ns.use = use;
		memset(&p, 0xee, sizeof(p));
		nvmeq_prot_make(&ns, NVMEQ_PI_HOST, 0xffff, &p);
		WANT_MEM(desc("use %u", use), &p, &none, sizeof(p));
	}
}

/* --- room --- */

/* Every format: it is possible when a page fits, and its largest request fits just so. */
static void largest_request_just_has_room(void)
{
	static const u8 shifts[] = { 9, 12, 13, 15, 16 };
	u32 s, meta, bits;

	for (s = 0; s < ARRAY_SIZE(shifts); s++)
		for (meta = 1; meta < 65536 && test_misses() < 5; meta += meta < 300 ? 1 : 3)
			for (bits = 0; bits < 4; bits++) {
				bool extended = bits & 1, pi = bits & 2;
				struct nvmeq_ns_facts ns = facts(shifts[s], pi, meta, true,
								 extended);
				u32 unit = meta + (extended ? 1u << shifts[s] : 0), max, n;
				u8 page = shifts[s] < 12 ? 12 : shifts[s];
				bool possible = (u64)unit << (page - shifts[s]) <= ROOM &&
						!(pi && meta < 8);
				u8 way = extended ? NVMEQ_PROT_MIXED : NVMEQ_PROT_SEPARATE;
				struct nvmeq_prot p;

				WANT("possible", nvmeq_prot_possible(&ns, page), possible);
				if (!possible)
					continue;
				p = make(shifts[s], pi, meta, true, extended,
					 pi ? meta % NVMEQ_PI_USES : 0, 0xffff);
				max = nvmeq_prot_max_bytes(&p);
				n = max >> shifts[s];
				HOLDS("one page", n >= 1u << (page - shifts[s]));
				WANT("whole blocks", max, (u64)n << shifts[s]);
				WANT("room", nvmeq_prot_room(&p, way, n), (u64)n * unit);
				HOLDS("not more", nvmeq_prot_room(&p, way, n) <= ROOM);
				HOLDS("the most", nvmeq_prot_room(&p, way, n + 1) > ROOM);
			}
	WANT("the room", NVMEQ_PROT_BYTES, ROOM);
}

static void worked_rooms(void)
{
	static const struct {
		const char *desc;
		u8 shift, type;
		u16 meta;
		bool extended;
		enum nvmeq_pi_use use;
		u32 want;
	} row[] = {
		{ "no metadata: no limit", 9, 0, 0, false, 0, 0xffffffff },
		{ "512 + 8", 9, 1, 8, false, 0, 8160 * 512 },
		{ "4096 + 8", 12, 1, 8, false, 0, 8160 * 4096 },
		{ "4096 + 64", 12, 1, 64, false, 0, 1020 * 4096 },
		{ "4096 + 8 in one", 12, 1, 8, true, 0, 15 * 4096 },
		{ "512 + 8 in one", 9, 0, 8, true, 0, 125 * 512 },
		{ "inserted: as if it were not", 12, 1, 8, true, NVMEQ_PI_CONTROLLER, 15 * 4096 },
		{ "inserted, apart", 12, 1, 8, false, NVMEQ_PI_OFF, 8160 * 4096 },
		{ "most metadata", 16, 0, 65280, false, 0, 65536 },
		{ "largest block in one", 15, 0, 32512, true, 0, 32768 },
		{ "smallest metadata of the largest blocks", 16, 0, 1, false, 0, 65280u << 16 },
	};
	struct nvmeq_prot p;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		p = make(row[i].shift, row[i].type, row[i].meta, true, row[i].extended,
			 row[i].use, 0xffff);
		WANT(row[i].desc, nvmeq_prot_max_bytes(&p), row[i].want);
	}
	p = make(9, 1, 16, true, true, NVMEQ_PI_HOST, 0xffff);
	WANT("nothing", nvmeq_prot_room(&p, NVMEQ_PROT_NONE, 5), 0);
	WANT("inserted", nvmeq_prot_room(&p, NVMEQ_PROT_INSERT, 5), 0);
	WANT("apart", nvmeq_prot_room(&p, NVMEQ_PROT_SEPARATE, 5), 80);
	WANT("in one", nvmeq_prot_room(&p, NVMEQ_PROT_MIXED, 5), 5 * 528);
	WANT("no blocks", nvmeq_prot_room(&p, NVMEQ_PROT_MIXED, 0), 0);
}

/* --- commands --- */

static const u8 opcodes[] = { NVMEQ_NVM_READ, NVMEQ_NVM_WRITE, NVMEQ_NVM_WRITE_ZEROES };
static const u64 slbas[] = { 0, 7, 0xffffffff, 0x100000000, 0x123456789abcdef0 };

static struct nvmeq_rw bare(u8 opcode, u64 slba)
{
	return (struct nvmeq_rw) {
		.opcode = opcode, .nsid = 5, .slba = slba, .blocks = 9, .flags = 0xc0000000,
		.dsm = 0x77, .ref_tag = 0xeeeeeeee, .app_tag = 0xeeeeeeee,
	};
}

static void same_rw(const char *text, const struct nvmeq_rw *g, const struct nvmeq_rw *b,
		    u32 prinfo, u32 ref, u32 app)
{
	WANT(text, g->opcode, b->opcode);
	WANT(text, g->nsid, b->nsid);
	WANT(text, g->slba, b->slba);
	WANT(text, g->blocks, b->blocks);
	WANT(text, g->dsm, b->dsm);
	WANT(text, g->flags, b->flags | prinfo);
	WANT(text, g->ref_tag, ref);
	WANT(text, g->app_tag, app);
}

static void commands_say_what_was_decided(void)
{
	struct combination c;
	u32 i, o, s, k;

	for (i = 0; combination(i, &c); i++) {
		struct nvmeq_prot p = expect(&c.ns, c.use, c.mask);
		u32 prinfo[] = { p.read_flags, p.write_flags, p.zeroes_flags };
		u32 look = p.checks & (GUARD | REF);

		for (k = 0; k < ARRAY_SIZE(opcodes) * ARRAY_SIZE(slbas); k++) {
			struct nvmeq_rw b, rw;
			u32 ref;

			o = k % ARRAY_SIZE(opcodes);
			s = k / ARRAY_SIZE(opcodes);
			/* Type 1: low half of the block's number; the others have a choice. */
			ref = p.pi_type == 1 || p.pi_type == 2 ? slbas[s] & 0xffffffff : 0;
			b = bare(opcodes[o], slbas[s]);
			rw = b;
			nvmeq_prot_dress(&p, &rw);
			same_rw(c.text, &rw, &b, prinfo[o], ref,
				prinfo[o] & APP ? (u32)c.mask << 16 : 0);
			if (opcodes[o] == NVMEQ_NVM_READ) {
				rw = b;
				nvmeq_prot_undress(&p, &rw);
				same_rw(c.text, &rw, &b, prinfo[o] & PRACT, ref, 0);
			}
			if (!p.pi_type || opcodes[o] == NVMEQ_NVM_WRITE_ZEROES)
				continue;
			rw = b;
			nvmeq_prot_dress_payload(&p, true, &rw);
			same_rw(c.text, &rw, &b, look, ref, 0);
			rw = b;
			nvmeq_prot_dress_payload(&p, false, &rw);
			same_rw(c.text, &rw, &b, 0, ref, 0);
		}
	}
}

static void worked_commands(void)
{
	static const struct {
		const char *desc;
		u8 type;
		u16 meta;
		enum nvmeq_pi_use use;
		u16 mask;
		u8 opcode;
		u64 slba;
		u32 prinfo, ref, app;
	} row[] = {
		{ "read, host", 1, 8, NVMEQ_PI_HOST, 0xffff, 0x02, 0x123456789,
		  0x1c000000, 0x23456789, 0xffff0000 },
		{ "write, host", 1, 8, NVMEQ_PI_HOST, 0xffff, 0x01, 0xffffffff,
		  0x1c000000, 0xffffffff, 0xffff0000 },
		{ "write zeroes, host", 1, 8, NVMEQ_PI_HOST, 0xffff, 0x08, 77,
		  0x20000000, 77, 0 },
		{ "read, some of the tag", 2, 16, NVMEQ_PI_HOST, 0x0ff0, 0x02, 0x100000000,
		  0x1c000000, 0, 0x0ff00000 },
		{ "read, any tag", 1, 16, NVMEQ_PI_HOST, 0, 0x02, 5, 0x14000000, 5, 0 },
		{ "read, type 3", 3, 8, NVMEQ_PI_HOST, 0xffff, 0x02, 5, 0x18000000, 0,
		  0xffff0000 },
		{ "write zeroes, type 3", 3, 8, NVMEQ_PI_HOST, 0xffff, 0x08, 5, 0x20000000, 0, 0 },
		{ "read, controller", 1, 8, NVMEQ_PI_CONTROLLER, 0xffff, 0x02, 5, 0x3c000000, 5,
		  0xffff0000 },
		{ "write, controller", 1, 8, NVMEQ_PI_CONTROLLER, 0xffff, 0x01, 5, 0x20000000, 5,
		  0 },
		{ "read, off", 1, 64, NVMEQ_PI_OFF, 0xffff, 0x02, 5, 0x20000000, 5, 0 },
		{ "unprotected metadata", 0, 8, NVMEQ_PI_HOST, 0xffff, 0x02, 5, 0, 0, 0 },
		{ "nothing", 0, 0, NVMEQ_PI_HOST, 0xffff, 0x01, 5, 0, 0, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_prot p = make(9, row[i].type, row[i].meta, true, false, row[i].use,
					   row[i].mask);
		struct nvmeq_rw b = bare(row[i].opcode, row[i].slba), rw = b;

		nvmeq_prot_dress(&p, &rw);
		same_rw(row[i].desc, &rw, &b, row[i].prinfo, row[i].ref, row[i].app);
	}
}

/* --- what others are told --- */

static void block_layer_is_told_of_tuples(void)
{
	static const struct {
		const char *desc;
		u8 type;
		u16 meta;
		bool first;
		enum nvmeq_pi_use use;
		u8 pi_type, meta_bytes, tuple_at;
		bool stable;
	} row[] = {
		{ "no metadata", 0, 0, false, NVMEQ_PI_HOST, 0, 0, 0, false },
		{ "unprotected metadata", 0, 8, false, NVMEQ_PI_HOST, 0, 0, 0, false },
		{ "type 1, host", 1, 8, true, NVMEQ_PI_HOST, 1, 8, 0, true },
		{ "type 2, last of 64", 2, 64, false, NVMEQ_PI_HOST, 2, 64, 56, true },
		{ "type 3, first of 64", 3, 64, true, NVMEQ_PI_HOST, 3, 64, 0, true },
		{ "controller", 1, 8, false, NVMEQ_PI_CONTROLLER, 1, 8, 0, true },
		{ "controller, last of 16", 1, 16, false, NVMEQ_PI_CONTROLLER, 1, 16, 8, true },
		{ "off", 1, 16, false, NVMEQ_PI_OFF, 1, 16, 8, true },
		{ "as much as it can count", 1, 128, false, NVMEQ_PI_HOST, 1, 128, 120, true },
		{ "across pages", 1, 24, true, NVMEQ_PI_HOST, 0, 0, 0, true },
		{ "more than it can count", 1, 256, false, NVMEQ_PI_HOST, 0, 0, 0, true },
		{ "much more", 1, 4096 + 8, true, NVMEQ_PI_HOST, 0, 0, 0, true },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_prot p = make(12, row[i].type, row[i].meta, row[i].first, false,
					   row[i].use, 0xffff);
		struct nvmeq_limits l = { .logical_bytes = 4096, .write_cache = true };
		struct nvmeq_limits was = l;

		nvmeq_prot_limits(&p, 1U << 20, &l);
		WANT(row[i].desc, l.pi_type, row[i].pi_type);
		WANT(row[i].desc, l.meta_bytes, row[i].meta_bytes);
		WANT(row[i].desc, l.tuple_at, row[i].tuple_at);
		WANT(row[i].desc, l.stable_writes, row[i].stable);
		WANT(row[i].desc, l.max_protected_sect512,
		     p.way ? nvmeq_prot_max_bytes(&p) / 512 : 0);
		l.max_protected_sect512 = was.max_protected_sect512;
		WANT_MEM(row[i].desc, &l, &was, offsetof(struct nvmeq_limits, pi_type));
	}
}

/* MDTS counts metadata behind the data, not apart from it. */
static void transfers_fit_the_controller(void)
{
	static const struct {
		const char *desc;
		u8 shift;
		u16 meta;
		bool extended;
		u32 mdts, want;
		bool disk;
	} row[] = {
		{ "apart: the room alone", 9, 8, false, 4096, 8160 * 512, true },
		{ "63 blocks of 520 in 32 KiB", 9, 8, true, 32768, 63 * 512, true },
		{ "the room is less", 9, 8, true, 1U << 20, 125 * 512, true },
		{ "7 blocks of 4104 in 32 KiB", 12, 8, true, 32768, 7 * 4096, true },
		{ "one of them in 8 KiB", 12, 8, true, 8192, 4096, true },
		{ "none in 4 KiB", 12, 8, true, 4096, 0, false },
		{ "not a page of them in 4 KiB", 9, 8, true, 4096, 7 * 512, false },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_prot p = make(row[i].shift, 1, row[i].meta, true, row[i].extended,
					   NVMEQ_PI_HOST, 0xffff);
		struct nvmeq_limits l = { .capacity_sect512 = 1000 };

		nvmeq_prot_limits(&p, row[i].mdts, &l);
		WANT(row[i].desc, l.max_protected_sect512, row[i].want / 512);
		WANT(row[i].desc, l.capacity_sect512, row[i].disk ? 1000 : 0);
	}
}

/* --- metadata behind the data, without a copy --- */

/* Each way of not getting it, and what a request does then. */
static void weaving_needs_sgls_and_large_blocks(void)
{
	static const struct {
		const char *desc;
		bool extended, sgl, dword;
		enum nvmeq_sgl_use use;
		u8 shift;
		u16 meta;
		bool woven;
	} row[] = {
		{ "4096 + 8", true, true, false, NVMEQ_SGL_AUTO, 12, 8, true },
		{ "4096 + 64", true, true, false, NVMEQ_SGL_AUTO, 12, 64, true },
		{ "apart anyway", false, true, false, NVMEQ_SGL_ALWAYS, 12, 8, false },
		{ "no SGLs", true, false, false, NVMEQ_SGL_ALWAYS, 12, 8, false },
		{ "switched off", true, true, false, NVMEQ_SGL_OFF, 12, 8, false },
		{ "just larger", true, true, false, NVMEQ_SGL_AUTO, 13, 8, true },
		{ "just smaller", true, true, false, NVMEQ_SGL_AUTO, 11, 8, false },
		{ "512 + 8", true, true, false, NVMEQ_SGL_AUTO, 9, 8, false },
		{ "512 + 8, asked for", true, true, false, NVMEQ_SGL_ALWAYS, 9, 8, true },
		{ "odd metadata", true, true, false, NVMEQ_SGL_AUTO, 12, 9, true },
		{ "odd metadata, dwords", true, true, true, NVMEQ_SGL_AUTO, 12, 9, false },
		{ "two of them odd", true, true, true, NVMEQ_SGL_ALWAYS, 12, 10, false },
		{ "dwords", true, true, true, NVMEQ_SGL_AUTO, 12, 12, true },
	};
	unsigned int i, use;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		for (use = 0; use < NVMEQ_PI_USES; use++) {
			struct nvmeq_prot p = make(row[i].shift, 1, row[i].meta, true,
						   row[i].extended, use, 0xffff), want = p;
			struct nvmeq_ctrl_facts c = { .sgl = row[i].sgl,
						      .sgl_dword = row[i].dword };
			u8 moves = row[i].woven ? NVMEQ_PROT_WOVEN :
				   row[i].extended ? NVMEQ_PROT_MIXED : NVMEQ_PROT_SEPARATE;
			bool inserts = use != NVMEQ_PI_HOST && row[i].meta == 8;

			nvmeq_prot_weave(&p, &c, row[i].use, 12);
			want.woven = row[i].woven;
			want.way = inserts ? NVMEQ_PROT_INSERT : moves;
			same_prot(row[i].desc, &p, &want);
			WANT(row[i].desc, nvmeq_prot_way(&p, false, 1, 1), want.way);
			WANT(row[i].desc, nvmeq_prot_way(&p, true, 1, 1), moves);
		}
}

static void nothing_is_woven_where_there_is_no_metadata(void)
{
	struct nvmeq_prot p = make(12, 0, 0, false, false, NVMEQ_PI_HOST, 0), was = p;
	struct nvmeq_ctrl_facts c = { .sgl = true };

	nvmeq_prot_weave(&p, &c, NVMEQ_SGL_ALWAYS, 12);
	WANT_MEM("none", &p, &was, sizeof(p));
	WANT("none", nvmeq_prot_way(&p, false, 1, 1), NVMEQ_PROT_NONE);
	WANT("brought all the same", nvmeq_prot_way(&p, true, 1, 1), NVMEQ_PROT_NONE);
}

/* Two entries for each block, one more for each further run: a list has 256. */
static void requests_that_a_list_cannot_hold_are_copied(void)
{
	static const struct {
		u32 blocks, runs;
		u8 way;
	} row[] = {
		{ 1, 1, NVMEQ_PROT_WOVEN },
		{ 1, 2, NVMEQ_PROT_WOVEN },
		{ 128, 1, NVMEQ_PROT_WOVEN },
		{ 128, 2, NVMEQ_PROT_MIXED },
		{ 129, 1, NVMEQ_PROT_MIXED },
		{ 125, 7, NVMEQ_PROT_WOVEN },
		{ 125, 8, NVMEQ_PROT_MIXED },
		{ 1, 255, NVMEQ_PROT_WOVEN },
		{ 1, 256, NVMEQ_PROT_WOVEN },	/* that cannot be: one block has two */
		{ 86, 86, NVMEQ_PROT_WOVEN },	/* nor this: twelve */
		{ 65536, 256, NVMEQ_PROT_MIXED },
	};
	struct nvmeq_prot p = make(9, 1, 8, true, true, NVMEQ_PI_HOST, 0xffff);
	struct nvmeq_ctrl_facts c = { .sgl = true };
	unsigned int i;

	nvmeq_prot_weave(&p, &c, NVMEQ_SGL_ALWAYS, 12);
	for (i = 0; i < ARRAY_SIZE(row); i++)
		WANT(desc("%u blocks, %u runs", row[i].blocks, row[i].runs),
		     nvmeq_prot_way(&p, false, row[i].blocks, row[i].runs), row[i].way);
	WANT("room", nvmeq_prot_room(&p, NVMEQ_PROT_WOVEN, 85), 85 * 8);
}

static void worked_limits_of_woven_transfers(void)
{
	static const struct {
		const char *desc;
		u8 shift;
		u16 meta;
		u32 page, mdts, want;
	} row[] = {
		{ "4096 + 8: three entries each", 12, 8, 4096, 1U << 20, 85 * 4096 },
		{ "4096 + 64", 12, 64, 4096, 1U << 20, 85 * 4096 },
		{ "MDTS counts the metadata", 12, 8, 4096, 32768, 7 * 4096 },
		{ "metadata has to have room", 12, 2048, 4096, 1U << 20, 31 * 4096 },
		{ "much metadata", 12, 32768, 4096, 1U << 20, 4096 },
		{ "512 + 8: no more than by copy", 9, 8, 4096, 1U << 20, 125 * 512 },
		{ "512 + 64", 9, 64, 4096, 1U << 20, 120 * 512 },
		{ "larger pages", 12, 8, 65536, 1U << 20, 124 * 4096 },
		{ "blocks of 8192", 13, 8, 4096, 1U << 20, 64 * 8192 },
	};
	struct nvmeq_ctrl_facts c = { .sgl = true };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_prot p = make(row[i].shift, 1, row[i].meta, true, true,
					   NVMEQ_PI_HOST, 0xffff);
		struct nvmeq_limits l = { .capacity_sect512 = 1000,
					  .virt_boundary = row[i].page - 1 };

		nvmeq_prot_weave(&p, &c, NVMEQ_SGL_ALWAYS, row[i].page == 4096 ? 12 : 16);
		nvmeq_prot_limits(&p, row[i].mdts, &l);
		WANT(row[i].desc, l.max_protected_sect512, row[i].want / 512);
		WANT(row[i].desc, l.capacity_sect512, 1000);
	}
}

/* Runs that begin at the last dword of a page, every further page somewhere else. */
static u32 worst_runs(u32 bytes, u32 page)
{
	u32 runs = 1, left = bytes - 4;

	while (left) {
		left -= left < page ? left : page;
		runs++;
	}
	return runs;
}

/* Whatever a request within the limit looks like, it has a way with entries and room for it. */
static void every_request_within_the_limit_has_a_way(void)
{
	static const u8 shifts[] = { 9, 10, 11, 12, 13, 16 };
	static const u16 sizes[] = { 1, 8, 16, 64, 300, 4096, 30000 };
	static const u32 pages[] = { 4096, 65536 };
	struct nvmeq_ctrl_facts c = { .sgl = true };
	u32 s, m, g, n, turn = 0, woven = 0;

	for (s = 0; s < ARRAY_SIZE(shifts); s++)
		for (m = 0; m < ARRAY_SIZE(sizes); m++)
			for (g = 0; g < ARRAY_SIZE(pages); g++) {
				struct nvmeq_prot p = make(shifts[s], 1 + (sizes[m] < 8 ? -1 : 0),
							   sizes[m], true, true,
							   turn++ % NVMEQ_PI_USES, 0xffff);
				struct nvmeq_limits l = { .virt_boundary = pages[g] - 1 };

				nvmeq_prot_weave(&p, &c, NVMEQ_SGL_ALWAYS, pages[g] == 4096 ? 12 : 16);
				nvmeq_prot_limits(&p, 8U << 20, &l);
				for (n = 1; n <= l.max_protected_sect512 >> (shifts[s] - 9); n++) {
					u32 worst = worst_runs(n << shifts[s], pages[g]), k;
					/* The block layer may count neighbours apart. */
					u32 runs[] = { worst, 1, n, n << (shifts[s] - 9), 256 };
					const char *text = desc("2^%u + %u, pages of %u, %u blocks",
								shifts[s], sizes[m], pages[g], n);

					for (k = 0; k < ARRAY_SIZE(runs); k++) {
						u8 way = nvmeq_prot_way(&p, true, n, runs[k]);
						u32 real = runs[k] < worst ? runs[k] : worst;

						HOLDS(text, way >= NVMEQ_PROT_WOVEN);
						HOLDS(text, nvmeq_prot_room(&p, way, n) <= ROOM);
						if (way != NVMEQ_PROT_WOVEN)
							continue;
						HOLDS(text, nvmeq_weave_slots(n, real) <= 256);
						woven += nvmeq_prot_room(&p, NVMEQ_PROT_MIXED,
									 n) > ROOM;
					}
				}
			}
	HOLDS("some have no other way", woven > 500);
}

static void texts_say_it_in_a_line(void)
{
	static const struct {
		u8 type;
		u16 meta;
		bool first, extended;
		enum nvmeq_pi_use use;
		bool sgl;
		const char *want;
	} row[] = {
		{ 0, 0, false, false, NVMEQ_PI_HOST, false, "none" },
		{ 0, 8, false, false, NVMEQ_PI_HOST, false,
		  "none; 8 bytes of metadata, in a buffer of its own" },
		{ 0, 64, false, true, NVMEQ_PI_OFF, false,
		  "none; 64 bytes of metadata, behind each block by copy" },
		{ 1, 8, true, false, NVMEQ_PI_HOST, false,
		  "type 1, at 0 of 8 bytes, in a buffer of its own, checked by host" },
		{ 2, 16, false, true, NVMEQ_PI_HOST, false,
		  "type 2, at 8 of 16 bytes, behind each block by copy, checked by host" },
		{ 1, 8, false, true, NVMEQ_PI_CONTROLLER, false,
		  "type 1, at 0 of 8 bytes, inside the controller, checked by controller" },
		{ 3, 64, false, false, NVMEQ_PI_CONTROLLER, false,
		  "type 3, at 56 of 64 bytes, in a buffer of its own, checked by controller" },
		{ 3, 8, false, false, NVMEQ_PI_OFF, false,
		  "type 3, at 0 of 8 bytes, inside the controller, checked by nobody" },
		{ 1, 16, true, true, NVMEQ_PI_HOST, true,
		  "type 1, at 0 of 16 bytes, behind each block by SGL, checked by host" },
		{ 0, 8, false, true, NVMEQ_PI_HOST, true,
		  "none; 8 bytes of metadata, behind each block by SGL" },
		{ 1, 8, false, true, NVMEQ_PI_OFF, true,
		  "type 1, at 0 of 8 bytes, inside the controller, checked by nobody" },
	};
	unsigned int i;
	size_t size;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct nvmeq_prot p = make(12, row[i].type, row[i].meta, row[i].first,
					   row[i].extended, row[i].use, 0xffff);
		struct nvmeq_ctrl_facts c = { .sgl = row[i].sgl };
		char whole[200];

		nvmeq_prot_weave(&p, &c, NVMEQ_SGL_AUTO, 12);
		nvmeq_prot_text(&p, whole, sizeof(whole));
		WANT_STR(row[i].want, whole, row[i].want);
		for (size = 1; size <= strlen(row[i].want) + 1; size++) {
			char *cut = guard_alloc(size);

			nvmeq_prot_text(&p, cut, size);
			WANT(row[i].want, strlen(cut), size - 1);
			HOLDS(row[i].want, !strncmp(cut, row[i].want, size - 1));
			guard_free(cut);
		}
	}
}

/* --- memory of a request, and what is right in it --- */

/**
 * struct job - blocks with metadata apart
 * @p: how they are protected, by the host
 * @lba: of the first
 * @blocks: how many
 * @unit: bytes of data of each
 * @data: of all
 * @meta: of all, filled at random before tuples are made
 * @text: description
 */
struct job {
	struct nvmeq_prot p;
	u64 lba;
	u32 blocks;
	u32 unit;
	u8 *data;
	u8 *meta;
	const char *text;
};

static void job_begin(struct job *j, struct rng *r, u32 nr, u16 mask, bool extended)
{
	static const u64 lbas[] = { 0, 0xfffffff0, 0x5fffffffc, 0xffffffffULL << 32, 1ULL << 40 };
	u8 shift = one_in(r, 4) ? 12 : 9, type = (u8)rnd_in(r, 1, 3);
	bool first = one_in(r, 2), larger = one_in(r, 3);
	u32 meta = metas[rnd_in(r, larger ? 2 : 1, 3)];

	if (larger)
		j->p = make64(shift, type, meta, first, extended, NVMEQ_PI_HOST, mask,
			      (u8)(one_in(r, 2) ? 0 : rnd_in(r, 1, 48)));
	else
		j->p = make(shift, type, meta, first, extended, NVMEQ_PI_HOST, mask);
	j->lba = lbas[rnd(r, ARRAY_SIZE(lbas))] + rnd(r, 16);
	j->blocks = shift == 12 ? rnd_in(r, 1, 6) : one_in(r, 8) ? rnd_in(r, 31, 70) :
		    rnd_in(r, 1, 12);
	j->unit = 1u << shift;
	j->data = guard_alloc((size_t)j->blocks * j->unit);
	j->meta = guard_alloc((size_t)j->blocks * meta);
	rnd_bytes(r, j->data, (size_t)j->blocks * j->unit);
	rnd_bytes(r, j->meta, (size_t)j->blocks * meta);
	j->text = desc("turn %u: type %u, %u + %u, %s %u, %u blocks from %#llx", nr, type,
		       j->unit, meta, first ? "first" : "last", j->p.tuple_bytes, j->blocks,
		       (unsigned long long)j->lba);
}

static void job_end(struct job *j)
{
	guard_free(j->data);
	guard_free(j->meta);
}

static u8 *meta_of(const struct job *j, u32 block)
{
	return j->meta + (size_t)block * j->p.meta_bytes;
}

static u8 *tuple_of(const struct job *j, u32 block)
{
	return meta_of(j, block) + j->p.tuple_at;
}

static bool is_64(const struct job *j)
{
	return j->p.tuple_bytes == 16;
}

/* The data of the block, and then the metadata in front of its tuple. */
static u64 right_guard(const struct job *j, u32 block)
{
	const u8 *data = j->data + (size_t)block * j->unit;

	if (is_64(j))
		return nvmeq_crc64(nvmeq_crc64(0, data, j->unit), meta_of(j, block),
				   j->p.tuple_at);
	return nvmeq_crc_bitwise(nvmeq_crc_bitwise(0, data, j->unit), meta_of(j, block),
				 j->p.tuple_at);
}

static u64 right_ref(const struct job *j, u32 block)
{
	return j->p.pi_type == 3 ? 0 : (j->lba + block) % (1ULL << j->p.ref_bits);
}

static void put_tuple(const struct job *j, u32 block, u64 guard, u16 app, u64 ref)
{
	u8 *t = tuple_of(j, block);

	if (!is_64(j)) {
		tuple_put(t, (u16)guard, app, (u32)ref);
		return;
	}
	field_put(t, 8, guard);
	field_put(t + 8, 2, app);
	field_put(t + 10, 6, ref);
}

static void put_tuples(struct job *j)
{
	u32 k;

	for (k = 0; k < j->blocks; k++)
		put_tuple(j, k, right_guard(j, k), 0, right_ref(j, k));
}

/* One field of a block after the other; false, and what is wrong, at the first. */
static bool right(const struct job *j, u32 block, struct nvmeq_dif_error *bad)
{
	const u8 *t = tuple_of(j, block);
	u64 crc = right_guard(j, block), guard, app, ref;

	if (is_64(j)) {
		guard = field_get(t, 8);
		app = field_get(t + 8, 2);
		ref = field_get(t + 10, 6);
	} else {
		guard = field_get(t, 2);
		app = field_get(t + 2, 2);
		ref = field_get(t + 4, 4);
	}
	if (app == 0xffff && (j->p.pi_type != 3 || ref == (is_64(j) ? (1ULL << 48) - 1 :
								      0xffffffff)))
		return true;
	ref %= 1ULL << j->p.ref_bits;
	bad->block = block;
	if (guard != crc) {
		*bad = (struct nvmeq_dif_error) { block, NVMEQ_DIF_GUARD, crc, guard };
		return false;
	}
	if (app & j->p.app_mask) {
		*bad = (struct nvmeq_dif_error) { block, NVMEQ_DIF_APP, 0, app & j->p.app_mask };
		return false;
	}
	if (j->p.pi_type != 3 && ref != right_ref(j, block)) {
		*bad = (struct nvmeq_dif_error) { block, NVMEQ_DIF_REF, right_ref(j, block), ref };
		return false;
	}
	return true;
}

static void same_bad(const char *text, const struct nvmeq_dif_error *g,
		     const struct nvmeq_dif_error *w)
{
	WANT(text, g->block, w->block);
	WANT(text, g->field, w->field);
	WANT(text, g->expected, w->expected);
	WANT(text, g->found, w->found);
}

/* Bytes of the next piece: a few, up to a block, whole blocks, or several with a bit more. */
static u32 cut(struct rng *r, u32 left, u32 unit)
{
	u32 n;

	switch (rnd(r, 4)) {
	case 0:
		n = rnd_in(r, 1, 16);
		break;
	case 1:
		n = rnd_in(r, 1, unit);
		break;
	case 2:
		n = unit * rnd_in(r, 1, 40);
		break;
	default:
		n = rnd_in(r, 1, 4 * unit);
		break;
	}
	return n < left ? n : left;
}

/* Each piece in memory of its own, where it ends with what is allocated, at any alignment. */
static bool walk(const struct job *j, struct rng *r, bool verify, struct nvmeq_dif_error *bad)
{
	u32 left = j->blocks * j->unit, n, skew;
	const u8 *data = j->data;
	struct nvmeq_prot_walk w;
	bool ok = true;
	u8 *piece;

	memset(&w, 0xee, sizeof(w));
	nvmeq_prot_walk_begin(&w, &j->p, j->lba, j->meta, verify);
	for (; left && ok; left -= n, data += n) {
		n = cut(r, left, j->unit);
		skew = rnd(r, 8);
		piece = malloc(skew + n);
		memcpy(piece + skew, data, n);
		ok = nvmeq_prot_walk_piece(&w, piece + skew, n);
		free(piece);
	}
	*bad = w.bad;
	if (ok) {
		WANT(j->text, w.block, j->blocks);
		WANT(j->text, w.part, 0);
	}
	return ok;
}

/* What was made is what a naive reading of the specification makes, and is accepted. */
static void tuples_are_made_from_any_pieces(void)
{
	struct rng r = test_rng();
	struct nvmeq_dif_error bad;
	u32 turn;

	for (turn = 0; turn < 400 && test_misses() < 5; turn++) {
		struct job j, want;
		size_t bytes;

		job_begin(&j, &r, turn, masks[rnd(&r, 3)], false);
		bytes = (size_t)j.blocks * j.p.meta_bytes;
		want = j;
		want.meta = guard_copy(j.meta, bytes);
		put_tuples(&want);
		HOLDS(j.text, walk(&j, &r, false, &bad));
		WANT_MEM(j.text, j.meta, want.meta, bytes);
		HOLDS(j.text, walk(&j, &r, true, &bad));
		WANT_MEM(j.text, j.meta, want.meta, bytes);
		guard_free(want.meta);
		job_end(&j);
	}
}

/* A bit, and what verifying should say of it: -1 for nothing. */
static int flip(struct job *j, struct rng *r, u32 *block)
{
	u32 k = *block = rnd(r, j->blocks), at = j->p.tuple_at, byte, bit = rnd(r, 8);
	u32 app = at + (is_64(j) ? 8 : 2), end = at + j->p.tuple_bytes;

	if (one_in(r, 3)) {
		byte = rnd(r, j->unit);
		j->data[(size_t)k * j->unit + byte] ^= (u8)(1u << bit);
		return NVMEQ_DIF_GUARD;
	}
	byte = one_in(r, 2) ? rnd(r, j->p.meta_bytes) : at + rnd(r, j->p.tuple_bytes);
	meta_of(j, k)[byte] ^= (u8)(1u << bit);
	if (byte < app)
		return NVMEQ_DIF_GUARD;
	if (byte < app + 2)
		return j->p.app_mask >> (byte == app ? 8 + bit : bit) & 1 ? NVMEQ_DIF_APP : -1;
	/* Bits above the reference tag are the storage tag's. */
	if (byte < end && j->p.pi_type != 3 && (end - 1 - byte) * 8 + bit < j->p.ref_bits)
		return NVMEQ_DIF_REF;
	return -1;
}

static void every_bit_that_is_guarded_counts(void)
{
	struct rng r = test_rng();
	u32 turn, block, seen[4] = { 0 };

	for (turn = 0; turn < 500 && test_misses() < 5; turn++) {
		struct nvmeq_dif_error bad, want;
		struct job j;
		int field;

		job_begin(&j, &r, turn, masks[rnd(&r, 3)], false);
		put_tuples(&j);
		field = flip(&j, &r, &block);
		seen[field + 1]++;
		WANT(j.text, walk(&j, &r, true, &bad), field < 0);
		WANT(j.text, right(&j, block, &want), field < 0);
		if (field >= 0) {
			WANT(j.text, bad.block, block);
			WANT(j.text, bad.field, field);
			same_bad(j.text, &bad, &want);
		}
		job_end(&j);
	}
	HOLDS("all kinds", seen[0] > 5 && seen[1] > 5 && seen[2] > 5 && seen[3] > 5);
}

/* Damage of several blocks, escapes among it: the first that is wrong is named. */
static void damage(struct job *j, struct rng *r)
{
	u32 app = is_64(j) ? 8 : 2, rest = j->p.tuple_bytes - app, n = rnd(r, 4), block, k;

	while (n--) {
		block = rnd(r, j->blocks);
		switch (rnd(r, 5)) {
		case 0:
			memset(tuple_of(j, block) + app, 0xff, 2);
			break;
		case 1:
			memset(tuple_of(j, block) + app, 0xff, rest);
			break;
		case 2:
			memset(tuple_of(j, block) + app + 2, 0xff, rest - 2);
			break;
		case 3:
			put_tuple(j, block, 0, (u16)rnd64(r), rnd64(r));
			break;
		default:
			for (k = rnd(r, 4); k; k--)
				flip(j, r, &block);
			break;
		}
	}
}

static void first_bad_block_is_named_and_escapes_are_left_alone(void)
{
	struct rng r = test_rng();
	u32 turn, k, bad_ones = 0;

	for (turn = 0; turn < 500 && test_misses() < 5; turn++) {
		struct nvmeq_dif_error bad, want;
		struct job j;
		bool ok;

		job_begin(&j, &r, turn, masks[rnd(&r, 3)], false);
		put_tuples(&j);
		damage(&j, &r);
		for (k = 0; k < j.blocks && right(&j, k, &want); k++)
			;
		ok = walk(&j, &r, true, &bad);
		WANT(j.text, ok, k == j.blocks);
		if (!ok)
			same_bad(j.text, &bad, &want);
		bad_ones += !ok;
		job_end(&j);
	}
	HOLDS("some are good, some are bad", bad_ones > 50 && bad_ones < 450);
}

/* Blocks of any content behind tags that say "not checked". */
static void escapes(void)
{
	static const struct {
		const char *desc;
		u8 type;
		u16 mask, app;
		u32 ref;
		int field;
	} row[] = {
		{ "type 1", 1, 0xffff, 0xffff, 0x1234, -1 },
		{ "type 2", 2, 0xffff, 0xffff, 0x1234, -1 },
		{ "type 1, whatever the mask", 1, 0, 0xffff, 0x1234, -1 },
		{ "type 1, nearly", 1, 0, 0xfffe, 1, NVMEQ_DIF_GUARD },
		{ "type 1, reference tag alone", 1, 0, 0, 0xffffffff, NVMEQ_DIF_GUARD },
		{ "type 3", 3, 0xffff, 0xffff, 0xffffffff, -1 },
		{ "type 3, application tag alone", 3, 0, 0xffff, 0, NVMEQ_DIF_GUARD },
		{ "type 3, reference tag alone", 3, 0, 0, 0xffffffff, NVMEQ_DIF_GUARD },
	};
	struct rng r = test_rng();
	unsigned int i, m;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		for (m = 1; m < ARRAY_SIZE(metas); m++) {
			struct nvmeq_dif_error bad = { 0 };
			u8 data[3 * 512], meta[3 * 64];
			struct job j = {
				.p = make(9, row[i].type, metas[m], m & 1, false, NVMEQ_PI_HOST,
					  row[i].mask),
				.lba = 50, .blocks = 3, .unit = 512, .data = data, .meta = meta,
				.text = row[i].desc,
			};
			u16 guard;

			rnd_bytes(&r, data, sizeof(data));
			rnd_bytes(&r, meta, sizeof(meta));
			put_tuples(&j);
			guard = (u16)field_get(tuple_of(&j, 1), 2);
			tuple_put(tuple_of(&j, 1), guard ^ 1, row[i].app, row[i].ref);
			WANT(row[i].desc, walk(&j, &r, true, &bad), row[i].field < 0);
			if (row[i].field < 0)
				continue;
			WANT(row[i].desc, bad.block, 1);
			WANT(row[i].desc, bad.field, row[i].field);
		}
}

/* --- MIXED --- */

static size_t mixed_bytes(const struct job *j)
{
	return (size_t)j->blocks * (j->unit + j->p.meta_bytes);
}

/* Block after block; @meta false: only the data, the rest as it was. */
static void put_mixed(const struct job *j, u8 *mixed, bool data, bool meta)
{
	u32 k;

	for (k = 0; k < j->blocks; k++, mixed += j->unit + j->p.meta_bytes) {
		if (data)
			memcpy(mixed, j->data + (size_t)k * j->unit, j->unit);
		if (meta)
			memcpy(mixed + j->unit, meta_of(j, k), j->p.meta_bytes);
	}
}

/* From or to pieces that have no more memory than they need. */
static void copy_all(const struct job *j, struct rng *r, u8 *memory, u8 *other, u32 bytes,
		     int way, bool in)
{
	u32 at = 0, want = 0, n;

	for (; bytes; bytes -= n, other += n) {
		u8 *piece;

		n = cut(r, bytes, way < 0 ? j->unit : j->p.meta_bytes);
		piece = malloc(n);
		memcpy(piece, other, n);
		if (way < 0)
			nvmeq_prot_copy(&j->p, memory, &at, piece, n, in);
		else
			nvmeq_prot_copy_meta(&j->p, way, memory, &at, piece, n, in);
		if (in)
			WANT_MEM(j->text, piece, other, n);
		memcpy(other, piece, n);
		free(piece);
		want += n;
		WANT(j->text, at, want);
	}
}

static void data_goes_in_and_comes_out(void)
{
	struct rng r = test_rng();
	u32 turn;

	for (turn = 0; turn < 400 && test_misses() < 5; turn++) {
		u8 *mixed, *want, *out;
		size_t bytes;
		struct job j;

		job_begin(&j, &r, turn, 0xffff, true);
		bytes = mixed_bytes(&j);
		mixed = guard_alloc(bytes);
		rnd_bytes(&r, mixed, bytes);
		want = guard_copy(mixed, bytes);
		put_mixed(&j, want, true, false);
		copy_all(&j, &r, mixed, j.data, j.blocks * j.unit, -1, true);
		WANT_MEM(j.text, mixed, want, bytes);
		out = guard_alloc((size_t)j.blocks * j.unit);
		copy_all(&j, &r, mixed, out, j.blocks * j.unit, -1, false);
		WANT_MEM(j.text, out, j.data, (size_t)j.blocks * j.unit);
		WANT_MEM(j.text, mixed, want, bytes);
		guard_free(out);
		guard_free(want);
		guard_free(mixed);
		job_end(&j);
	}
}

static void metadata_goes_in_and_comes_out(void)
{
	struct rng r = test_rng();
	u32 turn;

	for (turn = 0; turn < 400 && test_misses() < 5; turn++) {
		static const int ways[] = { NVMEQ_PROT_SEPARATE, NVMEQ_PROT_MIXED,
					    NVMEQ_PROT_WOVEN };
		int way = ways[turn % 3];
		bool extended = way != NVMEQ_PROT_SEPARATE, mixed = way == NVMEQ_PROT_MIXED;
		u8 *memory, *want, *out;
		u32 bytes, n;
		struct job j;

		job_begin(&j, &r, turn, 0xffff, extended);
		n = j.blocks * j.p.meta_bytes;
		bytes = mixed ? (u32)mixed_bytes(&j) : n;
		memory = guard_alloc(bytes);
		rnd_bytes(&r, memory, bytes);
		want = guard_copy(memory, bytes);
		if (mixed)
			put_mixed(&j, want, false, true);
		else
			memcpy(want, j.meta, n);
		copy_all(&j, &r, memory, j.meta, n, way, true);
		WANT_MEM(j.text, memory, want, bytes);
		out = guard_alloc(n);
		copy_all(&j, &r, memory, out, n, way, false);
		WANT_MEM(j.text, out, j.meta, n);
		WANT_MEM(j.text, memory, want, bytes);
		guard_free(out);
		guard_free(want);
		guard_free(memory);
		job_end(&j);
	}
}

/* As with metadata apart: the same tuples at other places, the same first bad block. */
static void tuples_are_made_and_compared_in_one(void)
{
	struct rng r = test_rng();
	u32 turn, k, bad_ones = 0;

	for (turn = 0; turn < 400 && test_misses() < 5; turn++) {
		struct nvmeq_dif_error bad, want_bad;
		u8 *mixed, *want;
		size_t bytes;
		struct job j;
		bool ok;

		job_begin(&j, &r, turn, masks[rnd(&r, 3)], true);
		bytes = mixed_bytes(&j);
		mixed = guard_alloc(bytes);
		put_mixed(&j, mixed, true, true);
		put_tuples(&j);
		want = guard_alloc(bytes);
		put_mixed(&j, want, true, true);
		HOLDS(j.text, nvmeq_prot_mixed(&j.p, j.lba, mixed, j.blocks, false, &bad));
		WANT_MEM(j.text, mixed, want, bytes);
		HOLDS(j.text, nvmeq_prot_mixed(&j.p, j.lba, mixed, j.blocks, true, &bad));
		damage(&j, &r);
		for (k = 0; k < j.blocks && right(&j, k, &want_bad); k++)
			;
		put_mixed(&j, mixed, true, true);
		ok = nvmeq_prot_mixed(&j.p, j.lba, mixed, j.blocks, true, &bad);
		WANT(j.text, ok, k == j.blocks);
		if (!ok)
			same_bad(j.text, &bad, &want_bad);
		bad_ones += !ok;
		guard_free(want);
		guard_free(mixed);
		job_end(&j);
	}
	HOLDS("some are good, some are bad", bad_ones > 40 && bad_ones < 360);
}

/* --- on purpose --- */

static void a_spoilt_guard_is_found(void)
{
	struct rng r = test_rng();
	u32 turn;

	for (turn = 0; turn < 60 && test_misses() < 5; turn++) {
		struct nvmeq_dif_error bad = { .block = 7 };
		struct job j;
		u8 *mixed;

		job_begin(&j, &r, turn, 0xffff, turn & 1);
		put_tuples(&j);
		mixed = guard_alloc(mixed_bytes(&j));
		put_mixed(&j, mixed, true, true);
		if (turn & 1) {
			nvmeq_prot_spoil(&j.p, NVMEQ_PROT_MIXED, mixed);
			HOLDS(j.text, !nvmeq_prot_mixed(&j.p, j.lba, mixed, j.blocks, true, &bad));
		} else {
			nvmeq_prot_spoil(&j.p, NVMEQ_PROT_SEPARATE, j.meta);
			HOLDS(j.text, !walk(&j, &r, true, &bad));
		}
		WANT(j.text, bad.block, 0);
		WANT(j.text, bad.field, NVMEQ_DIF_GUARD);
		guard_free(mixed);
		job_end(&j);
	}
}

/* As with the walk, where there is no piece to walk over. */
static void data_in_one_piece_needs_no_walk(void)
{
	struct rng r = test_rng();
	u32 turn;

	for (turn = 0; turn < 200 && test_misses() < 5; turn++) {
		struct nvmeq_dif_error bad, want;
		struct job j;
		u8 *meta;
		bool ok;

		do {
			job_begin(&j, &r, turn, masks[rnd(&r, 3)], false);
			if (j.p.covered)
				job_end(&j);
		} while (j.p.covered);
		meta = guard_copy(j.meta, (size_t)j.blocks * j.p.meta_bytes);
		HOLDS(j.text, nvmeq_prot_whole(&j.p, j.lba, j.data, meta, j.blocks, false, &bad));
		put_tuples(&j);
		WANT_MEM(j.text, meta, j.meta, (size_t)j.blocks * j.p.meta_bytes);
		damage(&j, &r);
		ok = nvmeq_prot_whole(&j.p, j.lba, j.data, j.meta, j.blocks, true, &bad);
		WANT(j.text, walk(&j, &r, true, &want), ok);
		if (!ok)
			same_bad(j.text, &bad, &want);
		guard_free(meta);
		job_end(&j);
	}
}

/* --- other reference tags --- */

static void matching_reference_tags_are_translated(void)
{
	static const struct {
		const char *desc;
		u32 from, to, n;
		u32 ref[4], want[4];
	} row[] = {
		{ "all", 10, 1000, 4, { 10, 11, 12, 13 }, { 1000, 1001, 1002, 1003 } },
		{ "back", 1000, 10, 4, { 1000, 1001, 1002, 1003 }, { 10, 11, 12, 13 } },
		{ "to itself", 7, 7, 4, { 7, 8, 9, 10 }, { 7, 8, 9, 10 } },
		{ "not those that were wrong", 10, 1000, 4, { 10, 10, 1002, 13 },
		  { 1000, 10, 1002, 1003 } },
		{ "none", 10, 1000, 4, { 11, 12, 13, 14 }, { 11, 12, 13, 14 } },
		{ "the first only", 10, 1000, 1, { 10, 11, 12, 13 }, { 1000, 11, 12, 13 } },
		{ "nothing to do", 10, 1000, 0, { 10, 11, 12, 13 }, { 10, 11, 12, 13 } },
		{ "32 bits come round", 0xfffffffe, 5, 4, { 0xfffffffe, 0xffffffff, 0, 1 },
		  { 5, 6, 7, 8 } },
		{ "and come round there", 5, 0xfffffffe, 4, { 5, 6, 7, 8 },
		  { 0xfffffffe, 0xffffffff, 0, 1 } },
		{ "one where they meet", 0xffffffff, 0xffffffff, 4, { 0xffffffff, 0, 1, 2 },
		  { 0xffffffff, 0, 1, 2 } },
		{ "overlapping numbers", 10, 11, 4, { 10, 11, 12, 13 }, { 11, 12, 13, 14 } },
	};
	static const u32 strides[] = { 8, 13, 16, 64 };
	struct rng r = test_rng();
	u32 i, s, k;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		for (s = 0; s < ARRAY_SIZE(strides); s++) {
			size_t bytes = 3 * strides[s] + 8;
			u8 *got = guard_alloc(bytes), *want;

			rnd_bytes(&r, got, bytes);
			for (k = 0; k < 4; k++)
				tuple_put(got + k * strides[s], 0x1234, 0xabcd, row[i].ref[k]);
			want = guard_copy(got, bytes);
			for (k = 0; k < 4; k++)
				tuple_put(want + k * strides[s], 0x1234, 0xabcd, row[i].want[k]);
			nvmeq_prot_remap(got, strides[s], row[i].n, row[i].from, row[i].to);
			WANT_MEM(row[i].desc, got, want, bytes);
			guard_free(want);
			guard_free(got);
		}
}

static const struct CMUnitTest tests[] = {
	TEST(every_combination_is_as_the_rules_say),
	TEST(worked_decisions),
	TEST(larger_guards_take_sixteen_bytes),
	TEST(what_is_no_disk_has_no_protection),
	TEST(largest_request_just_has_room),
	TEST(worked_rooms),
	TEST(commands_say_what_was_decided),
	TEST(worked_commands),
	TEST(block_layer_is_told_of_tuples),
	TEST(transfers_fit_the_controller),
	TEST(weaving_needs_sgls_and_large_blocks),
	TEST(nothing_is_woven_where_there_is_no_metadata),
	TEST(requests_that_a_list_cannot_hold_are_copied),
	TEST(worked_limits_of_woven_transfers),
	TEST(every_request_within_the_limit_has_a_way),
	TEST(texts_say_it_in_a_line),
	TEST(tuples_are_made_from_any_pieces),
	TEST(every_bit_that_is_guarded_counts),
	TEST(first_bad_block_is_named_and_escapes_are_left_alone),
	TEST(escapes),
	TEST(data_goes_in_and_comes_out),
	TEST(metadata_goes_in_and_comes_out),
	TEST(tuples_are_made_and_compared_in_one),
	TEST(data_in_one_piece_needs_no_walk),
	TEST(a_spoilt_guard_is_found),
	TEST(matching_reference_tags_are_translated),
};

TEST_MAIN("prot", tests)
