// HTTP servers: processor time for a request of the same handler.

import type { Goal } from '../../works.ts';
import type { ServiceRow, ServiceWork } from '../works.ts';

const rows: readonly ServiceRow[] = [
  { peer: 'ours' },
  { peer: 'ours', variant: 'Hono' },
  { peer: 'bare', label: 'node:http' },
  { peer: 'floor', label: 'C that parses nothing' },
  { peer: 'bun', label: 'Bun.serve' },
  { peer: 'fastify' },
  { peer: 'hono', label: 'Hono on @hono/node-server' },
  { peer: 'uvicorn' },
  { peer: 'aiohttp' },
];

const BROWSER: readonly string[] = [
  'Connection: keep-alive',
  'sec-ch-ua: "Chromium";v="128", "Not;A=Brand";v="24", "Google Chrome";v="128"',
  'sec-ch-ua-mobile: ?0',
  'Upgrade-Insecure-Requests: 1',
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36',
  'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8',
  'Sec-Fetch-Site: none',
  'Sec-Fetch-Mode: navigate',
  'Accept-Encoding: gzip, deflate, br, zstd',
  'Accept-Language: en-US,en;q=0.9',
];

function request(first: string, fields: readonly string[], body: string = ''): string {
  return [`${first} HTTP/1.1`, 'Host: 127.0.0.1:8080', ...fields, '', body].join('\r\n');
}

function work(name: string, title: string, what: string, sent: string): ServiceWork {
  return {
    name,
    title,
    description: `${what} Fifty connections, each with one request at a time. Processor time of the server for a request; each request of ours is a task that is cancelled with its client.`,
    request: sent,
    connections: 50,
    size: 200,
    quickSize: 50,
    repeats: 20,
    warmUp: true,
    columns: [
      { key: 'value', label: 'a request', unit: 'µs' },
      { key: 'user', label: 'in user mode', unit: 'µs' },
      { key: 'wall', label: 'wall time', unit: 'µs' },
    ],
    rows,
  };
}

const small = 1.6;

function goal(name: string, against: string, atLeast: number, text: string): Goal<string> {
  return { work: name, key: 'value', text, rule: { against, atLeast } };
}

export const httpWorks: readonly ServiceWork[] = [
  work('http-get', 'GET', 'Answers 13 bytes of text.', request('GET /hello', [])),
  work(
    'http-post',
    'POST of 1 KiB',
    'Reads the body as text and answers its length.',
    request('POST /post', ['Content-Type: text/plain', 'Content-Length: 1024'], 'x'.repeat(1024)),
  ),
  work(
    'http-browser',
    "GET with a browser's head",
    'A head of 11 fields; answers 13 bytes of text.',
    request('GET /hello', BROWSER),
  ),
  work('http-large', 'GET of 64 KiB', 'Answers 64 KiB of bytes.', request('GET /large', [])),
];

export const httpGoals: readonly Goal<string>[] = [
  ...['http-get', 'http-post', 'http-browser'].flatMap((name) => [
    goal(name, 'bare', small, `${name}: ${small} times less processor time than node:http`),
    goal(name, 'bun', 1, `${name}: no more processor time than Bun.serve`),
  ]),
  goal('http-large', 'bare', 1.2, 'http-large: 1.2 times less processor time than node:http'),
];
