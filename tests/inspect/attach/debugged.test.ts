// A look at a process that somebody debugs: what the debugger has stopped stays stopped.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import '../../harness.ts';
import { onNode, Program } from '../../facade/program.ts';
import { run } from '../../../src/asyncio.ts';
import { attach } from '../../../src/inspect/inspect.ts';
import { lookFolder } from '../../../src/inspect/attach/lookFolder.ts';
import { listenersOf } from '../../../src/inspect/attach/listening.ts';

const skip = process.platform === 'linux' && onNode ? false : 'only Node has this inspector';

test('attach: a thread at a breakpoint is told as stopped, and left there', { skip }, async () => {
  const url = new URL('./programs/stops.ts', import.meta.url);
  const program = new Program(url, [], { NODE_OPTIONS: '--inspect=0' });
  try {
    await program.printed('ready');
    const debug = await Debug.open(program.pid);
    await debug.send('Debugger.enable');
    await debug.send('Runtime.evaluate', { expression: 'globalThis.stopHere = true' });
    await debug.told('Debugger.paused');
    await run(async () => {
      await using looked = await attach(program.pid, { answerWithin: 100 });
      const { threads } = await looked.snapshot();
      assert.equal(threads[0]?.hang?.kind, 'stopped');
      assert.match(threads[0]?.hang?.stack[0]?.file ?? '', /programs\/stops\.ts$/);
    });
    const { result } = await debug.send('Runtime.evaluate', { expression: '1' });
    assert.ok(result !== undefined);
    assert.deepEqual(debug.events, ['Debugger.paused']);
    debug.close();
  } finally {
    program.signal('SIGKILL');
    await program.ended;
  }
});

test('attach: an inspector is found among ports of the program that are none', { skip }, async () => {
  const url = new URL('./programs/busyPorts.ts', import.meta.url);
  const program = new Program(url, [], { NODE_OPTIONS: '--inspect=0' });
  try {
    await program.printed('ready');
    await run(async () => {
      await using looked = await attach(program.pid);
      const { threads } = await looked.snapshot();
      assert.deepEqual(
        threads[0]?.snapshot?.tasks.map(({ name }) => name),
        ['main'],
      );
    });
  } finally {
    program.signal('SIGKILL');
    await program.ended;
  }
});

test('attach: a folder of sockets that can not be made is told in a sentence', { skip }, () => {
  const before = process.env['XDG_RUNTIME_DIR'];
  const base = mkdtempSync(join(tmpdir(), 'folder-'));
  try {
    writeFileSync(join(base, 'file'), '');
    process.env['XDG_RUNTIME_DIR'] = join(base, 'file');
    assert.throws(lookFolder, {
      code: 'ERR_ASYNCIO_ATTACH',
      message: /can't be made \(ENOTDIR.*: set XDG_RUNTIME_DIR$/,
    });
    process.env['XDG_RUNTIME_DIR'] = base;
    writeFileSync(join(base, `asyncio-ts-${process.geteuid?.()}`), '');
    assert.throws(lookFolder, { code: 'ERR_ASYNCIO_ATTACH', message: /is not yours alone/ });
  } finally {
    if (before === undefined) delete process.env['XDG_RUNTIME_DIR'];
    else process.env['XDG_RUNTIME_DIR'] = before;
    rmSync(base, { recursive: true });
  }
});

/** Somebody's debugger. */
class Debug {
  readonly events: string[] = [];
  readonly #socket: WebSocket;
  readonly #waiting: Map<number, (message: { result?: unknown }) => void> = new Map();
  #told: () => void = () => {};

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data)) as { id?: number; method?: string; result?: unknown };
      if (message.id !== undefined) this.#waiting.get(message.id)?.(message);
      else if (/^Debugger\.(paused|resumed)$/.test(message.method ?? '')) {
        this.events.push(message.method ?? '');
        this.#told();
      }
    });
  }

  static async open(pid: number): Promise<Debug> {
    const list = await fetch(`http://127.0.0.1:${listenersOf(pid)[0]?.port}/json/list`);
    const [target] = (await list.json()) as { webSocketDebuggerUrl: string }[];
    const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '');
    await once(socket, 'open');
    return new Debug(socket);
  }

  async send(method: string, params: object = {}): Promise<{ result?: unknown }> {
    const id = this.#waiting.size + 1;
    const { promise, resolve } = Promise.withResolvers<{ result?: unknown }>();
    this.#waiting.set(id, resolve);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return await promise;
  }

  async told(event: string): Promise<void> {
    while (!this.events.includes(event)) await new Promise<void>((resolve) => (this.#told = resolve));
  }

  close(): void {
    this.#socket.close();
  }
}
