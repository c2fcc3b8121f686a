// SPDX-License-Identifier: GPL-2.0-only
/*
 * escalate_test.c - the timeout decision over its whole input space
 *
 * The rules are stated one by one as invariants, each without looking at how
 * the others come out. "build/escalate_test --table" prints the decisions for
 * Documentation/errors.rst.
 */
#include <nvmeq/escalate.h>
#include <nvmeq/spec_regs.h>

#include "support/test.h"

/* Ready, failed, shutting down, resetting, odd bits, gone. */
static const u32 csts[] = { 0x0, 0x1, 0x2, 0x3, 0x5, 0x9, 0x11, 0x21, 0x7fffffff, 0xfffffffe,
			    0xffffffff };

typedef void (*visit)(const char *text, const struct nvmeq_eh_facts *f, enum nvmeq_eh_action a);

static void everywhere(visit v)
{
	unsigned int s, i, bits;

	for (s = 0; s < NVMEQ_STATE_COUNT; s++)
		for (i = 0; i < ARRAY_SIZE(csts); i++)
			for (bits = 0; bits < 8; bits++) {
				struct nvmeq_eh_facts f = {
					.state = s,
					.csts = csts[i],
					.disconnected = bits & 1,
					.offline = bits & 2,
					.reaped = bits & 4,
				};

				v(desc("%s, csts %#x%s%s%s", nvmeq_state_name(s), f.csts,
				       f.disconnected ? ", disconnected" : "",
				       f.offline ? ", offline" : "", f.reaped ? ", reaped" : ""),
				  &f, nvmeq_escalate(&f));
			}
}

/* A command that is answered is answered: doing anything else would end it twice. */
static void v_reaped(const char *text, const struct nvmeq_eh_facts *f, enum nvmeq_eh_action a)
{
	WANT(text, a == NVMEQ_EH_REAPED, f->reaped);
}

static void answered_commands_are_left_alone(void)
{
	everywhere(v_reaped);
}

/* A function that is off the bus is neither reset nor waited for, in whatever state. */
static void v_gone(const char *text, const struct nvmeq_eh_facts *f, enum nvmeq_eh_action a)
{
	if (f->reaped || !f->disconnected)
		return;
	WANT(text, a, f->state == NVMEQ_STATE_DEAD ? NVMEQ_EH_STOP : NVMEQ_EH_GONE);
}

static void nothing_is_sent_to_a_function_off_the_bus(void)
{
	everywhere(v_gone);
}

/* Error recovery of the PCI core ends with a reset of its own; touching the device disturbs it. */
static void v_offline(const char *text, const struct nvmeq_eh_facts *f, enum nvmeq_eh_action a)
{
	if (f->reaped || f->disconnected || !f->offline)
		return;
	/* Not even all ones says "gone" now: the channel is blocked. */
	if (f->state == NVMEQ_STATE_LIVE || f->state == NVMEQ_STATE_RESETTING)
		WANT(text, a, NVMEQ_EH_WAIT);
	else
		WANT(text, a, NVMEQ_EH_STOP);
}

static void recovery_of_the_channel_is_waited_for(void)
{
	everywhere(v_offline);
}

/* A reset under way looks after all commands. */
static void v_resetting(const char *text, const struct nvmeq_eh_facts *f, enum nvmeq_eh_action a)
{
	if (f->state != NVMEQ_STATE_RESETTING || f->reaped || f->disconnected)
		return;
	HOLDS(text, a != NVMEQ_EH_RESET && a != NVMEQ_EH_STOP);
	if (f->csts != ~0u)
		WANT(text, a, NVMEQ_EH_WAIT);
}

static void reset_under_way_is_not_doubled(void)
{
	everywhere(v_resetting);
}

/*
 * Bring-up and removal wait for their own internal command without end. Only
 * the timeout can free them, and a reset could not: it waits for them.
 */
static void v_own(const char *text, const struct nvmeq_eh_facts *f, enum nvmeq_eh_action a)
{
	if (f->state != NVMEQ_STATE_CONNECTING && f->state != NVMEQ_STATE_DELETING)
		return;
	HOLDS(text, a != NVMEQ_EH_RESET);
	if (!f->reaped && !f->disconnected && !f->offline && f->csts != ~0u)
		WANT(text, a, NVMEQ_EH_STOP);
}

static void bring_up_and_removal_are_stopped_not_reset(void)
{
	everywhere(v_own);
}

