// The load generator of `npm run bench net`: many connections from one process, by epoll.
//
//   load MODE TARGET CONNECTIONS SIZE WARM_MS TIMED_MS SERVER_PID
//
// MODE     echo | tls | udp   each connection keeps one message in flight and checks what comes back
//          connect            connect, one line there and back, half-close, wait for the server's close
//          sink               sends as fast as it may; the server counts and says the count at the end
//          relay              sends by one connection of each pair as fast as it may, receives by the other
//          idle               opens the connections, says "ready" and holds them until standard input ends
// TARGET   a port on 127.0.0.1, or the path of a Unix socket
//
// Prints one line of JSON. The processor time in it is the server's, taken by this process, which alone
// knows when the timed part begins and ends.

#include "load.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int usage(void) {
  fprintf(stderr, "load MODE TARGET CONNECTIONS SIZE WARM_MS TIMED_MS SERVER_PID\n");
  return 2;
}

int main(int count, char **words) {
  if (count != 8) return usage();
  struct job job = {
    .mode = words[1],
    .path = words[2][0] == '/' ? words[2] : NULL,
    .port = atoi(words[2]),
    .connections = atoi(words[3]),
    .size = strtoul(words[4], NULL, 10),
    .warm = strtoull(words[5], NULL, 10) * 1000000,
    .timed = strtoull(words[6], NULL, 10) * 1000000,
    .pid = atoi(words[7]),
  };
  if (job.connections < 1 || job.size < 32) return usage();
  signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  if (strcmp(job.mode, "echo") == 0) return run_echo(&job);
  if (strcmp(job.mode, "tls") == 0) {
    if (!tls_present()) fail("compiled without TLS");
    return run_echo(&job);
  }
  if (strcmp(job.mode, "udp") == 0) return run_udp(&job);
  if (strcmp(job.mode, "connect") == 0) return run_connect(&job);
  if (strcmp(job.mode, "sink") == 0) return run_sink(&job);
  if (strcmp(job.mode, "relay") == 0) return run_relay(&job);
  if (strcmp(job.mode, "idle") == 0) return run_idle(&job);
  return usage();
}
