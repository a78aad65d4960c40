// HTTP clients: what a small GET costs, one after the other and fifty at once.

import type { Goal, Row, Work } from '../../works.ts';

export interface ClientRow extends Row<string> {
  /** What the table calls it. */
  readonly label: string;
  /** The package that it needs, and the module that does its works where it is not called as the peer. */
  readonly needs?: string;
  readonly file?: string;
}

export interface ClientWork extends Work<string> {
  readonly rows: readonly ClientRow[];
}

const rows: readonly ClientRow[] = [
  { peer: 'ours', label: 'asyncio-ts, client.text' },
  { peer: 'ours', variant: 'fetch', label: 'asyncio-ts, client.fetch' },
  { peer: 'bare', label: 'undici, fetch', needs: 'undici', file: 'undici' },
  { peer: 'bare', variant: 'request', label: 'undici, request', needs: 'undici', file: 'undici' },
  { peer: 'bare', variant: 'global', label: 'the global fetch', file: 'undici' },
  { peer: 'aiohttp', label: 'aiohttp' },
  { peer: 'httpx', label: 'httpx' },
];

function work(name: string, title: string, what: string): ClientWork {
  return {
    name,
    title,
    description: `GETs 13 bytes of text and reads them, ${what}, from node:http in a process of its own. Processor time of the client for a request, and wall time.`,
    size: 2000,
    quickSize: 100,
    repeats: 5,
    warmUp: true,
    columns: [
      { key: 'value', label: 'a request', unit: 'µs' },
      { key: 'wall', label: 'wall time', unit: 'µs' },
    ],
    rows,
  };
}

export const clientWorks: readonly ClientWork[] = [
  work('http-client-one', 'One request after the other', 'one after the other'),
  work('http-client-fifty', 'Fifty requests at once', 'fifty at once'),
];

export const clientGoals: readonly Goal<string>[] = clientWorks.map(({ name }) => ({
  work: name,
  key: 'value',
  text: `${name}: within 1.2 times the processor time of undici's fetch`,
  rule: { against: 'bare', atLeast: 1 / 1.2 },
}));
