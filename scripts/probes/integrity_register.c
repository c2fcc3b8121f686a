// SPDX-License-Identifier: GPL-2.0-only
/* up to 6.10: a profile of functions, registered with the disk */
#include <linux/blk-integrity.h>
#include <linux/blk-mq.h>

void probe(struct gendisk *disk, struct blk_integrity *bi);
void probe(struct gendisk *disk, struct blk_integrity *bi)
{
	const struct blk_integrity_profile profile = { .prepare_fn = NULL, .complete_fn = NULL };

	bi->profile = &profile;
	blk_integrity_register(disk, bi);
	blk_queue_flag_set(QUEUE_FLAG_STABLE_WRITES, disk->queue);
}
