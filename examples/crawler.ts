// Crawls a site, politely: it asks robots.txt first, keeps a pause between two requests to the host and a bound on those at once,
// tries again what is busy, and ends at a depth and at a number of pages. Ctrl-C ends it at once, in whatever it is.
//
//   npm run example -- crawler [URL]                a small site of its own when none is given
//   options: --pages N (100), --depth N (5), --at-once N (4), --delay MS (20), --retries N (2), --timeout MS (5000)
//
// Prints a line for each page, its status, depth and address, and at the end what it has left out and why.

import process from 'node:process';
import { parseArgs } from 'node:util';
import { isCancelled, run, sleep, taskGroup, timeout } from 'asyncio-ts';
import type { TaskGroup } from 'asyncio-ts';
import { fetch } from 'asyncio-ts/cancellable';
import { limit, rateLimiter, retry } from 'asyncio-ts/tools';
import { parseRobots } from './crawler/robots.ts';
import { serveSite } from './crawler/site.ts';

const agent = 'asyncio-ts-crawler';
const largestPage = 1_000_000;
/** Who wants to be left alone for longer is not asked again. */
const longestPause = 60_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pages: { type: 'string', default: '100' },
    depth: { type: 'string', default: '5' },
    'at-once': { type: 'string', default: '4' },
    delay: { type: 'string', default: '20' },
    retries: { type: 'string', default: '2' },
    timeout: { type: 'string', default: '5000' },
  },
});

/** A failure that may be none the next time. */
class BusyError extends Error {
  readonly status: number;
  /** How long the server wants to be left alone, in milliseconds. */
  readonly pause: number;

  constructor(status: number, pause: number) {
    super(`the server is busy: ${status}`);
    this.status = status;
    this.pause = pause;
  }
}

interface Page {
  readonly status: number;
  readonly links: readonly string[];
}

async function crawl(start: URL): Promise<void> {
  const seen = new Set<string>();
  const inLine = limit(Number(values['at-once']));
  const counts = { pages: 0, failed: 0, forbidden: 0, elsewhere: 0, 'too deep': 0, 'too many': 0 };
  let pace = rateLimiter({ limit: 1, interval: Number(values.delay) || 1 });

  /** One request, when it is its turn. */
  async function get(url: URL): Promise<Page> {
    await pace.acquire();
    return await timeout(Number(values.timeout), async () => {
      const response = await fetch(url, { redirect: 'manual', headers: { 'user-agent': agent } });
      const { status, headers } = response;
      if (status === 429 || status >= 500) {
        await response.body?.cancel();
        throw new BusyError(status, Number(headers.get('retry-after') ?? 0) * 1000 || 0);
      }
      const target = headers.get('location');
      const isPage = headers.get('content-type')?.startsWith('text/html') === true && status < 300;
      const isText = isPage || url.pathname === '/robots.txt';
      if (!isText) await response.body?.cancel();
      const text = isText ? await readStart(response) : '';
      if (url.pathname === '/robots.txt') return { status, links: [status < 300 ? text : ''] };
      return { status, links: target === null ? linksOf(text) : [target] };
    });
  }

  function getPatiently(url: URL): Promise<Page> {
    return retry(() => get(url), {
      retries: Number(values.retries),
      minTimeout: 50,
      randomize: true,
      onFailedAttempt: async ({ error, retriesLeft }) => {
        if (error instanceof BusyError && retriesLeft > 0 && error.pause <= longestPause)
          await sleep(error.pause);
      },
      shouldRetry: ({ error }) => !(error instanceof BusyError && error.pause > longestPause),
    });
  }

  async function visit(url: URL, depth: number, group: TaskGroup): Promise<void> {
    if (counts.pages >= Number(values.pages)) {
      counts['too many']++;
      return;
    }
    counts.pages++;
    let shown: number | string;
    let links: readonly string[] = [];
    try {
      ({ status: shown, links } = await getPatiently(url));
      if (shown >= 400) counts.failed++;
    } catch (error) {
      if (isCancelled(error)) throw error;
      counts.failed++;
      shown = error instanceof BusyError ? error.status : error instanceof Error ? error.name : '?';
    }
    console.log(`${shown}  ${depth}  ${url.href}`);
    for (const link of links) if (URL.canParse(link, url)) follow(new URL(link, url), depth + 1, group);
  }

  function follow(url: URL, depth: number, group: TaskGroup): void {
    url.hash = '';
    if (seen.has(url.href)) return;
    seen.add(url.href);
    if (url.origin !== start.origin) counts.elsewhere++;
    else if (!robots.allows(url.pathname + url.search)) counts.forbidden++;
    else if (depth > Number(values.depth)) counts['too deep']++;
    else group.startSoon(() => inLine(visit, url, depth, group));
  }

  // A site whose robots.txt can't be had is left alone.
  const { links } = await getPatiently(new URL('/robots.txt', start));
  const robots = parseRobots(links[0] ?? '', agent);
  if (robots.delay !== undefined && robots.delay > Number(values.delay))
    pace = rateLimiter({ limit: 1, interval: robots.delay });
  try {
    await taskGroup(async (group) => follow(start, 0, group));
  } finally {
    console.log(
      Object.entries(counts)
        .map(([name, count]) => `${count} ${name}`)
        .join(', '),
    );
  }
}

/** The text of a page, or of its beginning when it is larger than a page should be. */
async function readStart(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    if (text.length > largestPage) break; // ends the request
  }
  return text;
}

const linksOf = (html: string): string[] =>
  [...html.matchAll(/<a\s[^>]*?href\s*=\s*["']?([^"'\s>]+)/gi)].map(([, link = '']) =>
    link.replaceAll('&amp;', '&'),
  );

await run(async () => {
  const [given] = positionals;
  if (given !== undefined && !/^https?:/.test(given)) {
    console.error(`crawler: ${given} is no URL of http: or https:`);
    process.exitCode = 2;
    return;
  }
  const site = given === undefined ? await serveSite() : undefined;
  try {
    await crawl(new URL(given ?? site?.url ?? ''));
  } catch (error) {
    if (isCancelled(error)) throw error;
    console.error(`crawler: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  } finally {
    await site?.shutdown();
  }
});
