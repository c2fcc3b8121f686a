// SPDX-License-Identifier: GPL-2.0-only
/* since 6.6, and back-ported to 6.1: stable pages are a matter of the mapping */
#include <linux/pagemap.h>

void probe(struct address_space *mapping);
void probe(struct address_space *mapping)
{
	mapping_set_stable_writes(mapping);
	mapping_clear_stable_writes(mapping);
}
