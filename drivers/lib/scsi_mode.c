// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_mode.c - MODE SENSE and MODE SELECT
 *
 * A row per page says how long it is, what is in it and what a MODE SELECT may
 * change. MODE SENSE puts rows; MODE SELECT compares what it is given with the
 * same rows, so that a list that was read can be written back, and a bit that
 * cannot be changed cannot be set (SPC-4 sections 6.10, 6.13, 7.5).
 *
 *	08h WCE			Feature 06h of the controller, where it has a cache
 *	0Ah D_SENSE		the format of sense data	} kept by the driver,
 *	1Ch DEXCPT, MRIE	see REQUEST SENSE		} per namespace
 *
 * All else is fixed; SWP too, because NVMe's write protection may outlast what
 * the command means. A MODE SELECT is checked to its last byte before the first
 * thing is changed. What can fail goes first: Set Features, then the state.
 *
 * The block descriptor always says how the medium is formatted now. Another
 * block length in a MODE SELECT is kept for the next FORMAT UNIT; the present
 * length takes that back.
 */
#include <nvmeq/scsi_plan.h>
#include <nvmeq/spec_id.h>

#define MODE_ALL_PAGES		0x3f
#define MODE_ALL_SUBPAGES	0xff
#define MODE_PAGE_MAX		40U
#define MODE_SPF		0x40	/* the page has a subpage code */
#define MODE_WP			0x80
#define MODE_DPOFUA		0x10
#define MODE_LONGLBA		0x01
#define MODE_WCE		0x04
#define MODE_D_SENSE		0x04
#define MODE_DEXCPT		0x08
#define MODE_MRIE_MASK		0x0f
#define MODE_MRIE_NONE		0
#define MODE_MRIE_ON_REQUEST	6
#define MODE_TLER_MS		100U	/* unit of TLER, Base 5.27.1.4 */
#define MODE_LBAF_MAX		16U	/* formats that FORMAT UNIT looks at */
#define MODE_PI_BYTES		8

/* Page control. */
enum { MODE_CURRENT = 0, MODE_CHANGEABLE = 1, MODE_DEFAULT = 2, MODE_SAVED = 3 };

/**
 * struct mode_page - a row
 * @page: page code
 * @subpage: subpage code, 0 none
 * @bytes: length with the header
 * @fill: bytes behind the header for a page control; they are zero before. NULL: they stay so
 * @take: what a MODE SELECT says, already found to differ in changeable bits only; false when
 *	a value is refused, with the task failed. @at is where the page is in the list
 */
struct mode_page {
	u8 page;
	u8 subpage;
	u8 bytes;
	void (*fill)(const struct nvmeq_scsi_task *t, u8 control, u8 *p);
	bool (*take)(struct nvmeq_scsi_task *t, const u8 *p, u16 at);
};

/* --- pages --- */

static void mode_put_be16(u8 *p, u16 v)
{
	p[0] = (u8)(v >> 8);
	p[1] = (u8)v;
}

/* 01h: bad blocks are replaced without being told, as every SSD does. */
static void recovery_fill(const struct nvmeq_scsi_task *t, u8 control, u8 *p)
{
	if (control == MODE_CHANGEABLE)
		return;
	p[2] = 0xc0;			/* automatic reallocation, writes and reads */
	mode_put_be16(p + 10, t->mode.recovery_ms);
}

/* 08h */
static void caching_fill(const struct nvmeq_scsi_task *t, u8 control, u8 *p)
{
	if (control == MODE_CHANGEABLE ? t->f->vwc : t->mode.wce)
		p[2] = MODE_WCE;
}

static bool caching_take(struct nvmeq_scsi_task *t, const u8 *p, u16 at)
{
	(void)at;
	t->mode.set_wce = t->f->vwc;
	t->mode.wce = p[2] & MODE_WCE;
	return true;
}

/* 0Ah */
static void control_fill(const struct nvmeq_scsi_task *t, u8 control, u8 *p)
{
	if (control == MODE_CHANGEABLE) {
		p[2] = MODE_D_SENSE;
		return;
	}
	p[2] = 0x02;			/* GLTSD: logs are not saved on demand */
	if (control == MODE_CURRENT && t->state.d_sense)
		p[2] |= MODE_D_SENSE;
	p[3] = 0x10;			/* any order */
	p[5] = 0x40;			/* TAS */
	if (nvmeq_scsi_can_protect(t->f))
		p[5] |= 0x80;		/* ATO: the application tag is the caller's */
	mode_put_be16(p + 8, 0xffff);	/* busy for as long as it takes */
	mode_put_be16(p + 10, (u16)min_t(u32, t->f->self_test_minutes * 60U, 0xffff));
}

