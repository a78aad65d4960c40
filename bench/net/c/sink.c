// One-way throughput: sends lines as fast as the server takes them; at the end of a connection the server
// says how many bytes it got, which must be all.

#define _GNU_SOURCE
#include "load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct stream {
  int fd;
  size_t place; // in the line that is being sent
  uint64_t sent;
};

static void push(const struct job *job, struct stream *each, const char *line) {
  // Not for ever: the clock wants to be looked at.
  for (int i = 0; i < 16; i++) {
    ssize_t count = send(each->fd, line + each->place, job->size - each->place, 0);
    if (count < 0 && errno == EAGAIN) return;
    if (count < 0) fail("send: %s", strerror(errno));
    each->sent += (size_t)count;
    each->place = (each->place + (size_t)count) % job->size;
    if (timing()) add((double)count / (1 << 20));
  }
}

/** Finishes the line that is under way, says that it was the last, and compares the count. */
static void finish(const struct job *job, struct stream *each, const char *line) {
  block(each->fd);
  while (each->place > 0) {
    ssize_t count = send(each->fd, line + each->place, job->size - each->place, 0);
    if (count < 0) fail("the last send: %s", strerror(errno));
    each->sent += (size_t)count;
    each->place = (each->place + (size_t)count) % job->size;
  }
  shutdown(each->fd, SHUT_WR);
}

static void settle(struct stream *each) {
  char text[64];
  size_t got = 0;
  for (ssize_t count; got < sizeof text - 1; got += (size_t)count) {
    count = recv(each->fd, text + got, sizeof text - 1 - got, 0);
    if (count < 0) fail("the count: %s", strerror(errno));
    if (count == 0) break;
  }
  text[got] = 0;
  uint64_t counted = strtoull(text, NULL, 10);
  if (counted != each->sent) fail("%llu bytes counted, %llu sent", (unsigned long long)counted,
                                  (unsigned long long)each->sent);
}

int run_sink(const struct job *job) {
  char *line = malloc(job->size);
  struct stream *all = calloc((size_t)job->connections, sizeof *all);
  if (line == NULL || all == NULL) fail("out of memory");
  fill(line, job->size, 0);
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  for (int i = 0; i < job->connections; i++) {
    all[i].fd = connecting(job, i, SOCK_STREAM);
    struct epoll_event event = { .events = EPOLLOUT, .data.ptr = &all[i] };
    epoll_ctl(epoll, EPOLL_CTL_ADD, all[i].fd, &event);
  }
  struct epoll_event events[64];
  while (!over(job)) {
    int count = epoll_wait(epoll, events, 64, 100);
    for (int i = 0; i < count; i++) push(job, events[i].data.ptr, line);
  }
  for (int i = 0; i < job->connections; i++) finish(job, &all[i], line);
  for (int i = 0; i < job->connections; i++) settle(&all[i]);
  report(0);
  return 0;
}
