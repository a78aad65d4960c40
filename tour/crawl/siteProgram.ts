// The site: a program of its own, which answers as slowly as sites do. It is a plain Node server that knows nothing of
// asyncio-ts.
//
//   siteProgram.ts SPEED     divides its waits by SPEED; writes its port to standard output
//
// - /crawl/PASS/…   a page. Each pass has attempts of its own, so that all passes meet the same faults and waits.
// - /slow/…         a page after a minute.   /fails/…  an error after 300 ms; both at any speed.
// - /open           how many of the slow ones are being answered, as JSON, at once
//
// 1. It ends when its standard input does, so that it never outlives who started it, whatever ended that.
// 2. A request whose client has left is not answered any more, and does not count.
// 3. Nothing is left to chance.

import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { faultOf, paths } from './catalogue.ts';
import { latencyOf } from './latencies.ts';
import { pageAt } from './pages.ts';

const speed = Number(process.argv[2] ?? 1);
const attempts = new Map<string, number>();
let open = 0;

/** Calls back after the milliseconds, unless the client leaves before. */
function after(response: ServerResponse, milliseconds: number, callback: () => void): void {
  open += 1;
  const timer = setTimeout(callback, milliseconds);
  response.once('close', () => {
    clearTimeout(timer);
    open -= 1;
  });
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(text);
}

function answerPage(response: ServerResponse, pass: string, path: string): void {
  const attempt = (attempts.get(`${pass} ${path}`) ?? 0) + 1;
  attempts.set(`${pass} ${path}`, attempt);
  const number = paths.indexOf(path);
  const fault = faultOf(path);
  const text = pageAt(path);
  after(response, latencyOf(Math.max(0, number), attempt, paths.length) / speed, () => {
    if (text === undefined || fault === 'missing') return send(response, 404, 'no such page');
    if (fault === 'broken') return send(response, 500, 'we are sorry');
    if (fault === 'busy at first' && attempt === 1) return send(response, 503, 'come again');
    if (fault === 'cut off at first' && attempt === 1) {
      response.writeHead(200, { 'content-length': String(text.length) }).write(text.slice(0, 1000));
      return void setTimeout(() => response.destroy(), 20 / speed);
    }
    send(response, 200, text);
  });
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const url = request.url ?? '/';
  const [, pass, path] = /^\/crawl\/([^/]+)(\/.*)$/.exec(url) ?? [];
  if (pass !== undefined && path !== undefined) answerPage(response, pass, path);
  else if (url.startsWith('/slow/')) after(response, 60_000, () => send(response, 200, 'at last'));
  else if (url.startsWith('/fails/')) after(response, 300, () => send(response, 500, 'we are sorry'));
  else if (url === '/open') send(response, 200, JSON.stringify({ open }));
  else send(response, 404, 'no such page');
}

const server = createServer(answer);
server.listen(0, '127.0.0.1', () => {
  // Who asked for it may be gone by now, by a second Ctrl-C.
  process.stdout.on('error', () => process.exit());
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});

// Ctrl-C reaches every program of a terminal: who started this one says when it is over.
process.on('SIGINT', () => {});
process.stdin.on('close', () => process.exit(0)).resume();
