// Who may speak with the dashboard's server: a page of its own that was given the token.
//
// 1. The name that was asked for is the loopback's: a page of another name that leads here gets nothing.
// 2. The page itself is for everybody who asks for it so: it is the same for all programs. It finds the token behind the
//    `#` of its address, which no browser sends, and gives it with each request. No cookie has it: browsers send those to
//    every port of this machine.
// 3. A request that says it comes from another site is refused even with the token.

import { timingSafeEqual } from 'node:crypto';

export interface Gate {
  readonly port: number;
  readonly token: string;
}

/** The answer to a request that gets nothing else; undefined where it may have what it asks for. */
export function refuse({ method, url, headers }: Request, { port, token }: Gate): Response | undefined {
  const host = headers.get('host') ?? '';
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`)
    return refusal('this address is not the dashboard’s');
  const origin = headers.get('origin');
  if (origin !== null && origin !== `http://${host}`) return refusal(FOREIGN);
  if (method === 'GET' && new URL(url).pathname === '/') return undefined;
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin') return refusal(FOREIGN);
  if (isSame(headers.get('authorization') ?? '', `Bearer ${token}`)) return undefined;
  return refusal('open the address that asyncio dash has printed, with its token');
}

const FOREIGN = 'pages of other origins get nothing';

const refusal = (why: string): Response => new Response(`${why}\n`, { status: 403 });

function isSame(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