static bool control_take(struct nvmeq_scsi_task *t, const u8 *p, u16 at)
{
	(void)at;
	t->mode.next.d_sense = p[2] & MODE_D_SENSE;
	return true;
}

/* 1Ch */
static void exceptions_fill(const struct nvmeq_scsi_task *t, u8 control, u8 *p)
{
	struct nvmeq_scsi_state s = t->state;

	if (control == MODE_CHANGEABLE) {
		p[2] = MODE_DEXCPT;
		p[3] = MODE_MRIE_MASK;
		return;
	}
	if (control == MODE_DEFAULT)
		nvmeq_scsi_state_init(&s);
	p[2] = s.dexcpt ? MODE_DEXCPT : 0;
	p[3] = s.mrie;
}

/* The methods between need unit attentions or recovered errors out of the blue. */
static bool exceptions_take(struct nvmeq_scsi_task *t, const u8 *p, u16 at)
{
	u8 mrie = p[3] & MODE_MRIE_MASK;

	if (mrie != MODE_MRIE_NONE && mrie != MODE_MRIE_ON_REQUEST) {
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_LIST_FIELD, at + 3, 3);
		return false;
	}
	t->mode.next.dexcpt = p[2] & MODE_DEXCPT;
	t->mode.next.mrie = mrie;
	return true;
}

/* In the order in which "all pages" returns them. */
static const struct mode_page mode_pages[] = {
	{ .page = 0x01, .bytes = 12, .fill = recovery_fill },
	{ .page = 0x08, .bytes = 20, .fill = caching_fill, .take = caching_take },
	{ .page = 0x0a, .bytes = 12, .fill = control_fill, .take = control_take },
	{ .page = 0x0a, .subpage = 0x01, .bytes = 32 },	/* control extension */
	{ .page = 0x1a, .bytes = 40 },				/* power condition: no timers */
	{ .page = 0x1c, .bytes = 12, .fill = exceptions_fill, .take = exceptions_take },
};

/* @p has MODE_PAGE_MAX bytes. */
static void mode_fill(const struct nvmeq_scsi_task *t, const struct mode_page *page, u8 control,
		      u8 *p)
{
	memset(p, 0, MODE_PAGE_MAX);
	if (page->subpage) {
		p[0] = MODE_SPF | page->page;
		p[1] = page->subpage;
		mode_put_be16(p + 2, page->bytes - 4);
	} else {
		p[0] = page->page;
		p[1] = page->bytes - 2;
	}
	if (page->fill)
		page->fill(t, control, p);
}

/* --- MODE SENSE --- */

static bool sense_wants(const struct nvmeq_scsi_req *req, const struct mode_page *page)
{
	if (req->mode_sense.page != MODE_ALL_PAGES)
		return page->page == req->mode_sense.page &&
		       page->subpage == req->mode_sense.subpage;
	return !page->subpage || req->mode_sense.subpage == MODE_ALL_SUBPAGES;
}

static bool sense_wants_page(const struct nvmeq_scsi_req *req, u8 page)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(mode_pages); i++)
		if (mode_pages[i].page == page && sense_wants(req, &mode_pages[i]))
			return true;
	return false;
}

/* One block descriptor, or none. */
static void sense_blocks(struct nvmeq_scsi_task *t)
{
	const struct nvmeq_scsi_facts *f = t->f;
	struct nvmeq_buf *b = &t->resp;

	if (t->req->mode_sense.no_blocks)
		return;
	if (t->req->mode_sense.long_lba) {
		nvmeq_buf_put_be64(b, f->blocks);
		nvmeq_buf_put_be32(b, 0);
		nvmeq_buf_put_be32(b, nvmeq_scsi_block_bytes(f));
	} else {
		nvmeq_buf_put_be32(b, (u32)min_t(u64, f->blocks, 0xffffffffU));
		nvmeq_buf_put_u8(b, 0);
		nvmeq_buf_put_be24(b, nvmeq_scsi_block_bytes(f));
	}
}

