// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_reserve.c - PERSISTENT RESERVE IN and OUT
 *
 * Both worlds have the same model: hosts register keys, one may hold a
 * reservation of a type. A registered controller of NVMe is what SCSI calls an
 * I_T nexus, so each entry of the Reservation Report is a registration.
 *
 * The report is written by the controller and believed in nothing: entries are
 * those that lie within what was asked for, whatever its count says; the length
 * fields of the answer count what the controller says there is, so that a
 * caller sees that the rest is missing. Memory is cleared before it is lent.
 *
 * Hosts have identifiers of 64 or of 128 bits, and the report comes in a form
 * for each, of which a controller gives only the one that fits. The short one
 * is asked for first: controllers from before the long one do not know the
 * flag and would answer in the short form either way.
 *
 *	SCSI			NVMe
 *	REGISTER		Register: register (key 0), replace, unregister (new key 0)
 *	REGISTER AND IGNORE	likewise with IEKEY
 *	RESERVE, PREEMPT ...	Acquire
 *	RELEASE, CLEAR		Release
 *
 * Keys are big-endian here and little-endian there. References: SPC-4
 * sections 6.15 and 6.16, Base sections 7.2 to 7.5 and 8.19.
 */
#include <nvmeq/scsi_plan.h>
#include <nvmeq/spec_id.h>

#define RESERVE_TYPES		6	/* of NVMe, from 1 on */

/* Types by NVMe's number; 0 none. */
static const u8 reserve_types[RESERVE_TYPES + 1] = { 0, 1, 3, 5, 6, 7, 8 };

enum { RESERVE_ALL_REGISTRANTS = 7 };	/* the first type of SCSI that all registrants hold */

/* Where this disk can have a reservation of the type; 0 when it cannot. */
static u8 reserve_nvme_type(const struct nvmeq_scsi_facts *f, u8 type)
{
	u8 i;

	for (i = 1; i <= RESERVE_TYPES; i++)
		if (reserve_types[i] == type)
			return f->rescap & BIT(i) ? i : 0;
	return 0;
}

/* --- the report --- */

/* Reservation Status, Base Figures 434 and 435; an entry by its form. */
enum { REPORT_GEN = 0, REPORT_TYPE = 4, REPORT_COUNT = 5, REPORT_PTPLS = 9 };

static const struct report_form {
	u8 header;
	u8 entry;
	u8 key;
	u8 host;
	u8 host_bytes;
} report_forms[2] = {
	{ .header = 24, .entry = 24, .host = 8, .host_bytes = 8, .key = 16 },
	{ .header = 64, .entry = 64, .key = 8, .host = 16, .host_bytes = 16 },
};

enum { REPORT_CNTLID = 0, REPORT_STATUS = 2 };	/* in an entry of either form */

#define REPORT_HOLDER		BIT(0)

struct report {
	const u8 *data;
	const struct report_form *form;
	u32 count;	/* registrations, as the controller says */
	u32 entries;	/* of them, those that are here */
};

/* What one command brings, of what there is room for. */
static u32 report_bytes(const struct nvmeq_scsi_task *t)
{
	u32 bytes = min_t(u32, nvmeq_scsi_work_bytes(t), t->f->max_transfer_bytes);

	return bytes - bytes % 4;
}

/* The form that was asked for is in the command that was answered. */
static void report_open(const struct nvmeq_scsi_task *t, struct report *r)
{
	bool extended = le32_to_cpu(t->step.cmd[0].sqe.cdw11) & 1;
	u32 bytes = report_bytes(t), room = 0;

	r->data = nvmeq_scsi_work(t, 0);
	r->form = &report_forms[extended];
	r->count = nvmeq_get_le16(r->data + REPORT_COUNT);
	if (bytes > r->form->header)
		room = (bytes - r->form->header) / r->form->entry;
	r->entries = min_t(u32, r->count, room);
}

static const u8 *report_entry(const struct report *r, u32 i)
{
	return r->data + r->form->header + i * r->form->entry;
}

static u64 report_key(const struct report *r, const u8 *entry)
{
	return nvmeq_get_le64(entry + r->form->key);
}

/* The type in SCSI's numbers, 0 none; a reservation of no known type is not "none". */
static bool report_type(struct nvmeq_scsi_task *t, const struct report *r, u8 *type)
{
	u8 rtype = r->data[REPORT_TYPE];

	if (rtype > RESERVE_TYPES) {
		nvmeq_scsi_fail(t, NVMEQ_SENSE_TARGET_FAILURE);
		return false;
	}
	*type = reserve_types[rtype];
	return true;
}

/* --- PERSISTENT RESERVE IN --- */

enum { RESERVE_IN_KEYS, RESERVE_IN_RESERVATION, RESERVE_IN_CAPABILITIES, RESERVE_IN_STATUS };

