// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_ns_list.c - namespace lists of any length
 *
 * Input: where the page begins after, room in the output (both short, so that
 * they matter), then the page.
 */
#include "fuzz.h"
#include "model/ident_read.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input in = { data, size };
	u32 after = (u32)take(&in, 4), max = (u32)take(&in, 2) % 1025, n, i;
	u32 *out = malloc(max ? 4 * max : 1), model[1024];
	size_t len;
	u8 *page;

	if (in.left > 4096)
		in.left = 4096;
	page = rest(&in, &len);
	n = nvmeq_ident_ns_list(page, len, after, out, max);
	MUST(n <= max && n <= len / 4);
	for (i = 0; i < n; i++) {
		MUST(out[i] > (i ? out[i - 1] : after));
		MUST(out[i] != 0xffffffff);
	}
	MUST(n == ident_read_list(page, len, after, model, max));
	MUST(!memcmp(out, model, 4 * n));
	free(page);
	free(out);
	return 0;
}
