// Through a proxy that pairs connections in the order in which they come: sends lines by one connection of each pair
// as fast as they are taken, and receives them by the other. All must come, in order, and then the end.

#define _GNU_SOURCE
#include "load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct pair {
  int from, to;
  size_t place, seen; // in the line that is being sent, and received
  uint64_t sent, got;
};

static char bytes[1 << 20];

static void push(const struct job *job, struct pair *each, const char *line) {
  ssize_t count = send(each->from, line + each->place, job->size - each->place, 0);
  if (count < 0 && errno == EAGAIN) return;
  if (count < 0) fail("send: %s", strerror(errno));
  each->sent += (size_t)count;
  each->place = (each->place + (size_t)count) % job->size;
}

/** Takes what is there; false at the end. Before the timed part all is compared, in it only counted. */
static bool pull(const struct job *job, struct pair *each, const char *line) {
  bool compare = !timing();
  ssize_t count = recv(each->to, bytes, sizeof bytes, compare ? 0 : MSG_TRUNC);
  if (count < 0 && errno == EAGAIN) return true;
  if (count < 0) fail("recv: %s", strerror(errno));
  if (count == 0) return false;
  each->got += (size_t)count;
  if (timing()) add((double)count / (1 << 20));
  for (size_t at = 0; compare && at < (size_t)count;) {
    size_t place = (each->seen + at) % job->size, size = job->size - place;
    if (size > (size_t)count - at) size = (size_t)count - at;
    if (memcmp(bytes + at, line + place, size) != 0) fail("other bytes came through");
    at += size;
  }
  each->seen = (each->seen + (size_t)count) % job->size;
  return true;
}

static void finish(struct pair *each) {
  shutdown(each->from, SHUT_WR);
  block(each->to);
  for (ssize_t count; (count = recv(each->to, bytes, sizeof bytes, 0)) != 0; each->got += (size_t)count) {
    if (count < 0) fail("the rest: %s", strerror(errno));
  }
  if (each->got != each->sent) fail("%llu bytes came through, %llu sent", (unsigned long long)each->got,
                                    (unsigned long long)each->sent);
}

int run_relay(const struct job *job) {
  char *line = malloc(job->size);
  int count = job->connections;
  struct pair *all = calloc((size_t)count, sizeof *all);
  if (line == NULL || all == NULL) fail("out of memory");
  fill(line, job->size, 0);
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  for (int i = 0; i < count; i++) {
    all[i].from = connected(job, 2 * i);
    all[i].to = connected(job, 2 * i + 1);
    unblock(all[i].from);
    unblock(all[i].to);
    struct epoll_event event = { .events = EPOLLOUT, .data.u32 = (unsigned)(2 * i) };
    epoll_ctl(epoll, EPOLL_CTL_ADD, all[i].from, &event);
    event = (struct epoll_event){ .events = EPOLLIN, .data.u32 = (unsigned)(2 * i + 1) };
    epoll_ctl(epoll, EPOLL_CTL_ADD, all[i].to, &event);
  }
  struct epoll_event events[64];
  while (!over(job)) {
    int ready = epoll_wait(epoll, events, 64, 100);
    for (int i = 0; i < ready; i++) {
      struct pair *each = &all[events[i].data.u32 / 2];
      if (events[i].data.u32 % 2 == 0) push(job, each, line);
      else if (!pull(job, each, line)) fail("closed by the proxy");
    }
  }
  for (int i = 0; i < count; i++) finish(&all[i]);
  report(0);
  return 0;
}
