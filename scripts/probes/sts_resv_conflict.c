// SPDX-License-Identifier: GPL-2.0-only
/* since 6.5: a name of its own for a reservation conflict */
#include <linux/blk_types.h>

unsigned char probe = (__force unsigned char)BLK_STS_RESV_CONFLICT;
