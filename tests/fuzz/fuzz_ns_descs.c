// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_ns_descs.c - Namespace Identification Descriptors of any length
 */
#include "fuzz.h"
#include "model/facts_sane.h"
#include "model/ident_read.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input in = { data, size };
	struct nvmeq_ns_facts f, model;
	struct nvmeq_ctrl_facts c = { .vid = 1, .serial = "S", .model = "M" };
	char wwid[200];
	size_t len;
	u8 *page;
	int n;

	memset(&f, 0, sizeof(f));
	f.nsid = 1;
	f.blocks = 1;
	f.block_shift = 9;
	f.use = NVMEQ_NS_USABLE;
	model = f;
	page = rest(&in, &len);
	n = nvmeq_ident_ns_descs(page, len, &f);
	MUST(n >= 0 && (size_t)n <= len / 5);
	MUST(n == ident_read_descs(page, len, &model));
	MUST(f.csi == model.csi);
	MUST(f.has_eui64 == model.has_eui64 && !memcmp(f.eui64, model.eui64, 8));
	MUST(f.has_nguid == model.has_nguid && !memcmp(f.nguid, model.nguid, 16));
	MUST(f.has_uuid == model.has_uuid && !memcmp(f.uuid, model.uuid, 16));
	MUST(f.use == (f.csi ? NVMEQ_NS_COMMAND_SET : NVMEQ_NS_USABLE));
	MUST_NULL(ns_facts_wrong(&f));
	n = nvmeq_ident_wwid(&c, &f, wwid, sizeof(wwid));
	MUST(n > 0 && (size_t)n == strlen(wwid));
	MUST(nvmeq_ident_same_ns(&f, &model));
	free(page);
	return 0;
}
