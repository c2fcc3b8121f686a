/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ring.h - arithmetic of submission and completion rings
 *
 * Where the next entry goes, when the ring wraps, which phase tag is new, when
 * a doorbell is due (NVMe Base 2.0c section 3.3.1, PCIe Transport 3.1). No
 * memory is touched and no lock is taken: the caller serialises each cursor.
 * Everything is inline because it is the hot path's arithmetic.
 */
#ifndef NVMEQ_RING_H
#define NVMEQ_RING_H

#include <nvmeq/spec_cmd.h>

/*
 * A command identifier holds the blk-mq tag and a 4-bit generation, so that a
 * late or doubled completion of an earlier user of the tag is recognised. It
 * limits a queue to 4096 tags.
 */
#define NVMEQ_CID_TAG_BITS	12
#define NVMEQ_CID_TAG_MASK	((1U << NVMEQ_CID_TAG_BITS) - 1)
#define NVMEQ_QUEUE_ENTRIES_MAX	(1U << NVMEQ_CID_TAG_BITS)
#define NVMEQ_QUEUE_ENTRIES_MIN	2

static inline u16 nvmeq_cid(unsigned int tag, u8 gen)
{
	return (u16)(tag | (unsigned int)(gen & 0xf) << NVMEQ_CID_TAG_BITS);
}

static inline unsigned int nvmeq_cid_tag(u16 cid)
{
	return cid & NVMEQ_CID_TAG_MASK;
}

static inline u8 nvmeq_cid_gen(u16 cid)
{
	return (u8)(cid >> NVMEQ_CID_TAG_BITS);
}

/**
 * struct nvmeq_sq_cursor - producer side of a submission ring
 * @entries: slots of the ring, 2..4096
 * @tail: slot that the next command goes to
 * @rung: tail value that the controller was last told
 */
struct nvmeq_sq_cursor {
	u16 entries;
	u16 tail;
	u16 rung;
};

static inline void nvmeq_sq_init(struct nvmeq_sq_cursor *sq, u16 entries)
{
	sq->entries = entries;
	sq->tail = 0;
	sq->rung = 0;
}

/**
 * nvmeq_sq_push() - take the next slot
 * @sq: cursor, caller holds the queue's submission lock
 *
 * Does not check for space: a ring of n entries is given n - 1 tags, and a tag
 * is held from here until after its completion is reaped.
 *
 * Return: the slot to fill.
 */
static inline u16 nvmeq_sq_push(struct nvmeq_sq_cursor *sq)
{
	u16 slot = sq->tail;

	sq->tail = slot + 1 == sq->entries ? 0 : slot + 1;
	return slot;
}

/**
 * nvmeq_sq_due() - must the doorbell be written now?
 * @sq: cursor, caller holds the queue's submission lock
 * @last: no further command follows at once
 *
 * Batches ring once, at their end; but a batch that would come round to the
 * last told position rings before it, because there tail == rung would read as
 * "nothing new".
 *
 * Return: true when the caller must write @tail and call nvmeq_sq_told().
 */
static inline bool nvmeq_sq_due(const struct nvmeq_sq_cursor *sq, bool last)
{
	u16 next;

	if (sq->tail == sq->rung)
		return false;
	if (last)
		return true;
	next = sq->tail + 1 == sq->entries ? 0 : sq->tail + 1;
	return next == sq->rung;
}

static inline u16 nvmeq_sq_told(struct nvmeq_sq_cursor *sq)
{
	sq->rung = sq->tail;
	return sq->tail;
}

/**
 * struct nvmeq_cq_cursor - consumer side of a completion ring
 * @entries: slots of the ring
 * @head: slot that the next completion comes to
 * @phase: value of the phase tag that marks a new entry, 1 on the first lap
 */
struct nvmeq_cq_cursor {
	u16 entries;
	u16 head;
	u8 phase;
};

static inline void nvmeq_cq_init(struct nvmeq_cq_cursor *cq, u16 entries)
{
	cq->entries = entries;
	cq->head = 0;
	cq->phase = 1;
}

/**
 * nvmeq_cq_new() - is the entry at the head a new one?
 * @cq: cursor
 * @status: last word of the entry at the head, host-endian, read once
 *
 * When true, the rest of the entry may be read only behind nvmeq_dma_rmb().
 */
static inline bool nvmeq_cq_new(const struct nvmeq_cq_cursor *cq, u16 status)
{
	return (status & NVMEQ_CQE_PHASE) == cq->phase;
}

static inline void nvmeq_cq_advance(struct nvmeq_cq_cursor *cq)
{
	if (++cq->head == cq->entries) {
		cq->head = 0;
		cq->phase ^= 1;
	}
}

#endif /* NVMEQ_RING_H */
