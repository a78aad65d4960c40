// Connections a second: connect, one line there and back, half-close, wait for the server's close.

#define _GNU_SOURCE
#include "load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct slot {
  int fd;
  bool connected;
  size_t got;
  uint64_t started;
};

static const char *line;
static int opened;

static void restart(const struct job *job, int epoll, struct slot *slot) {
  slot->started = now();
  slot->fd = connecting(job, opened++, SOCK_STREAM);
  slot->connected = false;
  slot->got = 0;
  struct epoll_event event = { .events = EPOLLOUT, .data.ptr = slot };
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, slot->fd, &event) != 0) fail("epoll_ctl: %s", strerror(errno));
}

static void say(const struct job *job, int epoll, struct slot *slot) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(slot->fd, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) fail("connect: %s", strerror(error));
  slot->connected = true;
  if (send(slot->fd, line, job->size, 0) != (ssize_t)job->size) fail("send: %s", strerror(errno));
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = slot };
  epoll_ctl(epoll, EPOLL_CTL_MOD, slot->fd, &event);
}

/** True when the server has closed the connection. */
static bool hear(const struct job *job, struct slot *slot) {
  char bytes[4096];
  ssize_t count = recv(slot->fd, bytes, sizeof bytes, 0);
  if (count < 0) {
    if (errno == EAGAIN) return false;
    fail("recv: %s", strerror(errno));
  }
  if (count == 0) {
    if (slot->got != job->size) fail("closed after %zu of %zu bytes", slot->got, job->size);
    return true;
  }
  if ((size_t)count > job->size - slot->got) fail("more came back than was sent");
  if (memcmp(bytes, line + slot->got, (size_t)count) != 0) fail("other bytes came back");
  slot->got += (size_t)count;
  if (slot->got == job->size) shutdown(slot->fd, SHUT_WR);
  return false;
}

int run_connect(const struct job *job) {
  char *message = malloc(job->size);
  struct slot *slots = calloc((size_t)job->connections, sizeof *slots);
  if (message == NULL || slots == NULL) fail("out of memory");
  fill(message, job->size, 0);
  line = message;
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  for (int i = 0; i < job->connections; i++) restart(job, epoll, &slots[i]);
  uint64_t quiet = now();
  struct epoll_event events[256];
  while (!over(job)) {
    int count = epoll_wait(epoll, events, 256, 100);
    uint64_t time = now();
    if (count > 0) quiet = time;
    else if (time - quiet > 20000000000) fail("no answer for 20 s");
    for (int i = 0; i < count; i++) {
      struct slot *slot = events[i].data.ptr;
      if (!slot->connected) say(job, epoll, slot);
      else if (hear(job, slot)) {
        note(now() - slot->started);
        close(slot->fd);
        restart(job, epoll, slot);
      }
    }
  }
  report(0);
  return 0;
}
