// SPDX-License-Identifier: GPL-2.0-only
/*
 * ident.c - Identify pages to facts
 *
 * The only reader of Identify data (NVMe Base 2.0c section 5.17.2, NVM Command
 * Set 1.0c section 4.1.5). A page is a wire struct of fixed size; it is
 * believed only after its length was checked, and then field by field:
 *
 *   strings	not terminated, padded with spaces (or zeroes, against the
 *		specification), possibly with bytes that would upset a terminal
 *   exponents	MDTS, VSL, WZSL and LBADS are bytes, 255 possible: compared before
 *		anything is shifted by them
 *   counts	0's based in most places, 1's based from here on
 *   sizes	NSZE times the block size is checked against 63 bits once, so
 *		that loff_t arithmetic behind this cannot overflow
 *   indices	FLBAS is checked against NLBAF, descriptors against the page
 *
 * Only a page that cannot be read at all is an error. A namespace that cannot
 * be a disk is a fact like others (enum nvmeq_ns_use): it keeps its generic
 * node, through which it can be formatted into something usable.
 */
#include <nvmeq/ident.h>
#include <nvmeq/dif64.h>
#include <nvmeq/dptr.h>
#include <nvmeq/prot.h>
#include <nvmeq/spec_cmd.h>
#include <nvmeq/spec_id.h>

#define IDENT_SQE_SHIFT		6
#define IDENT_CQE_SHIFT		4
#define IDENT_CRDT_UNIT_MS	100
#define IDENT_POWER_STATES_MAX	32
#define IDENT_BLOCK_SHIFT_MIN	9
#define IDENT_BYTES_MAX		0x7fffffffffffffffULL
#define IDENT_FIRMWARE_UNIT	4096U

static bool ident_zero(const u8 *p, size_t len)
{
	while (len)
		if (p[--len])
			return false;
	return true;
}

/* Copies @len bytes and a terminator; what is not printable ASCII becomes '?'. */
static void ident_clean(char *out, const char *in, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		out[i] = in[i] >= 0x20 && in[i] <= 0x7e ? in[i] : '?';
	out[len] = '\0';
}

static void ident_string(char *out, const char *in, size_t len)
{
	while (len && (in[len - 1] == ' ' || in[len - 1] == '\0'))
		len--;
	ident_clean(out, in, len);
}

/* Bounded text; what does not fit is dropped, the result is always terminated. */
struct ident_text {
	char *buf;
	size_t room;	/* without the terminator */
	size_t len;
};

static void text_char(struct ident_text *t, char c)
{
	if (t->len < t->room)
		t->buf[t->len++] = c;
	t->buf[t->len] = '\0';
}

static void text_string(struct ident_text *t, const char *s)
{
	while (*s)
		text_char(t, *s++);
}

static void text_hex(struct ident_text *t, u32 value, unsigned int digits)
{
	while (digits--)
		text_char(t, "0123456789abcdef"[value >> 4 * digits & 0xf]);
}

static void text_bytes(struct ident_text *t, const void *data, size_t len)
{
	const u8 *p = data;

	while (len--)
		text_hex(t, *p++, 2);
}

/* Serial and model as they are padded on the wire, in the name of Base section 4.5.1. */
static void ident_make_nqn(const struct nvmeq_id_ctrl *id, struct nvmeq_ctrl_facts *f)
{
	struct ident_text t = { .buf = f->subnqn, .room = NVMEQ_NQN_LEN };
	char padded[NVMEQ_MODEL_LEN + 1];

	text_string(&t, "nqn.2014.08.org.nvmexpress:");
	text_hex(&t, f->vid, 4);
	text_hex(&t, f->ssvid, 4);
	ident_clean(padded, id->sn, sizeof(id->sn));
	text_string(&t, padded);
	ident_clean(padded, id->mn, sizeof(id->mn));
	text_string(&t, padded);
}