static void sense_header(struct nvmeq_scsi_task *t, bool wide)
{
	u8 specific = MODE_DPOFUA | (t->f->read_only ? MODE_WP : 0);
	bool long_lba = t->req->mode_sense.long_lba;
	u8 blocks = long_lba ? 16 : 8;
	struct nvmeq_buf *b = &t->resp;

	if (t->req->mode_sense.no_blocks)
		blocks = 0;
	if (wide)
		nvmeq_buf_put_be16(b, 0);	/* length, see sense_put() */
	else
		nvmeq_buf_put_u8(b, 0);
	nvmeq_buf_put_u8(b, 0);
	nvmeq_buf_put_u8(b, specific);
	if (wide)
		nvmeq_buf_put_be16(b, long_lba ? MODE_LONGLBA << 8 : 0);
	if (wide)
		nvmeq_buf_put_be16(b, blocks);
	else
		nvmeq_buf_put_u8(b, blocks);
}

static void sense_put(struct nvmeq_scsi_task *t)
{
	bool wide = t->req->op->cdb_bytes == 10;
	u8 page[MODE_PAGE_MAX];
	size_t i;

	sense_header(t, wide);
	sense_blocks(t);
	for (i = 0; i < ARRAY_SIZE(mode_pages); i++) {
		if (!sense_wants(t->req, &mode_pages[i]))
			continue;
		mode_fill(t, &mode_pages[i], t->req->mode_sense.control, page);
		nvmeq_buf_put_bytes(&t->resp, page, mode_pages[i].bytes);
	}
	if (wide)
		nvmeq_buf_set_be16(&t->resp, 0, (u16)(t->resp.len - 2));
	else
		nvmeq_buf_set_u8(&t->resp, 0, (u8)(t->resp.len - 1));
	nvmeq_scsi_good(t);
}

/* TLER counts 100 ms. A controller that does not tell has no limit that is known. */
static u16 mode_recovery_ms(const struct nvmeq_scsi_task *t)
{
	u32 units = (u32)t->answer.result & 0xffff;

	if (!nvmeq_scsi_succeeded(t))
		return 0;
	return (u16)min_t(u32, units * MODE_TLER_MS, 0xffff);
}

static void mode_ask_recovery(struct nvmeq_scsi_task *t, u8 select, nvmeq_scsi_then then)
{
	nvmeq_cmd_get_features(nvmeq_scsi_sqe(t), NVMEQ_FEAT_ERROR_RECOVERY, t->f->nsid, select, 0);
	nvmeq_scsi_tolerate(t);
	nvmeq_scsi_send_admin(t, nvmeq_scsi_no_data(), then);
}

static void sense_recovery(struct nvmeq_scsi_task *t)
{
	t->mode.recovery_ms = mode_recovery_ms(t);
	sense_put(t);
}

/* The default is only known to controllers that can select it. */
static u8 sense_select(const struct nvmeq_scsi_task *t)
{
	return t->req->mode_sense.control == MODE_DEFAULT && (t->f->oncs & NVMEQ_ONCS_SAVE) ? 1 : 0;
}

static void sense_ask_recovery(struct nvmeq_scsi_task *t)
{
	if (t->req->mode_sense.control == MODE_CHANGEABLE || !sense_wants_page(t->req, 0x01))
		sense_put(t);
	else
		mode_ask_recovery(t, sense_select(t), sense_recovery);
}

static void sense_cache(struct nvmeq_scsi_task *t)
{
	t->mode.wce = t->answer.result & BIT(0);
	sense_ask_recovery(t);
}

/* Without a cache the feature is not there to be asked for: it would be an invalid field. */
static void sense_ask_cache(struct nvmeq_scsi_task *t)
{
	if (t->req->mode_sense.control == MODE_CHANGEABLE || !t->f->vwc ||
	    !sense_wants_page(t->req, 0x08)) {
		sense_ask_recovery(t);
		return;
	}
	nvmeq_cmd_get_features(nvmeq_scsi_sqe(t), NVMEQ_FEAT_VOLATILE_WC, 0, sense_select(t), 0);
	nvmeq_scsi_send_admin(t, nvmeq_scsi_no_data(), sense_cache);
}

static bool sense_known(u8 page)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(mode_pages); i++)
		if (mode_pages[i].page == page)
			return true;
	return page == MODE_ALL_PAGES;
}

