// SPDX-License-Identifier: GPL-2.0-only
/*
 * scsi_log.c - LOG SENSE and REQUEST SENSE: how the disk is
 *
 *	LOG SENSE 0Dh	temperature		SMART log, and Feature 04h for the limit
 *	LOG SENSE 11h	endurance used		SMART log
 *	LOG SENSE 2Fh	is it going to fail?	SMART log, critical warning
 *	REQUEST SENSE	what is going on	a format, a sanitize, a self-test, then a
 *						critical warning, then low power
 *
 * Logs are read without clearing the event that belongs to them, which is the
 * driver's. REQUEST SENSE asks the controller for one thing after the other
 * until there is something to say; what it cannot be told is left out, because
 * the command has to work when all else does not. That it tells of a critical
 * warning is what MRIE 6 of the Informational Exceptions page announces
 * (SPC-4 section 7.5.11).
 */
#include <nvmeq/scsi_plan.h>
#include <nvmeq/spec_id.h>

/* SMART / Health Information, Base Figure 207 */
#define SMART_BYTES		512U
#define SMART_WARNING		0
#define SMART_KELVIN		1
#define SMART_USED		5
#define SMART_WARN_SPARE	BIT(0)
#define SMART_WARN_TEMPERATURE	BIT(1)
#define SMART_WARN_RELIABILITY	BIT(2)
#define SMART_WARN_READ_ONLY	BIT(3)
#define SMART_WARN_BACKUP	BIT(4)

static void smart_ask(struct nvmeq_scsi_task *t, nvmeq_scsi_then then)
{
	u32 nsid = t->f->smart_per_ns ? t->f->nsid : NVMEQ_NSID_ALL;

	nvmeq_cmd_peek_log(nvmeq_scsi_sqe(t), NVMEQ_LOG_SMART, nsid, SMART_BYTES);
	nvmeq_scsi_send_admin(t, nvmeq_scsi_in_work(0, SMART_BYTES), then);
}

/* ASC and ASCQ; 0 when all is well. 5Dh is a failure that is predicted, 0Bh a warning. */
static u16 smart_exception(const u8 *smart)
{
	u8 w = smart[SMART_WARNING];

	if (w & (SMART_WARN_SPARE | SMART_WARN_RELIABILITY | SMART_WARN_READ_ONLY))
		return 0x5d10;
	if (w & SMART_WARN_TEMPERATURE)
		return 0x0b01;
	return w & SMART_WARN_BACKUP ? 0x0b06 : 0;
}

/* --- LOG SENSE --- */

#define LOG_HEADER		4U
#define LOG_DS			0x80	/* parameters are not saved on demand */
#define LOG_SPF			0x40
#define LOG_LIST_SUBPAGES	0xff
#define LOG_BINARY_LIST		0x03	/* parameter control byte */
#define LOG_NO_TEMPERATURE	0xff
#define LOG_ZERO_CELSIUS	273

/* 0 K is how a controller says that it does not know. */
static u8 log_celsius(u16 kelvin)
{
	if (!kelvin)
		return LOG_NO_TEMPERATURE;
	if (kelvin < LOG_ZERO_CELSIUS)
		return 0;
	return (u8)min_t(u16, kelvin - LOG_ZERO_CELSIUS, 254);
}

static u8 log_temperature(const struct nvmeq_scsi_task *t)
{
	const u8 *smart = nvmeq_scsi_work(t, 0);

	return log_celsius(nvmeq_get_le16(smart + SMART_KELVIN));
}

/* False when the caller begins behind this parameter. */
static bool log_param(struct nvmeq_scsi_task *t, u16 code, u8 bytes)
{
	if (code < t->req->log.parameter)
		return false;
	nvmeq_buf_put_be16(&t->resp, code);
	nvmeq_buf_put_u8(&t->resp, LOG_BINARY_LIST);
	nvmeq_buf_put_u8(&t->resp, bytes);
	return true;
}

static void log_put_temperature(struct nvmeq_scsi_task *t)
{
	if (log_param(t, 0x0000, 2)) {
		nvmeq_buf_put_u8(&t->resp, 0);
		nvmeq_buf_put_u8(&t->resp, log_temperature(t));
	}
	if (log_param(t, 0x0001, 2)) {
		nvmeq_buf_put_u8(&t->resp, 0);
		nvmeq_buf_put_u8(&t->resp, log_celsius(t->log.warn_kelvin));
	}
}

static void log_put_endurance(struct nvmeq_scsi_task *t)
{
	const u8 *smart = nvmeq_scsi_work(t, 0);

	log_param(t, 0x0001, 4);
	nvmeq_buf_put_zeroes(&t->resp, 3);
	nvmeq_buf_put_u8(&t->resp, smart[SMART_USED]);
}

static void log_put_exceptions(struct nvmeq_scsi_task *t)
{
	log_param(t, 0x0000, 4);
	nvmeq_buf_put_be16(&t->resp, smart_exception(nvmeq_scsi_work(t, 0)));
	nvmeq_buf_put_u8(&t->resp, log_temperature(t));
	nvmeq_buf_put_u8(&t->resp, log_celsius(t->log.warn_kelvin));
}

