// SPDX-License-Identifier: GPL-2.0-only
/*
 * host_id.c - what controllers know this host by
 *
 * UUIDs, as text and bytes in the same order (RFC 4122), which is the order in
 * which fabrics hosts send theirs. Firmware that was never told the machine's
 * UUID has one that many machines share; two hosts under one name would break
 * each other's reservations without a sign of it, so such a UUID counts as none.
 *
 * The short form is both halves by exclusive or: neither half alone needs to
 * differ between machines (a version 1 UUID has the clock in one, the network
 * card in the other).
 */
#include <nvmeq/host_id.h>

#define HOST_ID_TEXT	36

static bool host_id_dash(unsigned int at)
{
	return at == 8 || at == 13 || at == 18 || at == 23;
}

bool nvmeq_host_id_is_placeholder(const u8 *id)
{
	/* The pattern of a firmware kit whose users forgot to replace it. */
	static const u8 kit[NVMEQ_HOST_ID_BYTES] = {
		0x03, 0x00, 0x02, 0x00, 0x04, 0x00, 0x05, 0x00,
		0x00, 0x06, 0x00, 0x07, 0x00, 0x08, 0x00, 0x09,
	};
	unsigned int i;

	if (!memcmp(id, kit, sizeof(kit)))
		return true;
	for (i = 1; i < NVMEQ_HOST_ID_BYTES; i++)
		if (id[i] != id[0])
			return false;
	return true;
}

int nvmeq_host_id_parse(const char *text, u8 *id)
{
	u8 bytes[NVMEQ_HOST_ID_BYTES] = { 0 };
	unsigned int at, digits = 0;

	if (!text)
		return -EINVAL;
	for (at = 0; at < HOST_ID_TEXT; at++) {
		int digit = hex_to_bin((unsigned char)text[at]);

		if (host_id_dash(at) ? text[at] != '-' : digit < 0)
			return -EINVAL;
		if (digit < 0)
			continue;
		bytes[digits / 2] = (u8)(bytes[digits / 2] << 4 | digit);
		digits++;
	}
	if (text[at] && (text[at] != '\n' || text[at + 1]))
		return -EINVAL;
	if (nvmeq_host_id_is_placeholder(bytes))
		return -EINVAL;
	memcpy(id, bytes, sizeof(bytes));
	return 0;
}

void nvmeq_host_id_shorten(const u8 *id, u8 *to)
{
	unsigned int i;
	u8 any = 0;

	for (i = 0; i < NVMEQ_HOST_ID_SHORT_BYTES; i++) {
		to[i] = id[i] ^ id[i + NVMEQ_HOST_ID_SHORT_BYTES];
		any |= to[i];
	}
	/* Zero would be nobody. */
	if (!any)
		to[0] = 1;
}
