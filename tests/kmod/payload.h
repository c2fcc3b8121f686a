/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * payload.h - the test of requests that bring their tuples along
 */
#ifndef NVMEQ_TEST_PAYLOAD_H
#define NVMEQ_TEST_PAYLOAD_H

#include <linux/types.h>

/* Was the parameter disk given? */
bool nvmeq_test_payload_wanted(void);

/* Context: task. Return: 0 when all was right, else a negative errno. */
int nvmeq_test_payload(void);

#endif /* NVMEQ_TEST_PAYLOAD_H */
