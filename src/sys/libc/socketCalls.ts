// The socket calls, typed: descriptors and our addresses in, numbers out, and an error of the right class
// with the address it was about.
//
// What would have to wait is no error here: `receive`, `send` and `accept` return WOULD_BLOCK, so that the
// ordinary outcome of a non-blocking call costs nothing. A call that a signal interrupted is made again.
// Writing to a closed connection is an error, never SIGPIPE.

import { sizeOf } from '../../base/bytes.ts';
import { InvalidArgumentError } from '../../base/errors.ts';
import { EAGAIN, EINTR, lastError, systemError } from './errno.ts';
import type { FailedCall } from './errno.ts';
import { errno } from './ffi.ts';
import { libc } from './libc.ts';
import { ADDRESS_SIZE, packAddress, unpackAddress } from './socketAddress.ts';
import type { PlainAddress } from './socketAddress.ts';
import { MSG_NOSIGNAL, SOCK_CLOEXEC, SOCK_NONBLOCK } from './socketConstants.ts';

/** The call would have had to wait. */
const WOULD_BLOCK = -1;

const F_SETFD = 2;
const F_GETFL = 3;
const F_SETFL = 4;
const F_DUPFD_CLOEXEC = 1030;
const FD_CLOEXEC = 1;
const NONBLOCKING_TYPE: number = SOCK_NONBLOCK | SOCK_CLOEXEC;

const name: Uint8Array = new Uint8Array(ADDRESS_SIZE);
const nameLength: Int32Array = new Int32Array(1);
const nameLengthBytes: Uint8Array = new Uint8Array(nameLength.buffer);
const optionValue: Int32Array = new Int32Array(1);
const optionValueBytes: Uint8Array = new Uint8Array(optionValue.buffer);

/** A number for the system, whose calls take 32 bits: a larger one would be cut, and mean something else.
 * @throws InvalidArgumentError */
function int(value: unknown, argument: string): number {
  if (typeof value === 'number' && (value | 0) === value) return value;
  throw new InvalidArgumentError(
    argument,
    `${argument} must be an integer of 32 bits, not ${String(value)}`,
  );
}

/** A new descriptor, non-blocking and closed in child programs. */
export function openSocket(family: number, type: number, protocol: number): number {
  return orThrow(
    libc().socket(int(family, 'family'), int(type, 'type') | NONBLOCKING_TYPE, int(protocol, 'proto')),
    'socket',
  );
}

export function openSocketPair(family: number, type: number, protocol: number): [number, number] {
  const pair = new Int32Array(2);
  const bytes = new Uint8Array(pair.buffer);
  orThrow(
    libc().socketpair(
      int(family, 'family'),
      int(type, 'type') | NONBLOCKING_TYPE,
      int(protocol, 'proto'),
      bytes,
    ),
    'socketpair',
  );
  return [pair[0] as number, pair[1] as number];
}

/** Makes a descriptor of unknown origin behave as ours do. */
export function makeNonBlocking(fd: number): void {
  const calls = libc();
  orThrow(calls.fcntl(fd, F_SETFD, FD_CLOEXEC), 'fcntl');
  const flags = orThrow(calls.fcntl(fd, F_GETFL, 0), 'fcntl');
  orThrow(calls.fcntl(fd, F_SETFL, flags | SOCK_NONBLOCK), 'fcntl');
}

export function bindSocket(fd: number, family: number, address: PlainAddress): void {
  const packed = packAddress(family, address);
  if (libc().bind(fd, packed, packed.length) < 0) throw lastError('bind', about(address));
}

export function listenSocket(fd: number, backlog: number): void {
  if (libc().listen(fd, int(backlog, 'backlog')) < 0) {
    const number = errno();
    throw systemError(number, 'listen', about(socketName(fd)));
  }
}

/** Begins to connect. Zero: it is connected. Else the error number: EINPROGRESS, EALREADY, EAGAIN, … */
export function beginConnect(fd: number, family: number, address: PlainAddress): number {
  const packed = packAddress(family, address);
  while (libc().connect(fd, packed, packed.length) < 0) {
    const number = errno();
    if (number !== EINTR) return number;
  }
  return 0;
}

/** A connection from the queue, with its address in {@link lastName}; or WOULD_BLOCK. */
export function acceptSocket(fd: number): number {
  for (;;) {
    nameLength[0] = ADDRESS_SIZE;
    const accepted = libc().accept4(fd, name, nameLengthBytes, NONBLOCKING_TYPE);
    if (accepted >= 0) return accepted;
    const number = errno();
    if (number === EAGAIN) return WOULD_BLOCK;
    if (number !== EINTR) throw systemError(number, 'accept', about(socketName(fd)));
  }
}

/** The address that the last {@link acceptSocket} or {@link receiveFrom} wrote. */
export function lastName(): PlainAddress {
  return unpackAddress(name, nameLength[0] as number);
}

