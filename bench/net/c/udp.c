// Echo of datagrams: each socket keeps one in flight; one that does not come back in time is sent again.

#define _GNU_SOURCE
#include "load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

static const uint64_t patience = 250000000;
static char incoming[1 << 16];

static void send_one(const struct job *job, struct connection *each) {
  ssize_t count = send(each->fd, each->message, job->size, 0);
  if (count < 0 && errno != EAGAIN && errno != ENOBUFS) fail("send: %s", strerror(errno));
}

static void next(const struct job *job, struct connection *each) {
  number(each->message, job->size, each->sequence++);
  each->started = now();
  send_one(job, each);
}

/** True when the answer to the datagram in flight came; a late answer to an earlier one is dropped. */
static bool pull(const struct job *job, struct connection *each) {
  ssize_t count = recv(each->fd, incoming, sizeof incoming, 0);
  if (count < 0 && errno == EAGAIN) return false;
  if (count < 0) fail("recv: %s", strerror(errno));
  if ((size_t)count != job->size) fail("%zd bytes came back instead of %zu", count, job->size);
  if (memcmp(incoming, each->message, 16) != 0) return false;
  if (memcmp(incoming, each->message, job->size) != 0) fail("other bytes came back");
  return true;
}

int run_udp(const struct job *job) {
  struct connection *all = calloc((size_t)job->connections, sizeof *all);
  if (all == NULL) fail("out of memory");
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  for (int i = 0; i < job->connections; i++) {
    all[i].fd = connecting(job, i, SOCK_DGRAM);
    all[i].message = malloc(job->size);
    if (all[i].message == NULL) fail("out of memory");
    fill(all[i].message, job->size, i);
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = &all[i] };
    epoll_ctl(epoll, EPOLL_CTL_ADD, all[i].fd, &event);
  }
  uint64_t looked = now(), quiet = now();
  double lost = 0;
  for (int i = 0; i < job->connections; i++) next(job, &all[i]);
  struct epoll_event events[256];
  while (!over(job)) {
    int count = epoll_wait(epoll, events, 256, 100);
    uint64_t time = now();
    if (count > 0) quiet = time;
    else if (time - quiet > 5000000000) fail("no answer for 5 s");
    for (int i = 0; i < count; i++) {
      struct connection *each = events[i].data.ptr;
      if (!pull(job, each)) continue;
      note(now() - each->started);
      next(job, each);
    }
    if (time - looked > patience / 2) {
      looked = time;
      for (int i = 0; i < job->connections; i++) {
        if (time < all[i].started + patience) continue;
        if (timing()) lost++;
        next(job, &all[i]);
      }
    }
  }
  report(lost);
  return 0;
}