static void ident_nqn(const struct nvmeq_id_ctrl *id, struct nvmeq_ctrl_facts *f)
{
	size_t len = 0;

	while (len < sizeof(id->subnqn) && id->subnqn[len])
		len++;
	if (len && len <= NVMEQ_NQN_LEN)
		ident_clean(f->subnqn, id->subnqn, len);
	else
		ident_make_nqn(id, f);
}

/* Entry sizes: bits 3:0 smallest, 7:4 largest, both as log2 (Figure 275). */
static bool ident_entry_fits(u8 es, u8 shift)
{
	return (es & 0xf) <= shift && shift <= es >> 4;
}

static u32 ident_mdts_bytes(u8 mdts, u8 page_shift_min)
{
	u32 shift = (u32)page_shift_min + mdts;

	if (!mdts || shift >= 32)
		return NVMEQ_MAX_TRANSFER_BYTES;
	return min_t(u32, 1U << shift, NVMEQ_MAX_TRANSFER_BYTES);
}

static void ident_ctrl_strings(const struct nvmeq_id_ctrl *id, struct nvmeq_ctrl_facts *f)
{
	static_assert(sizeof(id->sn) == NVMEQ_SERIAL_LEN, "serial number");
	static_assert(sizeof(id->mn) == NVMEQ_MODEL_LEN, "model number");
	static_assert(sizeof(id->fr) == NVMEQ_FIRMWARE_LEN, "firmware revision");

	ident_string(f->serial, id->sn, sizeof(id->sn));
	ident_string(f->model, id->mn, sizeof(id->mn));
	ident_string(f->firmware, id->fr, sizeof(id->fr));
	ident_nqn(id, f);
}

static void ident_ctrl_commands(const struct nvmeq_id_ctrl *id, struct nvmeq_ctrl_facts *f)
{
	u32 sgls = le32_to_cpu(id->sgls) & NVMEQ_SGLS_SUPPORT_MASK;

	f->oacs = le16_to_cpu(id->oacs);
	f->oncs = le16_to_cpu(id->oncs);
	f->sgl = sgls == 1 || sgls == 2;	/* 3 is reserved */
	f->sgl_dword = sgls == 2;
	f->vwc = id->vwc & NVMEQ_VWC_PRESENT;
	f->effects_log = id->lpa & NVMEQ_LPA_EFFECTS;
	f->smart_per_ns = id->lpa & NVMEQ_LPA_SMART_NS;
	f->format_all = id->fna & NVMEQ_FNA_FORMAT_ALL;
	f->sanicap = le32_to_cpu(id->sanicap);
	f->long_host_id = le32_to_cpu(id->ctratt) & NVMEQ_CTRATT_LONG_HOST_ID;
	f->extended_formats = le32_to_cpu(id->ctratt) & NVMEQ_CTRATT_ELBAS;
	if (le16_to_cpu(id->fuses) & NVMEQ_FUSES_COMPARE_WRITE)
		f->compare_write_blocks = le16_to_cpu(id->acwu) + 1U;
	if (f->oacs & NVMEQ_OACS_SELF_TEST)
		f->self_test_minutes = le16_to_cpu(id->edstt);
	f->has_dsm = f->oncs & NVMEQ_ONCS_DSM;
	f->has_write_zeroes = f->oncs & NVMEQ_ONCS_WRITE_ZEROES;
	f->has_compare = f->oncs & NVMEQ_ONCS_COMPARE;
	f->dsm_ranges = NVMEQ_DSM_MAX_RANGES;
}

static u32 ident_firmware_unit(u8 fwug)
{
	if (fwug == NVMEQ_FWUG_NONE)
		return sizeof(u32);
	return fwug ? fwug * IDENT_FIRMWARE_UNIT : IDENT_FIRMWARE_UNIT;
}

static void ident_ctrl_firmware(const struct nvmeq_id_ctrl *id, struct nvmeq_ctrl_facts *f)
{
	f->firmware_slots = NVMEQ_FRMW_SLOTS(id->frmw);
	f->slot1_read_only = id->frmw & NVMEQ_FRMW_SLOT1_RO;
	f->activate_now = id->frmw & NVMEQ_FRMW_NO_RESET;
	f->firmware_unit_bytes = ident_firmware_unit(id->fwug);
}

