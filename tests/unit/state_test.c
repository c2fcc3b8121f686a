// SPDX-License-Identifier: GPL-2.0-only
/*
 * state_test.c - the controller's states: every pair, every name, who may send
 *
 * "build/state_test --edges" prints the allowed transitions, one "from -> to"
 * a line, for Documentation/states.rst.
 */
#include <nvmeq/state.h>

#include "support/test.h"

#define N	NVMEQ_STATE_COUNT

#define NEW	NVMEQ_STATE_NEW
#define CONN	NVMEQ_STATE_CONNECTING
#define LIVE	NVMEQ_STATE_LIVE
#define RESET	NVMEQ_STATE_RESETTING
#define DEL	NVMEQ_STATE_DELETING
#define DEAD	NVMEQ_STATE_DEAD

static void names_are_distinct_words(void)
{
	static const char *const word[N] = { "new", "connecting", "live", "resetting", "deleting",
					     "dead" };
	unsigned int i;

	for (i = 0; i < N; i++)
		WANT_STR(word[i], nvmeq_state_name(i), word[i]);
	HOLDS("no such state has a name", nvmeq_state_name(N) && *nvmeq_state_name(N));
}

/* The ways a controller goes in use; each step must be allowed. */
static void ways_of_a_life_are_open(void)
{
	static const struct {
		const char *desc;
		u8 way[8];
		u8 n;
	} row[] = {
		{ "probe, use, remove", { NEW, CONN, LIVE, DEL, DEAD }, 5 },
		{ "reset in use", { LIVE, RESET, CONN, LIVE }, 4 },
		{ "removed while it resets", { LIVE, RESET, DEL, DEAD }, 4 },
		{ "removed while it comes up", { NEW, CONN, DEL, DEAD }, 4 },
		{ "removed while it comes up again", { RESET, CONN, DEL }, 3 },
		{ "probe fails at once", { NEW, DEL, DEAD }, 3 },
	};
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		for (k = 0; k + 1 < row[i].n; k++)
			WANT(desc("%s, step %u", row[i].desc, k),
			     nvmeq_state_may(row[i].way[k], row[i].way[k + 1]), true);
}

static bool reaches(unsigned int from, unsigned int to)
{
	bool seen[N] = { false };
	unsigned int round, i, k;

	seen[from] = true;
	for (round = 0; round < N; round++)
		for (i = 0; i < N; i++)
			for (k = 0; k < N; k++)
				if (seen[i] && nvmeq_state_may(i, k))
					seen[k] = true;
	return seen[to];
}

static void rules_of_the_graph(void)
{
	unsigned int i;

	for (i = 0; i < N; i++) {
		const char *text = nvmeq_state_name(i);

		WANT(text, nvmeq_state_may(i, i), false);
		WANT(text, nvmeq_state_may(i, NEW), false);
		/* Only bring-up ends in service. */
		WANT(text, nvmeq_state_may(i, LIVE), i == CONN);
		/* Once it goes it does not come back. */
		if (i == DEL || i == DEAD) {
			WANT(text, reaches(i, LIVE), false);
			WANT(text, reaches(i, CONN), false);
			WANT(text, reaches(i, RESET), false);
		}
		/* The end can be reached from everywhere. */
		WANT(text, reaches(i, DEAD), true);
		if (i != NEW)
			WANT(text, reaches(NEW, i), true);
	}
	WANT("no shortcut", nvmeq_state_may(NEW, LIVE), false);
	WANT("a reset brings up before it serves", nvmeq_state_may(RESET, LIVE), false);
	WANT("never back from service to bring-up", nvmeq_state_may(LIVE, CONN), false);
}

/* All pairs. A change here is a change of the diagram in states.rst. */
static void every_pair_is_as_reviewed(void)
{
	static const bool may[N][N] = {
		[NEW][CONN] = true, [NEW][DEL] = true, [NEW][DEAD] = true,
		[CONN][LIVE] = true, [CONN][RESET] = true, [CONN][DEL] = true,
		[CONN][DEAD] = true,
		[LIVE][RESET] = true, [LIVE][DEL] = true, [LIVE][DEAD] = true,
		[RESET][CONN] = true, [RESET][DEL] = true, [RESET][DEAD] = true,
		[DEL][DEAD] = true,
	};
	unsigned int i, k;

	for (i = 0; i < N; i++)
		for (k = 0; k < N; k++)
			WANT(desc("%s -> %s", nvmeq_state_name(i), nvmeq_state_name(k)),
			     nvmeq_state_may(i, k), may[i][k]);
}

static void commands_are_sent_held_or_failed(void)
{
	unsigned int i;

	for (i = 0; i <= N; i++) {
		enum nvmeq_admit user = nvmeq_state_admit(i, false);
		enum nvmeq_admit internal = nvmeq_state_admit(i, true);
		const char *text = nvmeq_state_name(i);

		/* Whoever waits for an internal command may be the one to change the state. */
		HOLDS(text, internal != NVMEQ_ADMIT_HOLD);
		/* Users in service only, or to the end of removal; internal also in bring-up. */
		switch (i) {
		case CONN:
			WANT(text, user, NVMEQ_ADMIT_HOLD);
			WANT(text, internal, NVMEQ_ADMIT_SEND);
			break;
		case LIVE:
			WANT(text, user, NVMEQ_ADMIT_SEND);
			WANT(text, internal, NVMEQ_ADMIT_SEND);
			break;
		case NEW:
		case RESET:
			WANT(text, user, NVMEQ_ADMIT_HOLD);
			WANT(text, internal, NVMEQ_ADMIT_FAIL);
			break;
		case DEL:
			HOLDS(text, user != NVMEQ_ADMIT_HOLD);
			WANT(text, internal, NVMEQ_ADMIT_SEND);
			break;
		default:
			/* Dead, and numbers beyond the states. */
			WANT(text, user, NVMEQ_ADMIT_FAIL);
			WANT(text, internal, NVMEQ_ADMIT_FAIL);
		}
		/* What is held must be let go by a state that can come. */
		if (user == NVMEQ_ADMIT_HOLD)
			HOLDS(text, reaches(i, LIVE) && reaches(i, DEAD));
	}
}

static void numbers_beyond_the_states_lead_nowhere(void)
{
	unsigned int i;

	for (i = 0; i <= N + 1; i++) {
		WANT("from beyond", nvmeq_state_may(N, i), false);
		WANT("to beyond", nvmeq_state_may(i, N), false);
		WANT("to far beyond", nvmeq_state_may(i, 255), false);
	}
}

static const struct CMUnitTest tests[] = {
	TEST(names_are_distinct_words),
	TEST(ways_of_a_life_are_open),
	TEST(rules_of_the_graph),
	TEST(every_pair_is_as_reviewed),
	TEST(commands_are_sent_held_or_failed),
	TEST(numbers_beyond_the_states_lead_nowhere),
};

static int print_edges(void)
{
	unsigned int i, k;

	for (i = 0; i < N; i++)
		for (k = 0; k < N; k++)
			if (nvmeq_state_may(i, k))
				printf("%s -> %s\n", nvmeq_state_name(i), nvmeq_state_name(k));
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "--edges"))
		return print_edges();
	test_begin();
	return cmocka_run_group_tests_name("state", tests, NULL, NULL);
}
