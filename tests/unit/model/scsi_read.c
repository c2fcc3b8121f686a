// SPDX-License-Identifier: GPL-2.0-only
/* scsi_read.c - see scsi_read.h */
#include <stdlib.h>

#include "model/scsi_read.h"

u64 scsi_get(const u8 *p, u32 bytes)
{
	u64 v = 0;

	while (bytes--)
		v = v << 8 | *p++;
	return v;
}

u32 scsi_ask(struct scsi_ctrl *c, struct scsi_run *r, const u8 *cdb, u32 cdb_len, u32 in_bytes)
{
	memset(r->cdb, 0, sizeof(r->cdb));
	memcpy(r->cdb, cdb, cdb_len);
	r->cdb_len = cdb_len;
	r->out = NULL;
	r->out_bytes = 0;
	r->in_bytes = in_bytes;
	scsi_ctrl_run(c, r);
	return r->end.sense.code;
}

u32 scsi_tell(struct scsi_ctrl *c, struct scsi_run *r, const u8 *cdb, u32 cdb_len,
	      const void *out, u32 out_bytes)
{
	memset(r->cdb, 0, sizeof(r->cdb));
	memcpy(r->cdb, cdb, cdb_len);
	r->cdb_len = cdb_len;
	r->out = out;
	r->out_bytes = out_bytes;
	r->in_bytes = 0;
	scsi_ctrl_run(c, r);
	return r->end.sense.code;
}

/* SPC-4 tables 27, 28 and 46: sense key specific bytes, in either format. */
bool scsi_field(const struct scsi_run *r, u32 *byte, int *bit)
{
	const u8 *sks = NULL;

	if (r->sense_bytes >= 18 && (r->sense[0] & 0x7f) == 0x70)
		sks = r->sense + 15;
	else if (r->sense_bytes >= 16 && r->sense[0] == 0x72 && r->sense[8] == 0x02)
		sks = r->sense + 12;
	if (!sks || !(sks[0] & 0x80))
		return false;
	*byte = (u32)scsi_get(sks + 1, 2);
	*bit = sks[0] & 0x08 ? sks[0] & 7 : -1;
	return true;
}

static const char *cut(struct scsi_ctrl *c, struct scsi_run *r, const struct scsi_run *whole,
		       u32 alloc, u32 room)
{
	u32 have = whole->end.resp_bytes, want = have, i;

	if (want > alloc)
		want = alloc;
	if (want > room)
		want = room;
	r->in_bytes = room;
	scsi_ctrl_run(c, r);
	if (c->wrong)
		return c->wrong;
	if (r->end.sense.code || r->end.host)
		return "a length is an error";
	if (r->end.moved != want || r->end.resp_bytes != want)
		return "as many bytes as fit, and no other number";
	if (memcmp(r->in, whole->in, want))
		return "not the beginning of the whole answer";
	for (i = want; i < room; i++)
		if (r->in[i] != 0xee)
			return "written behind the answer";
	return NULL;
}

const char *scsi_cuts(struct scsi_ctrl *c, const u8 *cdb, u32 cdb_len, u32 at, u32 bytes, u32 max)
{
	struct scsi_run whole = { .cdb_len = cdb_len }, r = { .cdb_len = cdb_len };
	const char *why = NULL;
	u32 alloc, i;

	memcpy(whole.cdb, cdb, cdb_len);
	memcpy(r.cdb, cdb, cdb_len);
	for (i = 0; i < bytes; i++)
		whole.cdb[at + i] = i + 2 < bytes ? 0 : 0xff;
	whole.in_bytes = 65535;
	scsi_ctrl_run(c, &whole);
	if (whole.end.sense.code)
		why = "the whole answer is an error";
	for (alloc = 0; alloc <= max && !why; alloc++) {
		for (i = 0; i < bytes; i++)
			r.cdb[at + i] = (u8)(bytes - 1 - i < 4 ? alloc >> 8 * (bytes - 1 - i) : 0);
		why = cut(c, &r, &whole, alloc, alloc);
		if (!why)
			why = cut(c, &r, &whole, alloc, alloc / 2);
		if (!why)
			why = cut(c, &r, &whole, alloc, alloc + 7);
	}
	scsi_run_free(&whole);
	scsi_run_free(&r);
	return why;
}

bool scsi_desig_next(const struct scsi_run *r, u32 *at, struct scsi_desig *d, const char **wrong)
{
	u32 end = 4 + (u32)scsi_get(r->in + 2, 2);
	const u8 *p = r->in + *at;

	*wrong = NULL;
	if (end != r->end.resp_bytes)
		*wrong = "page length";
	else if (*at < end && (end - *at < 4 || 4u + p[3] > end - *at))
		*wrong = "designator is cut";
	if (*wrong || *at >= end)
		return false;
	*d = (struct scsi_desig) {
		.code_set = p[0] & 0xf, .association = p[1] >> 4 & 3, .type = p[1] & 0xf,
		.len = p[3], .bytes = p + 4,
	};
	if (p[0] >> 4 || p[1] & 0xc0 || p[2])
		*wrong = "reserved bits of a designator";
	*at += 4 + p[3];
	return true;
}

const u8 *scsi_mode_page(const struct scsi_run *r, bool wide, u8 page, u8 subpage, u32 *bytes,
			 const char **wrong)
{
	u32 end = wide ? 2 + (u32)scsi_get(r->in, 2) : 1u + r->in[0];
	u32 blocks = wide ? (u32)scsi_get(r->in + 6, 2) : r->in[3], at, len;
	const u8 *found = NULL;
	int last = -1;

	*wrong = NULL;
	if (end != r->end.resp_bytes)
		*wrong = "mode data length";
	for (at = (wide ? 8 : 4) + blocks; !*wrong && at < end; at += len) {
		const u8 *p = r->in + at;
		bool sub = p[0] & 0x40;
		int order = (p[0] & 0x3f) << 8 | (sub ? p[1] : 0);

		len = end - at < 4 ? 0 : sub ? 4 + (u32)scsi_get(p + 2, 2) : 2u + p[1];
		if (!len || len > end - at)
			*wrong = "page is cut";
		if (order <= last || p[0] & 0x80)
			*wrong = "order of pages, or PS";
		last = order;
		if (order == (page << 8 | subpage)) {
			found = p;
			*bytes = len;
		}
	}
	return *wrong ? NULL : found;
}

const u8 *scsi_log_param(const struct scsi_run *r, u16 code, u8 *bytes, const char **wrong)
{
	u32 end = 4 + (u32)scsi_get(r->in + 2, 2), at;
	const u8 *found = NULL;

	*wrong = end == r->end.resp_bytes ? NULL : "page length";
	for (at = 4; !*wrong && at < end; at += 4 + r->in[at + 3]) {
		const u8 *p = r->in + at;

		if (end - at < 4 || 4u + p[3] > end - at)
			*wrong = "parameter is cut";
		else if (p[2] != 0x03)
			*wrong = "parameter control byte";
		else if (scsi_get(p, 2) == code)
			found = p;
	}
	if (found)
		*bytes = found[3];
	return *wrong ? NULL : found;
}
