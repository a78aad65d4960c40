// getnameinfo: from an address to the names of its host and service.

import { parseIPv4, parseIPv6 } from '../../base/ipAddress.ts';
import { InvalidArgumentError } from '../../base/errors.ts';
import { AddressInfoError } from '../../base/osError.ts';
import { Future } from '../../core/future/future.ts';
import { foreignWaitsOf } from '../../loop/engine.ts';
import type { Loop } from '../../loop/loop.ts';
import { lookupAddress } from '../../sys/host/dns.ts';
import { serviceName } from '../../sys/host/services.ts';
import { NI_DGRAM, NI_NAMEREQD, NI_NUMERICHOST, NI_NUMERICSERV } from '../../sys/libc/socketConstants.ts';
import type { InetAddress } from '../../transport/transport.ts';

/** What {@link EventLoop.getnameinfo} does. */
export async function getnameinfo(
  loop: Loop,
  sockaddr: InetAddress,
  flags: number = 0,
): Promise<[host: string, service: string]> {
  const [host, port, , scopeId = 0] = checkAddress(sockaddr);
  const service = (flags & NI_NUMERICSERV) === 0 ? serviceOf(port, flags) : undefined;
  const name = (flags & NI_NUMERICHOST) === 0 ? await nameOf(loop, host, port, flags) : undefined;
  const number = scopeId === 0 || host.includes('%') ? host : `${host}%${scopeId}`;
  return [name ?? number, service ?? String(port)];
}

function serviceOf(port: number, flags: number): string | undefined {
  return serviceName(port, (flags & NI_DGRAM) === 0 ? 'tcp' : 'udp');
}

async function nameOf(loop: Loop, host: string, port: number, flags: number): Promise<string | undefined> {
  const answer = new Future<string | undefined>({ loop });
  foreignWaitsOf(loop)?.requests.add(answer);
  lookupAddress(host, port, (error, name) => {
    if (answer.done()) return;
    if (error === undefined) answer.setResult(name);
    else if ((flags & NI_NAMEREQD) === 0) answer.setResult(undefined);
    else answer.setException(error);
  });
  return await answer;
}

function checkAddress(sockaddr: InetAddress): InetAddress {
  if (!Array.isArray(sockaddr) || typeof sockaddr[0] !== 'string' || !Number.isInteger(sockaddr[1])) {
    throw new InvalidArgumentError('sockaddr', 'getnameinfo needs an address: [host, port]');
  }
  const [host, port] = sockaddr as InetAddress;
  const [text = ''] = host.split('%', 1);
  if (port < 0 || port > 65_535) {
    throw new InvalidArgumentError('sockaddr', `a port is an integer from 0 to 65535, not ${port}`);
  }
  if (parseIPv4(host) !== undefined || parseIPv6(text) !== undefined) return sockaddr;
  throw new AddressInfoError({
    errno: 0,
    code: 'ENOTFOUND',
    syscall: 'getnameinfo',
    reason: 'the host of the address must be numeric',
    address: host,
  });
}
