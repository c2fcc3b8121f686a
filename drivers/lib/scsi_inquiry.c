// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_inquiry.c - INQUIRY and its vital product data pages
 *
 * Everything comes from the facts; the controller is not asked. Pages are put
 * whole, and the writer cuts them: nobody here looks at an allocation length.
 * Page 00h lists what is in the table, so what is listed can be read.
 *
 * Names (SPC-4 section 7.8, SNTL section 6.1): a namespace is known by its NGUID
 * and EUI64, which are worldwide unique. A controller of NVMe 1.0 has neither;
 * its namespaces are told apart by serial number and NSID together, never by
 * the serial number alone, which they share.
 *
 * What is announced is what the commands accept: limits come from the functions
 * that the commands ask (scsi_facts.h). Protection is announced when tuples
 * can travel, not when the format merely has them. Write Uncorrectable is not
 * announced (WU_SUP, CRD_SUP), because WRITE LONG is not offered.
 */
#include <nvmeq/scsi_plan.h>
#include <nvmeq/spec_id.h>

#define INQUIRY_VPD_HEADER	4U
#define INQUIRY_VENDOR		"NVMe"
#define INQUIRY_LONG_PAGE	0x3cU	/* length of pages 86h, B0h and B1h */
#define INQUIRY_NAME_NSID_MAX	0xffffU	/* the name string has four digits for it */

/* --- standard data --- */

/* The last four characters: the end of a firmware revision is what changes. */
static void inquiry_revision(const struct nvmeq_scsi_facts *f, struct nvmeq_buf *b)
{
	size_t len = strnlen(f->firmware, NVMEQ_FIRMWARE_LEN);

	nvmeq_buf_put_text(b, f->firmware + (len > 4 ? len - 4 : 0), 4);
}

/* Three version descriptors, without which programs take the disk for one of SBC-2. */
static void inquiry_standard(struct nvmeq_scsi_task *t)
{
	struct nvmeq_buf *b = &t->resp;

	nvmeq_buf_put_u8(b, 0x00);		/* direct access block device, connected */
	nvmeq_buf_put_u8(b, 0x00);		/* not removable */
	nvmeq_buf_put_u8(b, 0x06);		/* SPC-4 */
	nvmeq_buf_put_u8(b, 0x02);		/* response data format */
	nvmeq_buf_put_u8(b, 96 - 5);		/* additional length */
	nvmeq_buf_put_u8(b, nvmeq_scsi_can_protect(t->f) ? 0x01 : 0x00);	/* PROTECT */
	nvmeq_buf_put_u8(b, 0x00);
	nvmeq_buf_put_u8(b, 0x02);		/* CMDQUE */
	nvmeq_buf_put_text(b, INQUIRY_VENDOR, 8);
	nvmeq_buf_put_text(b, t->f->model, 16);
	inquiry_revision(t->f, b);
	nvmeq_buf_put_zeroes(b, 58 - 36);
	nvmeq_buf_put_be16(b, 0x00a0);		/* SAM-5 */
	nvmeq_buf_put_be16(b, 0x0460);		/* SPC-4 */
	nvmeq_buf_put_be16(b, 0x04c0);		/* SBC-3 */
	nvmeq_buf_put_zeroes(b, 96 - 64);
}

/* --- names --- */

static void inquiry_hex(struct nvmeq_buf *b, const u8 *bytes, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++)
		nvmeq_buf_put_hex(b, bytes[i], 2, true);
}

/* "0123_4567_89AB_CDEF." */
static void serial_hex(struct nvmeq_buf *b, const u8 *bytes, u32 n)
{
	u32 i;

	for (i = 0; i < n; i += 2) {
		inquiry_hex(b, bytes + i, 2);
		nvmeq_buf_put_u8(b, i + 2 < n ? '_' : '.');
	}
}

static void vpd_serial(struct nvmeq_scsi_task *t, struct nvmeq_buf *b)
{
	const struct nvmeq_scsi_facts *f = t->f;

	if (f->has_nguid) {
		serial_hex(b, f->nguid, sizeof(f->nguid));
	} else if (f->has_eui64) {
		serial_hex(b, f->eui64, sizeof(f->eui64));
	} else {
		nvmeq_buf_put_text(b, f->serial, NVMEQ_SERIAL_LEN);
		nvmeq_buf_put_u8(b, '_');
		nvmeq_buf_put_hex(b, f->nsid, 8, true);
		nvmeq_buf_put_u8(b, '.');
	}
}

#define DESIG_BINARY	0x1
#define DESIG_ASCII	0x2
#define DESIG_UTF8	0x3
#define DESIG_T10	0x1
#define DESIG_EUI64	0x2
#define DESIG_NAME	0x8
#define DESIG_UUID	0xa

/* Associated with the logical unit; returns where the length goes. */
static u32 desig_begin(struct nvmeq_buf *b, u8 code_set, u8 type)
{
	nvmeq_buf_put_u8(b, code_set);
	nvmeq_buf_put_u8(b, type);
	nvmeq_buf_put_be16(b, 0);
	return b->len - 1;
}

