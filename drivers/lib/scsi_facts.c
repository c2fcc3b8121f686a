// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_facts.c - what a namespace can do as a SCSI disk
 *
 * Each ability and limit is worked out here once. Pages that announce it and
 * commands that live up to it both ask, so they cannot disagree.
 *
 * Deallocation: Dataset Management is a hint, and a controller may leave the
 * data as it was. A disk that says that unmapped blocks read as zeroes must
 * mean it. So LBPRZ is announced only where Write Zeroes may deallocate, and
 * UNMAP is then made of Write Zeroes; elsewhere it is the hint, which is
 * faster, and nothing is promised.
 */
#include <nvmeq/scsi_facts.h>
#include <nvmeq/spec_id.h>

#define FACTS_BLOCK_SHIFT_MIN	9
#define FACTS_BLOCK_SHIFT_MAX	16
#define FACTS_CMD_BLOCKS	65536U		/* NLB is 16 bits, 0's based */
#define FACTS_SAME_SHIFT	30		/* one WRITE SAME writes at most 1 GiB */
#define FACTS_UNMAP_ZEROES	0x100000U	/* blocks: a few dozen Write Zeroes */
#define FACTS_PI_BYTES		8

void nvmeq_scsi_state_init(struct nvmeq_scsi_state *s)
{
	*s = (struct nvmeq_scsi_state) { .mrie = 6 };
}

void nvmeq_scsi_state_merge(struct nvmeq_scsi_state *now, const struct nvmeq_scsi_state *before,
			    const struct nvmeq_scsi_state *after)
{
	if (after->d_sense != before->d_sense)
		now->d_sense = after->d_sense;
	if (after->format_block_bytes != before->format_block_bytes)
		now->format_block_bytes = after->format_block_bytes;
	if (after->dexcpt != before->dexcpt)
		now->dexcpt = after->dexcpt;
	if (after->mrie != before->mrie)
		now->mrie = after->mrie;
}

static void facts_names(const struct nvmeq_ctrl_facts *c, const struct nvmeq_ns_facts *ns,
			struct nvmeq_scsi_facts *f)
{
	memcpy(f->model, c->model, sizeof(f->model));
	memcpy(f->serial, c->serial, sizeof(f->serial));
	memcpy(f->firmware, c->firmware, sizeof(f->firmware));
	f->vid = c->vid;
	f->nsid = ns->nsid;
	f->has_eui64 = ns->has_eui64;
	f->has_nguid = ns->has_nguid;
	f->has_uuid = ns->has_uuid;
	memcpy(f->eui64, ns->eui64, sizeof(f->eui64));
	memcpy(f->nguid, ns->nguid, sizeof(f->nguid));
	memcpy(f->uuid, ns->uuid, sizeof(f->uuid));
}

static void facts_geometry(const struct nvmeq_ns_facts *ns, const struct nvmeq_limits *l,
			   struct nvmeq_scsi_facts *f)
{
	f->blocks = ns->blocks;
	f->block_shift = ns->block_shift;
	f->metadata_bytes = ns->metadata_bytes;
	f->extended = ns->extended;
	f->pi_type = ns->pi_type;
	f->dpc = ns->dpc;
	f->pi_first = ns->pi_first;
	f->pi_bytes = ns->pi_bytes;
	f->pi_ref_bits = ns->pi_ref_bits;
	/* A namespace that cannot be a disk has the limits of 512-byte blocks. */
	f->physical_bytes = max_t(u32, l->physical_bytes, nvmeq_scsi_block_bytes(f));
	f->opt_transfer_blocks = ns->write_opt_blocks;
	f->granularity_blocks = ns->write_granularity_blocks;
	f->unmap_granularity_blocks = ns->dealloc_granularity_blocks;
	f->unmap_align_blocks = ns->dealloc_align_blocks;
	f->thin = ns->thin;
	f->read_only = ns->read_only;
	f->dealloc_zero = ns->dealloc_zero;
	f->wz_dealloc = ns->wz_dealloc;
	f->rescap = ns->rescap;
	f->format_progress = ns->format_progress;
	f->formats = ns->formats;
	f->nr_formats = ns->nr_formats;
}

/* As the controller counts them: metadata belongs to the data where it follows it. */
static u32 facts_verify_blocks(const struct nvmeq_ctrl_facts *c, const struct nvmeq_scsi_facts *f)
{
	u32 unit = nvmeq_scsi_block_bytes(f) + (f->extended ? f->metadata_bytes : 0);
	u32 most = (u32)min_t(u64, c->max_verify_bytes, 0xffffffffU);

	if (!(c->oncs & NVMEQ_ONCS_VERIFY) || !nvmeq_scsi_piece_blocks(f))
		return 0;
	return most ? min_t(u32, most / unit, FACTS_CMD_BLOCKS) : FACTS_CMD_BLOCKS;
}

static void facts_limits(const struct nvmeq_ctrl_facts *c, const struct nvmeq_limits *l,
			 struct nvmeq_scsi_facts *f)
{
	u32 sect_shift;

