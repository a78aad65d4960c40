// The dashboard in a real browser, on a live program: what it shows, how wide or narrow it is, and that names are text.

import '../harness.ts';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildDashPage } from '../../scripts/dash-page.mjs';
import { run, taskGroup, timeout } from '../../src/asyncio.ts';
import { serveDash } from '../../src/cli/dash/serveDash.ts';
import { attach } from '../../src/inspect/inspect.ts';
import { commandLine } from '../commandLine.ts';
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
async function withDash(idle: number, body: (page: Page) => Promise<void>): Promise<void> {
  const file = fileURLToPath(new URL('../lookedAt.ts', import.meta.url));
  const child = spawn(process.execPath, [...commandLine(file), String(idle)], {
    env: { ...process.env, ASYNCIO_INSPECT: '1', NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  try {
    await once(child.stdout, 'data');
    await run(() =>
      timeout(60_000, async () => {
        await using program = await attach(child.pid ?? 0);
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
          await body(page);
          await page.close();
          looking.cancel();
        });
      }),
    );
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

const rowOf = (name: string): string =>
  `[...document.querySelectorAll('.row')].find((row) => row.firstChild.title.startsWith(${JSON.stringify(name)}))`;

test(
  'dash: a browser sees the tasks, a stack with its source, a deadlock, and cancels',
  needsChromium,
  async () => {
    await withDash(20, async (page) => {
      assert.equal(await page.evaluate('location.search'), '');
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
