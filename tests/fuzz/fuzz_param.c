// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_param.c - texts given as load parameters
 *
 * Input: which parameter, then the text. What is taken must lie in the range,
 * and must be taken again when written as a plain number.
 */
#include <nvmeq/irqplan.h>
#include <nvmeq/param.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input in = { data, size };
	enum nvmeq_param_id id = take(&in, 1) % NVMEQ_PARAM_COUNT;
	const struct nvmeq_param *p = nvmeq_param(id);
	u32 v = 0xdeadbeef, again = 0, n = 0;
	char *text = malloc(in.left + 1), plain[16];
	int ret;

	memcpy(text, in.p, in.left);
	text[in.left] = 0;
	ret = nvmeq_param_parse(id, text, &v);
	MUST(ret == 0 || ret == -EINVAL);
	if (ret) {
		MUST(v == 0xdeadbeef);
	} else if (p->words) {
		while (p->words[n])
			n++;
		MUST(v < n);
		MUST(!strncmp(text, p->words[v], strlen(p->words[v])));
	} else {
		MUST((p->zero && !v) || (v >= p->min && v <= p->max && v % p->step == 0));
		snprintf(plain, sizeof(plain), "%u", v);
		MUST(nvmeq_param_parse(id, plain, &again) == 0 && again == v);
	}
	ret = nvmeq_irq_mode_parse(text);
	MUST(ret == -EINVAL || (ret >= 0 && ret < NVMEQ_IRQ_MODES));
	free(text);
	return 0;
}