static void desig_end(struct nvmeq_buf *b, u32 at)
{
	nvmeq_buf_set_u8(b, at, (u8)(b->len - at - 1));
}

static void desig_bytes(struct nvmeq_buf *b, u8 type, const u8 *bytes, u32 n)
{
	u32 at = desig_begin(b, DESIG_BINARY, type);

	if (type == DESIG_UUID)
		nvmeq_buf_put_be16(b, 0x1000);	/* a UUID of RFC 4122 */
	nvmeq_buf_put_bytes(b, bytes, n);
	desig_end(b, at);
}

/* A name has to be unique or it is none: a NSID of more than four digits has no name string. */
static void desig_name(const struct nvmeq_scsi_facts *f, struct nvmeq_buf *b)
{
	bool named = f->has_nguid || f->has_eui64;
	u32 at;

	if (!named && f->nsid > INQUIRY_NAME_NSID_MAX)
		return;
	at = desig_begin(b, DESIG_UTF8, DESIG_NAME);
	if (named) {
		nvmeq_buf_put_text(b, "eui.", 4);
	} else {
		nvmeq_buf_put_hex(b, f->vid, 4, true);
		nvmeq_buf_put_text(b, f->model, NVMEQ_MODEL_LEN);
		nvmeq_buf_put_hex(b, f->nsid, 4, true);
		nvmeq_buf_put_text(b, f->serial, NVMEQ_SERIAL_LEN);
	}
	if (f->has_nguid)
		inquiry_hex(b, f->nguid, sizeof(f->nguid));
	else if (f->has_eui64)
		inquiry_hex(b, f->eui64, sizeof(f->eui64));
	desig_end(b, at);
}

static void desig_t10(const struct nvmeq_scsi_facts *f, struct nvmeq_buf *b)
{
	u32 at = desig_begin(b, DESIG_ASCII, DESIG_T10);

	nvmeq_buf_put_text(b, INQUIRY_VENDOR, 8);
	nvmeq_buf_put_text(b, f->model, 16);
	if (f->has_nguid) {
		inquiry_hex(b, f->nguid, sizeof(f->nguid));
	} else if (f->has_eui64) {
		inquiry_hex(b, f->eui64, sizeof(f->eui64));
	} else {
		nvmeq_buf_put_hex(b, f->vid, 4, true);
		nvmeq_buf_put_text(b, f->serial, NVMEQ_SERIAL_LEN);
		nvmeq_buf_put_hex(b, f->nsid, 8, true);
	}
	desig_end(b, at);
}

static void vpd_identification(struct nvmeq_scsi_task *t, struct nvmeq_buf *b)
{
	const struct nvmeq_scsi_facts *f = t->f;

	if (f->has_nguid)
		desig_bytes(b, DESIG_EUI64, f->nguid, sizeof(f->nguid));
	if (f->has_eui64)
		desig_bytes(b, DESIG_EUI64, f->eui64, sizeof(f->eui64));
	desig_name(f, b);
	desig_t10(f, b);
	if (f->has_uuid)
		desig_bytes(b, DESIG_UUID, f->uuid, sizeof(f->uuid));
}

/* --- abilities --- */

/* SPT by DPC 2:0, which has a bit for each of the types 1, 2 and 3 (SBC-3 table 150). */
static const u8 inquiry_spt[8] = { 0, 0, 2, 1, 4, 3, 5, 7 };

static void vpd_extended(struct nvmeq_scsi_task *t, struct nvmeq_buf *b)
{
	const struct nvmeq_scsi_facts *f = t->f;
	u8 checks = 0;

	if (nvmeq_scsi_can_protect(f))
		checks = f->pi_type == 3 ? 0x06 : 0x07;	/* GRD_CHK, APP_CHK, REF_CHK */
	if (f->oacs & NVMEQ_OACS_FIRMWARE)
		checks |= f->activate_now ? 0x40 : 0x80;	/* microcode: at once, by a reset */
	nvmeq_buf_put_u8(b, checks | inquiry_spt[f->dpc & 0x7] << 3);
	nvmeq_buf_put_u8(b, 0x20);			/* UASK_SUP */
	nvmeq_buf_put_u8(b, f->vwc ? 0x01 : 0x00);	/* V_SUP */
	nvmeq_buf_put_u8(b, 0x01);			/* LUICLR */
	nvmeq_buf_put_be16(b, 0);
	nvmeq_buf_put_be16(b, f->self_test_minutes);
	nvmeq_buf_put_zeroes(b, INQUIRY_VPD_HEADER + INQUIRY_LONG_PAGE - 12);
}

/* A granularity that the field cannot hold is none. */
static u16 limits_granularity(const struct nvmeq_scsi_facts *f)
{
	return f->granularity_blocks <= 0xffff ? (u16)f->granularity_blocks : 0;
}