static bool sense_legal(const struct nvmeq_scsi_req *req)
{
	u8 subpage = req->mode_sense.subpage;

	if (req->mode_sense.page == MODE_ALL_PAGES)
		return !subpage || subpage == MODE_ALL_SUBPAGES;
	return sense_wants_page(req, req->mode_sense.page);
}

void nvmeq_scsi_plan_mode_sense(struct nvmeq_scsi_task *t)
{
	const struct nvmeq_scsi_req *req = t->req;

	if (!sense_known(req->mode_sense.page))
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_CDB_FIELD, 2, 5);
	else if (!sense_legal(req))
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_CDB_FIELD, 3, NVMEQ_SENSE_NO_BIT);
	else if (req->mode_sense.control == MODE_SAVED)
		nvmeq_scsi_fail(t, NVMEQ_SENSE_NO_SAVING);
	else
		sense_ask_cache(t);
}

/* --- MODE SELECT --- */

static bool select_differs(const struct nvmeq_scsi_state *a, const struct nvmeq_scsi_state *b)
{
	return a->d_sense != b->d_sense || a->dexcpt != b->dexcpt || a->mrie != b->mrie ||
	       a->format_block_bytes != b->format_block_bytes;
}

static void select_store(struct nvmeq_scsi_task *t)
{
	if (select_differs(&t->state, &t->mode.next)) {
		t->state = t->mode.next;
		t->out.after |= (u32)NVMEQ_SCSI_AFTER_STATE;
	}
	nvmeq_scsi_good(t);
}

static void select_apply(struct nvmeq_scsi_task *t)
{
	if (!t->mode.set_wce) {
		select_store(t);
		return;
	}
	t->out.after |= (u32)NVMEQ_SCSI_AFTER_CACHE;
	nvmeq_cmd_set_features(nvmeq_scsi_sqe(t), NVMEQ_FEAT_VOLATILE_WC, 0, t->mode.wce, 0);
	nvmeq_scsi_send_admin(t, nvmeq_scsi_no_data(), select_store);
}

/* A length that FORMAT UNIT can bring about: without metadata, or with protection. */
static bool select_can_format(const struct nvmeq_scsi_facts *f, u32 bytes)
{
	u32 i, n = min_t(u32, f->nr_formats, MODE_LBAF_MAX);

	if (!(f->oacs & NVMEQ_OACS_FORMAT))
		return false;
	for (i = 0; i < n; i++) {
		u8 shift = f->formats[i].block_shift;
		u16 metadata = f->formats[i].metadata_bytes;

		if (shift && shift < 32 && 1U << shift == bytes &&
		    (!metadata || (metadata == MODE_PI_BYTES && (f->dpc & 0x7))))
			return true;
	}
	return false;
}

/* The number of blocks may be that of the disk, or "all" in either notation. */
static bool select_blocks(struct nvmeq_scsi_task *t, u32 at, bool long_lba)
{
	const u8 *p = t->list + at;
	u64 all = long_lba ? ~0ULL : 0xffffffffU;
	u64 blocks = long_lba ? nvmeq_get_be64(p) : nvmeq_get_be32(p);
	u32 bytes = long_lba ? nvmeq_get_be32(p + 12) : nvmeq_get_be24(p + 5);

	if (blocks && blocks != all && blocks != t->f->blocks) {
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_LIST_FIELD, (u16)at, NVMEQ_SENSE_NO_BIT);
		return false;
	}
	if (bytes == nvmeq_scsi_block_bytes(t->f)) {
		t->mode.next.format_block_bytes = 0;
	} else if (select_can_format(t->f, bytes)) {
		t->mode.next.format_block_bytes = bytes;
	} else {
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_LIST_FIELD, (u16)(at + (long_lba ? 12 : 5)),
				      NVMEQ_SENSE_NO_BIT);
		return false;
	}
	return true;
}

static const struct mode_page *select_find(u8 page, bool has_subpage, u8 subpage)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(mode_pages); i++)
		if (mode_pages[i].page == page && !mode_pages[i].subpage == !has_subpage &&
		    mode_pages[i].subpage == subpage)
			return &mode_pages[i];
	return NULL;
}

static u8 select_high_bit(u8 bits)
{
	u8 bit = 7;

	while (!(bits & BIT(bit)))
		bit--;
	return bit;
}

