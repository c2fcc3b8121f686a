/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scsi_facts.h - what the SCSI translation knows about controller and namespace
 *
 * A snapshot in host order, made once per scan and then shared by every SCSI
 * command of the namespace. Beside it stands what can change between two
 * commands: struct nvmeq_scsi_state.
 *
 * The functions below are the only place where a limit or an ability is worked
 * out: VPD pages and REPORT SUPPORTED OPERATION CODES announce what they say,
 * and the commands accept what they say.
 */
#ifndef NVMEQ_SCSI_FACTS_H
#define NVMEQ_SCSI_FACTS_H

#include <nvmeq/ident.h>
#include <nvmeq/limits.h>

/*
 * What one SCSI command may transfer; the kernel side refuses more. All that 16 bits of
 * transfer length ask for, in blocks of 4096 bytes: old tools know no other limit.
 */
#define NVMEQ_SCSI_CALL_BYTES		(256U << 20)
#define NVMEQ_SCSI_UNMAP_RANGES		256	/* descriptors of one UNMAP */

/* The source of each member stands behind it: C is Identify Controller (CNS 01h), N Identify
 * Namespace (00h), D the identification descriptors (03h), V the command set's controller page
 * (06h), L struct nvmeq_limits, G is known to the kernel side alone.
 */
struct nvmeq_scsi_facts {
	/* names */
	char model[NVMEQ_MODEL_LEN + 1];	/* C */
	char serial[NVMEQ_SERIAL_LEN + 1];	/* C */
	char firmware[NVMEQ_FIRMWARE_LEN + 1];	/* C */
	u16 vid;				/* C */
	u32 nsid;				/* G */
	bool has_eui64;				/* N, D */
	bool has_nguid;				/* N, D */
	bool has_uuid;				/* D */
	u8 eui64[8];
	u8 nguid[16];
	u8 uuid[16];
	const u32 *nsids;			/* active namespaces, rising; G */
	u32 nr_nsids;

	/* geometry */
	u64 blocks;				/* N: NSZE, the capacity */
	u8 block_shift;				/* N; 0: a format that cannot be addressed */
	u16 metadata_bytes;			/* N */
	bool extended;				/* N: metadata behind each block's data */
	u8 pi_type;				/* N: DPS 2:0, 0..3 */
	u8 dpc;				/* N: DPC */
	bool pi_first;				/* N */
	u8 pi_bytes;				/* N: of a tuple */
	u8 pi_ref_bits;				/* N: of a reference tag */
	u32 physical_bytes;			/* L */
	u32 opt_transfer_blocks;		/* N: NOWS, 0 not reported */
	u32 granularity_blocks;			/* N: NPWG, 0 not reported */
	u32 unmap_granularity_blocks;		/* N: NPDG, 0 not reported */
	u32 unmap_align_blocks;			/* N: NPDA, 0 not reported */
	bool thin;				/* N: NSFEAT bit 0 */
	bool read_only;				/* N: NSATTR bit 0; or the block device is, G */
	bool dealloc_zero;			/* N: DLFEAT 2:0 is 1 */
	bool wz_dealloc;			/* N: DLFEAT bit 3 */
	u8 rescap;				/* N: RESCAP */
	bool format_progress;			/* N: FPI bit 7, progress is reported */
	const struct nvmeq_ns_format *formats;	/* N: what FORMAT UNIT can choose, by LBAF */
	u8 nr_formats;				/* N: NLBAF + 1, 0..64 */

	/* abilities */
	u16 oacs;				/* C */
	u16 oncs;				/* C */
	bool vwc;				/* C */
	bool fused;				/* C: FUSES bit 0; and a pair can be sent, G */
	bool smart_per_ns;			/* C: LPA bit 0 */
	bool format_all;			/* C: FNA bit 0, a format hits every namespace */
	bool reservations;			/* C: ONCS bit 5, and a host identifier is set, G */
	bool pi_transfer;			/* G: tuples can come from and go to the caller */
	bool power_control;			/* G: START STOP UNIT may change the power state */
	u32 sanicap;				/* C */
	u16 self_test_minutes;			/* C: EDSTT; 0 when OACS bit 4 is clear */
	u16 warn_kelvin;			/* C: WCTEMP, 0 not reported */
	u8 power_states;			/* C: 1's based */
	u8 firmware_slots;			/* C: FRMW 3:1 */
	bool slot1_read_only;			/* C: FRMW bit 0 */
	bool activate_now;			/* C: FRMW bit 4, no reset needed */
	u32 firmware_unit_bytes;		/* C: FWUG * 4096; 4 for FFh; 4096 for 0 */