/** Bytes received into `bytes`, zero at the end of data, or WOULD_BLOCK. */
export function receive(fd: number, bytes: Uint8Array, size: number, flags: number): number {
  for (;;) {
    const count = libc().recv(fd, bytes, size, int(flags, 'flags'));
    if (count >= 0) return count;
    const number = errno();
    if (number === EAGAIN) return WOULD_BLOCK;
    if (number !== EINTR) throw systemError(number, 'recv', about(peerName(fd)));
  }
}

/** As receive; the sender's address is then in {@link lastName}. */
export function receiveFrom(fd: number, bytes: Uint8Array, size: number, flags: number): number {
  for (;;) {
    nameLength[0] = ADDRESS_SIZE;
    const count = libc().recvfrom(fd, bytes, size, int(flags, 'flags'), name, nameLengthBytes);
    // A connected stream socket leaves the address alone.
    if (count >= 0) {
      if (nameLength[0] === ADDRESS_SIZE) nameLength[0] = 0;
      return count;
    }
    const number = errno();
    if (number === EAGAIN) return WOULD_BLOCK;
    if (number !== EINTR) throw systemError(number, 'recvfrom');
  }
}

/** Bytes sent, or WOULD_BLOCK. */
export function send(fd: number, bytes: Uint8Array, flags: number): number {
  const how = int(flags, 'flags') | MSG_NOSIGNAL;
  const size = sizeOf(bytes);
  for (;;) {
    const count = libc().send(fd, bytes, size, how);
    if (count >= 0) return count;
    const number = errno();
    if (number === EAGAIN) return WOULD_BLOCK;
    if (number !== EINTR) throw systemError(number, 'send', about(peerName(fd)));
  }
}

export function sendTo(
  fd: number,
  family: number,
  bytes: Uint8Array,
  address: PlainAddress,
  flags: number,
): number {
  const packed = packAddress(family, address);
  const how = int(flags, 'flags') | MSG_NOSIGNAL;
  const size = sizeOf(bytes);
  for (;;) {
    const count = libc().sendto(fd, bytes, size, how, packed, packed.length);
    if (count >= 0) return count;
    const number = errno();
    if (number === EAGAIN) return WOULD_BLOCK;
    if (number !== EINTR) throw systemError(number, 'sendto', about(address));
  }
}

export function shutdownSocket(fd: number, how: number): void {
  orThrow(libc().shutdown(fd, int(how, 'how')), 'shutdown');
}

/** Another descriptor for the same socket, closed in child programs. */
export function duplicate(fd: number): number {
  return orThrow(libc().fcntl(fd, F_DUPFD_CLOEXEC, 0), 'dup');
}

/** Closes. A close that was interrupted has closed all the same. */
export function closeSocket(fd: number): void {
  if (libc().close(fd) >= 0) return;
  const number = errno();
  if (number !== EINTR) throw systemError(number, 'close');
}

export function ownName(fd: number): PlainAddress {
  nameLength[0] = ADDRESS_SIZE;
  orThrow(libc().getsockname(fd, name, nameLengthBytes), 'getsockname');
  return lastName();
}

export function remoteName(fd: number): PlainAddress {
  nameLength[0] = ADDRESS_SIZE;
  orThrow(libc().getpeername(fd, name, nameLengthBytes), 'getpeername');
  return lastName();
}

export function getOption(fd: number, level: number, option: number): number {
  const value = new Int32Array(1);
  getOptionBytes(fd, level, option, new Uint8Array(value.buffer));
  return value[0] as number;
}

/** Fills `value` and returns how much of it the system wrote. */
export function getOptionBytes(fd: number, level: number, option: number, value: Uint8Array): number {
  const length = Int32Array.of(value.length);
  orThrow(
    libc().getsockopt(fd, int(level, 'level'), int(option, 'option'), value, new Uint8Array(length.buffer)),
    'getsockopt',
  );
  return length[0] as number;
}

export function setOption(fd: number, level: number, option: number, value: number): void {
  optionValue[0] = int(value, 'value');
  setOptionBytes(fd, level, option, optionValueBytes);
}

export function setOptionBytes(fd: number, level: number, option: number, value: Uint8Array): void {
  orThrow(
    libc().setsockopt(fd, int(level, 'level'), int(option, 'option'), value, sizeOf(value)),
    'setsockopt',
  );
}

/** What an error says of the address. */
export function about(address: PlainAddress | undefined): FailedCall {
  if (address === undefined || address === '') return {};
  // An abstract name begins with a zero, which tools write as @.
  if (typeof address === 'string') return { address: address.replace(/^\0/, '@') };
  return { address: address[0], port: address[1] };
}

function socketName(fd: number): PlainAddress | undefined {
  nameLength[0] = ADDRESS_SIZE;
  return libc().getsockname(fd, name, nameLengthBytes) < 0 ? undefined : lastName();
}

function peerName(fd: number): PlainAddress | undefined {
  nameLength[0] = ADDRESS_SIZE;
  return libc().getpeername(fd, name, nameLengthBytes) < 0 ? undefined : lastName();
}

function orThrow(result: number, syscall: string): number {
  if (result < 0) throw lastError(syscall);
  return result;
}
