// SPDX-License-Identifier: GPL-2.0-only
/*
 * perfmark.c - executes one instruction that does nothing, and that the plugin
 * of tests/perf/plugin/ knows: what ran since the last one is written out
 */
int main(void)
{
	__asm__ volatile(".byte 0x0f, 0x1f, 0x80; .ascii \"mark\"");
	return 0;
}
