// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_sense.c - sense data as bytes
 *
 * Which NVMe status becomes which sense is a column of lib/status.c; here is
 * only how sense looks (SPC-4 section 4.5). Always current, never deferred:
 * nothing is reported later than by the command that met it.
 *
 *   fixed	18 bytes, INFORMATION of 32 bits behind the VALID bit
 *   descriptor	8 bytes, then an Information and a Sense key specific descriptor,
 *		each only when there is something to say
 */
#include <nvmeq/scsi_sense.h>
#include <nvmeq/buf.h>

#define SENSE_FIXED		0x70
#define SENSE_DESCRIPTOR	0x72
#define SENSE_VALID		0x80
#define SENSE_SKSV		0x80
#define SENSE_IN_CDB		0x40
#define SENSE_BPV		0x08
#define SENSE_FIXED_MORE	10	/* bytes behind the additional length */
#define SENSE_INFO_MORE		10	/* of an Information descriptor */
#define SENSE_SKS_MORE		6	/* of a Sense key specific descriptor */
#define SENSE_SSTAT_MASK	0x7
#define SENSE_SSTAT_RUNNING	2
#define SENSE_SSTAT_FAILED	3

static_assert(8 + 2 + SENSE_INFO_MORE + 2 + SENSE_SKS_MORE <= NVMEQ_SENSE_BYTES_MAX,
	      "the longest descriptor sense");

void nvmeq_sense_set(struct nvmeq_sense *s, u32 code)
{
	*s = (struct nvmeq_sense) { .code = code };
}

void nvmeq_sense_field(struct nvmeq_sense *s, u32 code, u16 byte, u8 bit)
{
	nvmeq_sense_set(s, code);
	s->sks[0] = SENSE_SKSV;
	if (code == NVMEQ_SENSE_CDB_FIELD)
		s->sks[0] |= SENSE_IN_CDB;
	if (bit != NVMEQ_SENSE_NO_BIT)
		s->sks[0] |= SENSE_BPV | (bit & 0x7);
	s->sks[1] = (u8)(byte >> 8);
	s->sks[2] = (u8)byte;
}

void nvmeq_sense_progress(struct nvmeq_sense *s, u32 code, u16 done)
{
	nvmeq_sense_set(s, code);
	s->sks[0] = SENSE_SKSV;
	s->sks[1] = (u8)(done >> 8);
	s->sks[2] = (u8)done;
}

void nvmeq_sense_info(struct nvmeq_sense *s, u64 info)
{
	s->has_info = true;
	s->info = info;
}

static void sense_fixed(const struct nvmeq_sense *s, struct nvmeq_buf *b)
{
	bool valid = s->has_info && s->info <= 0xffffffffU;

	nvmeq_buf_put_u8(b, valid ? SENSE_FIXED | SENSE_VALID : SENSE_FIXED);
	nvmeq_buf_put_u8(b, 0);
	nvmeq_buf_put_u8(b, NVMEQ_SENSE_KEY(s->code));
	nvmeq_buf_put_be32(b, valid ? (u32)s->info : 0);
	nvmeq_buf_put_u8(b, SENSE_FIXED_MORE);
	nvmeq_buf_put_be32(b, 0);
	nvmeq_buf_put_u8(b, NVMEQ_SENSE_ASC(s->code));
	nvmeq_buf_put_u8(b, NVMEQ_SENSE_ASCQ(s->code));
	nvmeq_buf_put_u8(b, 0);
	nvmeq_buf_put_bytes(b, s->sks, sizeof(s->sks));
}

static void sense_descriptors(const struct nvmeq_sense *s, struct nvmeq_buf *b)
{
	if (s->has_info) {
		nvmeq_buf_put_u8(b, 0x00);
		nvmeq_buf_put_u8(b, SENSE_INFO_MORE);
		nvmeq_buf_put_u8(b, SENSE_VALID);
		nvmeq_buf_put_u8(b, 0);
		nvmeq_buf_put_be64(b, s->info);
	}
	if (s->sks[0] & SENSE_SKSV) {
		nvmeq_buf_put_u8(b, 0x02);
		nvmeq_buf_put_u8(b, SENSE_SKS_MORE);
		nvmeq_buf_put_be16(b, 0);
		nvmeq_buf_put_bytes(b, s->sks, sizeof(s->sks));
		nvmeq_buf_put_u8(b, 0);
	}
}

u32 nvmeq_sense_format(const struct nvmeq_sense *s, bool descriptor, void *buf, u32 len)
{
	struct nvmeq_buf b;

	nvmeq_buf_init(&b, buf, len);
	if (!descriptor) {
		sense_fixed(s, &b);
		return nvmeq_buf_stored(&b);
	}
	nvmeq_buf_put_u8(&b, SENSE_DESCRIPTOR);
	nvmeq_buf_put_u8(&b, NVMEQ_SENSE_KEY(s->code));
	nvmeq_buf_put_u8(&b, NVMEQ_SENSE_ASC(s->code));
	nvmeq_buf_put_u8(&b, NVMEQ_SENSE_ASCQ(s->code));
	nvmeq_buf_put_be32(&b, 0);
	sense_descriptors(s, &b);
	nvmeq_buf_set_u8(&b, 7, (u8)(b.len - 8));
	return nvmeq_buf_stored(&b);
}

/* Base Figure 267: SPROG in bytes 1:0, SSTAT in 3:2. */
bool nvmeq_sense_sanitize(const u8 *log, struct nvmeq_sense *s)
{
	switch (nvmeq_get_le16(log + 2) & SENSE_SSTAT_MASK) {
	case SENSE_SSTAT_RUNNING:
		nvmeq_sense_progress(s, NVMEQ_SENSE_SANITIZING, nvmeq_get_le16(log));
		return true;
	case SENSE_SSTAT_FAILED:
		nvmeq_sense_set(s, NVMEQ_SENSE_SANITIZE_FAILED);
		return true;
	default:
		return false;
	}
}