/* In service, with a device that answers, a lost command costs a reset. */
static void v_live(const char *text, const struct nvmeq_eh_facts *f, enum nvmeq_eh_action a)
{
	if (a == NVMEQ_EH_RESET)
		WANT(text, f->state, NVMEQ_STATE_LIVE);
	if (f->state != NVMEQ_STATE_LIVE || f->reaped || f->disconnected || f->offline)
		return;
	WANT(text, a, f->csts == ~0u ? NVMEQ_EH_GONE : NVMEQ_EH_RESET);
}

/* Where nobody answers and no recovery is under way, the controller is gone. */
static void v_silent(const char *text, const struct nvmeq_eh_facts *f, enum nvmeq_eh_action a)
{
	if (f->reaped || f->offline || f->csts != ~0u || f->state == NVMEQ_STATE_DEAD)
		return;
	WANT(text, a, NVMEQ_EH_GONE);
}

static void silence_means_gone(void)
{
	everywhere(v_silent);
}

static void lost_command_in_service_means_reset(void)
{
	everywhere(v_live);
}

/* Nobody else will end a command of a controller that is dead or was never up. */
static void v_dead(const char *text, const struct nvmeq_eh_facts *f, enum nvmeq_eh_action a)
{
	if (f->reaped)
		return;
	if (f->state == NVMEQ_STATE_DEAD)
		WANT(text, a, NVMEQ_EH_STOP);
	if (f->state == NVMEQ_STATE_NEW)
		HOLDS(text, a == NVMEQ_EH_STOP || a == NVMEQ_EH_GONE);
}

static void dead_controllers_do_not_keep_commands(void)
{
	everywhere(v_dead);
}

/* Only all ones means that nobody answers; other bits of CSTS say nothing about that. */
static void only_all_ones_means_gone(void)
{
	unsigned int s, bit;

	for (s = 0; s < NVMEQ_STATE_COUNT; s++)
		for (bit = 0; bit < 32; bit++) {
			struct nvmeq_eh_facts f = { .state = s, .csts = ~0u & ~(1u << bit) };

			if (s == NVMEQ_STATE_DEAD)
				continue;
			HOLDS(desc("%s, csts %#x", nvmeq_state_name(s), f.csts),
			      nvmeq_escalate(&f) != NVMEQ_EH_GONE);
		}
}

static void actions_have_names(void)
{
	unsigned int i, k;

	for (i = 0; i <= NVMEQ_EH_GONE; i++) {
		const char *name = nvmeq_eh_action_name(i);

		HOLDS(desc("action %u", i), name && *name);
		for (k = 0; k < i; k++)
			HOLDS(name, strcmp(name, nvmeq_eh_action_name(k)));
	}
	HOLDS("no such action has a name", nvmeq_eh_action_name(NVMEQ_EH_GONE + 1));
}

static const struct CMUnitTest tests[] = {
	TEST(answered_commands_are_left_alone),
	TEST(nothing_is_sent_to_a_function_off_the_bus),
	TEST(recovery_of_the_channel_is_waited_for),
	TEST(reset_under_way_is_not_doubled),
	TEST(bring_up_and_removal_are_stopped_not_reset),
	TEST(lost_command_in_service_means_reset),
	TEST(silence_means_gone),
	TEST(dead_controllers_do_not_keep_commands),
	TEST(only_all_ones_means_gone),
	TEST(actions_have_names),
};

static int print_table(void)
{
	static const u32 shown[] = { 0x1, 0x3, 0xffffffff };
	unsigned int s, i, bits;

	for (s = 0; s < NVMEQ_STATE_COUNT; s++)
		for (i = 0; i < ARRAY_SIZE(shown); i++)
			for (bits = 0; bits < 4; bits++) {
				struct nvmeq_eh_facts f = {
					.state = s, .csts = shown[i],
					.disconnected = bits & 1, .offline = bits & 2,
				};

				printf("%-11s csts %-10s %-12s %-8s %s\n", nvmeq_state_name(s),
				       i == 0 ? "ready" : i == 1 ? "failed" : "all ones",
				       f.disconnected ? "disconnected" : "",
				       f.offline ? "offline" : "",
				       nvmeq_eh_action_name(nvmeq_escalate(&f)));
			}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "--table"))
		return print_table();
	test_begin();
	return cmocka_run_group_tests_name("escalate", tests, NULL, NULL);
}
