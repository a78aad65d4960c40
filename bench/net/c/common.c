// Clock, sockets and messages of the load generator.

#define _GNU_SOURCE
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "load: ");
  vfprintf(stderr, format, arguments);
  fprintf(stderr, "\n");
  va_end(arguments);
  exit(1);
}

void unblock(int fd) {
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

void block(int fd) {
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
}

void raise_descriptor_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

static int start(const struct job *job, int index, int type) {
  int fd = socket(job->path != NULL ? AF_UNIX : AF_INET, type, 0);
  if (fd < 0) fail("socket: %s", strerror(errno));
  struct timeval patience = { .tv_sec = 10 };
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  int result;
  if (job->path != NULL) {
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    snprintf(address.sun_path, sizeof address.sun_path, "%s", job->path);
    result = connect(fd, (struct sockaddr *)&address, sizeof address);
  } else {
    // Several source addresses: one has too few ports for many connections in a short time.
    int one = 1;
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    struct sockaddr_in source = { .sin_family = AF_INET };
    source.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + (unsigned)index % 64);
    if (bind(fd, (struct sockaddr *)&source, sizeof source) != 0) fail("bind: %s", strerror(errno));
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct sockaddr_in target = { .sin_family = AF_INET, .sin_port = htons((uint16_t)job->port) };
    target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    result = connect(fd, (struct sockaddr *)&target, sizeof target);
  }
  if (result != 0 && errno != EINPROGRESS) fail("connect: %s", strerror(errno));
  return fd;
}

int connected(const struct job *job, int index) {
  return start(job, index, SOCK_STREAM | SOCK_CLOEXEC);
}

int connecting(const struct job *job, int index, int type) {
  return start(job, index, type | SOCK_NONBLOCK | SOCK_CLOEXEC);
}

void fill(char *message, size_t size, int index) {
  for (size_t i = 0; i < size - 1; i++) message[i] = (char)('a' + (i * 7 + (size_t)index) % 26);
  message[size - 1] = '\n';
}

void number(char *message, size_t size, uint64_t sequence) {
  if (size < 32) return;
  for (int i = 15; i >= 0; i--, sequence >>= 4) message[i] = "0123456789abcdef"[sequence & 15];
}

