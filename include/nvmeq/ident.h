/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ident.h - Identify pages to facts
 *
 * The only reader of Identify data. What comes out is in host order, 1's
 * based, bounded and safe to print; what a device has no right to say is
 * refused or clipped here, so that nobody behind this has to ask again.
 */
#ifndef NVMEQ_IDENT_H
#define NVMEQ_IDENT_H

#include <nvmeq/base.h>

#define NVMEQ_MODEL_LEN		40
#define NVMEQ_SERIAL_LEN	20
#define NVMEQ_FIRMWARE_LEN	8
#define NVMEQ_NQN_LEN		223
#define NVMEQ_FORMATS_MAX	64

/**
 * struct nvmeq_ctrl_facts - Identify Controller
 * @version: VER field, as the VS register
 * @vid: PCI vendor
 * @ssvid: subsystem vendor
 * @cntlid: controller identifier
 * @model: ASCII, trailing spaces and zeroes removed, unprintable bytes replaced by '?'
 * @serial: likewise
 * @firmware: likewise
 * @subnqn: NVM subsystem qualified name; made up from vid, ssvid, serial and
 *          model ("nqn.2014.08.org.nvmexpress:...", padded with spaces as on the wire,
 *          Base section 4.5.1) when the device gives none
 * @cntrltype: 0 not reported, 1 I/O, 2 discovery, 3 administrative
 * @nn: number of namespaces, 0 possible
 * @max_transfer_bytes: from MDTS and the smallest page, clipped to
 *          NVMEQ_MAX_TRANSFER_BYTES; that value also when MDTS is 0
 * @abort_limit: concurrent Abort commands, 1's based
 * @event_limit: concurrent event requests, 1's based
 * @power_states: 1's based, 1..32
 * @shutdown_us: RTD3E, 0 not reported
 * @retry_delay_ms: CRDT1..3
 * @oacs: optional admin commands as reported
 * @oncs: optional NVM commands
 * @sgl: I/O queues take SGLs
 * @sgl_dword: dword aligned only
 * @vwc: a volatile write cache is present
 * @effects_log: Commands Supported and Effects log is there
 * @has_dsm: Dataset Management; @has_write_zeroes; @has_compare
 * @max_wz_bytes: largest Write Zeroes, 0 no limit reported
 * @dsm_ranges: most ranges of one DSM, 1..256
 * @dsm_range_blocks: most blocks of one range, 0 no limit reported
 * @dsm_blocks: most blocks of one DSM, 0 no limit reported
 * @atomic_blocks: AWUPF, 1's based: blocks that a power failure leaves whole; 0 not known
 * @max_verify_bytes: largest Verify, 0 no limit reported
 * @long_host_id: host identifiers have 128 bits, else 64 (CTRATT)
 * @extended_formats: formats may have other protection information than that with a guard of
 *          16 bits (CTRATT.ELBAS); nvmeq_ident_ns_nvm() tells
 * @compare_write_blocks: ACWU, 1's based: largest fused Compare and Write; 0 no fused commands
 * @smart_per_ns: the SMART log is there for each namespace
 * @format_all: a format hits every namespace
 * @sanicap: sanitize operations as reported
 * @self_test_minutes: of the extended self-test, 0 not known or no self-tests
 * @warn_kelvin: WCTEMP, 0 not reported
 * @firmware_slots: 0..7
 * @slot1_read_only: the first of them takes no image
 * @activate_now: firmware may be activated without a reset
 * @firmware_unit_bytes: size and alignment of a piece of an image: FWUG; 4 when there is no
 *          rule, 4096 when none was told
 */
struct nvmeq_ctrl_facts {
	u32 version;
	u16 vid;
	u16 ssvid;
	u16 cntlid;
	char model[NVMEQ_MODEL_LEN + 1];
	char serial[NVMEQ_SERIAL_LEN + 1];
	char firmware[NVMEQ_FIRMWARE_LEN + 1];
	char subnqn[NVMEQ_NQN_LEN + 1];
	u8 cntrltype;
	u32 nn;
	u32 max_transfer_bytes;
	u16 abort_limit;
	u16 event_limit;
	u8 power_states;
	u32 shutdown_us;
	u32 retry_delay_ms[3];
	u16 oacs;
	u16 oncs;
	bool sgl;
	bool sgl_dword;
	bool vwc;
	bool effects_log;
	bool has_dsm;
	bool has_write_zeroes;
	bool has_compare;
	u64 max_wz_bytes;
	u16 dsm_ranges;
	u32 dsm_range_blocks;
	u64 dsm_blocks;
	u32 atomic_blocks;
	u64 max_verify_bytes;
	bool long_host_id;
	bool extended_formats;
	u32 compare_write_blocks;
	bool smart_per_ns;
	bool format_all;
	u32 sanicap;
	u16 self_test_minutes;
	u16 warn_kelvin;
	u8 firmware_slots;
	bool slot1_read_only;
	bool activate_now;
	u32 firmware_unit_bytes;
};