int nvmeq_ident_ctrl(const void *page, size_t len, u8 page_shift_min, struct nvmeq_ctrl_facts *f)
{
	const struct nvmeq_id_ctrl *id = page;
	int i;

	memset(f, 0, sizeof(*f));
	if (len < sizeof(*id))
		return -EINVAL;
	if (!ident_entry_fits(id->sqes, IDENT_SQE_SHIFT) ||
	    !ident_entry_fits(id->cqes, IDENT_CQE_SHIFT))
		return -EINVAL;

	f->version = le32_to_cpu(id->ver);
	f->vid = le16_to_cpu(id->vid);
	f->ssvid = le16_to_cpu(id->ssvid);
	f->cntlid = le16_to_cpu(id->cntlid);
	f->cntrltype = id->cntrltype;
	f->nn = le32_to_cpu(id->nn);
	f->max_transfer_bytes = ident_mdts_bytes(id->mdts, page_shift_min);
	f->abort_limit = (u16)(id->acl + 1);
	f->event_limit = (u16)(id->aerl + 1);
	f->power_states = (u8)min_t(u32, id->npss + 1U, IDENT_POWER_STATES_MAX);
	f->shutdown_us = le32_to_cpu(id->rtd3e);
	f->atomic_blocks = le16_to_cpu(id->awupf) + 1U;
	f->warn_kelvin = le16_to_cpu(id->wctemp);
	for (i = 0; i < 3; i++)
		f->retry_delay_ms[i] = (u32)le16_to_cpu(id->crdt[i]) * IDENT_CRDT_UNIT_MS;
	ident_ctrl_strings(id, f);
	ident_ctrl_commands(id, f);
	ident_ctrl_firmware(id, f);
	return 0;
}

/* Beyond 64 bits: a limit that nothing reaches. */
static u64 ident_limit_bytes(u8 exponent, u8 page_shift_min)
{
	u32 shift = (u32)page_shift_min + exponent;

	if (!exponent)
		return 0;
	return shift < 64 ? 1ULL << shift : ~0ULL;
}

int nvmeq_ident_ctrl_nvm(const void *page, size_t len, u8 page_shift_min,
			 struct nvmeq_ctrl_facts *f)
{
	const struct nvmeq_id_ctrl_nvm *id = page;

	if (len < sizeof(*id))
		return -EINVAL;
	f->max_verify_bytes = ident_limit_bytes(id->vsl, page_shift_min);
	f->max_wz_bytes = ident_limit_bytes(id->wzsl, page_shift_min);
	f->dsm_ranges = id->dmrl ? id->dmrl : NVMEQ_DSM_MAX_RANGES;
	f->dsm_range_blocks = le32_to_cpu(id->dmrsl);
	f->dsm_blocks = le64_to_cpu(id->dmsl);
	return 0;
}

/* FLBAS 3:0, and 6:5 above them where there are more than 16 formats (NVM Figure 97). */
static u32 ident_format_index(const struct nvmeq_id_ns *id)
{
	u32 index = id->flbas & 0xf;

	if (id->nlbaf > 16)
		index |= (id->flbas >> 5 & 0x3U) << 4;
	return index;
}

static void ident_ns_formats(const struct nvmeq_id_ns *id, u8 host_page_shift,
			     struct nvmeq_ns_facts *f)
{
	u32 i;

	f->nr_formats = (u8)min_t(u32, id->nlbaf + 1U, NVMEQ_FORMATS_MAX);
	for (i = 0; i < f->nr_formats; i++) {
		const struct nvmeq_id_lbaf *lbaf = &id->lbaf[i];

		if (lbaf->lbads >= IDENT_BLOCK_SHIFT_MIN && lbaf->lbads <= host_page_shift)
			f->formats[i].block_shift = lbaf->lbads;
		f->formats[i].metadata_bytes = le16_to_cpu(lbaf->ms);
	}
}