	f->max_transfer_bytes = l->max_transfer_sect512 << 9;
	if (f->block_shift >= FACTS_BLOCK_SHIFT_MIN) {
		sect_shift = f->block_shift - 9U;
		f->write_zeroes_blocks = min_t(u32, l->write_zeroes_sect512 >> sect_shift,
					       FACTS_CMD_BLOCKS);
	}
	f->verify_blocks = facts_verify_blocks(c, f);
	f->unmap_ranges = c->has_dsm ? c->dsm_ranges : 0;
	f->unmap_range_blocks = c->dsm_range_blocks;
	f->unmap_blocks = c->dsm_blocks;
}

static void facts_abilities(const struct nvmeq_ctrl_facts *c, struct nvmeq_scsi_facts *f)
{
	f->oacs = c->oacs;
	f->oncs = c->oncs;
	f->vwc = c->vwc;
	f->fused = c->compare_write_blocks;
	f->smart_per_ns = c->smart_per_ns;
	f->format_all = c->format_all;
	f->sanicap = c->sanicap;
	f->self_test_minutes = c->self_test_minutes;
	f->warn_kelvin = c->warn_kelvin;
	f->power_states = c->power_states;
	f->firmware_slots = c->firmware_slots;
	f->slot1_read_only = c->slot1_read_only;
	f->activate_now = c->activate_now;
	f->firmware_unit_bytes = c->firmware_unit_bytes;
}

void nvmeq_scsi_facts_make(const struct nvmeq_ctrl_facts *c, const struct nvmeq_ns_facts *ns,
			   const struct nvmeq_limits *l, struct nvmeq_scsi_facts *f)
{
	memset(f, 0, sizeof(*f));
	facts_names(c, ns, f);
	facts_geometry(ns, l, f);
	facts_abilities(c, f);
	f->compare_write_blocks = ns->compare_write_blocks ? ns->compare_write_blocks :
				  c->compare_write_blocks;
	facts_limits(c, l, f);
}

/* In an extended format, data alone moves only where the controller inserts and strips. */
static bool facts_movable(const struct nvmeq_scsi_facts *f)
{
	return !f->extended || (f->pi_type && f->metadata_bytes == f->pi_bytes);
}

u32 nvmeq_scsi_piece_blocks(const struct nvmeq_scsi_facts *f)
{
	if (f->block_shift < FACTS_BLOCK_SHIFT_MIN || f->block_shift > FACTS_BLOCK_SHIFT_MAX)
		return 0;
	return min_t(u32, f->max_transfer_bytes >> f->block_shift, FACTS_CMD_BLOCKS);
}

bool nvmeq_scsi_has_medium(const struct nvmeq_scsi_facts *f)
{
	return f->blocks && nvmeq_scsi_piece_blocks(f) && facts_movable(f);
}

u32 nvmeq_scsi_call_blocks(const struct nvmeq_scsi_facts *f)
{
	return nvmeq_scsi_has_medium(f) ? NVMEQ_SCSI_CALL_BYTES >> f->block_shift : 0;
}

bool nvmeq_scsi_can_unmap(const struct nvmeq_scsi_facts *f)
{
	return f->unmap_ranges && nvmeq_scsi_has_medium(f);
}

bool nvmeq_scsi_can_unmap_same(const struct nvmeq_scsi_facts *f)
{
	return nvmeq_scsi_can_unmap(f) && f->write_zeroes_blocks && f->wz_dealloc;
}

bool nvmeq_scsi_unmap_zeroes(const struct nvmeq_scsi_facts *f)
{
	return nvmeq_scsi_can_unmap_same(f) && f->dealloc_zero;
}

u32 nvmeq_scsi_unmap_max(const struct nvmeq_scsi_facts *f)
{
	if (!nvmeq_scsi_can_unmap(f))
		return 0;
	return nvmeq_scsi_unmap_zeroes(f) ? FACTS_UNMAP_ZEROES : 0xffffffffU;
}

u32 nvmeq_scsi_unmap_ranges(const struct nvmeq_scsi_facts *f)
{
	return nvmeq_scsi_can_unmap(f) ? NVMEQ_SCSI_UNMAP_RANGES : 0;
}

u32 nvmeq_scsi_write_same_max(const struct nvmeq_scsi_facts *f)
{
	return nvmeq_scsi_has_medium(f) ? 1U << (FACTS_SAME_SHIFT - f->block_shift) : 0;
}

/* Tuples of type 2 belong to the 32-byte commands, which are not offered. */
bool nvmeq_scsi_can_protect(const struct nvmeq_scsi_facts *f)
{
	return f->pi_type && f->pi_type != 2 && f->pi_transfer &&
	       f->metadata_bytes == FACTS_PI_BYTES;
}

/* Compare looks at metadata too, of which the SCSI command has none. */
bool nvmeq_scsi_can_compare(const struct nvmeq_scsi_facts *f)
{
	return (f->oncs & NVMEQ_ONCS_COMPARE) && !f->metadata_bytes;
}

u32 nvmeq_scsi_compare_write_max(const struct nvmeq_scsi_facts *f)
{
	u32 max = min_t(u32, f->compare_write_blocks, 255);

	if (!f->fused || !nvmeq_scsi_can_compare(f) || !nvmeq_scsi_has_medium(f))
		return 0;
	return min_t(u32, max, nvmeq_scsi_piece_blocks(f));
}
