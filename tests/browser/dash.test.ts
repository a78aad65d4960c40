// The dashboard in a real browser, on a live program: what it shows, how wide or narrow it is, and that names are text.

import '../harness.ts';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { buildDashPage } from '../../scripts/dash-page.mjs';
import { run, taskGroup, timeout } from '../../src/asyncio.ts';
import { serveDash } from '../../src/cli/dash/serveDash.ts';
import { attach } from '../../src/inspect/inspect.ts';
import { startLookedAt } from '../startLookedAt.ts';
import { Chromium, needsChromium } from './chromium.ts';
import type { Page } from './chromium.ts';

let browser: Chromium;
let html = '';
if (needsChromium.skip === false) {
  before(async () => {
    browser = new Chromium();
    // What builds it stays, and is not left behind by a test.
    ({ html } = await buildDashPage());
  });
  after(() => browser.close());
}

/** The dashboard of a program with so many idle tasks beside the others, opened in the browser. */
async function withDash(idle: number, body: (page: Page, address: string) => Promise<void>): Promise<void> {
  const looked = await startLookedAt(idle, { isPrepared: true });
  try {
    await run(() =>
      timeout(60_000, async () => {
        await using program = await attach(looked.pid);
        const { server, looks, address } = await serveDash(program, {
          port: 0,
          interval: 100,
          mayCancel: true,
          html,
        });
        await using _ = server;
        await taskGroup(async (group) => {
          const looking = group.createTask(() => looks.run());
          const page = await browser.open('about:blank');
          await page.evaluate(`void (location.href = ${JSON.stringify(address)})`);
          await page.until(`document.querySelectorAll('.row').length > 3`);
          await body(page, address);
          await page.close();
          looking.cancel();
        });
      }),
    );
  } finally {
    await looked.end();
  }
}

const rowOf = (name: string): string =>
  `[...document.querySelectorAll('.row')].find((row) => row.firstChild.title.startsWith(${JSON.stringify(name)}))`;

test(
  'dash: a browser sees the tasks, a stack with its source, a deadlock, and cancels',
  needsChromium,
  async () => {
    await withDash(20, async (page) => {
      assert.equal(await page.evaluate('location.search + location.hash'), '');
      await page.until(`document.querySelector('.trouble').textContent === 'Deadlock: Ann → Bob → Ann'`);
      await page.evaluate(`${rowOf('Ann')}.click()`);
      await page.until(`document.querySelector('pre .here')?.textContent.includes('await second.with(')`);
      // A name is text, whatever stands in it.
      assert.equal(await page.evaluate(`${rowOf('<img')}.querySelector('img')`), null);
      assert.equal(await page.evaluate('globalThis.pwned'), undefined);
      await page.evaluate('globalThis.confirm = () => true');
      await page.evaluate(`document.querySelector('.cancel').click()`);
      await page.until(`!document.querySelector('.trouble').textContent.includes('Deadlock')`);
      await page.until(`document.querySelector('.side').textContent.includes('has ended')`);
      await page.evaluate(`{
      const search = document.querySelector('input');
      search.value = 'idle 19';
      search.dispatchEvent(new Event('input', { bubbles: true }));
    }`);
      await page.until(`document.querySelectorAll('.row').length === 1`);
    });
  },
);

test(
  'dash: a page loads again in its tab, and neither another server of this machine nor its page gets anything',
  needsChromium,
  async () => {
    await withDash(5, async (page, address) => {
      const { origin, hash } = new URL(address);
      const token = hash.slice('#token='.length);
      await page.evaluate('void location.reload()');
      await page.until(`document.querySelectorAll('.row').length > 3`);
      assert.equal(await page.evaluate('document.cookie'), '');

      // All that a browser with the dashboard open sends to another port.
      const heard: string[] = [];
      const other = createServer(({ url, rawHeaders }, response) => {
        heard.push(`${url} ${rawHeaders.join(' ')}`);
        response.setHeader('content-type', 'text/html').end('<p>other');
      });
      other.listen(0, '127.0.0.1');
      await once(other, 'listening');
      const { port } = other.address() as AddressInfo;
      try {
        await page.evaluate(`void (location.href = 'http://127.0.0.1:${port}/')`);
        await page.until(`location.port === '${port}' && document.readyState === 'complete'`);
        assert.ok(heard.length > 0);
        assert.equal(heard.join('\n').includes(token), false);
        assert.equal(await page.evaluate('sessionStorage.length + localStorage.length'), 0);
        // Its page can send whatever it has, even the token: the browser asks first, and is refused.
        for (const init of [
          `{ credentials: 'include' }`,
          `{ headers: { authorization: 'Bearer ${token}' } }`,
          `{ headers: { authorization: 'Bearer ${token}' }, mode: 'no-cors' }`,
        ]) {
          const told = await page.evaluate(
            `fetch('${origin}/live', ${init}).then(async (answer) => answer.type + await answer.text(), () => 'failed')`,
          );
          assert.match(String(told), /^(failed|opaque)$/);
        }
        await page.evaluate(`fetch('${origin}/cancel?key=1.0.1', { method: 'POST', mode: 'no-cors' })`);
      } finally {
        other.close();
        other.closeAllConnections();
      }

      // Without the token there is the page, and it says what to do; with it, at the same address, it goes on.
      await page.evaluate('void (location.href = "about:blank")');
      const stranger = await browser.open(origin);
      await stranger.until(
        `document.querySelector('.trouble')?.textContent.startsWith('open the address')`,
      );
      await stranger.evaluate(`void (location.href = ${JSON.stringify(address)})`);
      await stranger.until(`document.querySelectorAll('.row').length > 3`);
      assert.equal(await stranger.evaluate('location.hash'), '');
      await stranger.close();
    });
  },
);

test('dash: 10,000 tasks are drawn as few, wide and narrow, light and dark', needsChromium, async () => {
  await withDash(10_000, async (page) => {
    await page.until(
      `document.querySelector('header').textContent.includes('10,0') || /1000\\d tasks/.test(document.querySelector('header').textContent)`,
    );
    for (const [width, height, scheme] of [
      [1600, 900, 'light'],
      [390, 780, 'dark'],
    ] as const) {
      await page.look(width, height, scheme);
      await page.until(`innerWidth === ${width}`);
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width);
      await page.until(`document.querySelectorAll('.row').length < 80`);
      await page.evaluate(`document.querySelector('.scroll').scrollTop = 1e6`);
      await page.until(
        `[...document.querySelectorAll('.row')].some((row) => row.textContent.includes('idle 9999'))`,
      );
    }
  });
});
