// The first part of the tour: a site of another process, crawled one page after the other and then concurrently.

import { measureWay, ways } from '../part.ts';
import type { Comparison, MeasuredWay, Way } from '../part.ts';
import { count, counted, duration, size } from '../screen/units.ts';
import type { Tools } from '../tools.ts';
import { paths } from './catalogue.ts';
import { crawl, newTally } from './crawler.ts';
import type { Tally } from './crawler.ts';
import { CrawlTable } from './crawlTable.ts';
import { measurement } from './latencies.ts';
import type { VisitOptions } from './visit.ts';

/** As one would set them for real sites. */
export function visitOptions(speed: number): VisitOptions {
  return { timeout: 2000 / speed, pause: 100 / speed, attempts: 3 };
}

export async function crawlPart(tools: Tools): Promise<Comparison> {
  const { limit } = tools.args;
  const inTurn = await pass(tools, 'inTurn', 1);
  const atOnce = await pass(tools, 'atOnce', limit);
  return {
    kind: 'comparison',
    name: 'crawl',
    amount: `${counted(paths.length, 'page')}, ${limit} at once`,
    inTurn: inTurn.measured,
    atOnce: atOnce.measured,
    details: [
      waits(tools.args.speed),
      story(ways.inTurn, inTurn.tally, tools.args.speed),
      story(ways.atOnce, atOnce.tally, tools.args.speed),
      differences(tools),
    ],
    facts: { source: measurement, limit, inTurn: inTurn.tally, atOnce: atOnce.tally },
  };
}

async function pass(
  { args, db, progress, site }: Tools,
  way: Way,
  limit: number,
): Promise<{ tally: Tally; measured: MeasuredWay }> {
  const table = new CrawlTable(db, args.db.path, way);
  const tally = newTally();
  // What the site has counted for one pass must not be met by another.
  const address = `${site.address}/crawl/${way}`;
  progress.begin(`crawl ${ways[way]}`, () => ({
    done: tally.done,
    total: tally.known === 1 ? undefined : tally.known,
    unit: 'page',
    bytes: tally.bytes,
  }));
  let mark: 'done' | 'stopped' = 'stopped';
  const began = performance.now();
  try {
    const measured = await measureWay(() => crawl(address, limit, table, tally, visitOptions(args.speed)));
    mark = 'done';
    return { tally, measured };
  } finally {
    table.end(mark);
    progress.end(mark, [
      `${counted(tally.done, 'page')} in ${duration(performance.now() - began)}`,
      counted(tally.retries, 'retry', 'retries'),
      `${count(tally.failed)} failed`,
    ]);
  }
}

function waits(speed: number): string {
  const [first, second, third] = measurement.classes;
  const faster = speed === 1 ? '' : ` Here it answers ${speed} times as fast (--speed).`;
  return (
    `The site is another process, and waits before each answer as sites do: ${first.share} of 100 answers come ` +
    `within ${duration(first.to)}, ${second.share} within ${duration(second.to)}, ${third.share} later. That is the ` +
    `${measurement.what}: ${measurement.by}, ${measurement.address}.${faster}`
  );
}

function story(way: string, { done, failed, retries, timeouts, bytes }: Tally, speed: number): string {
  const limit = duration(visitOptions(speed).timeout);
  return (
    `${way}: ${counted(done, 'page')}, ${size(bytes)}; ${counted(retries, 'retry', 'retries')}, ${count(timeouts)} of ` +
    `them after a timeout of ${limit}; ${count(failed)} given up. One page is missing, one is broken, and two fail ` +
    'the first time that they are asked for.'
  );
}

/** Whether both passes stored the same. */
function differences({ db }: Tools): string {
  const row = db
    .prepare(
      `SELECT count(*) AS n FROM page a LEFT JOIN page b ON b.pass = 'atOnce' AND b.path = a.path
        AND b.title IS a.title AND b.price IS a.price AND b.rating IS a.rating AND b.bytes IS a.bytes
      WHERE a.pass = 'inTurn' AND b.path IS NULL`,
    )
    .get();
  const different = Number(row?.['n']);
  return different === 0
    ? 'Both passes parsed and stored the same rows.'
    : `${counted(different, 'page')} differed between the passes.`;
}