#define RESERVE_DESC_BYTES	48	/* a full status descriptor with its TransportID */
#define RESERVE_ID_BYTES	24	/* of the latter */
#define RESERVE_ID_PROTOCOL	0x0f	/* no protocol that SCSI knows */
#define RESERVE_CAP_BYTES	8
#define RESERVE_TYPE_MASK	0x80	/* the mask of types is valid */

static void reserve_in_keys(struct nvmeq_scsi_task *t, const struct report *r)
{
	u32 i;

	nvmeq_buf_put_be32(&t->resp, nvmeq_get_le32(r->data + REPORT_GEN));
	nvmeq_buf_put_be32(&t->resp, 8 * r->count);
	for (i = 0; i < r->entries; i++)
		nvmeq_buf_put_be64(&t->resp, report_key(r, report_entry(r, i)));
	nvmeq_scsi_good(t);
}

/* A type that all registrants hold is nobody's, and its key is 0. */
static u64 reserve_holder_key(const struct report *r, u8 type)
{
	u32 i;

	for (i = 0; i < r->entries && type < RESERVE_ALL_REGISTRANTS; i++) {
		const u8 *entry = report_entry(r, i);

		if (entry[REPORT_STATUS] & REPORT_HOLDER)
			return report_key(r, entry);
	}
	return 0;
}

static void reserve_in_reservation(struct nvmeq_scsi_task *t, const struct report *r)
{
	u8 type;

	if (!report_type(t, r, &type))
		return;
	nvmeq_buf_put_be32(&t->resp, nvmeq_get_le32(r->data + REPORT_GEN));
	nvmeq_buf_put_be32(&t->resp, type ? 16 : 0);
	if (type) {
		nvmeq_buf_put_be64(&t->resp, reserve_holder_key(r, type));
		nvmeq_buf_put_zeroes(&t->resp, 5);
		nvmeq_buf_put_u8(&t->resp, type);
		nvmeq_buf_put_zeroes(&t->resp, 2);
	}
	nvmeq_scsi_good(t);
}

static void reserve_in_capabilities(struct nvmeq_scsi_task *t, const struct report *r)
{
	u8 ptpls = r->data[REPORT_PTPLS] & 1, i;
	u32 types = 0;	/* bit n: type n */

	for (i = 1; i <= RESERVE_TYPES; i++)
		if (t->f->rescap & BIT(i))
			types |= 1U << reserve_types[i];
	nvmeq_buf_put_be16(&t->resp, RESERVE_CAP_BYTES);
	nvmeq_buf_put_u8(&t->resp, t->f->rescap & NVMEQ_RESCAP_PTPL ? 1 : 0);
	nvmeq_buf_put_u8(&t->resp, RESERVE_TYPE_MASK | ptpls);
	nvmeq_buf_put_u8(&t->resp, (u8)types);
	nvmeq_buf_put_u8(&t->resp, (u8)(types >> 8));
	nvmeq_buf_put_be16(&t->resp, 0);
	nvmeq_scsi_good(t);
}

/*
 * Ports count from 1, controllers from 0; FFFFh, a host without a controller, becomes port 0,
 * which does not exist. The host identifier stands in the TransportID as it is.
 */
static void reserve_in_status_put(struct nvmeq_buf *b, const struct report *r, const u8 *entry,
				  u8 type)
{
	bool holder = entry[REPORT_STATUS] & REPORT_HOLDER;
	u32 start;

	nvmeq_buf_put_be64(b, report_key(r, entry));
	nvmeq_buf_put_zeroes(b, 4);
	nvmeq_buf_put_u8(b, holder);
	nvmeq_buf_put_u8(b, holder ? type : 0);
	nvmeq_buf_put_zeroes(b, 4);
	nvmeq_buf_put_be16(b, (u16)(nvmeq_get_le16(entry + REPORT_CNTLID) + 1));
	nvmeq_buf_put_be32(b, RESERVE_ID_BYTES);
	start = b->len;
	nvmeq_buf_put_u8(b, RESERVE_ID_PROTOCOL);
	nvmeq_buf_put_zeroes(b, 7);
	nvmeq_buf_put_bytes(b, entry + r->form->host, r->form->host_bytes);
	nvmeq_buf_put_zeroes(b, RESERVE_ID_BYTES - (b->len - start));
}

static void reserve_in_status(struct nvmeq_scsi_task *t, const struct report *r)
{
	u8 type;
	u32 i;

	if (!report_type(t, r, &type))
		return;
	nvmeq_buf_put_be32(&t->resp, nvmeq_get_le32(r->data + REPORT_GEN));
	nvmeq_buf_put_be32(&t->resp, RESERVE_DESC_BYTES * r->count);
	for (i = 0; i < r->entries; i++)
		reserve_in_status_put(&t->resp, r, report_entry(r, i), type);
	nvmeq_scsi_good(t);
}

