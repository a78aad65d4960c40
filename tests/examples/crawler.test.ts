// The crawler: its own site, a site that watches its manners, and Ctrl-C while a server says nothing.

import '../harness.ts';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { parseRobots } from '../../examples/crawler/robots.ts';
import { posix, startExample } from './example.ts';

/** Runs `body` beside a site of the host's own. */
async function withSite(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  body: (url: string) => Promise<void>,
): Promise<void> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('crawler: its own site, with what it leaves out', { skip: posix }, async () => {
  const { code, stdout, stderr } = await startExample('crawler', ['--delay=1']).ended;
  assert.deepEqual([code, stderr], [0, '']);
  const lines = stdout
    .trimEnd()
    .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, '')
    .split('\n');
  assert.equal(lines.pop(), '16 pages, 1 failed, 1 forbidden, 1 elsewhere, 1 too deep, 0 too many');
  assert.equal(lines.length, 16);
  for (const line of [
    '200  0  /',
    '302  1  /old',
    '404  3  /missing',
    '200  3  /busy',
    '200  5  /calendar/5',
  ])
    assert.ok(lines.includes(line), `${line} in ${stdout}`);
});

test(
  'crawler: the site that is asked sees a pause, a bound, robots.txt and retries',
  { skip: posix },
  async () => {
    const asked: string[] = [];
    const times: number[] = [];
    let open = 0;
    let most = 0;
    await withSite(
      ({ url = '' }, response) => {
        asked.push(url);
        times.push(performance.now());
        most = Math.max(most, (open += 1));
        setTimeout(() => {
          open -= 1;
          response.setHeader('content-type', 'text/html');
          if (url === '/robots.txt') {
            response.end('User-agent: *\nDisallow: /no\nCrawl-delay: 0.02');
            return;
          }
          if (url === '/busy') response.statusCode = 503;
          const links = ['/busy', '/no/1', ...Array.from({ length: 20 }, (_, n) => `/${n}`)];
          response.end(url === '/' ? links.map((link) => `<a href="${link}">x</a>`).join('') : '');
        }, 100);
      },
      async (url) => {
        const { code, stdout, stderr } = await startExample('crawler', [
          ...['--pages=10', '--at-once=3', '--delay=1', '--retries=1'],
          url,
        ]).ended;
        assert.deepEqual([code, stderr], [0, '']);
        assert.match(stdout, /\n503 {2}1 {2}http:.*\/busy\n/);
        assert.match(stdout, /\n10 pages, 1 failed, 1 forbidden, 0 elsewhere, 0 too deep, 12 too many\n$/);
      },
    );
    assert.deepEqual(asked.slice(0, 2), ['/robots.txt', '/']);
    assert.equal(asked.filter((url) => url === '/busy').length, 2);
    assert.ok(!asked.some((url) => url.startsWith('/no')));
    assert.equal(asked.length, 12);
    assert.ok(most <= 3, `${most} at once`);
    // What is sent 20 ms apart may arrive a little closer; all of it takes its time.
    assert.ok((times.at(-1) as number) - (times[0] as number) >= 10 * 20);
  },
);

test('crawler: Ctrl-C ends it at once, with its requests', { skip: posix }, async () => {
  const waits = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  await withSite(
    ({ url }, response) => {
      if (url === '/robots.txt') {
        response.writeHead(404).end();
        return;
      }
      response.on('close', gone.resolve);
      waits.resolve();
    },
    async (url) => {
      const program = startExample('crawler', ['--timeout=600000', url]);
      await waits.promise;
      program.signal('SIGINT');
      const { code, stdout, stderr } = await program.ended;
      assert.deepEqual([code, stderr], [130, '']);
      assert.equal(stdout, '1 pages, 0 failed, 0 forbidden, 0 elsewhere, 0 too deep, 0 too many\n');
      await gone.promise;
    },
  );
});

test('crawler: parseRobots takes the group of its name, and the most specific rule', () => {
  const text = `# for all
User-Agent: *
Disallow: /

user-agent: other
User-agent: Tea # us
Disallow: /a
Allow: /a/b
Disallow: /*.pdf$
Disallow:
Crawl-delay: 2`;
  const robots = parseRobots(text, 'tea');
  for (const [path, allowed] of [
    ['/', true],
    ['/a', false],
    ['/a/c', false],
    ['/a/b/c', true],
    ['/x/y.pdf', false],
    ['/x/y.pdf?z', true],
  ] as const)
    assert.equal(robots.allows(path), allowed, path);
  assert.equal(robots.delay, 2000);
  assert.equal(parseRobots(text, 'nobody').allows('/x'), false);
  assert.equal(parseRobots('', 'tea').allows('/x'), true);
});
