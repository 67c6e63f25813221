/* SPDX-License-Identifier: MIT */
#include "core/net/offline.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define OWN_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__) && defined(__AARCH64EL__)
#define OWN_ARCH AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define OWN_ARCH AUDIT_ARCH_RISCV64
#endif

#ifdef OWN_ARCH

/* System calls of the x32 form, which no program of ours uses, begin here on x86-64. */
enum { X32_FROM = 0x40000000 };

#define LOAD(field)                                                                                \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offsetof(struct seccomp_data, field))
#define GIVE(what)		    BPF_STMT(BPF_RET | BPF_K, (what))
#define REFUSE(error)		    GIVE(SECCOMP_RET_ERRNO | (error))
#define SKIP_UNLESS(test, k, count) BPF_JUMP(BPF_JMP | (test) | BPF_K, (k), 0, (count))

bool offline_hold(void)
{
	/* io_uring makes sockets by itself; the other forms of the system calls would go around. */
	static struct sock_filter steps[] = {
		LOAD(arch),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OWN_ARCH, 1, 0),
		REFUSE(ENOSYS),
		LOAD(nr),
		SKIP_UNLESS(BPF_JGE, X32_FROM, 1),
		REFUSE(ENOSYS),
		SKIP_UNLESS(BPF_JEQ, SYS_io_uring_setup, 1),
		REFUSE(ENOSYS),
		SKIP_UNLESS(BPF_JEQ, SYS_socket, 4),
		LOAD(args[0]),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_UNIX, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 1, 0),
		REFUSE(ENETUNREACH),
		GIVE(SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = {sizeof steps / sizeof *steps, steps};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0;
}

#else

bool offline_hold(void)
{
	return false;
}

#endif
