// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_identify_ctrl.c - Identify Controller, its NVM part, and the name made
 * of both
 *
 * Input: smallest page, length selector, bytes 0..15 of the NVM part, and the
 * page from its first byte on.
 */
#include "fuzz.h"
#include "model/facts_sane.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input in = { data, size };
	u8 shift = (u8)(12 + take(&in, 1) % 16);
	bool whole = take(&in, 1) != 0xff;
	struct nvmeq_ns_facts ns = { .nsid = 1 };
	struct nvmeq_ctrl_facts c;
	u8 *nvm = calloc(1, 4096);
	char wwid[200];
	size_t len;
	u8 *page;
	int i, n;

	for (i = 0; i < 16; i++)
		nvm[i] = (u8)take(&in, 1);
	if (whole) {
		page = page_of(&in);
		len = 4096;
	} else {
		page = rest(&in, &len);
	}
	memset(&c, 0xee, sizeof(c));
	if (!nvmeq_ident_ctrl(page, len, shift, &c)) {
		MUST(len >= 4096);
		MUST_NULL(ctrl_facts_wrong(&c));
		MUST(nvmeq_ident_ctrl_nvm(nvm, 4096, shift, &c) == 0);
		MUST_NULL(ctrl_facts_wrong(&c));
		MUST(!c.max_wz_bytes || c.max_wz_bytes >= 4096);
		n = nvmeq_ident_wwid(&c, &ns, wwid, sizeof(wwid));
		MUST(n > 0 && (size_t)n == strlen(wwid));
		for (i = 0; i < n; i++)
			MUST(wwid[i] > 0x20 && wwid[i] <= 0x7e);
	}
	free(page);
	free(nvm);
	return 0;
}