static void ident_ns_format(const struct nvmeq_id_ns *id, const struct nvmeq_ns_format *format,
			    u8 host_page_shift, struct nvmeq_ns_facts *f)
{
	u8 pi = id->dps & NVMEQ_DPS_TYPE_MASK;

	f->block_shift = format->block_shift;
	f->metadata_bytes = format->metadata_bytes;
	f->extended = f->metadata_bytes && (id->flbas & NVMEQ_FLBAS_EXTENDED);
	f->pi_type = pi <= 3 ? pi : 0;
	f->pi_first = f->pi_type && (id->dps & NVMEQ_DPS_PI_FIRST);
	f->pi_bytes = f->pi_type ? NVMEQ_DIF_TUPLE_BYTES : 0;
	f->pi_ref_bits = f->pi_type ? 32 : 0;

	if (!f->block_shift)
		f->use = NVMEQ_NS_BLOCK_SIZE;
	else if (f->blocks > IDENT_BYTES_MAX >> f->block_shift)
		f->use = NVMEQ_NS_TOO_LARGE;
	else if (pi > 3 || !nvmeq_prot_possible(f, host_page_shift))
		f->use = NVMEQ_NS_METADATA;
	else
		f->use = NVMEQ_NS_USABLE;
}

/* All of these are 0's based, and 16 bits wide on the wire. */
static void ident_ns_hints(const struct nvmeq_id_ns *id, struct nvmeq_ns_facts *f)
{
	bool atomics = id->nsfeat & NVMEQ_NSFEAT_ATOMICS;
	u16 nawupf = le16_to_cpu(id->nawupf);
	u16 nacwu = le16_to_cpu(id->nacwu);

	f->boundary_blocks = le16_to_cpu(id->noiob);
	if (atomics && nawupf)
		f->atomic_blocks = nawupf + 1U;
	if (atomics && nacwu)
		f->compare_write_blocks = nacwu + 1U;
	if (!(id->nsfeat & NVMEQ_NSFEAT_OPTPERF))
		return;
	f->write_granularity_blocks = le16_to_cpu(id->npwg) + 1U;
	f->write_opt_blocks = le16_to_cpu(id->nows) + 1U;
	f->dealloc_granularity_blocks = le16_to_cpu(id->npdg) + 1U;
	f->dealloc_align_blocks = le16_to_cpu(id->npda) + 1U;
}

static void ident_ns_names(const struct nvmeq_id_ns *id, struct nvmeq_ns_facts *f)
{
	memcpy(f->eui64, id->eui64, sizeof(f->eui64));
	memcpy(f->nguid, id->nguid, sizeof(f->nguid));
	f->has_eui64 = !ident_zero(f->eui64, sizeof(f->eui64));
	f->has_nguid = !ident_zero(f->nguid, sizeof(f->nguid));
}

int nvmeq_ident_ns(const void *page, size_t len, u32 nsid, u8 host_page_shift,
		   struct nvmeq_ns_facts *f)
{
	const struct nvmeq_id_ns *id = page;
	u32 index;

	memset(f, 0, sizeof(*f));
	f->nsid = nsid;
	f->csi = NVMEQ_CSI_NVM;
	f->use = NVMEQ_NS_EMPTY;
	if (len < sizeof(*id))
		return -EINVAL;

	f->blocks = le64_to_cpu(id->nsze);
	f->used_blocks = min_t(u64, le64_to_cpu(id->nuse), f->blocks);
	f->shared = id->nmic & BIT(0);
	f->read_only = id->nsattr & NVMEQ_NSATTR_WP;
	f->dealloc_zero = (id->dlfeat & NVMEQ_DLFEAT_READ_MASK) == NVMEQ_DLFEAT_READ_ZERO;
	f->wz_dealloc = id->dlfeat & NVMEQ_DLFEAT_WZ_DEAC;
	f->thin = id->nsfeat & NVMEQ_NSFEAT_THIN;
	f->dpc = id->dpc;
	f->rescap = id->rescap;
	f->format_progress = id->fpi & NVMEQ_FPI_SUPPORTED;
	ident_ns_hints(id, f);
	ident_ns_names(id, f);
	ident_ns_formats(id, host_page_shift, f);

