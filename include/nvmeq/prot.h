/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * prot.h - metadata of reads and writes: who makes it, checks it, and where it lies
 *
 * A format may have metadata beside the data of each block, and in its first or last
 * eight or sixteen bytes protection information (dif.h, dif64.h). What a namespace's reads
 * and writes say and bring along follows from its format and from what the administrator wants: a
 * struct nvmeq_prot. Around it, the work on the memory of one request.
 *
 * References: NVM Command Set 1.0c sections 2.1.2, 5.2 (End-to-end Data Protection).
 */
#ifndef NVMEQ_PROT_H
#define NVMEQ_PROT_H

#include <nvmeq/cmd.h>
#include <nvmeq/dif64.h>
#include <nvmeq/dptr.h>
#include <nvmeq/ident.h>
#include <nvmeq/limits.h>

/* The parameter pi: who makes and checks protection information. */
enum nvmeq_pi_use {
	NVMEQ_PI_HOST,		/* the driver; the controller checks, too */
	NVMEQ_PI_CONTROLLER,	/* the controller: it inserts and strips */
	NVMEQ_PI_OFF,		/* the controller inserts, nobody checks */
	NVMEQ_PI_USES
};

extern const char *const nvmeq_pi_words[NVMEQ_PI_USES + 1];

/* Where the metadata of a request lies. */
enum nvmeq_prot_way {
	NVMEQ_PROT_NONE,	/* there is none: a request needs nothing from here */
	NVMEQ_PROT_INSERT,	/* the controller inserts and strips it */
	NVMEQ_PROT_SEPARATE,	/* in a buffer of its own, by the metadata pointer */
	NVMEQ_PROT_WOVEN,	/* likewise, put behind each block by SGL (extended LBA) */
	NVMEQ_PROT_MIXED,	/* behind each block, in memory to which data is copied */
};

/* The most memory, in bytes, that the metadata of a request has, or with MIXED all of it. */
#define NVMEQ_PROT_BYTES	(65536U - 256)

/**
 * struct nvmeq_prot - how the reads and writes of a namespace are protected
 * @way: enum nvmeq_prot_way
 * @host: tuples are made and checked by the driver
 * @block_shift: log2 of the data bytes of a block
 * @pi_type: 0 none, else enum nvmeq_dif_type
 * @tuple_bytes: 8, or 16 with a guard of 64 bits
 * @ref_bits: of the reference tag
 * @meta_bytes: of each block
 * @tuple_at: offset of the tuple in them
 * @covered: metadata bytes before the tuple, which its guard covers like the data
 * @app_mask: bits of the application tag that have to be 0
 * @extended: with metadata in memory, it is MIXED or WOVEN
 * @woven: WOVEN, wherever the descriptors of a request fit its list
 * @page_shift: with @woven, log2 of the page at whose bounds alone requests have gaps
 * @checks: PRCHK bits of dword 12 for all that can be checked
 * @read_flags: PRINFO of a read in dword 12
 * @write_flags: of a write
 * @zeroes_flags: of Write Zeroes, which brings no metadata
 * @dif: what tuples with a guard of 16 bits look like, but for the reference tag
 */
struct nvmeq_prot {
	u8 way;
	bool host;
	u8 block_shift;
	u8 pi_type;
	u8 tuple_bytes;
	u8 ref_bits;
	u16 meta_bytes;
	u16 tuple_at;
	u16 covered;
	u16 app_mask;
	bool extended;
	bool woven;
	u8 page_shift;
	u32 checks;
	u32 read_flags;
	u32 write_flags;
	u32 zeroes_flags;
	struct nvmeq_dif dif;
};

/**
 * nvmeq_prot_possible() - can a disk have this format?
 * @ns: geometry, metadata and protection of it
 * @page_shift: log2 of the host page, which is not below a block
 *
 * Return: false when the tuple does not fit the metadata, or a page of blocks not the memory.
 */
bool nvmeq_prot_possible(const struct nvmeq_ns_facts *ns, u8 page_shift);

/**
 * nvmeq_prot_make() - decide for a namespace
 * @ns: facts; those of one that is not usable give NVMEQ_PROT_NONE
 * @use: as the administrator wants it
 * @app_mask: bits of the application tag that are compared with 0
 * @p: result, wholly written
 */
void nvmeq_prot_make(const struct nvmeq_ns_facts *ns, enum nvmeq_pi_use use, u16 app_mask,
		     struct nvmeq_prot *p);

/**
 * nvmeq_prot_weave() - decide whether data stays where it is although metadata goes behind it
 * @p: as made for the namespace
 * @c: what the controller takes
 * @use: the parameter sgl: auto for blocks of 4096 bytes or more, always for any
 * @page_shift: log2 of the controller's page, at whose bounds alone requests have gaps
 */
void nvmeq_prot_weave(struct nvmeq_prot *p, const struct nvmeq_ctrl_facts *c,
		      enum nvmeq_sgl_use use, u8 page_shift);

/**
 * nvmeq_prot_way() - where the metadata of a request lies
 * @p: of its namespace
 * @brought: somebody above brings it along: the controller cannot insert it
 * @blocks: of the request, not 0
 * @runs: of its data, not 0; neighbours may be counted apart, as the block layer does
 *
 * Return: the way, to be handed to the functions below.
 */
enum nvmeq_prot_way nvmeq_prot_way(const struct nvmeq_prot *p, bool brought, u32 blocks, u32 runs);

/* The largest transfer, in bytes of data, that has room; if in one with its metadata, by copy. */
u32 nvmeq_prot_max_bytes(const struct nvmeq_prot *p);

