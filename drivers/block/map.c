// SPDX-License-Identifier: GPL-2.0-only
/*
 * map.c - transfers that their entry cannot describe alone
 *
 * Several runs of memory, or one that takes more than two PRP entries and is no
 * SGL descriptor: a scatterlist, mapped as a whole, and list memory. One run
 * that needs neither is mapped in io_path.c. Metadata is mapped here, too; where it
 * follows the data of each block, both are described as one (lib/weave.c). How to
 * describe a transfer is decided in lib/dptr.c.
 */
#include <linux/blk-mq.h>
#include <linux/dma-mapping.h>
#include <nvmeq/prp.h>
#include <nvmeq/sgl.h>
#include <nvmeq/weave.h>
#include "../core/ctrl.h"
#include "../core/params.h"
#include "../core/pool.h"
#include "map.h"

static int map_prp(struct nvmeq_ctrl *ctrl, struct nvmeq_cmd *cmd, struct scatterlist *runs,
		   unsigned int nr_runs, const struct nvmeq_dptr_plan *plan,
		   const dma_addr_t *dma, u32 list_bytes)
{
	struct nvmeq_prp_list lists[NVMEQ_MAX_LISTS];
	struct scatterlist *sg;
	struct nvmeq_prp prp;
	unsigned int i;
	int err = 0;

	for (i = 0; i < plan->lists; i++)
		lists[i] = (struct nvmeq_prp_list){ .entries = cmd->lists[i], .addr = dma[i] };
	nvmeq_prp_begin(&prp, ctrl->page_shift, lists, plan->lists, list_bytes / sizeof(__le64));
	if (!runs)
		err = nvmeq_prp_add(&prp, cmd->dma, cmd->dma_bytes);
	for (i = 0, sg = runs; !err && i < nr_runs && sg; i++, sg = sg_next(sg))
		err = nvmeq_prp_add(&prp, sg_dma_address(sg), sg_dma_len(sg));
	if (!err)
		nvmeq_prp_end(&prp, &cmd->sqe.dptr);
	return err;
}

static int map_sgl_run(struct nvmeq_sgl *sgl, struct nvmeq_weave *weave, u64 addr, u32 len)
{
	return weave ? nvmeq_weave_add(weave, sgl, addr, len) : nvmeq_sgl_add(sgl, addr, len);
}

static int map_sgl(struct nvmeq_cmd *cmd, struct scatterlist *runs, unsigned int nr_runs,
		   struct nvmeq_weave *weave, dma_addr_t dma, u32 list_bytes)
{
	struct scatterlist *sg;
	struct nvmeq_sgl sgl;
	unsigned int i;
	bool list = cmd->map & NVMEQ_MAP_LISTS;
	int err = 0;

	nvmeq_sgl_begin(&sgl, list ? cmd->lists[0] : NULL, dma,
			list ? list_bytes / sizeof(struct nvmeq_sgl_desc) : 0);
	if (!runs)
		err = map_sgl_run(&sgl, weave, cmd->dma, cmd->dma_bytes);
	for (i = 0, sg = runs; !err && i < nr_runs && sg; i++, sg = sg_next(sg))
		err = map_sgl_run(&sgl, weave, sg_dma_address(sg), sg_dma_len(sg));
	if (!err && weave && !nvmeq_weave_done(weave))
		err = -EINVAL;
	cmd->sqe.flags |= NVMEQ_SQE_PSDT_SGL;
	return err ?: nvmeq_sgl_end(&sgl, &cmd->sqe.dptr);
}

/* What @weave adds to facts of the data alone, which begins at @first. */
static void map_weave_facts(const struct nvmeq_weave *weave, u64 first,
			    struct nvmeq_dptr_facts *facts)
{
	facts->bytes += weave->blocks * weave->meta_bytes;
	facts->segments = nvmeq_weave_slots(weave->blocks, facts->segments);
	facts->gaps = true;
	facts->dword_aligned = !((first | weave->meta_bytes) & 3);
}

/*
 * Describe mapped memory: @nr_runs entries of @runs, or the command's single run for NULL. With
 * @weave, the command's metadata goes behind each block.
 */
static int map_describe(struct nvmeq_queue *q, struct nvmeq_cmd *cmd, struct scatterlist *runs,
			unsigned int nr_runs, u32 bytes, struct nvmeq_weave *weave)
{
	struct nvmeq_ctrl *ctrl = q->ctrl;
	u64 first = runs ? sg_dma_address(runs) : cmd->dma;
	struct nvmeq_dptr_facts facts = {
		.bytes = bytes,
		.segments = nr_runs,
		.first_offset = first & (BIT(ctrl->page_shift) - 1),
		.page_shift = ctrl->page_shift,
		/* The queue limits of all queues forbid inner gaps and odd addresses. */
		.dword_aligned = true,
		.sgl_supported = ctrl->facts.sgl,
		.sgl_dword = ctrl->facts.sgl_dword,
		.admin = !q->qid,
		.use = nvmeq_param_value(NVMEQ_PARAM_SGL),
	};
	dma_addr_t dma[NVMEQ_MAX_LISTS] = { 0 };
	struct nvmeq_dptr_plan plan;
	u32 list_bytes;
	int err;

	if (weave)
		map_weave_facts(weave, first, &facts);
	err = nvmeq_dptr_choose(&facts, &plan);
	if (!err && plan.lists)
		err = nvmeq_pool_get_lists(&ctrl->pools, cmd, plan.lists, plan.small, dma);
	if (err)
		return err;
	if (plan.lists)
		cmd->map |= NVMEQ_MAP_LISTS;
	list_bytes = plan.small ? NVMEQ_LIST_SMALL_BYTES : NVMEQ_LIST_LARGE_BYTES;
	if (plan.kind == NVMEQ_DPTR_SGL)
		err = map_sgl(cmd, runs, nr_runs, weave, dma[0], list_bytes);
	else
		err = map_prp(ctrl, cmd, runs, nr_runs, &plan, dma, list_bytes);
	if (err && plan.lists) {
		nvmeq_pool_drop_lists(&ctrl->pools, cmd, dma);
		cmd->map &= ~NVMEQ_MAP_LISTS;
	}
	return err;
}

