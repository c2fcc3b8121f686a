// SPDX-License-Identifier: GPL-2.0-only
/*
 * payload.c - metadata that came with a request from above (struct bio_integrity_payload)
 *
 * A target, a device mapper or an application behind them may bring the tuples of its blocks
 * along, and wants those of a read. They pass through untouched; only their reference tags are
 * translated between the blocks that whoever made them counted, and the disk's. Newer kernels do
 * that themselves, older ones by the two functions at the end.
 */
#include <linux/bio.h>
#include <linux/blk-integrity.h>
#include <linux/blk-mq.h>
#include <linux/highmem.h>
#include <nvmeq/compat/integrity.h>
#include <nvmeq/prot.h>
#include "payload.h"

#ifdef CONFIG_BLK_DEV_INTEGRITY

bool nvmeq_payload_fits(const struct nvmeq_ns *ns, struct request *rq, u32 blocks)
{
	u64 bytes = 0;
	struct bio *bio;

	__rq_for_each_bio(bio, rq) {
		if (!bio_integrity(bio))
			return false;
		bytes += bio_integrity(bio)->bip_iter.bi_size;
	}
	return bytes == (u64)blocks * ns->prot.meta_bytes;
}

bool nvmeq_payload_is_crc(struct request *rq)
{
	return !(bio_integrity(rq->bio)->bip_flags & BIP_IP_CHECKSUM);
}

bool nvmeq_payload_is_checked(struct request *rq)
{
	return !(bio_integrity(rq->bio)->bip_flags & BIP_DISK_NOCHECK);
}

void nvmeq_payload_copy(const struct nvmeq_ns *ns, struct request *rq, u8 *memory, bool in)
{
	enum nvmeq_prot_way way = nvmeq_rq_cmd(rq)->way;
	u32 bytes = (blk_rq_bytes(rq) >> ns->prot.block_shift) * ns->prot.meta_bytes;
	struct bio_integrity_payload *bip;
	struct bvec_iter iter;
	struct bio_vec bv;
	struct bio *bio;
	u32 at = 0;
	u8 *p;

	__rq_for_each_bio(bio, rq) {
		bip = bio_integrity(bio);
		bip_for_each_vec(bv, bip, iter) {
			if (bv.bv_len > bytes - at)
				return;		/* it was measured; this is for who changes it */
			p = bvec_kmap_local(&bv);
			nvmeq_prot_copy_meta(&ns->prot, way, memory, &at, p, bv.bv_len, in);
			kunmap_local(p);
		}
	}
}

#ifdef NVMEQ_INTEGRITY_TYPES

/* Reference tags of a bio's payload become those of other blocks. */
static void payload_remap(const struct nvmeq_prot *prot, struct bio *bio, u32 from, u32 to)
{
	struct bio_integrity_payload *bip = bio_integrity(bio);
	struct bvec_iter iter;
	struct bio_vec bv;
	u32 n;
	u8 *p;

	bip_for_each_vec(bv, bip, iter) {
		n = bv.bv_len / prot->meta_bytes;
		p = bvec_kmap_local(&bv);
		nvmeq_prot_remap(p + prot->tuple_at, prot->meta_bytes, n, from, to);
		kunmap_local(p);
		from += n;
		to += n;
	}
}

static u32 payload_blocks(const struct nvmeq_prot *prot, struct bio *bio)
{
	return bio->bi_iter.bi_size >> prot->block_shift;
}

/* The reference tag that whoever made the payload gave its first block. */
static u32 payload_seed(struct bio *bio)
{
	return lower_32_bits(bip_get_seed(bio_integrity(bio)));
}

static void payload_prepare(struct request *rq)
{
	const struct nvmeq_prot *prot = &((struct nvmeq_ns *)rq->q->queuedata)->prot;
	u32 lba = lower_32_bits(nvmeq_sect512_to_lba(prot->block_shift, blk_rq_pos(rq)));
	struct bio *bio;

	if (prot->pi_type == NVMEQ_DIF_TYPE3)
		return;
	__rq_for_each_bio(bio, rq) {
		struct bio_integrity_payload *bip = bio_integrity(bio);

		/* One that is sent again has them already. */
		if (!(bip->bip_flags & BIP_MAPPED_INTEGRITY)) {
			payload_remap(prot, bio, payload_seed(bio), lba);
			bip->bip_flags |= BIP_MAPPED_INTEGRITY;
		}
		lba += payload_blocks(prot, bio);
	}
}

static void payload_complete(struct request *rq, unsigned int bytes)
{
	const struct nvmeq_prot *prot = &((struct nvmeq_ns *)rq->q->queuedata)->prot;
	u32 left = bytes >> prot->block_shift;
	u32 lba = lower_32_bits(nvmeq_sect512_to_lba(prot->block_shift, blk_rq_pos(rq)));
	struct bio *bio;

	if (prot->pi_type == NVMEQ_DIF_TYPE3)
		return;
	__rq_for_each_bio(bio, rq) {
		u32 n = payload_blocks(prot, bio);

		if (n > left)
			break;
		payload_remap(prot, bio, lba, payload_seed(bio));
		lba += n;
		left -= n;
	}
}

const struct blk_integrity_profile nvmeq_integrity_types[NVMEQ_DIF_TYPE3 + 1] = {
	[NVMEQ_DIF_TYPE1] = { .name = "T10-DIF-TYPE1-CRC", .prepare_fn = payload_prepare,
			      .complete_fn = payload_complete },
	[NVMEQ_DIF_TYPE2] = { .name = "T10-DIF-TYPE1-CRC", .prepare_fn = payload_prepare,
			      .complete_fn = payload_complete },
	[NVMEQ_DIF_TYPE3] = { .name = "T10-DIF-TYPE3-CRC", .prepare_fn = payload_prepare,
			      .complete_fn = payload_complete },
};

#endif /* NVMEQ_INTEGRITY_TYPES */

#else /* no payloads in this kernel */

bool nvmeq_payload_fits(const struct nvmeq_ns *ns, struct request *rq, u32 blocks)
{
	return false;
}

bool nvmeq_payload_is_crc(struct request *rq)
{
	return false;
}

bool nvmeq_payload_is_checked(struct request *rq)
{
	return false;
}

void nvmeq_payload_copy(const struct nvmeq_ns *ns, struct request *rq, u8 *memory, bool in)
{
}

#endif /* CONFIG_BLK_DEV_INTEGRITY */
