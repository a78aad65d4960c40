// The URL of a request: what the client put into its first line, behind the name by which it knows us. Written out where
// nothing needs to be put into its canonical form, which is what the platform's URL would do with it.

import type { Exchange } from '../engine/exchange.ts';

// The canonical form is the text itself: no dot segments, nothing to be escaped.
const PLAIN = /^\/[\w\-~.!$&()*+,;=:@/]*(?:\?[\w\-~.!$&()*+,;=:@/?%]*)?$/;

// Clients know us by few names.
let lastHost: string | undefined;
let lastOrigin: string = '';
let lastSecure: boolean = false;

// Programs are asked for the same few things again and again: their URLs, each in a place of its own by what tells them
// apart at the least cost.
const MOST_KEPT = 64;
const LONGEST_KEPT = 128;
const kept: ({ readonly target: string; readonly origin: string; readonly url: string } | undefined)[] =
  Array.from({ length: MOST_KEPT });

export function urlOf(exchange: Exchange): string {
  const { target, method } = exchange;
  if (target.charCodeAt(0) === 47) {
    const origin = originOf(exchange);
    const { length } = target;
    if (length > LONGEST_KEPT) return urlAt(origin, target);
    const place =
      (length + 7 * target.charCodeAt(length - 1) + 5 * target.charCodeAt(length >> 1)) % MOST_KEPT;
    const known = kept[place];
    if (known?.origin === origin && known.target === target) return known.url;
    const url = urlAt(origin, target);
    kept[place] = { target, origin, url };
    return url;
  }
  if (target === '*') return `${originOf(exchange)}/*`;
  return new URL(method === 'CONNECT' ? `http://${target}/` : target).href;
}

function urlAt(origin: string, target: string): string {
  if (PLAIN.test(target) && !target.includes('/.')) return origin + target;
  return new URL(origin + target).href;
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
