// npm run pictures: makes the pictures of `asyncio top` and `asyncio dash` that README.md and the pages show, from a program
// that runs: docs/pictures/top.png, dash.png.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { buildDashPage } from '../../scripts/dash-page.mjs';
import { root } from '../../scripts/runtime.mjs';
import { createTask, run } from '../../src/asyncio.ts';
import { serveDash } from '../../src/cli/dash/serveDash.ts';
import { attach } from '../../src/inspect/inspect.ts';
import { commandLine } from '../commandLine.ts';
import { Chromium } from './chromium.ts';
import { closeTerminals, openTerminal } from '../terminal.ts';

const ESCAPE = '\u001b';
const COLUMNS = 100;
const ROWS = 24;
const folder = join(root, 'docs', 'pictures');
const source = join(root, 'tests', 'browser', 'programs', 'server.ts');
const main = join(root, 'src', 'cli', 'main.ts');

// The picture shows where the program lies: somewhere that is nobody's.
const shop = join(tmpdir(), 'shop');
const script = join(shop, 'server.ts');
mkdirSync(shop, { recursive: true });
writeFileSync(
  script,
  readFileSync(source, 'utf8').replace(
    '../../../src/asyncio.ts',
    pathToFileURL(join(root, 'src', 'asyncio.ts')).href,
  ),
);

const program = spawn(process.execPath, [...commandLine(script)], { stdio: ['ignore', 'pipe', 'inherit'] });
const ended = once(program, 'close');
await once(program.stdout, 'data');
const browser = new Chromium();
try {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'top.png'), await pictureOfTop());
  writeFileSync(join(folder, 'dash.png'), await pictureOfDash());
} finally {
  await browser.close();
  program.kill('SIGKILL');
  await ended;
  rmSync(shop, { recursive: true });
}

async function pictureOfTop(): Promise<Buffer> {
  const command = [process.execPath, ...commandLine(main), 'top', String(program.pid), '--tree'].join(' ');
  const terminal = openTerminal(COLUMNS, ROWS, `TERM=xterm-256color ${command}`);
  await terminal.seen(/F10Quit/);
  await pause(12_000);
  const html = toHtml(terminal.styled());
  closeTerminals();
  const page = await browser.open('about:blank');
  await page.look(COLUMNS * 8 + 24, ROWS * 17 + 24);
  await page.evaluate(`document.body.innerHTML = ${JSON.stringify(html)}`);
  return await page.picture();
}

async function pictureOfDash(): Promise<Buffer> {
  const { html } = await buildDashPage();
  return await run(async () => {
    await using program_ = await attach(program.pid ?? 0);
    const { server, looks, address } = await serveDash(program_, {
      port: 0,
      interval: 500,
      mayCancel: true,
      html,
    });
    await using _ = server;
    const looking = createTask(() => looks.run());
    const page = await browser.open('about:blank');
    await page.look(1280, 800);
    await page.evaluate(`void (location.href = ${JSON.stringify(address)})`);
    await page.until(`document.querySelectorAll('.row').length > 3`);
    await pause(45_000);
    await page.evaluate(
      `[...document.querySelectorAll('.row')].find((row) => row.firstChild.title.startsWith('GET /report')).click()`,
    );
    await page.until(`document.querySelector('pre') !== null`);
    const picture = await page.picture();
    await page.close();
    looking.cancel();
    return picture;
  });
}

/** A terminal's text with its styles, as a page shows it. */
function toHtml(styled: string): string {
  const colours: Record<string, string> = {
    30: '#101418',
    31: '#ff6b6b',
    32: '#4fd183',
    33: '#f0b254',
    42: '#4fd183',
    46: '#5cc8e0',
  };
  let style = '';
  const body = styled.replace(
    new RegExp(`([^${ESCAPE}]*)(?:${ESCAPE}\\[([\\d;]*)m)?`, 'g'),
    (_all, text: string, codes: string | undefined) => {
      const span =
        text === ''
          ? ''
          : `<span style="${style}">${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</span>`;
      for (const code of codes?.split(';') ?? []) {
        if (code === '' || code === '0') style = '';
        else if (code === '1') style += 'font-weight:bold;';
        else if (code === '2') style += 'opacity:.65;';
        else if (code === '39') style += 'color:inherit;';
        else if (code === '49') style += 'background:none;';
        else if (code === '22') style += 'font-weight:normal;opacity:1;';
        else if (colours[code] !== undefined)
          style += `${Number(code) < 40 ? 'color' : 'background'}:${colours[code]};`;
      }
      return span;
    },
  );
  const look =
    'margin:0;padding:12px;background:#101418;color:#d7dee8;font:13px/17px monospace;height:100vh;box-sizing:border-box';
  return `<style>body{margin:0}</style><pre style="${look}">${body}</pre>`;
}
