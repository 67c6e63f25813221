/* SPDX-License-Identifier: MIT */
#ifndef TESTS_BENCH_LOOPBACK_H
#define TESTS_BENCH_LOOPBACK_H

#include <sys/types.h>

/* A model server on the loopback, in a process of its own: answers every POST with the same chat
 * completion after LATENCY_MS, over connections that are kept alive. Its cost is not the caller's.
 */

struct loopback {
	pid_t pid;
	int port;
};

struct loopback loopback_start(int latency_ms); /* ends the program when it cannot */
void loopback_stop(struct loopback *server);

#endif