static void reserve_in_answer(struct nvmeq_scsi_task *t)
{
	struct report r;

	report_open(t, &r);
	switch (t->req->op->action) {
	case RESERVE_IN_KEYS:
		reserve_in_keys(t, &r);
		break;
	case RESERVE_IN_RESERVATION:
		reserve_in_reservation(t, &r);
		break;
	case RESERVE_IN_CAPABILITIES:
		reserve_in_capabilities(t, &r);
		break;
	default:
		reserve_in_status(t, &r);
		break;
	}
}

static void reserve_in_ask(struct nvmeq_scsi_task *t, bool extended, nvmeq_scsi_then then)
{
	u32 bytes = report_bytes(t);

	memset(nvmeq_scsi_work(t, 0), 0, nvmeq_scsi_work_bytes(t));
	nvmeq_cmd_resv_report(nvmeq_scsi_sqe(t), t->f->nsid, bytes, extended);
	nvmeq_scsi_send_io(t, nvmeq_scsi_in_work(0, bytes), then);
}

static void reserve_in_short(struct nvmeq_scsi_task *t)
{
	u16 code = t->answer.status & NVMEQ_STATUS_CODE_MASK;

	if (nvmeq_scsi_succeeded(t))
		reserve_in_answer(t);
	else if (code == NVMEQ_SC_HOST_ID_FORMAT)
		reserve_in_ask(t, true, reserve_in_answer);
	else
		nvmeq_scsi_fail_status(t, t->answer.status);
}

void nvmeq_scsi_plan_reserve_in(struct nvmeq_scsi_task *t)
{
	nvmeq_scsi_tolerate(t);
	reserve_in_ask(t, false, reserve_in_short);
}

/* --- PERSISTENT RESERVE OUT --- */

enum {
	RESERVE_OUT_REGISTER,
	RESERVE_OUT_RESERVE,
	RESERVE_OUT_RELEASE,
	RESERVE_OUT_CLEAR,
	RESERVE_OUT_PREEMPT,
	RESERVE_OUT_PREEMPT_ABORT,
	RESERVE_OUT_REGISTER_IGNORE,
};

#define RESERVE_LIST_BYTES	24
#define RESERVE_KEYS_AT		512	/* in the work area, behind the list */

/* List: 0..7 key, 8..15 service action key, 20 flags */
enum { RESERVE_SARK_AT = 8, RESERVE_FLAGS_AT = 20 };

#define RESERVE_SPEC_I_PT	BIT(3)
#define RESERVE_ALL_TG_PT	BIT(2)
#define RESERVE_APTPL		BIT(0)

static u64 reserve_key(const struct nvmeq_scsi_task *t)
{
	return nvmeq_get_be64(t->list);
}

static u64 reserve_action_key(const struct nvmeq_scsi_task *t)
{
	return nvmeq_get_be64(t->list + RESERVE_SARK_AT);
}

/* Sends what was encoded. Release looks at the first key alone. */
static void reserve_out_send(struct nvmeq_scsi_task *t, u64 crkey, u64 second,
			     nvmeq_scsi_then then)
{
	struct nvmeq_resv_keys *keys = nvmeq_scsi_work(t, RESERVE_KEYS_AT);
	bool release = nvmeq_scsi_sqe(t)->opcode == NVMEQ_NVM_RESV_RELEASE;

	nvmeq_cmd_resv_keys(keys, crkey, second);
	nvmeq_scsi_send_io(t, nvmeq_scsi_in_work(RESERVE_KEYS_AT, release ? 8 : sizeof(*keys)),
			   then);
}

static void reserve_out_register(struct nvmeq_scsi_task *t, u8 action, nvmeq_scsi_then then)
{
	bool ignore = t->req->op->action == RESERVE_OUT_REGISTER_IGNORE;
	u8 persist = t->list[RESERVE_FLAGS_AT] & RESERVE_APTPL ? NVMEQ_RESV_PTPL_SET :
								 NVMEQ_RESV_PTPL_CLEAR;

	nvmeq_cmd_resv_register(nvmeq_scsi_sqe(t), t->f->nsid, action, ignore, persist);
	reserve_out_send(t, ignore ? 0 : reserve_key(t), reserve_action_key(t), then);
}

/*
 * A conflict of a command that ignores keys: the host has none. There is nothing to take back
 * then; and a controller that does not replace a key that is not there is to register it.
 */
static void reserve_out_ignored(struct nvmeq_scsi_task *t)
{
	u16 code = t->answer.status & NVMEQ_STATUS_CODE_MASK;

	if (code != NVMEQ_SC_RESV_CONFLICT)
		nvmeq_scsi_fail_status(t, t->answer.status);
	else if (!reserve_action_key(t))
		nvmeq_scsi_good(t);
	else
		reserve_out_register(t, NVMEQ_RESV_REGISTER, nvmeq_scsi_good);
}

