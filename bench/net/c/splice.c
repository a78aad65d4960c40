// The physical limit of a proxy: connections are paired in the order in which they come, and what one sends goes to
// the other by splice, through a pipe for each direction.
//
//   splice relay
//
// Prints {"port":…} once it listens, answers each line on standard input by {}, ends when that ends.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/** One connection, and the way of what it sends. */
struct end {
  int fd;
  struct end *other;
  int in, out;    // the pipe
  size_t held;    // bytes in it
  bool reads;     // it is watched for reading
  bool writes;    // it is watched for writing
  bool ended;     // its end of data was read
  bool shut;      // and told to the other
};

enum { capacity = 1 << 20 };

static int epoll, listener;
static struct end *waiting;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void watch(struct end *each) {
  struct epoll_event event = { .events = (each->reads ? EPOLLIN : 0) | (each->writes ? EPOLLOUT : 0),
                               .data.ptr = each };
  if (epoll_ctl(epoll, EPOLL_CTL_MOD, each->fd, &event) != 0) die("epoll_ctl");
}

static void want(struct end *each, bool reads, bool writes) {
  if (each->reads == reads && each->writes == writes) return;
  each->reads = reads;
  each->writes = writes;
  watch(each);
}

/** Hands on what the pipe holds; true when it is empty. */
static bool hand_on(struct end *from) {
  ssize_t count = splice(from->out, NULL, from->other->fd, NULL, from->held,
                         SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
  if (count < 0 && errno != EAGAIN) return false;
  if (count > 0) from->held -= (size_t)count;
  return from->held == 0;
}

static void finish(struct end *from) {
  if (!from->ended || from->shut || from->held > 0) return;
  from->shut = true;
  shutdown(from->other->fd, SHUT_WR);
  if (!from->other->shut) return;
  struct end *both[] = { from, from->other };
  for (int i = 0; i < 2; i++) {
    close(both[i]->fd);
    close(both[i]->in);
    close(both[i]->out);
  }
  // The memory stays: events of this turn may still point to it.
}

static void move(struct end *from) {
  ssize_t count = splice(from->fd, NULL, from->in, NULL, capacity, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0) {
    from->ended = true;
    want(from, false, from->writes);
    finish(from);
    return;
  }
  from->held = (size_t)count;
  if (hand_on(from)) return;
  want(from, false, from->writes);
  want(from->other, from->other->reads, true);
}

static void write_on(struct end *to) {
  struct end *from = to->other;
  if (from->held > 0 && !hand_on(from)) return;
  want(to, to->reads, false);
  if (!from->ended) want(from, true, from->writes);
  finish(from);
}

static void open_pipe(struct end *each) {
  int pair[2];
  if (pipe2(pair, O_NONBLOCK | O_CLOEXEC) != 0) die("pipe2");
  each->out = pair[0];
  each->in = pair[1];
  fcntl(each->in, F_SETPIPE_SZ, capacity);
}

static void accept_all(void) {
  for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct end *each = calloc(1, sizeof *each);
    if (each == NULL) die("calloc");
    each->fd = fd;
    open_pipe(each);
    struct epoll_event event = { .data.ptr = each };
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) die("epoll_ctl");
    if (waiting == NULL) {
      waiting = each;
      continue;
    }
    each->other = waiting;
    waiting->other = each;
    want(waiting, true, false);
    want(each, true, false);
    waiting = NULL;
  }
}

/** One line of standard input; its end is ours. */
static void obey(void) {
  char text[64];
  if (read(0, text, sizeof text) <= 0) exit(0);
  printf("{}\n");
  fflush(stdout);
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  epoll = epoll_create1(EPOLL_CLOEXEC);
  listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in address = { .sin_family = AF_INET };
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, size) != 0) die("bind");
  if (listen(listener, 1024) != 0) die("listen");
  getsockname(listener, (struct sockaddr *)&address, &size);
  printf("{\"port\":%d}\n", ntohs(address.sin_port));
  fflush(stdout);
  static struct end commands, incoming;
  struct epoll_event first = { .events = EPOLLIN, .data.ptr = &commands };
  epoll_ctl(epoll, EPOLL_CTL_ADD, 0, &first);
  first.data.ptr = &incoming;
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &first);
  struct epoll_event events[256];
  for (;;) {
    int count = epoll_wait(epoll, events, 256, -1);
    for (int i = 0; i < count; i++) {
      struct end *each = events[i].data.ptr;
      if (each == &commands) obey();
      else if (each == &incoming) accept_all();
      else {
        if ((events[i].events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) && each->writes) write_on(each);
        if ((events[i].events & (EPOLLIN | EPOLLERR | EPOLLHUP)) && each->reads) move(each);
      }
    }
  }
}