static void log_put_supported(struct nvmeq_scsi_task *t);

/**
 * struct log_page - a row
 * @page: page code
 * @smart: made from the SMART log
 * @limit: and from the temperature threshold
 * @last: code of its last parameter
 * @put: everything behind the page header
 */
struct log_page {
	u8 page;
	bool smart;
	bool limit;
	u16 last;
	void (*put)(struct nvmeq_scsi_task *t);
};

static const struct log_page log_pages[] = {
	{ .page = 0x00, .put = log_put_supported },
	{ .page = 0x0d, .smart = true, .limit = true, .last = 1, .put = log_put_temperature },
	{ .page = 0x11, .smart = true, .last = 1, .put = log_put_endurance },
	{ .page = 0x2f, .smart = true, .limit = true, .put = log_put_exceptions },
};

/* Pages, or pairs of page and subpage, of which 00h/FFh is one itself. */
static void log_put_supported(struct nvmeq_scsi_task *t)
{
	bool pairs = t->req->log.subpage;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(log_pages); i++) {
		nvmeq_buf_put_u8(&t->resp, log_pages[i].page);
		if (!pairs)
			continue;
		nvmeq_buf_put_u8(&t->resp, 0);
		if (!log_pages[i].page)
			nvmeq_buf_put_be16(&t->resp, LOG_LIST_SUBPAGES);
	}
}

static const struct log_page *log_find(u8 page)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(log_pages); i++)
		if (log_pages[i].page == page)
			return &log_pages[i];
	return NULL;
}

static void log_put(struct nvmeq_scsi_task *t)
{
	const struct log_page *page = log_find(t->req->log.page);
	u8 flags = page->smart ? LOG_DS : 0;

	if (t->req->log.subpage)
		flags |= LOG_SPF;
	nvmeq_buf_put_u8(&t->resp, flags | page->page);
	nvmeq_buf_put_u8(&t->resp, t->req->log.subpage);
	nvmeq_buf_put_be16(&t->resp, 0);
	page->put(t);
	nvmeq_buf_set_be16(&t->resp, 2, (u16)(t->resp.len - LOG_HEADER));
	nvmeq_scsi_good(t);
}

/* A threshold of 0 or FFFFh is none; then what Identify says, which may be none too. */
static void log_limit(struct nvmeq_scsi_task *t)
{
	u16 kelvin = (u16)t->answer.result;

	if (!nvmeq_scsi_succeeded(t) || !kelvin || kelvin == 0xffff)
		kelvin = t->f->warn_kelvin;
	t->log.warn_kelvin = kelvin;
	log_put(t);
}

/* Over temperature threshold of the composite temperature: all of dword 11 is 0. */
static void log_smart(struct nvmeq_scsi_task *t)
{
	if (!log_find(t->req->log.page)->limit) {
		log_put(t);
		return;
	}
	nvmeq_cmd_get_features(nvmeq_scsi_sqe(t), NVMEQ_FEAT_TEMP_THRESHOLD, 0, 0, 0);
	nvmeq_scsi_tolerate(t);
	nvmeq_scsi_send_admin(t, nvmeq_scsi_no_data(), log_limit);
}

/* Page control is not looked at: there are no other values than the present ones. */
void nvmeq_scsi_plan_log(struct nvmeq_scsi_task *t)
{
	const struct log_page *page = log_find(t->req->log.page);
	u8 subpage = t->req->log.subpage;

	if (!page)
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_CDB_FIELD, 2, 5);
	else if (subpage && (page->page || subpage != LOG_LIST_SUBPAGES))
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_CDB_FIELD, 3, NVMEQ_SENSE_NO_BIT);
	else if (t->req->log.parameter > page->last)
		nvmeq_scsi_fail_field(t, NVMEQ_SENSE_CDB_FIELD, 5, NVMEQ_SENSE_NO_BIT);
	else if (page->smart)
		smart_ask(t, log_smart);
	else
		log_put(t);
}

/* --- REQUEST SENSE --- */

#define REQUEST_SANITIZE_BYTES	512U
#define REQUEST_SELF_TEST_BYTES	564U
#define REQUEST_FPI		32	/* of Identify Namespace: 6:0 percent that remain */
#define REQUEST_MRIE		6
#define REQUEST_SELF_TEST	NVMEQ_SENSE(0x2, 0x04, 0x09)
#define REQUEST_LOW_POWER	NVMEQ_SENSE(0x0, 0x5e, 0x00)
#define REQUEST_NOTHING		NVMEQ_SENSE(0x0, 0x00, 0x00)

/* The CDB says which format; D_SENSE is for sense data that comes with an error. */
static void request_answer(struct nvmeq_scsi_task *t, const struct nvmeq_sense *s)
{
	u8 bytes[NVMEQ_SENSE_BYTES_MAX];
	u32 n = nvmeq_sense_format(s, t->req->request_sense.descriptor, bytes, sizeof(bytes));

	nvmeq_buf_put_bytes(&t->resp, bytes, n);
	nvmeq_scsi_good(t);
}

