// The crawl of the tour: a real site in a process of its own, at fifty times its speed.

import '../harness.ts';
import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { createTask, gather, isCancelled, run, sleep } from '../../src/asyncio.ts';
import { openAtSite, settledAtSite } from '../../tour/beyond/openAtSite.ts';
import { faultOf, paths, products } from '../../tour/crawl/catalogue.ts';
import { crawl, newTally } from '../../tour/crawl/crawler.ts';
import { CrawlTable } from '../../tour/crawl/crawlTable.ts';
import { pageAt } from '../../tour/crawl/pages.ts';
import { parsePage } from '../../tour/crawl/parsePage.ts';
import { withSite } from '../../tour/crawl/site.ts';
import type { Site } from '../../tour/crawl/site.ts';
import { visit } from '../../tour/crawl/visit.ts';
import { newFolder } from './folders.ts';

const speed = 50;
// Generous, so that a machine that is busy meets no timeout that the site does not make.
const patient = { timeout: 20_000, pause: 1, attempts: 3 };

function inSite<T>(body: (site: Site) => Promise<T>): Promise<T> {
  return run(() => withSite(speed, body));
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('parsePage: the links of the first page are the whole site, and a product has what it costs', () => {
  const first = parsePage(pageAt('/') ?? '');
  assert.deepEqual([...first.links].sort(), paths.filter((path) => path !== '/').sort());
  const product = products[5];
  const page = parsePage(pageAt('/product/5') ?? '');
  assert.deepEqual([page.title, page.price, page.rating], [product?.name, product?.price, product?.rating]);
  assert.equal(pageAt('/product/99'), undefined);
  assert.equal(pageAt('/category/none'), undefined);
});

test('crawl: in turn and at once find and store the same, each page once', async () => {
  const db = new DatabaseSync(join(newFolder(), 'x.sqlite'));
  await inSite(async ({ address }) => {
    for (const [way, limit] of [
      ['inTurn', 1],
      ['atOnce', 16],
    ] as const) {
      const table = new CrawlTable(db, 'x.sqlite', way);
      const tally = newTally();
      await crawl(`${address}/crawl/${way}`, limit, table, tally, patient);
      table.end('done');
      assert.deepEqual([tally.done, tally.known, tally.failed], [paths.length, paths.length, 2], way);
      // Two pages fail the first time that they are asked for, and one three times.
      assert.deepEqual([tally.retries, tally.timeouts], [4, 0], way);
    }
  });
  const rows = (way: string): unknown[] =>
    db
      .prepare(
        'SELECT path, title, price, rating, bytes, outcome, attempts FROM page WHERE pass = ? ORDER BY path',
      )
      .all(way)
      .map((row) => ({ ...row }));
  assert.deepEqual(rows('inTurn'), rows('atOnce'));
  assert.deepEqual(
    db
      .prepare(
        `SELECT path, outcome, attempts FROM page WHERE pass = 'atOnce' AND outcome <> 'ok' ORDER BY path`,
      )
      .all()
      .map((row) => ({ ...row })),
    [
      { path: '/product/11', outcome: 'status 404', attempts: 1 },
      { path: '/product/16', outcome: 'status 500', attempts: 3 },
    ],
  );
  assert.deepEqual(
    db
      .prepare('SELECT pass, state, pages FROM crawl ORDER BY pass')
      .all()
      .map((row) => ({ ...row })),
    ['atOnce', 'inTurn'].map((pass) => ({ pass, state: 'done', pages: paths.length })),
  );
  db.close();
});

test('visit: a page that is cut off, or late, is asked for again', async () => {
  await inSite(async ({ address }) => {
    const cut = paths.find((path) => faultOf(path) === 'cut off at first') ?? '';
    const again = await visit(`${address}/crawl/cut`, cut, patient);
    assert.deepEqual([again.outcome, again.attempts, again.timeouts], ['ok', 2, 0]);
    const late = await visit(address, '/slow/page', { timeout: 5, pause: 1, attempts: 2 });
    assert.deepEqual([late.outcome, late.attempts, late.timeouts, late.text], ['timeout', 2, 2, undefined]);
    assert.equal(await settledAtSite({ address, pid: 0 }, 0), 0, 'what timed out is not answered any more');
    const nobody = await visit('http://127.0.0.1:1', '/', { ...patient, attempts: 2 });
    assert.deepEqual([nobody.outcome, nobody.attempts], ['cut off', 2]);
  });
});

test('crawl: cancelled in the middle, all requests end, and whole pages stay', async () => {
  const db = new DatabaseSync(join(newFolder(), 'x.sqlite'));
  const table = new CrawlTable(db, 'x.sqlite', 'atOnce');
  const tally = newTally();
  let pid = 0;
  await run(() =>
    withSite(2, async (site) => {
      ({ pid } = site);
      const task = createTask(() => crawl(`${site.address}/crawl/x`, 8, table, tally, patient));
      while (tally.done < 3 || (await openAtSite(site)) < 4) await sleep(1);
      task.cancel();
      const [error] = await gather([task], { returnExceptions: true });
      assert.ok(isCancelled(error), String(error));
      assert.equal(await settledAtSite(site, 0), 0);
    }),
  );
  assert.equal(isAlive(pid), false);
  assert.equal(db.isTransaction, false);
  const counted = db.prepare('SELECT count(*) AS n FROM page').get()?.['n'];
  assert.equal(counted, tally.done);
  assert.equal(db.prepare('SELECT pages AS n FROM crawl').get()?.['n'], tally.done);
  db.close();
});

test('withSite: the child has ended however the body ends', async () => {
  let pid = 0;
  const failure = new Error('the body failed');
  await assert.rejects(
    inSite(async (site) => {
      ({ pid } = site);
      throw failure;
    }),
    failure,
  );
  assert.equal(isAlive(pid), false);
  await run(async () => {
    const task = createTask(() =>
      withSite(speed, async (site) => {
        ({ pid } = site);
        await sleep(60_000);
      }),
    );
    const before = pid;
    while (pid === before) await sleep(1);
    task.cancel();
    const [error] = await gather([task], { returnExceptions: true });
    assert.ok(isCancelled(error), String(error));
    assert.equal(isAlive(pid), false);
    const early = createTask(() => withSite(speed, () => sleep(60_000)));
    await sleep(1);
    early.cancel();
    await gather([early], { returnExceptions: true });
  });
});
