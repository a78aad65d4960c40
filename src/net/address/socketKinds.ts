// The types of sockets and the port that getaddrinfo returns: a table, and the names of services.

import { InvalidArgumentError } from '../../base/errors.ts';
import { AddressInfoError } from '../../base/osError.ts';
import { servicePort } from '../../sys/host/services.ts';
import {
  AI_NUMERICSERV,
  IPPROTO_IP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_STREAM,
} from '../../sys/libc/socketConstants.ts';
import { numericPort } from './numericAddress.ts';
import type { AddressQuery } from './numericAddress.ts';

/** A type of socket with its protocol and the port for it. */
export interface SocketKind {
  type: number;
  proto: number;
  port: number;
}

const table = [
  { type: SOCK_STREAM, proto: IPPROTO_TCP, service: 'tcp' },
  { type: SOCK_DGRAM, proto: IPPROTO_UDP, service: 'udp' },
  { type: SOCK_RAW, proto: IPPROTO_IP, service: undefined },
] as const;

/** What suits the query: every type for 0; with the name of a service those that offer it.
 * @throws AddressInfoError (`EAI_SERVICE`, `EAI_SOCKTYPE`); InvalidArgumentError for a port out of range */
export function socketKinds(
  host: string | null,
  port: unknown,
  query: AddressQuery & { flags?: number | undefined },
): SocketKind[] {
  const { type = 0, proto = 0, flags = 0 } = query;
  // Raw sockets take any protocol, but only a query that asks for them means that.
  const suited = table
    .filter((kind) => type === 0 || type === kind.type)
    .filter((kind) => proto === 0 || proto === kind.proto || type === SOCK_RAW)
    .map((kind) => ({ ...kind, proto: type === SOCK_RAW ? proto : kind.proto }));
  if (suited.length === 0)
    throw addressInfoError(host, 'EAI_SOCKTYPE', 'the type of socket is not supported');
  if (type === SOCK_RAW && port !== null)
    throw addressInfoError(host, 'EAI_SERVICE', 'a raw socket has no ports');
  const number = numericPort(port);
  if (number !== undefined) return suited.map((kind) => ({ ...pick(kind), port: checkPort(number) }));
  if (typeof port !== 'string') {
    throw new InvalidArgumentError('port', `the port is a number, a name or null, not ${typeof port}`);
  }
  const kinds = (flags & AI_NUMERICSERV) === 0 ? suited.flatMap((kind) => withService(kind, port)) : [];
  if (kinds.length === 0)
    throw addressInfoError(
      host,
      'EAI_SERVICE',
      `${JSON.stringify(port)} is neither the number of a port nor a known service`,
    );
  return kinds;
}

type Row = { type: number; proto: number; service: 'tcp' | 'udp' | undefined };

function withService(kind: Row, name: string): SocketKind[] {
  const port = kind.service === undefined ? undefined : servicePort(name, kind.service);
  return port === undefined ? [] : [{ ...pick(kind), port }];
}

function pick({ type, proto }: Row): { type: number; proto: number } {
  return { type, proto };
}

function checkPort(port: number): number {
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('port', `a port is an integer from 0 to 65535, not ${port}`);
}

/** The error for what getaddrinfo refuses or does not find. */
export function addressInfoError(
  host: string | null,
  code: string,
  reason: string,
  cause?: unknown,
): AddressInfoError {
  return new AddressInfoError({
    errno: 0,
    code,
    syscall: 'getaddrinfo',
    reason,
    address: host ?? undefined,
    hostname: host ?? undefined,
    cause,
  });
}
