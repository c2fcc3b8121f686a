// SPDX-License-Identifier: GPL-2.0-only
/*
 * replay.c - runs a fuzz target over files and prints TAP
 *
 * For machines without clang, and for `make check`: each file of the corpus is
 * a test that passes when the target returns. Every file runs in a process of
 * its own, so that one that crashes does not hide the others.
 */
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz.h"

#define INPUT_MAX	(1 << 20)

static int one(const char *path)
{
	FILE *f = fopen(path, "rb");
	u8 *all, *data;
	size_t n;

	if (!f)
		return 2;
	all = malloc(INPUT_MAX);
	n = fread(all, 1, INPUT_MAX, f);
	fclose(f);
	/* A buffer of just that size: ASan sees reads behind it. */
	data = malloc(n ? n : 1);
	memcpy(data, all, n);
	free(all);
	LLVMFuzzerTestOneInput(data, n);
	free(data);
	return 0;
}

static bool passes(const char *path)
{
	pid_t pid;
	int st;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		return false;
	if (!pid)
		exit(one(path));
	return waitpid(pid, &st, 0) == pid && WIFEXITED(st) && WEXITSTATUS(st) == 0;
}

int main(int argc, char **argv)
{
	int i, bad = 0;

	printf("KTAP version 1\n1..%d\n", argc - 1);
	for (i = 1; i < argc; i++) {
		const char *name = strrchr(argv[i], '/');
		bool ok = passes(argv[i]);

		printf("%sok %d - %s\n", ok ? "" : "not ", i, name ? name + 1 : argv[i]);
		bad += !ok;
	}
	return bad ? 1 : 0;
}