/**
 * nvmeq_prot_limits() - add what the block layer is told of it
 * @p: of the namespace
 * @mdts_bytes: largest transfer of the controller, of which metadata behind blocks is part
 * @l: limits of the namespace; without capacity when not even a page of blocks can be moved
 *
 * A request within them has a way for every layout of memory that the boundary in @l allows.
 */
void nvmeq_prot_limits(const struct nvmeq_prot *p, u32 mdts_bytes, struct nvmeq_limits *l);

/* Bytes of the memory that @blocks need on the way @way. */
static inline u32 nvmeq_prot_room(const struct nvmeq_prot *p, enum nvmeq_prot_way way, u32 blocks)
{
	if (way < NVMEQ_PROT_SEPARATE)
		return 0;
	return blocks * (p->meta_bytes + (way == NVMEQ_PROT_MIXED ? 1U << p->block_shift : 0));
}

/**
 * nvmeq_prot_dress() - add to a read, write or write zeroes what protection asks for
 * @p: of the namespace
 * @rw: opcode and first block are there; PRINFO, initial reference tag and application tag
 *      are added
 */
void nvmeq_prot_dress(const struct nvmeq_prot *p, struct nvmeq_rw *rw);

/* The same for a request whose tuples come from above: application tags are not ours. */
void nvmeq_prot_dress_payload(const struct nvmeq_prot *p, bool check, struct nvmeq_rw *rw);

/* A read that is sent again so that the driver sees what the controller complained of. */
void nvmeq_prot_undress(const struct nvmeq_prot *p, struct nvmeq_rw *rw);

/* "type 1, at 8 of 16 bytes, in a buffer of its own, checked by host": for sysfs. */
void nvmeq_prot_text(const struct nvmeq_prot *p, char *buf, size_t size);

/* --- SEPARATE, WOVEN: data in pieces of any length, its metadata in one --- */

/**
 * struct nvmeq_prot_walk - a request's data, seen piece by piece
 * @p: of the namespace
 * @dif: what the tuples look like
 * @dif64: what larger ones look like
 * @meta: metadata of the first block
 * @verify: compare tuples, instead of making them
 * @block: of the request, at which the next piece begins
 * @part: bytes of it that have been seen
 * @seed: their CRC
 * @bad: the first mismatch
 */
struct nvmeq_prot_walk {
	const struct nvmeq_prot *p;
	struct nvmeq_dif dif;
	struct nvmeq_dif64 dif64;
	u8 *meta;
	bool verify;
	u32 block;
	u32 part;
	u64 seed;
	struct nvmeq_dif_error bad;
};

/**
 * nvmeq_prot_walk_begin() - before the first piece
 * @w: walk
 * @p: of the namespace, with @host
 * @lba: first block
 * @meta: metadata of all blocks; where tuples are made, its other bytes are set already
 * @verify: compare
 */
void nvmeq_prot_walk_begin(struct nvmeq_prot_walk *w, const struct nvmeq_prot *p, u64 lba,
			   u8 *meta, bool verify);

/**
 * nvmeq_prot_walk_piece() - the next bytes
 * @w: walk
 * @data: any alignment
 * @len: in bytes; blocks may begin and end anywhere in it
 *
 * Context: as crc.h. Return: false when a tuple does not match: @w->bad says which. The walk
 * is over then.
 */
bool nvmeq_prot_walk_piece(struct nvmeq_prot_walk *w, const u8 *data, u32 len);

/**
 * nvmeq_prot_whole() - the same for data in one piece
 * @p: of the namespace, with @host; its guards cover no metadata
 * @lba: first block
 * @data: whole blocks
 * @meta: their metadata
 * @blocks: how many
 * @verify: compare
 * @bad: receives the first mismatch
 *
 * Return: as nvmeq_prot_walk_piece().
 */
bool nvmeq_prot_whole(const struct nvmeq_prot *p, u64 lba, const u8 *data, u8 *meta, u32 blocks,
		      bool verify, struct nvmeq_dif_error *bad);

/* --- MIXED: data and metadata in one --- */

/* Make or compare the tuples of @blocks blocks; returns false, with @bad, on a mismatch. */
bool nvmeq_prot_mixed(const struct nvmeq_prot *p, u64 lba, u8 *mixed, u32 blocks, bool verify,
		      struct nvmeq_dif_error *bad);

/**
 * nvmeq_prot_copy() - move data into MIXED memory, or out of it
 * @p: of the namespace
 * @mixed: block after block
 * @at: bytes of data before this piece, advanced by @len
 * @data: the piece
 * @len: its bytes
 * @in: into @mixed
 */
void nvmeq_prot_copy(const struct nvmeq_prot *p, u8 *mixed, u32 *at, u8 *data, u32 len, bool in);

/* The same for metadata that comes from, or goes to, somebody above; counts its bytes. */
void nvmeq_prot_copy_meta(const struct nvmeq_prot *p, enum nvmeq_prot_way way, u8 *memory,
			  u32 *at, u8 *meta, u32 len, bool in);

/* For tests: the guard of the first block, in memory that the way @way has, becomes another one. */
void nvmeq_prot_spoil(const struct nvmeq_prot *p, enum nvmeq_prot_way way, u8 *memory);

/**
 * nvmeq_prot_remap() - give tuples other reference tags
 * @tuples: first one
 * @stride: from tuple to tuple
 * @n: how many
 * @from: reference tag that the first one is to have; the next ones count on
 * @to: what it becomes
 *
 * A tuple with another one stays as it is: it was wrong before, and will be found to be.
 */
void nvmeq_prot_remap(u8 *tuples, u32 stride, u32 n, u32 from, u32 to);

#endif /* NVMEQ_PROT_H */
