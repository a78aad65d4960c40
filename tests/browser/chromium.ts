// A headless Chromium for tests, driven by the DevTools protocol over two pipes: it ends with the process that started it. Where
// there is none, `needsChromium` skips the test by name and says so. It has a profile of its own, which goes with it.

import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

export const needsChromium: { readonly skip: string | false } = {
  skip: spawnSync('chromium', ['--version']).status === 0 ? false : 'needs chromium: apt install chromium',
};

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--remote-debugging-pipe',
];

type Fields = Record<string, unknown>;
interface Reply {
  readonly id?: number;
  readonly result?: Fields;
  readonly error?: { readonly message: string };
}

export class Chromium {
  readonly #child: ChildProcess;
  readonly #profile: string = mkdtempSync(join(tmpdir(), 'asyncio-ts-chromium-'));
  readonly #commands: Writable;
  readonly #waiting: Map<number, (reply: Reply) => void> = new Map();
  #last = 0;

  constructor() {
    this.#child = spawn('chromium', [...FLAGS, `--user-data-dir=${this.#profile}`, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    const [, , , commands, replies] = this.#child.stdio as unknown[] as [0, 0, 0, Writable, Readable];
    this.#commands = commands;
    let rest = '';
    replies.setEncoding('utf8').on('data', (text: string) => {
      const messages = (rest + text).split('\0');
      rest = messages.pop() ?? '';
      for (const message of messages) {
        const reply = JSON.parse(message) as Reply;
        if (reply.id !== undefined) this.#waiting.get(reply.id)?.(reply);
      }
    });
    this.#child.on('exit', () => {
      for (const settle of this.#waiting.values()) settle({ error: { message: 'chromium has ended' } });
    });
  }

  async open(url: string): Promise<Page> {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const page = new Page(this, String(sessionId), String(targetId));
    await page.go(url);
    return page;
  }

  /** @throws Error with what the browser says */
  async send(method: string, params: Fields = {}, sessionId?: string): Promise<Fields> {
    const id = (this.#last += 1);
    const { promise, resolve } = Promise.withResolvers<Reply>();
    this.#waiting.set(id, resolve);
    this.#commands.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const { result, error } = await promise;
    this.#waiting.delete(id);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  }

  async close(): Promise<void> {
    const closed = once(this.#child, 'exit');
    await this.send('Browser.close');
    await closed;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}

export class Page {
  readonly #browser: Chromium;
  readonly #session: string;
  readonly #target: string;

  constructor(browser: Chromium, session: string, target: string) {
    this.#browser = browser;
    this.#session = session;
    this.#target = target;
  }

  #send(method: string, params: Fields = {}): Promise<Fields> {
    return this.#browser.send(method, params, this.#session);
  }

  async go(url: string): Promise<void> {
    await this.#send('Page.navigate', { url });
    await this.until(
      `location.href.startsWith(${JSON.stringify(url)}) && document.readyState === 'complete'`,
    );
  }

  /** What `code`, an expression, or the promise of it, comes to in the page, as JSON. @throws Error with what it throws */
  async evaluate(code: string): Promise<unknown> {
    const { result, exceptionDetails } = (await this.#send('Runtime.evaluate', {
      expression: code,
      awaitPromise: true,
      returnByValue: true,
    })) as { result: { value?: unknown }; exceptionDetails?: { exception?: { description?: string } } };
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? code);
    return result.value;
  }

  /** Shows the page in a window of this size, light or dark. */
  async look(width: number, height: number, scheme: 'light' | 'dark' = 'light'): Promise<void> {
    await this.#send('Emulation.setDeviceMetricsOverride', {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: false,
    });
    const features = [{ name: 'prefers-color-scheme', value: scheme }];
    await this.#send('Emulation.setEmulatedMedia', { features });
  }

  /** The page as a PNG. */
  async picture(): Promise<Buffer> {
    const { data } = await this.#send('Page.captureScreenshot', { format: 'png' });
    return Buffer.from(String(data), 'base64');
  }

  /** Waits until an expression is true in the page. @throws Error when it is not after half a minute */
  async until(code: string): Promise<void> {
    for (const end = performance.now() + 30_000; ;) {
      // A page that is just left has nowhere to look.
      const value = await this.evaluate(code).catch(String);
      if (value === true) return;
      if (performance.now() > end) throw new Error(`${code} is still ${String(value)}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Writes into the field and sends its form. */
  async submit(selector: string, text: string): Promise<void> {
    await this.evaluate(`{
      const field = document.querySelector(${JSON.stringify(selector)});
      field.value = ${JSON.stringify(text)};
      field.form.requestSubmit();
    }`);
  }

  async screenshot(file: string, width: number, scheme: 'dark' | 'light'): Promise<void> {
    const height = width < 600 ? 760 : 700;
    await this.#send('Emulation.setDeviceMetricsOverride', {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: false,
    });
    await this.#send('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value: scheme }],
    });
    const { data } = await this.#send('Page.captureScreenshot');
    writeFileSync(file, Buffer.from(String(data), 'base64'));
  }

  async close(): Promise<void> {
    await this.#browser.send('Target.closeTarget', { targetId: this.#target });
  }
}
