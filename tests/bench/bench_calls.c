/* SPDX-License-Identifier: MIT */
/* What a call costs, as "key value" lines, against a server of its own on the loopback:
 *
 *	bench_calls peer N CALLS LATENCY_MS	a bare libcurl multi loop over epoll
 *	bench_calls http N CALLS LATENCY_MS	core/net/http alone
 *	bench_calls lathe N CALLS LATENCY_MS	lathe run --data, the program in $LATHE
 *
 * N are in flight at a time; the prompt is PROMPT_BYTES long. CPU is user and system time of the
 * client alone, with all its threads. */
#include "core/base/clock.h"
#include "core/loop/loop.h"
#include "core/net/http.h"
#include "tests/bench/loopback.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PROMPT_BYTES = 4096, EVENTS = 256 };

struct bench {
	int in_flight, calls, latency_ms;
	struct loopback server;
	char url[100];
	char prompt[PROMPT_BYTES + 1];
	char body[PROMPT_BYTES + 200];
	int started, ended;
	struct slot *slots; /* peer */
};

static void stop_on(bool failed, const char *what)
{
	if (!failed)
		return;
	fprintf(stderr, "bench_calls: %s\n", what);
	exit(1);
}

static void make_request(struct bench *b)
{
	static const char words[] =
		"how many days of leave does a clerk have in a year and why so ";
	for (int i = 0; i < PROMPT_BYTES; i++)
		b->prompt[i] = words[(size_t)i % (sizeof words - 1)];
	snprintf(b->body, sizeof b->body,
		"{\"model\":\"bench-1\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}",
		b->prompt);
	snprintf(b->url, sizeof b->url, "http://127.0.0.1:%d/v1/chat/completions", b->server.port);
}

/* The peer: as few lines around libcurl's socket interface as it takes, handles used again. */
struct slot {
	CURL *easy;
	size_t bytes;
};

struct peer {
	struct bench *bench;
	CURLM *multi;
	int epoll;
	long wait_ms;
};

static size_t peer_body(char *at, size_t size, size_t count, void *ctx)
{
	struct slot *slot = ctx;
	(void)at;
	slot->bytes += size * count;
	return size * count;
}

static int peer_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *known)
{
	struct peer *p = ctx;
	struct epoll_event event = {.data.fd = fd};
	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		epoll_ctl(p->epoll, EPOLL_CTL_DEL, fd, NULL);
		return 0;
	}
	event.events = (what & CURL_POLL_IN ? EPOLLIN : 0) | (what & CURL_POLL_OUT ? EPOLLOUT : 0);
	epoll_ctl(p->epoll, known != NULL ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event);
	curl_multi_assign(p->multi, fd, p);
	return 0;
}

static int peer_timer(CURLM *multi, long ms, void *ctx)
{
	(void)multi;
	((struct peer *)ctx)->wait_ms = ms;
	return 0;
}

static void peer_collect(struct peer *p)
{
	struct bench *b = p->bench;
	CURLMsg *message;
	int left;
	while ((message = curl_multi_info_read(p->multi, &left)) != NULL) {
		CURL *easy = message->easy_handle;
		stop_on(message->data.result != CURLE_OK, "a call of the peer failed");
		b->ended++;
		curl_multi_remove_handle(p->multi, easy);
		if (b->started++ < b->calls)
			curl_multi_add_handle(p->multi, easy);
	}
}