static void reserve_out_register_ignore(struct nvmeq_scsi_task *t)
{
	nvmeq_scsi_tolerate(t);
	reserve_out_register(t, reserve_action_key(t) ? NVMEQ_RESV_REPLACE :
			     NVMEQ_RESV_UNREGISTER, reserve_out_ignored);
}

/* Who has no key and wants none is done. */
static void reserve_out_register_known(struct nvmeq_scsi_task *t)
{
	if (!reserve_key(t) && !reserve_action_key(t))
		nvmeq_scsi_good(t);
	else if (!reserve_key(t))
		reserve_out_register(t, NVMEQ_RESV_REGISTER, nvmeq_scsi_good);
	else if (!reserve_action_key(t))
		reserve_out_register(t, NVMEQ_RESV_UNREGISTER, nvmeq_scsi_good);
	else
		reserve_out_register(t, NVMEQ_RESV_REPLACE, nvmeq_scsi_good);
}

static void reserve_out_acquire(struct nvmeq_scsi_task *t, u8 action, u8 rtype)
{
	u64 victim = action == NVMEQ_RESV_ACQUIRE ? 0 : reserve_action_key(t);

	nvmeq_cmd_resv_acquire(nvmeq_scsi_sqe(t), t->f->nsid, action, rtype);
	reserve_out_send(t, reserve_key(t), victim, nvmeq_scsi_good);
}

static void reserve_out_release(struct nvmeq_scsi_task *t, u8 action, u8 rtype)
{
	nvmeq_cmd_resv_release(nvmeq_scsi_sqe(t), t->f->nsid, action, rtype);
	reserve_out_send(t, reserve_key(t), 0, nvmeq_scsi_good);
}

static void reserve_out_go(struct nvmeq_scsi_task *t)
{
	u8 rtype = reserve_nvme_type(t->f, t->req->reserve.type);

	switch (t->req->op->action) {
	case RESERVE_OUT_REGISTER:
		reserve_out_register_known(t);
		break;
	case RESERVE_OUT_RESERVE:
		reserve_out_acquire(t, NVMEQ_RESV_ACQUIRE, rtype);
		break;
	case RESERVE_OUT_RELEASE:
		reserve_out_release(t, NVMEQ_RESV_RELEASE, rtype);
		break;
	case RESERVE_OUT_CLEAR:
		reserve_out_release(t, NVMEQ_RESV_CLEAR, 0);
		break;
	case RESERVE_OUT_PREEMPT:
		reserve_out_acquire(t, NVMEQ_RESV_PREEMPT, rtype);
		break;
	case RESERVE_OUT_PREEMPT_ABORT:
		reserve_out_acquire(t, NVMEQ_RESV_PREEMPT_ABORT, rtype);
		break;
	default:
		reserve_out_register_ignore(t);
		break;
	}
}

static bool reserve_out_registers(const struct nvmeq_scsi_task *t)
{
	u16 action = t->req->op->action;

	return action == RESERVE_OUT_REGISTER || action == RESERVE_OUT_REGISTER_IGNORE;
}

/* ALL_TG_PT and APTPL mean something to registrations alone. */
static void reserve_out_list(struct nvmeq_scsi_task *t)
{
	bool registers = reserve_out_registers(t);
	u8 flags = t->list[RESERVE_FLAGS_AT];

	if (flags & RESERVE_SPEC_I_PT)
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_LIST_FIELD, RESERVE_FLAGS_AT, 3);
	else if (registers && (flags & RESERVE_ALL_TG_PT))
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_LIST_FIELD, RESERVE_FLAGS_AT, 2);
	else if (registers && (flags & RESERVE_APTPL) && !(t->f->rescap & NVMEQ_RESCAP_PTPL))
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_LIST_FIELD, RESERVE_FLAGS_AT, 0);
	else
		reserve_out_go(t);
}

void nvmeq_scsi_plan_reserve_out(struct nvmeq_scsi_task *t)
{
	const struct nvmeq_scsi_req *req = t->req;
	bool typed = !reserve_out_registers(t) && req->op->action != RESERVE_OUT_CLEAR;

	if (typed && req->reserve.scope)
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_CDB_FIELD, 2, 7);
	else if (typed && !reserve_nvme_type(t->f, req->reserve.type))
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_CDB_FIELD, 2, 3);
	else if (req->list_bytes != RESERVE_LIST_BYTES || t->mem.out_bytes < RESERVE_LIST_BYTES)
		nvmeq_scsi_fail(t, NVMEQ_SENSE_LIST_LENGTH);
	else
		nvmeq_scsi_need_list(t, reserve_out_list);
}
