// What the modes of the load generator share: the job, the clock, sockets, latencies, and the report.

#ifndef LOAD_H
#define LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/** The command line. */
struct job {
  const char *mode;
  const char *path; // of a Unix socket, or NULL
  int port;
  int connections;
  size_t size;     // of a message, its closing newline included
  uint64_t warm;   // nanoseconds before the timed part
  uint64_t timed;  // nanoseconds
  int pid;         // of the server
};

/** One connection of the echo modes. */
struct connection {
  int fd;
  void *tls;
  char *message;
  size_t sent;
  size_t got;
  uint64_t sequence;
  uint64_t started;
  bool waits_to_write;
};

uint64_t now(void);
void fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/** A socket connected to the job's target; it blocks, for at most 10 seconds a call. */
int connected(const struct job *job, int index);
/** A socket on its way to the target, which does not block. */
int connecting(const struct job *job, int index, int type);
void unblock(int fd);
void block(int fd);
void raise_descriptor_limit(void);

/** The text of a connection's messages: no newline but the last byte, different for each connection. */
void fill(char *message, size_t size, int index);
/** Writes a sequence number into its head, so that no two messages of a connection are alike. */
void number(char *message, size_t size, uint64_t sequence);

/**
 * Whether the time is over; to be asked again and again. After the warm-up the timed part is cut into
 * three, and the one in which a request took the server the least is what is reported: what else the
 * machine does only adds.
 */
bool over(const struct job *job);
/** Whether the warm-up is over. */
bool timing(void);
/** A request was answered after so many nanoseconds. */
void note(uint64_t latency);
/** So much was done, in a mode that has no requests. */
void add(double amount);
void report(double lost);

// TLS, where OpenSSL's headers are: the client's half of one connection. Reading and writing answer like
// recv and send, with EAGAIN in errno.
bool tls_present(void);
void *tls_connect(int fd);
ssize_t tls_read(void *tls, char *bytes, size_t size);
ssize_t tls_write(void *tls, const char *bytes, size_t size);

int run_echo(const struct job *job);
int run_idle(const struct job *job);
int run_connect(const struct job *job);
int run_sink(const struct job *job);
int run_relay(const struct job *job);
int run_udp(const struct job *job);

#endif
