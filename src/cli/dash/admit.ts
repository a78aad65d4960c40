// Who may speak with the dashboard's server: a browser of this machine that was given the token, and no page but its own.
//
// 1. The name that was asked for is the loopback's: a page of another name that leads here gets nothing.
// 2. The token comes once in the address, and from then on in a cookie that scripts can't read and other sites don't send.
// 3. A request that says it comes from another site is refused even with the cookie.

import { timingSafeEqual } from 'node:crypto';

export interface Gate {
  readonly port: number;
  readonly token: string;
}

const cookieName = ({ port }: Gate): string => `asyncio_dash_${port}`;

export type Admission =
  /** `cookie` is what the response has to set. */
  | { readonly isAdmitted: true; readonly cookie?: string }
  | { readonly isAdmitted: false; readonly response: Response };

export function admit(request: Request, gate: Gate): Admission {
  const { headers } = request;
  const host = headers.get('host') ?? '';
  if (host !== `127.0.0.1:${gate.port}` && host !== `localhost:${gate.port}`)
    return refusal('this address is not the dashboard’s');
  const origin = headers.get('origin');
  if (origin !== null && origin !== `http://${host}`) return refusal(FOREIGN);
  const url = new URL(request.url);
  const isEntry = request.method === 'GET' && url.pathname === '/';
  const token = url.searchParams.get('token');
  if (isEntry && token !== null && isSame(token, gate.token)) {
    const cookie = `${cookieName(gate)}=${gate.token}; HttpOnly; SameSite=Strict; Path=/`;
    return { isAdmitted: true, cookie };
  }
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && !(isEntry && site === 'none')) return refusal(FOREIGN);
  const cookie = cookies(headers.get('cookie') ?? '').get(cookieName(gate));
  if (cookie === undefined || !isSame(cookie, gate.token))
    return refusal('open the address that asyncio dash has printed, with its token');
  return { isAdmitted: true };
}

const FOREIGN = 'pages of other origins get nothing';

const refusal = (why: string): Admission => ({
  isAdmitted: false,
  response: new Response(`${why}\n`, { status: 403 }),
});

function isSame(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function cookies(header: string): Map<string, string> {
  const pairs = header.split(';').map((each) => each.trim().split('='));
  return new Map(pairs.map(([name = '', ...rest]) => [name, rest.join('=')]));
}
