/* SPDX-License-Identifier: MIT */
#include "tests/bench/loopback.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CLIENTS = 4096, HEAD_MAX = 8192, EVENTS = 256 };

#define BODY                                                                                       \
	"{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1767225600,"            \
	"\"model\":\"bench-1\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","     \
	"\"content\":\"Twenty-five days of paid leave a year, and five more from the tenth year "  \
	"on; part-time staff have their share of it.\"},\"finish_reason\":\"stop\"}],"             \
	"\"usage\":{\"prompt_tokens\":1024,\"completion_tokens\":24,\"total_tokens\":1048}}"

struct client {
	char head[HEAD_MAX]; /* of the request under way */
	size_t head_len;
	size_t body_left;
	bool in_body;
};

struct due {
	int fd;
	int64_t at_ns;
};

struct server {
	int epoll, listener;
	int64_t latency_ns;
	struct client *clients[CLIENTS];
	struct due *queue; /* in the order of time, since all wait as long */
	size_t first, len;
	char answer[1024];
	size_t answer_len;
};

static void stop_on(bool failed, const char *what)
{
	if (!failed)
		return;
	perror(what);
	exit(1);
}

static int64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void answer(struct server *s, int fd)
{
	stop_on(send(fd, s->answer, s->answer_len, MSG_NOSIGNAL) < 0 && errno != EPIPE &&
			errno != ECONNRESET && errno != EBADF,
		"send");
}

static void answer_later(struct server *s, int fd)
{
	if (s->latency_ns == 0) {
		answer(s, fd);
		return;
	}
	s->queue[(s->first + s->len++) % CLIENTS] = (struct due){fd, now_ns() + s->latency_ns};
}

/* The whole head is there: how long the body is. */
static size_t content_length(const char *head)
{
	const char *at = strcasestr(head, "\r\ncontent-length:");
	return at != NULL ? strtoul(at + 17, NULL, 10) : 0;
}

static void take(struct server *s, struct client *c, int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		if (c->in_body) {
			size_t part = len < c->body_left ? len : c->body_left;
			c->body_left -= part;
			bytes += part;
			len -= part;
		} else {
			c->head[c->head_len++] = *bytes++;
			len--;
			stop_on(c->head_len == HEAD_MAX, "a head that is too long");
			if (c->head_len < 4 ||
				memcmp(c->head + c->head_len - 4, "\r\n\r\n", 4) != 0)
				continue;
			c->head[c->head_len] = '\0';
			c->body_left = content_length(c->head);
			c->in_body = true;
		}
		if (c->in_body && c->body_left == 0) {
			c->in_body = false;
			c->head_len = 0;
			answer_later(s, fd);
		}
	}
}

static void serve(struct server *s, int fd)
{
	static char bytes[1 << 16];
	ssize_t len = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
	if (len > 0) {
		take(s, s->clients[fd], fd, bytes, (size_t)len);
		return;
	}
	if (len < 0 && errno == EAGAIN)
		return;
	close(fd);
	free(s->clients[fd]);
	s->clients[fd] = NULL;
}

static void take_client(struct server *s)
{
	int one = 1, fd = accept4(s->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0)
		return;
	stop_on(fd >= CLIENTS, "too many clients");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	s->clients[fd] = calloc(1, sizeof(struct client));
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
	stop_on(epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &event) != 0, "epoll");
}

static int answer_due(struct server *s)
{
	while (s->len > 0) {
		struct due *d = &s->queue[s->first];
		int64_t left = d->at_ns - now_ns();
		if (left > 0)
			return (int)(left / 1000000) + 1;
		answer(s, d->fd);
		s->first = (s->first + 1) % CLIENTS;
		s->len--;
	}
	return -1;
}

_Noreturn static void run(struct server *s)
{
	struct epoll_event events[EVENTS];
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "bench-server");
	for (;;) {
		int count = epoll_wait(s->epoll, events, EVENTS, answer_due(s));
		for (int i = 0; i < count; i++) {
			if (events[i].data.fd == s->listener)
				take_client(s);
			else
				serve(s, events[i].data.fd);
		}
	}
}

static int listen_anywhere(int *port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	stop_on(fd < 0 || bind(fd, (struct sockaddr *)&address, len) != 0 || listen(fd, 4096) != 0,
		"listen");
	getsockname(fd, (struct sockaddr *)&address, &len);
	*port = ntohs(address.sin_port);
	return fd;
}

struct loopback loopback_start(int latency_ms)
{
	struct loopback out;
	struct rlimit files;
	struct server *s = calloc(1, sizeof *s);
	stop_on(s == NULL, "memory");
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max < CLIENTS ? files.rlim_max : CLIENTS;
	setrlimit(RLIMIT_NOFILE, &files);
	s->listener = listen_anywhere(&out.port);
	s->latency_ns = (int64_t)latency_ms * 1000000;
	s->queue = calloc(CLIENTS, sizeof *s->queue);
	s->answer_len = (size_t)snprintf(s->answer, sizeof s->answer,
		"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
		sizeof BODY - 1, BODY);
	out.pid = fork();
	stop_on(out.pid < 0, "fork");
	if (out.pid == 0) {
		s->epoll = epoll_create1(EPOLL_CLOEXEC);
		struct epoll_event event = {.events = EPOLLIN, .data.fd = s->listener};
		epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->listener, &event);
		run(s);
	}
	close(s->listener);
	free(s->queue);
	free(s);
	return out;
}

void loopback_stop(struct loopback *server)
{
	kill(server->pid, SIGKILL);
	waitpid(server->pid, NULL, 0);
}
