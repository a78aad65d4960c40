/* load PORT REQUEST-FILE CONNECTIONS: keeps each connection busy with one request after the other, and counts the answers.
 *
 * A command on standard input, a number of milliseconds, has it work for as long; then it prints how many answers came.
 * The answers to one request are all as long as the first of them: its head and its content-length. */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static char request[1 << 20], room[1 << 20];
static long request_size, answer_size;
static int count, set;
static int *sockets;
static long *got;
static int running;
static long long answers;

static void die(const char *what) {
  fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
  exit(1);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void send_request(int i) {
  long sent = 0;
  got[i] = 0;
  while (sent < request_size) {
    long n = send(sockets[i], request + sent, request_size - sent, MSG_NOSIGNAL);
    if (n < 0) die("send");
    sent += n;
  }
}

/* Of the first answer, from its beginning. */
static void measure(char *bytes, long size) {
  bytes[size] = 0;
  char *end = strstr(bytes, "\r\n\r\n");
  if (end == NULL) return;
  if (strncmp(bytes, "HTTP/1.1 200", 12) != 0) {
    fprintf(stderr, "load: the server said %.40s\n", bytes);
    exit(1);
  }
  for (char *line = bytes; line != NULL && line < end; line = strstr(line, "\r\n")) {
    line += line == bytes ? 0 : 2;
    if (strncasecmp(line, "content-length:", 15) == 0) {
      answer_size = end + 4 - bytes + atol(line + 15);
      return;
    }
    if (line == bytes) line = bytes + 1;
  }
  fprintf(stderr, "load: an answer without content-length\n");
  exit(1);
}

static void receive(int i) {
  static char first[1 << 16];
  static long first_size;
  long n = recv(sockets[i], room, sizeof room, MSG_DONTWAIT);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0) die("the server closed a connection");
  if (answer_size == 0) {
    long kept = (long)sizeof first - 1 - first_size < n ? (long)sizeof first - 1 - first_size : n;
    memcpy(first + first_size, room, kept);
    first_size += kept;
    measure(first, first_size);
  }
  got[i] += n;
  if (answer_size == 0 || got[i] < answer_size) return;
  if (got[i] > answer_size) {
    fprintf(stderr, "load: an answer of another length\n");
    exit(1);
  }
  answers++;
  running--;
}

static void work(double milliseconds, int connections) {
  double end = now() + milliseconds;
  struct epoll_event events[256];
  for (int i = 0; i < connections; i++) send_request(i);
  running = connections;
  while (running > 0) {
    int n = epoll_wait(set, events, 256, 10000);
    if (n <= 0) die("nothing comes");
    for (int e = 0; e < n; e++) {
      int i = events[e].data.fd;
      int before = running;
      receive(i);
      if (running < before && now() < end) {
        send_request(i);
        running++;
      }
    }
  }
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  FILE *file = fopen(argv[2], "rb");
  if (file == NULL) die(argv[2]);
  request_size = fread(request, 1, sizeof request, file);
  count = atoi(argv[3]);
  sockets = calloc(count, sizeof *sockets);
  got = calloc(count, sizeof *got);
  set = epoll_create1(0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
  inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  for (int i = 0; i < count; i++) {
    int one = 1;
    sockets[i] = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(sockets[i], (struct sockaddr *)&address, sizeof address) < 0) die("connect");
    setsockopt(sockets[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = i};
    epoll_ctl(set, EPOLL_CTL_ADD, sockets[i], &event);
  }
  work(0, 1);
  double milliseconds;
  while (scanf("%lf", &milliseconds) == 1) {
    answers = 0;
    double began = now();
    work(milliseconds, count);
    printf("{\"answers\": %lld, \"milliseconds\": %.3f}\n", answers, now() - began);
    fflush(stdout);
  }
  return 0;
}