	index = ident_format_index(id);
	if (index >= f->nr_formats)
		f->use = NVMEQ_NS_FORMAT_INDEX;
	else
		ident_ns_format(id, &f->formats[index], host_page_shift, f);
	f->format = (u8)index;
	if (!f->blocks)
		f->use = NVMEQ_NS_EMPTY;
	return 0;
}

int nvmeq_ident_ns_nvm(const void *page, size_t len, u8 host_page_shift, struct nvmeq_ns_facts *f)
{
	const struct nvmeq_id_ns_nvm *id = page;
	u32 elbaf, pif, storage;

	if (len < sizeof(*id))
		return -EINVAL;
	if (!f->pi_type)
		return 0;
	elbaf = le32_to_cpu(id->elbaf[f->format % ARRAY_SIZE(id->elbaf)]);
	pif = elbaf >> NVMEQ_ELBAF_PIF_SHIFT & NVMEQ_ELBAF_PIF_MASK;
	storage = elbaf & NVMEQ_ELBAF_STS_MASK;
	if (pif == NVMEQ_ELBAF_PIF_64 && storage <= NVMEQ_DIF64_TAG_BITS) {
		f->pi_bytes = NVMEQ_DIF64_TUPLE_BYTES;
		f->pi_ref_bits = (u8)(NVMEQ_DIF64_TAG_BITS - storage);
		if (f->use == NVMEQ_NS_USABLE && !nvmeq_prot_possible(f, host_page_shift))
			f->use = NVMEQ_NS_METADATA;
	} else if (f->use == NVMEQ_NS_USABLE && (pif != NVMEQ_ELBAF_PIF_16 || storage)) {
		f->use = NVMEQ_NS_GUARD;
	}
	return 0;
}

/* Length that the identifier of a type must have; 0 for types not known (Figure 277). */
static u8 ident_desc_len(u8 nidt)
{
	static const u8 lens[] = {
		[NVMEQ_NIDT_EUI64] = 8,
		[NVMEQ_NIDT_NGUID] = 16,
		[NVMEQ_NIDT_UUID] = 16,
		[NVMEQ_NIDT_CSI] = 1,
	};

	return nidt < ARRAY_SIZE(lens) ? lens[nidt] : 0;
}

static void ident_desc_id(u8 *out, bool *has, const u8 *nid, u8 len)
{
	if (ident_zero(nid, len))
		return;
	memcpy(out, nid, len);
	*has = true;
}

static void ident_desc_take(struct nvmeq_ns_facts *f, u8 nidt, const u8 *nid, u8 nidl)
{
	switch (nidt) {
	case NVMEQ_NIDT_EUI64:
		ident_desc_id(f->eui64, &f->has_eui64, nid, nidl);
		break;
	case NVMEQ_NIDT_NGUID:
		ident_desc_id(f->nguid, &f->has_nguid, nid, nidl);
		break;
	case NVMEQ_NIDT_UUID:
		ident_desc_id(f->uuid, &f->has_uuid, nid, nidl);
		break;
	case NVMEQ_NIDT_CSI:
		/* Said twice: a later "NVM" does not take back another set. */
		if (*nid == NVMEQ_CSI_NVM)
			break;
		f->csi = *nid;
		f->use = NVMEQ_NS_COMMAND_SET;
		break;
	}
}

int nvmeq_ident_ns_descs(const void *page, size_t len, struct nvmeq_ns_facts *f)
{
	const size_t head = sizeof(struct nvmeq_ns_desc);
	const u8 *p = page;
	int understood = 0;

	/* A length of 0 ends the list, as does the reserved type 0. */
	while (len >= head && p[0] != NVMEQ_NIDT_END && p[1]) {
		u8 nidl = p[1];
		u8 want = ident_desc_len(p[0]);

		if (nidl > len - head || (want && nidl != want))
			break;
		if (want) {
			ident_desc_take(f, p[0], p + head, nidl);
			understood++;
		}
		p += head + nidl;
		len -= head + nidl;
	}
	return understood;
}

