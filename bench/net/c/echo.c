// Echo over TCP, Unix sockets and TLS, and idle connections: each connection keeps one message in flight.

#define _GNU_SOURCE
#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static char incoming[1 << 18];

static ssize_t take(struct connection *each, size_t most) {
  return each->tls != NULL ? tls_read(each->tls, incoming, most) : recv(each->fd, incoming, most, 0);
}

static ssize_t give(struct connection *each, const char *bytes, size_t size) {
  return each->tls != NULL ? tls_write(each->tls, bytes, size) : send(each->fd, bytes, size, 0);
}

/** Connects, and sends one short line there and back, so that the server certainly has accepted. */
static void open_one(const struct job *job, struct connection *each, int index) {
  each->fd = connected(job, index);
  if (strcmp(job->mode, "tls") == 0) each->tls = tls_connect(each->fd);
  char line[64];
  fill(line, sizeof line, index);
  if (give(each, line, sizeof line) != sizeof line) fail("the first send: %s", strerror(errno));
  for (size_t got = 0; got < sizeof line;) {
    ssize_t count = take(each, sizeof line - got);
    if (count <= 0) fail("the first answer, %d: %s", index, count == 0 ? "closed" : strerror(errno));
    if (memcmp(incoming, line + got, (size_t)count) != 0) fail("a wrong first answer");
    got += (size_t)count;
  }
}

static void watch(int epoll, struct connection *each, int operation) {
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = each };
  if (each->waits_to_write) event.events |= EPOLLOUT;
  if (epoll_ctl(epoll, operation, each->fd, &event) != 0) fail("epoll_ctl: %s", strerror(errno));
}

static void push(const struct job *job, int epoll, struct connection *each) {
  while (each->sent < job->size) {
    ssize_t count = give(each, each->message + each->sent, job->size - each->sent);
    if (count < 0 && errno == EAGAIN) break;
    if (count < 0) fail("send: %s", strerror(errno));
    each->sent += (size_t)count;
  }
  bool waits = each->sent < job->size;
  if (waits == each->waits_to_write) return;
  each->waits_to_write = waits;
  watch(epoll, each, EPOLL_CTL_MOD);
}

static void next(const struct job *job, int epoll, struct connection *each) {
  each->sent = each->got = 0;
  number(each->message, job->size, each->sequence++);
  each->started = now();
  push(job, epoll, each);
}

/** Takes what is there; true when the message is whole. */
static bool pull(const struct job *job, struct connection *each) {
  for (;;) {
    size_t left = job->size - each->got;
    ssize_t count = take(each, left < sizeof incoming ? left + 1 : sizeof incoming);
    if (count < 0 && errno == EAGAIN) return false;
    if (count <= 0) fail("recv: %s", count == 0 ? "closed by the server" : strerror(errno));
    if ((size_t)count > left) fail("more came back than was sent");
    if (memcmp(incoming, each->message + each->got, (size_t)count) != 0) fail("other bytes came back");
    each->got += (size_t)count;
    if (each->got == job->size) return true;
    if (each->tls == NULL) return false; // level-triggered: told again if there is more
  }
}

static struct connection *open_all(const struct job *job) {
  struct connection *all = calloc((size_t)job->connections, sizeof *all);
  if (all == NULL) fail("out of memory");
  for (int i = 0; i < job->connections; i++) open_one(job, &all[i], i);
  return all;
}

int run_echo(const struct job *job) {
  struct connection *all = open_all(job);
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  for (int i = 0; i < job->connections; i++) {
    unblock(all[i].fd);
    all[i].message = malloc(job->size);
    if (all[i].message == NULL) fail("out of memory");
    fill(all[i].message, job->size, i);
    watch(epoll, &all[i], EPOLL_CTL_ADD);
  }
  for (int i = 0; i < job->connections; i++) next(job, epoll, &all[i]);
  struct epoll_event events[256];
  uint64_t quiet = now();
  while (!over(job)) {
    int count = epoll_wait(epoll, events, 256, 100);
    uint64_t time = now();
    if (count > 0) quiet = time;
    else if (time - quiet > 20000000000) fail("no answer for 20 s");
    for (int i = 0; i < count; i++) {
      struct connection *each = events[i].data.ptr;
      if (events[i].events & EPOLLOUT) push(job, epoll, each);
      if (!(events[i].events & ~(uint32_t)EPOLLOUT) || !pull(job, each)) continue;
      note(now() - each->started);
      next(job, epoll, each);
    }
  }
  report(0);
  return 0;
}

int run_idle(const struct job *job) {
  open_all(job);
  printf("ready\n");
  fflush(stdout);
  char byte;
  while (read(0, &byte, 1) > 0);
  printf("{\"connections\":%d}\n", job->connections);
  return 0;
}