/* Why a namespace cannot be a disk. Its generic node is there all the same. */
enum nvmeq_ns_use {
	NVMEQ_NS_USABLE,
	NVMEQ_NS_EMPTY,			/* size 0: not active, or gone */
	NVMEQ_NS_BLOCK_SIZE,		/* below 512 bytes or above the host page */
	NVMEQ_NS_TOO_LARGE,		/* more bytes than 63 bits count */
	NVMEQ_NS_METADATA,		/* a tuple without room, or metadata that we have none for */
	NVMEQ_NS_GUARD,			/* protection with a guard of 32 bits, or storage tags beside 16 */
	NVMEQ_NS_COMMAND_SET,		/* not the NVM command set */
	NVMEQ_NS_FORMAT_INDEX,		/* FLBAS points outside the formats */
};

/**
 * struct nvmeq_ns_format - one of the formats that a namespace can be given
 * @block_shift: log2 of the data bytes of a block; 0: not there, or of no use to this host
 * @metadata_bytes: of each block
 */
struct nvmeq_ns_format {
	u8 block_shift;
	u16 metadata_bytes;
};

/**
 * struct nvmeq_ns_facts - Identify Namespace and its descriptors
 * @nsid: namespace identifier
 * @csi: command set of the descriptor list, NVM when none is given
 * @blocks: NSZE
 * @used_blocks: NUSE, clipped to @blocks
 * @block_shift: log2 of the data bytes of a block; 0 when the format is broken
 * @format: index of the format in use
 * @metadata_bytes: of each block
 * @extended: they follow the data in the same buffer
 * @pi_type: 0..3
 * @pi_first: tuple in the first bytes of the metadata
 * @pi_bytes: of the tuple: 8 with a guard of 16 bits, 16 with one of 64; 0 without
 * @pi_ref_bits: of its reference tag
 * @use: can it be a disk
 * @shared: NMIC bit 0
 * @read_only: write protected (NSATTR)
 * @dealloc_zero: deallocated blocks read as zeroes
 * @wz_dealloc: Write Zeroes may deallocate
 * @boundary_blocks: NOIOB, 0 none
 * @write_granularity_blocks: NPWG, 0 not reported
 * @write_opt_blocks: NOWS likewise
 * @dealloc_granularity_blocks: NPDG, 0 not reported
 * @dealloc_align_blocks: NPDA
 * @atomic_blocks: NAWUPF, 1's based, in place of the controller's; 0 not reported
 * @compare_write_blocks: NACWU, 1's based, in place of the controller's; 0 not reported
 * @thin: blocks are allocated when they are written
 * @dpc: protection types that the formats can have, as reported
 * @rescap: reservation capabilities as reported
 * @format_progress: how far a format is, is reported
 * @nr_formats: entries of @formats, 1..64; 0 only when nothing was decoded
 * @formats: by LBAF index
 * @has_eui64: @eui64 is valid (not all zero); @has_nguid; @has_uuid likewise
 */
struct nvmeq_ns_facts {
	u32 nsid;
	u8 csi;
	u64 blocks;
	u64 used_blocks;
	u8 block_shift;
	u8 format;
	u16 metadata_bytes;
	bool extended;
	u8 pi_type;
	bool pi_first;
	u8 pi_bytes;
	u8 pi_ref_bits;
	enum nvmeq_ns_use use;
	bool shared;
	bool read_only;
	bool dealloc_zero;
	bool wz_dealloc;
	u32 boundary_blocks;
	u32 write_granularity_blocks;
	u32 write_opt_blocks;
	u32 dealloc_granularity_blocks;
	u32 dealloc_align_blocks;
	u32 atomic_blocks;
	u32 compare_write_blocks;
	bool thin;
	u8 dpc;
	u8 rescap;
	bool format_progress;
	u8 nr_formats;
	struct nvmeq_ns_format formats[NVMEQ_FORMATS_MAX];
	bool has_eui64;
	bool has_nguid;
	bool has_uuid;
	u8 eui64[8];
	u8 nguid[16];
	u8 uuid[16];
};