u32 nvmeq_ident_ns_list(const void *page, size_t len, u32 after, u32 *out, u32 max)
{
	const u8 *p = page;
	u32 n = 0;

	for (; len >= 4 && n < max; p += 4, len -= 4) {
		u32 nsid = nvmeq_get_le32(p);

		if (nsid <= after || nsid == NVMEQ_NSID_ALL)
			break;
		out[n++] = nsid;
		after = nsid;
	}
	return n;
}

/* 8-4-4-4-12 digits, in the order of the bytes. */
static void text_uuid(struct ident_text *t, const u8 *uuid)
{
	unsigned int i;

	for (i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			text_char(t, '-');
		text_hex(t, uuid[i], 2);
	}
}

static void text_eui(struct ident_text *t, const u8 *id, size_t len)
{
	text_string(t, "eui.");
	text_bytes(t, id, len);
}

/* No identifier at all: vendor, serial, model and NSID have to do. */
static void text_made_up(struct ident_text *t, const struct nvmeq_ctrl_facts *c, u32 nsid)
{
	text_string(t, "nvme.");
	text_hex(t, c->vid, 4);
	text_char(t, '-');
	text_bytes(t, c->serial, strlen(c->serial));
	text_char(t, '-');
	text_bytes(t, c->model, strlen(c->model));
	text_char(t, '-');
	text_hex(t, nsid, 8);
}

int nvmeq_ident_wwid(const struct nvmeq_ctrl_facts *c, const struct nvmeq_ns_facts *ns,
		     char *buf, size_t size)
{
	struct ident_text t = { .buf = buf, .room = size - 1 };

	if (!size)
		return 0;
	buf[0] = '\0';
	if (ns->has_uuid) {
		text_string(&t, "uuid.");
		text_uuid(&t, ns->uuid);
	} else if (ns->has_nguid) {
		text_eui(&t, ns->nguid, sizeof(ns->nguid));
	} else if (ns->has_eui64) {
		text_eui(&t, ns->eui64, sizeof(ns->eui64));
	} else {
		text_made_up(&t, c, ns->nsid);
	}
	return (int)t.len;
}

static const char *const ident_use_names[] = {
	[NVMEQ_NS_USABLE]	= "usable",
	[NVMEQ_NS_EMPTY]	= "no blocks",
	[NVMEQ_NS_BLOCK_SIZE]	= "block size not supported",
	[NVMEQ_NS_TOO_LARGE]	= "too large",
	[NVMEQ_NS_METADATA]	= "metadata that a disk cannot have",
	[NVMEQ_NS_GUARD]	= "protection information with a guard of 32 bits, or storage tags",
	[NVMEQ_NS_COMMAND_SET]	= "not the NVM command set",
	[NVMEQ_NS_FORMAT_INDEX]	= "format index out of range",
};

const char *nvmeq_ns_use_name(enum nvmeq_ns_use use)
{
	return (unsigned int)use < ARRAY_SIZE(ident_use_names) ? ident_use_names[use] : "unknown";
}

bool nvmeq_ident_same_ns(const struct nvmeq_ns_facts *a, const struct nvmeq_ns_facts *b)
{
	bool uuid = a->has_uuid && b->has_uuid;
	bool nguid = a->has_nguid && b->has_nguid;
	bool eui64 = a->has_eui64 && b->has_eui64;

	if (uuid && memcmp(a->uuid, b->uuid, sizeof(a->uuid)))
		return false;
	if (nguid && memcmp(a->nguid, b->nguid, sizeof(a->nguid)))
		return false;
	if (eui64 && memcmp(a->eui64, b->eui64, sizeof(a->eui64)))
		return false;
	if (uuid || nguid || eui64)
		return true;
	/* Nothing to compare. One that had a name and lost all of it is another. */
	return !(a->has_uuid || a->has_nguid || a->has_eui64 ||
		 b->has_uuid || b->has_nguid || b->has_eui64);
}