	/* limits of one command */
	u32 max_transfer_bytes;			/* L: data */
	u32 write_zeroes_blocks;		/* L: 0 when the command is not there */
	u32 verify_blocks;			/* V: VSL, 65536 none; 0: no such command */
	u32 compare_write_blocks;		/* C, N: ACWU + 1; NACWU + 1 if NSFEAT bit 1 */
	u16 unmap_ranges;			/* V: DMRL, 1..256; 0: the command is not there */
	u32 unmap_range_blocks;			/* V: DMRSL, 0 no limit */
	u64 unmap_blocks;			/* V: DMSL, 0 no limit */
};

/**
 * struct nvmeq_scsi_state - what commands change and later ones see; per namespace
 * @d_sense: descriptor sense (Control mode page)
 * @format_block_bytes: block length that MODE SELECT chose for the next FORMAT UNIT, 0 none
 * @dexcpt: informational exceptions are off (page 1Ch)
 * @mrie: how they are reported
 * @formatting: a FORMAT UNIT that was detached from its caller is running; kernel side only
 *
 * The kernel side keeps it, hands a copy to each command, and takes the
 * command's copy back when that says it changed it. All zero is not the
 * beginning, nvmeq_scsi_state_init() is.
 */
struct nvmeq_scsi_state {
	bool d_sense;
	u32 format_block_bytes;
	bool dexcpt;
	u8 mrie;
	bool formatting;
};

void nvmeq_scsi_state_init(struct nvmeq_scsi_state *s);
/* Of what a command began with and what it left, the difference to @now; not @formatting. */
void nvmeq_scsi_state_merge(struct nvmeq_scsi_state *now, const struct nvmeq_scsi_state *before,
			    const struct nvmeq_scsi_state *after);

/**
 * nvmeq_scsi_facts_make() - gather what Identify and the limits say
 * @c: controller
 * @ns: namespace
 * @l: its limits
 * @f: result, wholly written, with @f->formats pointing into @ns. Members marked G are left 0
 *	(nsid excepted) for the caller. fused and read_only say what Identify says, which the
 *	caller may know better.
 */
void nvmeq_scsi_facts_make(const struct nvmeq_ctrl_facts *c, const struct nvmeq_ns_facts *ns,
			   const struct nvmeq_limits *l, struct nvmeq_scsi_facts *f);

/* Blocks can be addressed and moved: the format is one that commands can carry. */
bool nvmeq_scsi_has_medium(const struct nvmeq_scsi_facts *f);
/* Bytes of a block between caller and driver without protection. */
static inline u32 nvmeq_scsi_block_bytes(const struct nvmeq_scsi_facts *f)
{
	return f->block_shift ? 1U << f->block_shift : 0;
}

/* Most data blocks of one NVMe command; 0 without a medium. */
u32 nvmeq_scsi_piece_blocks(const struct nvmeq_scsi_facts *f);
/* Protection information can come from and go to the caller: PROTECT, PROT_EN, RDPROTECT... */
bool nvmeq_scsi_can_protect(const struct nvmeq_scsi_facts *f);
/* Compare does what VERIFY with data asks for. */
bool nvmeq_scsi_can_compare(const struct nvmeq_scsi_facts *f);
/* UNMAP is offered (LBPME, LBPU). */
bool nvmeq_scsi_can_unmap(const struct nvmeq_scsi_facts *f);
/* WRITE SAME takes UNMAP=1 (LBPWS, LBPWS10). */
bool nvmeq_scsi_can_unmap_same(const struct nvmeq_scsi_facts *f);
/* What was unmapped reads as zeroes, surely (LBPRZ). */
bool nvmeq_scsi_unmap_zeroes(const struct nvmeq_scsi_facts *f);
/* Most blocks of one command with data (VPD B0h); 0 without a medium. */
u32 nvmeq_scsi_call_blocks(const struct nvmeq_scsi_facts *f);
/* Most blocks of one UNMAP (VPD B0h): 0xffffffff, or at most 0x100000. */
u32 nvmeq_scsi_unmap_max(const struct nvmeq_scsi_facts *f);
/* Most descriptors of one UNMAP. */
u32 nvmeq_scsi_unmap_ranges(const struct nvmeq_scsi_facts *f);
/* Most blocks of one WRITE SAME. */
u32 nvmeq_scsi_write_same_max(const struct nvmeq_scsi_facts *f);
/* Most blocks of one COMPARE AND WRITE, 1..255; 0 when it is not offered. */
u32 nvmeq_scsi_compare_write_max(const struct nvmeq_scsi_facts *f);

#endif /* NVMEQ_SCSI_FACTS_H */
