/* SPDX-License-Identifier: MIT */
#ifndef CORE_NET_OFFLINE_H
#define CORE_NET_OFFLINE_H

#include <stdbool.h>

/*
 * --offline, twice: the HTTP client (http.h), the only part of the program that opens a socket,
 * refuses every request with a sentence; and beneath it the kernel refuses this process and all
 * that it starts (the programs of cmd: references and of command connections, git, an editor) every
 * socket but local ones, by a seccomp filter that cannot be taken off again. Setuid programs lose
 * their rights with it.
 *
 * What it cannot do: a program may ask another one through a local socket (AF_UNIX) to reach the
 * network for it, as an agent of a key store does.
 */

/* Before there are threads. False where the kernel has no such filter or this processor is not
 * known to us: then nothing may be started that could reach the network. */
bool offline_hold(void);

#endif
