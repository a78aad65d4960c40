// Clock, sockets, messages and figures of the load generator.

#define _GNU_SOURCE
#include "load.h"

#include <arpa/inet.h>
#include <dirent.h>
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

/** From the scheduler's own account, in nanoseconds; `stat` counts in hundredths of a second. */
static int64_t precise(int pid) {
  char path[300];
  snprintf(path, sizeof path, "/proc/%d/task", pid);
  DIR *folder = opendir(path);
  if (folder == NULL) return -1;
  int64_t sum = 0;
  bool told = false;
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    if (entry->d_name[0] == '.') continue;
    snprintf(path, sizeof path, "/proc/%d/task/%s/schedstat", pid, entry->d_name);
    FILE *file = fopen(path, "r");
    if (file == NULL) continue;
    long long ran;
    if (fscanf(file, "%lld", &ran) == 1) {
      sum += ran;
      told = true;
    }
    fclose(file);
  }
  closedir(folder);
  return told ? sum : -1;
}

int64_t processor_time(int pid) {
  int64_t found = precise(pid);
  if (found > 0) return found;
  char path[64], text[1024];
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  FILE *file = fopen(path, "r");
  if (file == NULL) return -1;
  size_t length = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[length] = 0;
  char *rest = strrchr(text, ')'); // the name before it may hold anything
  unsigned long user, system;
  if (rest == NULL) return -1;
  if (sscanf(rest + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) != 2) return -1;
  return (int64_t)(user + system) * (1000000000 / sysconf(_SC_CLK_TCK));
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

static struct {
  bool running;
  uint64_t started, ended;
  int64_t processor_started, processor_ended;
  uint32_t *latencies;
  size_t count, room;
} timed;

void begin(const struct job *job) {
  timed.processor_started = processor_time(job->pid);
  timed.started = now();
  timed.running = true;
}

void end(const struct job *job) {
  timed.running = false;
  timed.ended = now();
  timed.processor_ended = processor_time(job->pid);
}

bool timing(void) {
  return timed.running;
}

void note(uint64_t latency) {
  if (!timed.running) return;
  if (timed.count == timed.room) {
    timed.room = timed.room == 0 ? 1 << 16 : timed.room * 2;
    timed.latencies = realloc(timed.latencies, timed.room * sizeof *timed.latencies);
    if (timed.latencies == NULL) fail("out of memory");
  }
  timed.latencies[timed.count++] = latency > UINT32_MAX ? UINT32_MAX : (uint32_t)latency;
}

static int ascending(const void *a, const void *b) {
  uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
  return left < right ? -1 : left > right;
}

static double within(double share) {
  size_t place = (size_t)((double)timed.count * share);
  return (double)timed.latencies[place < timed.count ? place : timed.count - 1] / 1000;
}

static void print_processor_time(double count) {
  if (timed.processor_started < 0 || timed.processor_ended < 0) return;
  double used = (double)(timed.processor_ended - timed.processor_started) / 1000;
  printf(",\"cpu\":%.4f", used / count);
}

void report(double lost) {
  if (timed.count == 0) fail("not one request was answered in time");
  qsort(timed.latencies, timed.count, sizeof *timed.latencies, ascending);
  double seconds = (double)(timed.ended - timed.started) / 1e9;
  printf("{\"requests\":%zu,\"seconds\":%.6f,\"rate\":%.3f", timed.count, seconds, (double)timed.count / seconds);
  printf(",\"p50\":%.3f,\"p99\":%.3f,\"lost\":%.0f", within(0.5), within(0.99), lost);
  print_processor_time((double)timed.count);
  printf("}\n");
}

void report_count(double count, const char *unit) {
  double seconds = (double)(timed.ended - timed.started) / 1e9;
  printf("{\"%s\":%.3f,\"seconds\":%.6f,\"rate\":%.3f", unit, count, seconds, count / seconds);
  print_processor_time(count);
  printf("}\n");
}
