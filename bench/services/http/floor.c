/* floor: what no server can do with less. Each time something comes on a connection, the answer goes out: one recv and
 * one send, nothing is parsed but whether the first line asks for the large body. All that is left is the kernel's.
 *
 * Speaks as the other servers do: its port on standard output, then for each line on standard input its processor time
 * in microseconds, until that ends. */

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LARGE = 64 * 1024 };
static char room[1 << 16], small[512], large[LARGE + 512];
static size_t small_size, large_size;

static size_t answer(char *bytes, const char *type, size_t length) {
  char date[64];
  time_t now = time(NULL);
  strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime(&now));
  size_t head = sprintf(bytes, "HTTP/1.1 200 OK\r\ncontent-type: %s\r\ncontent-length: %zu\r\ndate: %s\r\n\r\n", type, length, date);
  memset(bytes + head, 'a', length);
  return head + length;
}

/* The large one does not always go in one piece. */
static int send_all(int socket, const char *bytes, size_t size) {
  while (size > 0) {
    ssize_t n = send(socket, bytes, size, MSG_NOSIGNAL);
    if (n <= 0) return -1;
    bytes += n;
    size -= n;
  }
  return 0;
}

static void serve(int socket) {
  ssize_t n = recv(socket, room, sizeof room, 0);
  int wants_large = n > 10 && memcmp(room, "GET /large", 10) == 0;
  if (n <= 0 || send_all(socket, wants_large ? large : small, wants_large ? large_size : small_size) < 0) close(socket);
}

static void tell(void) {
  char line[256];
  if (read(0, line, sizeof line) <= 0) exit(0);
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  printf("{\"user\": %ld, \"system\": %ld}\n", used.ru_utime.tv_sec * 1000000L + used.ru_utime.tv_usec,
         used.ru_stime.tv_sec * 1000000L + used.ru_stime.tv_usec);
  fflush(stdout);
}

int main(void) {
  small_size = answer(small, "text/plain", 13);
  large_size = answer(large, "application/octet-stream", LARGE);
  int listener = socket(AF_INET, SOCK_STREAM, 0), set = epoll_create1(0), one = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, size) < 0 || listen(listener, 128) < 0) return 1;
  getsockname(listener, (struct sockaddr *)&address, &size);
  printf("{\"port\": %d}\n", ntohs(address.sin_port));
  fflush(stdout);
  int watched[] = {0, listener};
  for (int i = 0; i < 2; i++) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = watched[i]};
    epoll_ctl(set, EPOLL_CTL_ADD, watched[i], &event);
  }
  for (;;) {
    struct epoll_event events[256];
    int count = epoll_wait(set, events, 256, -1);
    for (int e = 0; e < count; e++) {
      int fd = events[e].data.fd;
      if (fd == 0) tell();
      else if (fd != listener) serve(fd);
      else {
        int accepted = accept(listener, NULL, NULL);
        setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        struct epoll_event event = {.events = EPOLLIN, .data.fd = accepted};
        epoll_ctl(set, EPOLL_CTL_ADD, accepted, &event);
      }
    }
  }
}
