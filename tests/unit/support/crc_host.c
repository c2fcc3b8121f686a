// SPDX-License-Identifier: GPL-2.0-only
/*
 * crc_host.c - the functions of nvmeq/crc.h that the driver calls, by the definition
 *
 * For tests of what builds on them. In the module they are those of crc/crc_glue.c.
 */
#include <stdlib.h>

#include <nvmeq/crc.h>

u16 nvmeq_crc(u16 seed, const void *data, size_t len)
{
	return nvmeq_crc_bitwise(seed, data, len);
}

void nvmeq_crc_guards(const struct nvmeq_crc_run *run, __be16 *guards)
{
	u32 i;

	for (i = 0; i < run->blocks; i++)
		guards[i] = cpu_to_be16(nvmeq_crc(0, run->data + (size_t)i * run->data_stride,
						  run->block_bytes));
}

void nvmeq_crc_generate(const struct nvmeq_crc_run *run, const struct nvmeq_dif *dif)
{
	__be16 *guards = calloc(run->blocks, sizeof(*guards));

	nvmeq_crc_guards(run, guards);
	nvmeq_dif_generate(dif, guards, 0, run->blocks, run->tuples, run->tuple_stride);
	free(guards);
}

bool nvmeq_crc_verify(const struct nvmeq_crc_run *run, const struct nvmeq_dif *dif,
		      struct nvmeq_dif_error *bad)
{
	__be16 *guards = calloc(run->blocks, sizeof(*guards));
	bool ok;

	nvmeq_crc_guards(run, guards);
	ok = nvmeq_dif_verify(dif, guards, 0, run->blocks, run->tuples, run->tuple_stride, bad);
	free(guards);
	return ok;
}
