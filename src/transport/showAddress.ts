// How an address is printed: in errors, and of everything that has one.

import type { SocketAddress } from './transport.ts';

/** `127.0.0.1:80`, `[::1]:80`, a path in quotes; empty for what has no address. */
export function showAddress(address: SocketAddress | undefined): string {
  if (typeof address === 'string') return address === '' ? '' : JSON.stringify(address);
  if (address === undefined) return '';
  if (!Array.isArray(address)) return String(address); // in the error that tells what is wrong with it
  const [host, port, , scopeId] = address as unknown[];
  const scope = typeof scopeId === 'number' && scopeId > 0 ? `%${scopeId}` : '';
  return String(host).includes(':')
    ? `[${String(host)}${scope}]:${String(port)}`
    : `${String(host)}:${String(port)}`;
}

/** The two ends of a connection, with a space in front: ` here -> there`; what is not known is left out. */
export function showEnds(here: SocketAddress | undefined, there: SocketAddress | undefined): string {
  const [from, to] = [showAddress(here), showAddress(there)];
  return `${from && ` ${from}`}${to && ` -> ${to}`}`;
}

/** The two ends of a socket, as far as it has them. */
export function showSocketEnds(socket: {
  getsockname(): SocketAddress;
  getpeername(): SocketAddress;
}): string {
  return showEnds(
    named(() => socket.getsockname()),
    named(() => socket.getpeername()),
  );
}

/** An address, unless there is none yet, or none any more. */
function named(ask: () => SocketAddress): SocketAddress | undefined {
  try {
    const address = ask();
    return typeof address !== 'string' && address[1] === 0 ? undefined : address;
  } catch {
    return undefined;
  }
}