/* UGAVALID with alignment 0: NPDA counts from block 0 as NPDG does, it is not an offset. */
static void limits_unmap(const struct nvmeq_scsi_facts *f, struct nvmeq_buf *b)
{
	u32 granularity = nvmeq_scsi_can_unmap(f) ? f->unmap_granularity_blocks : 0;

	nvmeq_buf_put_be32(b, nvmeq_scsi_unmap_max(f));
	nvmeq_buf_put_be32(b, nvmeq_scsi_unmap_ranges(f));
	nvmeq_buf_put_be32(b, granularity);
	nvmeq_buf_put_be32(b, granularity ? 0x80000000U : 0);
}

static void vpd_limits(struct nvmeq_scsi_task *t, struct nvmeq_buf *b)
{
	const struct nvmeq_scsi_facts *f = t->f;

	nvmeq_buf_put_u8(b, 0x01);			/* WSNZ */
	nvmeq_buf_put_u8(b, (u8)nvmeq_scsi_compare_write_max(f));
	nvmeq_buf_put_be16(b, limits_granularity(f));
	nvmeq_buf_put_be32(b, nvmeq_scsi_call_blocks(f));
	nvmeq_buf_put_be32(b, f->opt_transfer_blocks);
	nvmeq_buf_put_be32(b, 0);			/* no prefetch */
	limits_unmap(f, b);
	nvmeq_buf_put_be64(b, nvmeq_scsi_write_same_max(f));
	nvmeq_buf_put_zeroes(b, INQUIRY_VPD_HEADER + INQUIRY_LONG_PAGE - 44);
}

static void vpd_characteristics(struct nvmeq_scsi_task *t, struct nvmeq_buf *b)
{
	(void)t;
	nvmeq_buf_put_be16(b, 0x0001);			/* does not rotate */
	nvmeq_buf_put_zeroes(b, INQUIRY_LONG_PAGE - 2);
}

static void vpd_provisioning(struct nvmeq_scsi_task *t, struct nvmeq_buf *b)
{
	const struct nvmeq_scsi_facts *f = t->f;
	u8 can = 0, type = 0;

	if (nvmeq_scsi_can_unmap(f)) {
		can |= 0x80;				/* LBPU */
		type = f->thin ? 2 : 1;
	}
	if (nvmeq_scsi_can_unmap_same(f))
		can |= 0x60;				/* LBPWS, LBPWS10 */
	if (nvmeq_scsi_unmap_zeroes(f))
		can |= 0x04;				/* LBPRZ 001b */
	nvmeq_buf_put_u8(b, 0);
	nvmeq_buf_put_u8(b, can);
	nvmeq_buf_put_u8(b, type);
	nvmeq_buf_put_u8(b, 0);
}

/* --- pages --- */

static void vpd_supported(struct nvmeq_scsi_task *t, struct nvmeq_buf *b);

/* Rising. What stands behind the header is put by @put, the header by the caller. */
static const struct inquiry_page {
	u8 page;
	void (*put)(struct nvmeq_scsi_task *t, struct nvmeq_buf *b);
} inquiry_pages[] = {
	{ 0x00, vpd_supported },
	{ 0x80, vpd_serial },
	{ 0x83, vpd_identification },
	{ 0x86, vpd_extended },
	{ 0xb0, vpd_limits },
	{ 0xb1, vpd_characteristics },
	{ 0xb2, vpd_provisioning },
};

static void vpd_supported(struct nvmeq_scsi_task *t, struct nvmeq_buf *b)
{
	size_t i;

	(void)t;
	for (i = 0; i < ARRAY_SIZE(inquiry_pages); i++)
		nvmeq_buf_put_u8(b, inquiry_pages[i].page);
}

static const struct inquiry_page *inquiry_find(u8 page)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(inquiry_pages); i++)
		if (inquiry_pages[i].page == page)
			return &inquiry_pages[i];
	return NULL;
}

static void inquiry_vpd(struct nvmeq_scsi_task *t, const struct inquiry_page *page)
{
	struct nvmeq_buf *b = &t->resp;

	nvmeq_buf_put_u8(b, 0x00);
	nvmeq_buf_put_u8(b, page->page);
	nvmeq_buf_put_be16(b, 0);
	page->put(t, b);
	nvmeq_buf_set_be16(b, 2, (u16)(b->len - INQUIRY_VPD_HEADER));
}

void nvmeq_scsi_plan_inquiry(struct nvmeq_scsi_task *t)
{
	const struct inquiry_page *page = NULL;

	if (t->req->inquiry.evpd) {
		page = inquiry_find(t->req->inquiry.page);
		if (!page) {
			nvmeq_scsi_fail_field(t, NVMEQ_SENSE_CDB_FIELD, 2, NVMEQ_SENSE_NO_BIT);
			return;
		}
		inquiry_vpd(t, page);
	} else {
		inquiry_standard(t);
	}
	nvmeq_scsi_good(t);
}
