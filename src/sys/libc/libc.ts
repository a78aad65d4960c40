// The C library's calls for sockets and readiness, declared once, when the first is needed. Each returns
// what the call returns: below zero means that `errno()` says why. Callers turn that into errors.

import { declare } from './ffi.ts';
import type { CFunction } from './ffi.ts';

const declarations = {
  socket: 'int socket(int domain, int type, int protocol)',
  bind: 'int bind(int fd, const void *address, int length)',
  listen: 'int listen(int fd, int backlog)',
  accept4: 'int accept4(int fd, void *address, void *length, int flags)',
  connect: 'int connect(int fd, const void *address, int length)',
  recv: 'int64_t recv(int fd, void *bytes, int64_t size, int flags)',
  /** As recv, to an address. */
  recvAt: 'int64_t recv(int fd, uintptr_t bytes, int64_t size, int flags)',
  send: 'int64_t send(int fd, const void *bytes, int64_t size, int flags)',
  recvfrom: 'int64_t recvfrom(int fd, void *bytes, int64_t size, int flags, void *address, void *length)',
  sendto:
    'int64_t sendto(int fd, const void *bytes, int64_t size, int flags, const void *address, int length)',
  sendmsg: 'int64_t sendmsg(int fd, const void *message, int flags)',
  read: 'int64_t read(int fd, void *bytes, int64_t size)',
  write: 'int64_t write(int fd, const void *bytes, int64_t size)',
  sendfile: 'int64_t sendfile(int to, int from, void *offset, int64_t count)',
  splice:
    'int64_t splice(int from, void *fromOffset, int to, void *toOffset, uint64_t count, uint32_t flags)',
  lseek: 'int64_t lseek(int fd, int64_t offset, int whence)',
  shutdown: 'int shutdown(int fd, int how)',
  close: 'int close(int fd)',
  getsockname: 'int getsockname(int fd, void *address, void *length)',
  getpeername: 'int getpeername(int fd, void *address, void *length)',
  getsockopt: 'int getsockopt(int fd, int level, int name, void *value, void *length)',
  setsockopt: 'int setsockopt(int fd, int level, int name, const void *value, int length)',
  fcntl: 'int fcntl(int fd, int command, int argument)',
  socketpair: 'int socketpair(int domain, int type, int protocol, void *pair)',
  pipe2: 'int pipe2(void *pair, int flags)',
  epoll_create1: 'int epoll_create1(int flags)',
  epoll_ctl: 'int epoll_ctl(int epoll, int operation, int fd, void *event)',
  epoll_wait: 'int epoll_wait(int epoll, void *events, int count, int timeout)',
  poll: 'int poll(void *descriptors, uint64_t count, int timeout)',
  select: 'int select(int count, void *readable, void *writable, void *exceptional, void *timeout)',
  if_nametoindex: 'uint32_t if_nametoindex(const char *name)',
} as const;

export type Libc = Record<keyof typeof declarations, CFunction>;

// The process has one C library: bound when first needed.
let bound: Libc | undefined;

/** The calls. @throws when there is no FFI; ask `ffi()` first */
export function libc(): Libc {
  return (bound ??= bind());
}

function bind(): Libc {
  const calls: Partial<Libc> = {};
  for (const [name, declaration] of Object.entries(declarations)) {
    calls[name as keyof Libc] = declare(declaration);
  }
  return calls as Libc;
}
