// The URL of a request: what the client put into its first line, behind the name by which it knows us. Written out where
// nothing needs to be put into its canonical form, which is what the platform's URL would do with it.

import type { Exchange } from '../engine/exchange.ts';

// The canonical form is the text itself: no dot segments, nothing to be escaped.
const PLAIN = /^\/[\w\-~.!$&()*+,;=:@/]*(?:\?[\w\-~.!$&()*+,;=:@/?%]*)?$/;

// Clients know us by few names.
let lastHost: string | undefined;
let lastOrigin: string = '';
let lastSecure: boolean = false;

export function urlOf(exchange: Exchange): string {
  const { target, method } = exchange;
  if (target.charCodeAt(0) === 47) {
    const origin = originOf(exchange);
    if (PLAIN.test(target) && !target.includes('/.')) return origin + target;
    return new URL(origin + target).href;
  }
  if (target === '*') return `${originOf(exchange)}/*`;
  return new URL(method === 'CONNECT' ? `http://${target}/` : target).href;
}

function originOf({ host, connection }: Exchange): string {
  const { secure } = connection;
  if (host === lastHost && secure === lastSecure) return lastOrigin;
  const name = host === '' ? ownName(connection) : host;
  lastOrigin = new URL(`${secure ? 'https' : 'http'}://${name}/`).origin;
  lastHost = host;
  lastSecure = secure;
  return lastOrigin;
}

// HTTP/1.0 may leave the name out.
function ownName({ localAddress }: Exchange['connection']): string {
  if (typeof localAddress !== 'object') return 'localhost';
  const [address, port] = localAddress;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