int nvmeq_map_listed(struct nvmeq_queue *q, struct nvmeq_cmd *cmd)
{
	return map_describe(q, cmd, NULL, 1, cmd->dma_bytes, NULL);
}

/* Several runs, mapped and not described. Returns how many, or a negative errno as map.h. */
static int map_scatter(struct nvmeq_queue *q, struct request *rq, struct nvmeq_cmd *cmd)
{
	unsigned int max = blk_rq_nr_phys_segments(rq);
	struct nvmeq_ctrl *ctrl = q->ctrl;
	mempool_t *pool;
	int runs;

	if (max > NVMEQ_MAX_SEGMENTS)
		return -EINVAL;
	cmd->sg_small = max <= NVMEQ_SG_SMALL;
	pool = nvmeq_pool_sg(&ctrl->pools, cmd->sg_small);
	cmd->sg = mempool_alloc(pool, GFP_ATOMIC);
	if (!cmd->sg)
		return -ENOMEM;
	sg_init_table(cmd->sg, max);
	cmd->sg_nents = blk_rq_map_sg(rq->q, rq, cmd->sg);
	runs = cmd->sg_nents ? dma_map_sg(q->dev, cmd->sg, cmd->sg_nents, nvmeq_map_dir(rq)) : 0;
	if (runs <= 0) {
		mempool_free(cmd->sg, pool);
		return -ENOMEM;
	}
	cmd->map = NVMEQ_MAP_SG;
	return runs;
}

int nvmeq_map_many(struct nvmeq_queue *q, struct request *rq, struct nvmeq_cmd *cmd)
{
	int runs = map_scatter(q, rq, cmd);

	if (runs < 0)
		return runs;
	return map_describe(q, cmd, cmd->sg, runs, blk_rq_payload_bytes(rq), NULL);
}

static int map_meta(struct nvmeq_queue *q, struct request *rq, struct nvmeq_cmd *cmd)
{
	cmd->meta_dma = dma_map_single(q->dev, cmd->meta, cmd->meta_bytes, nvmeq_map_dir(rq));
	if (dma_mapping_error(q->dev, cmd->meta_dma))
		return -ENOMEM;
	cmd->map |= NVMEQ_MAP_META;
	return 0;
}

int nvmeq_map_meta(struct nvmeq_queue *q, struct request *rq, struct nvmeq_cmd *cmd)
{
	int err = map_meta(q, rq, cmd);

	if (!err)
		cmd->sqe.mptr = cpu_to_le64(cmd->meta_dma);
	return err;
}

/* No metadata pointer: the format has none. */
int nvmeq_map_woven(struct nvmeq_queue *q, struct request *rq, struct nvmeq_cmd *cmd,
		    struct nvmeq_weave *weave)
{
	int err, runs;

	if (blk_rq_nr_phys_segments(rq) == 1)
		runs = nvmeq_map_run(q, rq, cmd) ?: 1;
	else
		runs = map_scatter(q, rq, cmd);
	if (runs < 0)
		return runs;
	err = map_meta(q, rq, cmd);
	if (err)
		return err;
	weave->meta = cmd->meta_dma;
	return map_describe(q, cmd, cmd->map & NVMEQ_MAP_SG ? cmd->sg : NULL, runs,
			    blk_rq_bytes(rq), weave);
}

void nvmeq_unmap_any(struct nvmeq_queue *q, struct request *rq, struct nvmeq_cmd *cmd)
{
	struct nvmeq_pools *pools = &q->ctrl->pools;

	if (cmd->map & NVMEQ_MAP_META)
		dma_unmap_single(q->dev, cmd->meta_dma, cmd->meta_bytes, nvmeq_map_dir(rq));
	if (cmd->map & NVMEQ_MAP_SINGLE)
		dma_unmap_page(q->dev, cmd->dma, cmd->dma_bytes, nvmeq_map_dir(rq));
	if (cmd->map & NVMEQ_MAP_SG) {
		dma_unmap_sg(q->dev, cmd->sg, cmd->sg_nents, nvmeq_map_dir(rq));
		mempool_free(cmd->sg, nvmeq_pool_sg(pools, cmd->sg_small));
	}
	if (cmd->map & NVMEQ_MAP_LISTS)
		nvmeq_pool_put_lists(pools, cmd);
	cmd->map = NVMEQ_MAP_NONE;
}