static void peer_add(struct peer *p, struct slot *slot, struct curl_slist *headers)
{
	struct bench *b = p->bench;
	slot->easy = curl_easy_init();
	curl_easy_setopt(slot->easy, CURLOPT_URL, b->url);
	curl_easy_setopt(slot->easy, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(slot->easy, CURLOPT_POSTFIELDS, b->body);
	curl_easy_setopt(slot->easy, CURLOPT_WRITEFUNCTION, peer_body);
	curl_easy_setopt(slot->easy, CURLOPT_WRITEDATA, slot);
	curl_easy_setopt(slot->easy, CURLOPT_NOSIGNAL, 1L);
	curl_multi_add_handle(p->multi, slot->easy);
	b->started++;
}

static void run_peer(struct bench *b)
{
	struct peer p = {.bench = b, .epoll = epoll_create1(0), .wait_ms = 0};
	struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
	struct epoll_event events[EVENTS];
	int running;
	curl_global_init(CURL_GLOBAL_DEFAULT);
	p.multi = curl_multi_init();
	curl_multi_setopt(p.multi, CURLMOPT_SOCKETFUNCTION, peer_socket);
	curl_multi_setopt(p.multi, CURLMOPT_SOCKETDATA, &p);
	curl_multi_setopt(p.multi, CURLMOPT_TIMERFUNCTION, peer_timer);
	curl_multi_setopt(p.multi, CURLMOPT_TIMERDATA, &p);
	b->slots = calloc((size_t)b->in_flight, sizeof *b->slots);
	headers = curl_slist_append(headers, "Expect:");
	for (int i = 0; i < b->in_flight && i < b->calls; i++)
		peer_add(&p, &b->slots[i], headers);
	while (b->ended < b->calls) {
		int count = epoll_wait(p.epoll, events, EVENTS, (int)p.wait_ms);
		for (int i = 0; i < count; i++)
			curl_multi_socket_action(p.multi, events[i].data.fd,
				(events[i].events & EPOLLIN ? CURL_CSELECT_IN : 0) |
					(events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0),
				&running);
		if (count == 0 || p.wait_ms == 0) {
			p.wait_ms = -1;
			curl_multi_socket_action(p.multi, CURL_SOCKET_TIMEOUT, 0, &running);
		}
		peer_collect(&p);
	}
}

/* Our network layer. */
struct ours {
	struct bench *bench;
	struct loop *loop;
	struct http *http;
	size_t bytes;
	bool done;
};

static bool ours_body(void *ctx, struct str bytes)
{
	((struct ours *)ctx)->bytes += bytes.len;
	return true;
}

static void ours_done(void *ctx, const struct http_result *result);

static void ours_start(struct ours *o)
{
	struct bench *b = o->bench;
	const struct http_header headers[] = {
		{STR("Content-Type"), STR("application/json")},
		{STR("Accept"), STR("application/json")},
		{STR("Authorization"), STR("Bearer sk-a-key-of-the-usual-length-0123456789")},
	};
	const struct http_request request = {.method = "POST",
		.url = str_from(b->url),
		.headers = headers,
		.header_count = 3,
		.body = str_from(b->body)};
	const struct http_listener listener = {.ctx = o, .body = ours_body, .done = ours_done};
	struct err e = ERR_INIT;
	b->started++;
	stop_on(http_start(o->http, &request, &listener, &e) == NULL, e.text);
}

static void ours_done(void *ctx, const struct http_result *result)
{
	struct ours *o = ctx;
	struct bench *b = o->bench;
	stop_on(result->error.code != ERR_NONE, result->error.text);
	o->done = ++b->ended == b->calls;
	if (b->started < b->calls)
		ours_start(o);
}

static void run_http(struct bench *b)
{
	struct ours o = {.bench = b, .loop = loop_new(clock_real())};
	o.http = http_new(o.loop, false);
	for (int i = 0; i < b->in_flight && i < b->calls; i++)
		ours_start(&o);
	loop_run_until(o.loop, &o.done);
	http_free(o.http);
	loop_free(o.loop);
}

/* The whole program. */
static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	stop_on(file == NULL || fputs(text, file) < 0 || fclose(file) != 0, path);
}

static void write_rows(const char *path, int count)
{
	FILE *file = fopen(path, "w");
	stop_on(file == NULL, path);
	for (int i = 0; i < count; i++)
		fprintf(file, "{\"number\": %d}\n", i);
	fclose(file);
}

static void write_workspace(struct bench *b)
{
	char text[PROMPT_BYTES + 400], folder[] = "/tmp/bench-calls-XXXXXX";
	stop_on(mkdtemp(folder) == NULL || chdir(folder) != 0, "no folder to work in");
	snprintf(text, sizeof text,
		"connections:\n  bench: {provider: openai, base_url: 'http://127.0.0.1:%d/v1', "
		"model: bench-1}\ndefault: {model: bench}\n",
		b->server.port);
	write_file("lathe.yaml", text);
	snprintf(text, sizeof text,
		"---\nmodel: {parameters: {stream: false}}\nstream: false\n---\nuser:\n{{ number }} %s\n",
		b->prompt);
	write_file("ask.prompty", text);
	write_rows("rows.jsonl", b->calls);
}

static void run_lathe(struct bench *b, struct rusage *usage)
{
	char number[20];
	int status = 0;
	write_workspace(b);
	snprintf(number, sizeof number, "%d", b->in_flight);
	pid_t child = fork();
	if (child == 0) {
		stop_on(freopen("/dev/null", "w", stdout) == NULL, "/dev/null");
		execl(getenv("LATHE"), "lathe", "run", "ask.prompty", "--data", "rows.jsonl",
			"--max-in-flight", number, "--cache", "on", (char *)NULL);
		_exit(127);
	}
	stop_on(wait4(child, &status, 0, usage) != child || status != 0, "lathe run failed");
	stop_on(system("rm -rf \"$PWD\"") != 0, "the folder stays behind");
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	struct bench *b = calloc(1, sizeof *b);
	struct rusage usage;
	stop_on(argc != 5 || b == NULL, "usage: bench_calls peer|http|lathe N CALLS LATENCY_MS");
	b->in_flight = atoi(argv[2]);
	b->calls = atoi(argv[3]);
	b->latency_ms = atoi(argv[4]);
	b->server = loopback_start(b->latency_ms);
	make_request(b);
	double begun = now();
	bool whole = strcmp(argv[1], "lathe") == 0;
	if (whole)
		run_lathe(b, &usage);
	else if (strcmp(argv[1], "http") == 0)
		run_http(b);
	else
		run_peer(b);
	double wall = now() - begun;
	if (!whole)
		getrusage(RUSAGE_SELF, &usage);
	loopback_stop(&b->server);
	printf("cpu_us_per_call %.1f\ncalls_per_s %.0f\nrss_mb %.1f\nuser_us %.1f\nsystem_us %.1f\n",
		(seconds(usage.ru_utime) + seconds(usage.ru_stime)) * 1e6 / b->calls,
		b->calls / wall, (double)usage.ru_maxrss / 1024,
		seconds(usage.ru_utime) * 1e6 / b->calls, seconds(usage.ru_stime) * 1e6 / b->calls);
	free(b->slots);
	free(b);
	return 0;
}
