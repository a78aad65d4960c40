// Socket addresses between our form and the system's: struct sockaddr_in, _in6 and _un.
//
// - Ports and flow info stand in network order, family and scope in the machine's.
// - A Unix address is as long as its name: a path with the zero that ends it, an abstract name (it begins
//   with a zero) without, an unnamed one only the family.
// - Hosts are numeric here. The empty host is any address; `<broadcast>` is everybody on the local network.

import { formatIPv4, formatIPv6, parseIPv4, parseIPv6 } from '../../base/ipAddress.ts';
import { InvalidArgumentError } from '../../base/errors.ts';
import { interfaceIndex } from './interfaces.ts';
import { AF_INET, AF_INET6, AF_UNIX } from './socketConstants.ts';

/** `[host, port]`, for IPv6 with flow info and scope; a string for Unix. */
export type PlainAddress =
  | readonly [host: string, port: number, flowInfo?: number, scopeId?: number]
  | string;

/** Room for the address of any family. */
export const ADDRESS_SIZE = 128;
const UNIX_PATH_SIZE = 108;
const LITTLE_ENDIAN: boolean = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
const IPV4_SIZE = 16;
const IPV6_SIZE = 28;

/** The system's form of an address of `family`.
 * @throws InvalidArgumentError for what is no address of that family, and for a host that is not numeric */
export function packAddress(family: number, address: PlainAddress): Uint8Array {
  if (family === AF_UNIX) return packUnix(address);
  if (!Array.isArray(address)) {
    throw invalid(`an address of this socket is [host, port], not ${describe(address)}`);
  }
  const [host, port, flowInfo = 0, scopeId = 0] = address as Exclude<PlainAddress, string>;
  checkHost(host);
  checkInteger(port, 0xffff, 'the port');
  if (family === AF_INET) return packIPv4(host, port);
  if (family !== AF_INET6) throw invalid(`no addresses are known for the family ${family}`);
  checkInteger(flowInfo, 0xfffff, 'the flow info');
  checkInteger(scopeId, 0xffffffff, 'the scope id');
  return packIPv6(host, port, flowInfo, scopeId);
}

function packIPv4(host: string, port: number): Uint8Array {
  const bytes = new Uint8Array(IPV4_SIZE);
  const view = new DataView(bytes.buffer);
  const numeric =
    host === '' ? new Uint8Array(4) : parseIPv4(host === '<broadcast>' ? '255.255.255.255' : host);
  if (numeric === undefined) throw notNumeric(host, 'IPv4');
  setFamily(bytes, AF_INET);
  view.setUint16(2, port);
  bytes.set(numeric, 4);
  return bytes;
}

function packIPv6(host: string, port: number, flowInfo: number, scopeId: number): Uint8Array {
  const bytes = new Uint8Array(IPV6_SIZE);
  const view = new DataView(bytes.buffer);
  const [text, scope] = splitScope(host);
  const numeric = text === '' ? new Uint8Array(16) : parseIPv6(text);
  if (numeric === undefined) throw notNumeric(host, 'IPv6');
  setFamily(bytes, AF_INET6);
  view.setUint16(2, port);
  view.setUint32(4, flowInfo);
  bytes.set(numeric, 8);
  new Uint32Array(bytes.buffer, 24, 1)[0] = scope ?? scopeId;
  return bytes;
}

/** The address without what stands behind `%`, and the number of the interface which that names.
 * @throws InvalidArgumentError when there is no such interface */
export function splitScope(host: string): [host: string, scopeId: number | undefined] {
  const at = host.indexOf('%');
  if (at < 0) return [host, undefined];
  const scopeId = interfaceIndex(host.slice(at + 1));
  if (scopeId === undefined) throw invalid(`there is no network interface ${describe(host.slice(at + 1))}`);
  return [host.slice(0, at), scopeId];
}

function packUnix(address: PlainAddress): Uint8Array {
  if (typeof address !== 'string')
    throw invalid(`an address of a Unix socket is a string, not ${describe(address)}`);
  const name = Buffer.from(address);
  const abstract = name[0] === 0;
  if (!abstract && name.includes(0)) throw invalid('a path has no zero characters in it');
  if (name.length > UNIX_PATH_SIZE - (abstract ? 0 : 1)) {
    throw invalid(`a Unix socket's path has at most ${UNIX_PATH_SIZE - 1} bytes, this has ${name.length}`);
  }
  const bytes = new Uint8Array(2 + name.length + (abstract || name.length === 0 ? 0 : 1));
  setFamily(bytes, AF_UNIX);
  bytes.set(name, 2);
  return bytes;
}

/** Our form of an address that the system wrote; `length` is how much of `bytes` it says it is. */
export function unpackAddress(bytes: Uint8Array, length: number): PlainAddress {
  if (length < 2) return '';
  switch (familyOf(bytes)) {
    // Every connection and datagram comes by here: no views are made.
    case AF_INET:
      return [formatIPv4(bytes, 4), portOf(bytes)];
    case AF_INET6:
      return [formatIPv6(bytes.subarray(8, 24)), portOf(bytes), flowInfoOf(bytes), scopeOf(bytes)];
    case AF_UNIX:
      return unpackUnix(bytes.subarray(2, Math.min(length, 2 + UNIX_PATH_SIZE)));
    default:
      return '';
  }
}

function unpackUnix(name: Uint8Array): string {
  const end = name[0] === 0 ? -1 : name.indexOf(0);
  return Buffer.from(end < 0 ? name : name.subarray(0, end)).toString();
}

function setFamily(bytes: Uint8Array, family: number): void {
  bytes.set(new Uint8Array(Uint16Array.of(family).buffer));
}

function familyOf(bytes: Uint8Array): number {
  const [low, high] = LITTLE_ENDIAN ? [0, 1] : [1, 0];
  return (bytes[low] as number) | ((bytes[high] as number) << 8);
}

function portOf(bytes: Uint8Array): number {
  return ((bytes[2] as number) << 8) | (bytes[3] as number);
}

function flowInfoOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(4);
}

function scopeOf(bytes: Uint8Array): number {
  return new Uint32Array(bytes.slice(24, 28).buffer)[0] as number;
}

function checkHost(host: unknown): void {
  if (typeof host === 'string') return;
  throw invalid(`the host of an address is a string, not ${describe(host)}`);
}

function checkInteger(value: unknown, most: number, what: string): void {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most) return;
  throw invalid(`${what} is an integer from 0 to ${most}, not ${describe(value)}`);
}

function notNumeric(host: string, kind: string): InvalidArgumentError {
  return invalid(`${describe(host)} is no numeric ${kind} address: look names up with getaddrinfo first`);
}

function invalid(message: string): InvalidArgumentError {
  return new InvalidArgumentError('address', message);
}

function describe(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
