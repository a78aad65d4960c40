// The physical limit: an echo server in C on epoll, with nothing in it that the work does not need.
//
//   epoll MODE TARGET
//
// MODE    tcp | unix | udp   sends back what comes
//         tls                the same by OpenSSL; TARGET is a folder with key.pem and cert.pem
//         sink               counts, and says the count at the end of a connection
// TARGET  the path of the Unix socket, or the folder
//
// Prints {"port":…} once it listens, answers each line on standard input by {}, ends when that ends.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#ifdef WITH_TLS
#include <openssl/ssl.h>
static SSL_CTX *context;
#endif

struct connection {
  int fd;
  void *tls;
  unsigned long long counted;
  // What the other side did not take yet. While there is some, nothing more is read.
  char *rest;
  size_t size, sent;
};

// Large: the fewer calls, the less each byte costs.
static char bytes[1 << 20];
static int epoll, listener;
static bool sink;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static ssize_t answer(struct connection *each, ssize_t result) {
#ifdef WITH_TLS
  if (each->tls != NULL && result <= 0) {
    int why = SSL_get_error(each->tls, (int)result);
    errno = why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? EAGAIN : EIO;
    return why == SSL_ERROR_ZERO_RETURN ? 0 : -1;
  }
#endif
  (void)each;
  return result;
}

static ssize_t take(struct connection *each) {
#ifdef WITH_TLS
  if (each->tls != NULL) return answer(each, SSL_read(each->tls, bytes, sizeof bytes));
#endif
  return answer(each, recv(each->fd, bytes, sizeof bytes, 0));
}

static ssize_t give(struct connection *each, const char *from, size_t size) {
#ifdef WITH_TLS
  if (each->tls != NULL) return answer(each, SSL_write(each->tls, from, (int)size));
#endif
  return answer(each, send(each->fd, from, size, MSG_NOSIGNAL));
}

static void watch(struct connection *each, int operation, unsigned events) {
  struct epoll_event event = { .events = events, .data.ptr = each };
  if (epoll_ctl(epoll, operation, each->fd, &event) != 0) die("epoll_ctl");
}

static void leave(struct connection *each) {
#ifdef WITH_TLS
  if (each->tls != NULL) SSL_free(each->tls);
#endif
  close(each->fd);
  free(each->rest);
  free(each);
}

static void keep(struct connection *each, size_t sent, size_t size) {
  each->rest = malloc(size - sent);
  if (each->rest == NULL) die("malloc");
  memcpy(each->rest, bytes + sent, size - sent);
  each->size = size - sent;
  each->sent = 0;
  watch(each, EPOLL_CTL_MOD, EPOLLOUT);
}

/** True when all that was kept is sent; false also when the connection is no more. */
static bool flush(struct connection *each) {
  while (each->sent < each->size) {
    ssize_t count = give(each, each->rest + each->sent, each->size - each->sent);
    if (count < 0) {
      if (errno != EAGAIN) leave(each);
      return false;
    }
    each->sent += (size_t)count;
  }
  free(each->rest);
  each->rest = NULL;
  watch(each, EPOLL_CTL_MOD, EPOLLIN);
  return true;
}

static void farewell(struct connection *each) {
  char text[32];
  if (sink) {
    int length = snprintf(text, sizeof text, "%llu\n", each->counted);
    if (give(each, text, (size_t)length) < 0) perror("the count");
  }
  leave(each);
}

static void serve(struct connection *each) {
  do {
    ssize_t count = take(each);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) {
      if (count == 0) farewell(each);
      else leave(each);
      return;
    }
    each->counted += (unsigned long long)count;
    if (sink) return;
    ssize_t sent = give(each, bytes, (size_t)count);
    if (sent < 0 && errno != EAGAIN) {
      leave(each);
      return;
    }
    if (sent < count) {
      keep(each, sent < 0 ? 0 : (size_t)sent, (size_t)count);
      return;
    }
  } while (each->tls != NULL); // the library may hold more than the descriptor tells of
}

static void accept_all(void) {
  for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct connection *each = calloc(1, sizeof *each);
    if (each == NULL) die("calloc");
    each->fd = fd;
#ifdef WITH_TLS
    if (context != NULL) {
      each->tls = SSL_new(context);
      SSL_set_fd(each->tls, fd);
      SSL_set_accept_state(each->tls);
    }
#endif
    watch(each, EPOLL_CTL_ADD, EPOLLIN);
  }
}

/** All datagrams that are there, each back to where it came from. */
static void serve_datagrams(void) {
  for (;;) {
    struct sockaddr_in from;
    socklen_t size = sizeof from;
    ssize_t count = recvfrom(listener, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &size);
    if (count < 0) return;
    sendto(listener, bytes, (size_t)count, 0, (struct sockaddr *)&from, size);
  }
}

static void bind_to(const char *mode, const char *target) {
  bool local = strcmp(mode, "unix") == 0, datagrams = strcmp(mode, "udp") == 0;
  listener = socket(local ? AF_UNIX : AF_INET, (datagrams ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK, 0);
  struct sockaddr_un path = { .sun_family = AF_UNIX };
  struct sockaddr_in address = { .sin_family = AF_INET };
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  snprintf(path.sun_path, sizeof path.sun_path, "%s", target);
  struct sockaddr *where = local ? (struct sockaddr *)&path : (struct sockaddr *)&address;
  socklen_t size = local ? sizeof path : sizeof address;
  if (bind(listener, where, size) != 0) die("bind");
  if (!datagrams && listen(listener, 1024) != 0) die("listen");
  if (!local) getsockname(listener, where, &size);
  printf("{\"port\":%d}\n", local ? 0 : ntohs(address.sin_port));
  fflush(stdout);
}

/** One line of standard input; its end is ours. */
static void obey(void) {
  char text[64];
  if (read(0, text, sizeof text) <= 0) exit(0);
  printf("{}\n");
  fflush(stdout);
}

int main(int words, char **word) {
  const char *mode = words > 1 ? word[1] : "tcp", *target = words > 2 ? word[2] : "";
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  sink = strcmp(mode, "sink") == 0;
  signal(SIGPIPE, SIG_IGN); // OpenSSL writes without MSG_NOSIGNAL
  if (strcmp(mode, "tls") == 0) {
#ifdef WITH_TLS
    char path[512];
    context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    snprintf(path, sizeof path, "%s/cert.pem", target);
    if (SSL_CTX_use_certificate_file(context, path, SSL_FILETYPE_PEM) != 1) die(path);
    snprintf(path, sizeof path, "%s/key.pem", target);
    if (SSL_CTX_use_PrivateKey_file(context, path, SSL_FILETYPE_PEM) != 1) die(path);
#else
    printf("{\"skip\":\"no OpenSSL headers to compile it with\"}\n");
    return 0;
#endif
  }
  epoll = epoll_create1(EPOLL_CLOEXEC);
  bind_to(mode, target);
  static struct connection commands, incoming;
  commands.fd = 0;
  incoming.fd = listener;
  watch(&commands, EPOLL_CTL_ADD, EPOLLIN);
  watch(&incoming, EPOLL_CTL_ADD, EPOLLIN);
  bool datagrams = strcmp(mode, "udp") == 0;
  struct epoll_event events[256];
  for (;;) {
    int count = epoll_wait(epoll, events, 256, -1);
    for (int i = 0; i < count; i++) {
      struct connection *each = events[i].data.ptr;
      if (each == &commands) obey();
      else if (each == &incoming) datagrams ? serve_datagrams() : accept_all();
      else if (each->rest == NULL || flush(each)) serve(each);
    }
  }
}