static void request_answer_code(struct nvmeq_scsi_task *t, u32 code)
{
	struct nvmeq_sense s;

	nvmeq_sense_set(&s, code);
	request_answer(t, &s);
}

static u16 request_progress(u32 percent)
{
	return (u16)min_t(u32, percent * 656, 0xffff);
}

static void request_power_state(struct nvmeq_scsi_task *t)
{
	bool low = nvmeq_scsi_succeeded(t) && (t->answer.result & 0x1f);

	request_answer_code(t, low ? REQUEST_LOW_POWER : REQUEST_NOTHING);
}

static void request_power(struct nvmeq_scsi_task *t)
{
	if (t->f->power_states < 2) {
		request_answer_code(t, REQUEST_NOTHING);
		return;
	}
	nvmeq_cmd_get_features(nvmeq_scsi_sqe(t), NVMEQ_FEAT_POWER_MGMT, 0, 0, 0);
	nvmeq_scsi_tolerate(t);
	nvmeq_scsi_send_admin(t, nvmeq_scsi_no_data(), request_power_state);
}

static void request_exception_state(struct nvmeq_scsi_task *t)
{
	u16 code = 0;

	if (nvmeq_scsi_succeeded(t))
		code = smart_exception(nvmeq_scsi_work(t, 0));
	if (code)
		request_answer_code(t, NVMEQ_SENSE(0x0, code >> 8, code & 0xff));
	else
		request_power(t);
}

static void request_exception(struct nvmeq_scsi_task *t)
{
	if (t->state.dexcpt || t->state.mrie != REQUEST_MRIE) {
		request_power(t);
		return;
	}
	nvmeq_scsi_tolerate(t);
	smart_ask(t, request_exception_state);
}

/* Device Self-test log, Base Figure 214: operation in byte 0, percent done in byte 1. */
static void request_self_test_state(struct nvmeq_scsi_task *t)
{
	const u8 *log = nvmeq_scsi_work(t, 0);
	struct nvmeq_sense s;

	if (!nvmeq_scsi_succeeded(t) || !(log[0] & 0xf)) {
		request_exception(t);
		return;
	}
	nvmeq_sense_progress(&s, REQUEST_SELF_TEST, request_progress(log[1] & 0x7f));
	request_answer(t, &s);
}

static void request_self_test(struct nvmeq_scsi_task *t)
{
	if (!(t->f->oacs & NVMEQ_OACS_SELF_TEST)) {
		request_exception(t);
		return;
	}
	nvmeq_cmd_peek_log(nvmeq_scsi_sqe(t), NVMEQ_LOG_SELF_TEST, NVMEQ_NSID_ALL,
			   REQUEST_SELF_TEST_BYTES);
	nvmeq_scsi_tolerate(t);
	nvmeq_scsi_send_admin(t, nvmeq_scsi_in_work(0, REQUEST_SELF_TEST_BYTES),
			      request_self_test_state);
}

static void request_sanitize_state(struct nvmeq_scsi_task *t)
{
	struct nvmeq_sense s;

	if (nvmeq_scsi_succeeded(t) && nvmeq_sense_sanitize(nvmeq_scsi_work(t, 0), &s))
		request_answer(t, &s);
	else
		request_self_test(t);
}

static void request_sanitize(struct nvmeq_scsi_task *t)
{
	if (!t->f->sanicap) {
		request_self_test(t);
		return;
	}
	nvmeq_cmd_peek_log(nvmeq_scsi_sqe(t), NVMEQ_LOG_SANITIZE, NVMEQ_NSID_ALL,
			   REQUEST_SANITIZE_BYTES);
	nvmeq_scsi_tolerate(t);
	nvmeq_scsi_send_admin(t, nvmeq_scsi_in_work(0, REQUEST_SANITIZE_BYTES),
			      request_sanitize_state);
}

/* How far a format is, Identify Namespace tells while it runs. */
static void request_format_state(struct nvmeq_scsi_task *t)
{
	const u8 *page = nvmeq_scsi_work(t, 0);
	struct nvmeq_sense s;
	u32 left = page[REQUEST_FPI] & 0x7f;

	if (!nvmeq_scsi_succeeded(t) || left > 100) {
		request_answer_code(t, NVMEQ_SENSE_FORMATTING);
		return;
	}
	nvmeq_sense_progress(&s, NVMEQ_SENSE_FORMATTING, request_progress(100 - left));
	request_answer(t, &s);
}

static void request_format(struct nvmeq_scsi_task *t)
{
	if (!t->f->format_progress) {
		request_answer_code(t, NVMEQ_SENSE_FORMATTING);
		return;
	}
	nvmeq_cmd_identify(nvmeq_scsi_sqe(t), NVMEQ_CNS_NS, t->f->nsid, 0, 0);
	nvmeq_scsi_tolerate(t);
	nvmeq_scsi_send_admin(t, nvmeq_scsi_in_work(0, NVMEQ_IDENTIFY_BYTES),
			      request_format_state);
}

void nvmeq_scsi_plan_request_sense(struct nvmeq_scsi_task *t)
{
	if (t->state.formatting)
		request_format(t);
	else
		request_sanitize(t);
}