/**
 * nvmeq_ident_ctrl() - decode Identify Controller (CNS 01h)
 * @page: data, aligned to 8 bytes (the other pages too)
 * @len: bytes of it
 * @page_shift_min: CAP.MPSMIN as log2, the unit of MDTS
 * @f: result, wholly written
 *
 * Return: 0; -EINVAL when @len is short or the entry sizes exclude 64-byte
 * submission and 16-byte completion entries.
 */
int nvmeq_ident_ctrl(const void *page, size_t len, u8 page_shift_min, struct nvmeq_ctrl_facts *f);

/**
 * nvmeq_ident_ctrl_nvm() - add what CNS 06h of the NVM command set says
 * @page: data
 * @len: bytes
 * @page_shift_min: unit of VSL and WZSL
 * @f: facts of the controller; max_verify_bytes, max_wz_bytes, dsm_ranges,
 *     dsm_range_blocks, dsm_blocks are set; untouched when @len is short
 *
 * Return: 0; -EINVAL when @len is short.
 */
int nvmeq_ident_ctrl_nvm(const void *page, size_t len, u8 page_shift_min,
			 struct nvmeq_ctrl_facts *f);

/**
 * nvmeq_ident_ns() - decode Identify Namespace (CNS 00h)
 * @page: data
 * @len: bytes of it
 * @nsid: namespace asked for
 * @host_page_shift: log2 of the host page, the largest usable block
 * @f: result, wholly written; call nvmeq_ident_ns_descs() after it
 *
 * Return: 0, whatever @f->use says; -EINVAL when @len is short.
 */
int nvmeq_ident_ns(const void *page, size_t len, u32 nsid, u8 host_page_shift,
		   struct nvmeq_ns_facts *f);

/**
 * nvmeq_ident_ns_nvm() - add what CNS 05h of the NVM command set says
 * @page: data
 * @len: bytes of it
 * @host_page_shift: as above
 * @f: facts of the namespace; of protection information, its size; @f->use follows
 *
 * Return: 0; -EINVAL when @len is short.
 */
int nvmeq_ident_ns_nvm(const void *page, size_t len, u8 host_page_shift, struct nvmeq_ns_facts *f);

/**
 * nvmeq_ident_ns_descs() - add the Namespace Identification Descriptors (CNS 03h)
 * @page: data
 * @len: bytes of it
 * @f: facts of the namespace; identifiers and csi are set, @f->use follows csi
 *
 * Unknown types are skipped. A descriptor that is longer than the page, or
 * whose length is not the one of its type, ends the walk.
 *
 * Return: descriptors understood, 0 or more.
 */
int nvmeq_ident_ns_descs(const void *page, size_t len, struct nvmeq_ns_facts *f);

/**
 * nvmeq_ident_ns_list() - decode one page of a namespace list (CNS 02h, 10h)
 * @page: data
 * @len: bytes of it
 * @after: NSID that the page was asked to begin after
 * @out: receives the identifiers
 * @max: room in @out
 *
 * The list ends at the first 0, and at the first entry that is not above its
 * predecessor or not a valid NSID: a device that lists backwards would
 * otherwise keep the caller paging for ever.
 *
 * Return: entries written to @out.
 */
u32 nvmeq_ident_ns_list(const void *page, size_t len, u32 after, u32 *out, u32 max);

/**
 * nvmeq_ident_wwid() - the name that udev and multipath know a namespace by
 * @c: controller
 * @ns: namespace
 * @buf: receives "uuid.…", "eui.…" (NGUID before EUI64) or "nvme.vid-sn-mn-nsid"
 * @size: bytes of @buf, 1 or more; the result is cut to it and terminated
 *
 * Return: length written, without the terminator.
 */
int nvmeq_ident_wwid(const struct nvmeq_ctrl_facts *c, const struct nvmeq_ns_facts *ns,
		     char *buf, size_t size);

/* "usable", "metadata in the format", …: for the one message that a hidden namespace gets. */
const char *nvmeq_ns_use_name(enum nvmeq_ns_use use);

/* Same disk behind the NSID? Compares the identifiers that both have; true when neither has any,
 * false when only one has some, or each has others.
 */
bool nvmeq_ident_same_ns(const struct nvmeq_ns_facts *a, const struct nvmeq_ns_facts *b);

#endif /* NVMEQ_IDENT_H */