/* Does it say anything new where nothing can be changed? The PS bit of byte 0 is not looked at. */
static bool select_changeable(struct nvmeq_scsi_task *t, const struct mode_page *page, u32 at)
{
	u8 now[MODE_PAGE_MAX], mask[MODE_PAGE_MAX], odd;
	const u8 *p = t->list + at;
	u8 i;

	mode_fill(t, page, MODE_CURRENT, now);
	mode_fill(t, page, MODE_CHANGEABLE, mask);
	for (i = page->subpage ? 4 : 2; i < page->bytes; i++) {
		odd = (p[i] ^ now[i]) & (u8)~mask[i];
		if (odd) {
			nvmeq_scsi_fail_field(t, NVMEQ_SENSE_LIST_FIELD, (u16)(at + i),
					      select_high_bit(odd));
			return false;
		}
	}
	return !page->take || page->take(t, p, (u16)at);
}

/* One page at @at. Returns its length; 0 when it is wrong, with the task failed. */
static u32 select_page(struct nvmeq_scsi_task *t, u32 at)
{
	u32 left = t->list_bytes - at, bytes;
	const u8 *p = t->list + at;
	bool has_subpage = p[0] & MODE_SPF;
	const struct mode_page *page;

	if (left < (has_subpage ? 4 : 2)) {
		nvmeq_scsi_fail(t, NVMEQ_SENSE_LIST_LENGTH);
		return 0;
	}
	bytes = has_subpage ? 4U + nvmeq_get_be16(p + 2) : 2U + p[1];
	if (bytes > left) {
		nvmeq_scsi_fail(t, NVMEQ_SENSE_LIST_LENGTH);
		return 0;
	}
	page = select_find(p[0] & MODE_ALL_PAGES, has_subpage, has_subpage ? p[1] : 0);
	if (!page || bytes != page->bytes) {
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_LIST_FIELD,
				      (u16)(at + (page ? (has_subpage ? 2 : 1) : 0)),
				      NVMEQ_SENSE_NO_BIT);
		return 0;
	}
	return select_changeable(t, page, at) ? bytes : 0;
}

/* Header and block descriptor. Returns where the pages begin; 0 when something is wrong. */
static u32 select_header(struct nvmeq_scsi_task *t)
{
	bool wide = t->req->op->cdb_bytes == 10;
	u32 header = wide ? 8 : 4, blocks;
	const u8 *p = t->list;
	bool long_lba;

	if (t->list_bytes < header) {
		nvmeq_scsi_fail(t, NVMEQ_SENSE_LIST_LENGTH);
		return 0;
	}
	long_lba = wide && (p[4] & MODE_LONGLBA);
	blocks = wide ? nvmeq_get_be16(p + 6) : p[3];
	if (blocks && blocks != (long_lba ? 16 : 8)) {
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_LIST_FIELD, wide ? 6 : 3,
				      NVMEQ_SENSE_NO_BIT);
		return 0;
	}
	if (header + blocks > t->list_bytes) {
		nvmeq_scsi_fail(t, NVMEQ_SENSE_LIST_LENGTH);
		return 0;
	}
	if (blocks && !select_blocks(t, header, long_lba))
		return 0;
	return header + blocks;
}

/* The recovery time is known now, without which page 01h could not be compared. */
static void select_parse(struct nvmeq_scsi_task *t)
{
	u32 at, bytes;

	t->mode.recovery_ms = mode_recovery_ms(t);
	t->mode.next = t->state;
	at = select_header(t);
	if (!at)
		return;
	for (; at < t->list_bytes; at += bytes) {
		bytes = select_page(t, at);
		if (!bytes)
			return;
	}
	select_apply(t);
}

static void select_fetched(struct nvmeq_scsi_task *t)
{
	mode_ask_recovery(t, 0, select_parse);
}

/* SP is refused: no page has PS set. A list longer than the work area is longer than any legal. */
void nvmeq_scsi_plan_mode_select(struct nvmeq_scsi_task *t)
{
	if (t->req->mode_select.save)
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_CDB_FIELD, 1, 0);
	else if (t->req->list_bytes > nvmeq_scsi_work_bytes(t))
		nvmeq_scsi_fail(t, NVMEQ_SENSE_LIST_LENGTH);
	else
		nvmeq_scsi_need_list(t, select_fetched);
}
