// What hangs in a test run is ended and named, also when its parent has gone; what is in time is left alone.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { createWatchdog } from '../../scripts/watchdog.mjs';

const onLinux = { skip: process.platform !== 'linux' && 'needs /proc, which only Linux has' };
const forever = 'setInterval(() => {}, 1000)';

/** A watchdog with these limits, the lines it prints, and what starts processes of its run. */
function watched(t: TestContext, limits: { readonly limit: number; readonly idle: number }) {
  const lines: string[] = [];
  const watchdog = createWatchdog({
    ...limits,
    period: 10,
    print: (line: string) => void lines.push(line),
  });
  t.after(() => watchdog.stop());
  const start = (script: string, options: SpawnOptions = {}): ChildProcess => {
    const env = { ...process.env, ...watchdog.env };
    const child = spawn(process.execPath, ['-e', script], { stdio: 'ignore', env, ...options });
    t.after(() => child.kill('SIGKILL'));
    return child;
  };
  return { watchdog, lines, start };
}

test('watchdog: a process that lives longer than the limit is ended and named', onLinux, async (t) => {
  const { watchdog, lines, start } = watched(t, { limit: 300, idle: 60_000 });
  const runner = start(forever);
  const file = start(`process.on('SIGTERM', () => {}); ${forever}`);
  assert.ok(runner.pid !== undefined && file.pid !== undefined);
  watchdog.watch(runner.pid);
  const [, signal] = await once(file, 'exit');
  assert.equal(signal, 'SIGKILL');
  assert.match(
    lines[0] ?? '',
    new RegExp(`^✖ hangs, ended after \\d+ s: process ${file.pid} \\([A-Z], in `),
  );
  assert.equal(runner.exitCode ?? runner.signalCode, null, 'the runner is no file of the run');
});

test(
  'watchdog: an orphan that holds the pipe of a file is ended, so that the pipe closes',
  onLinux,
  async (t) => {
    const { watchdog, start } = watched(t, { limit: 600, idle: 60_000 });
    const orphan = `['-e', ${JSON.stringify(forever)}], { stdio: 'inherit', detached: true }`;
    const file = start(`require('child_process').spawn(process.execPath, ${orphan}).unref()`, {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    file.stdout?.resume();
    const closed = once(file, 'close');
    const [code] = await once(file, 'exit');
    assert.equal(code, 0, 'the file itself has ended');
    watchdog.watch(0);
    await closed;
  },
);

test('watchdog: a runner with no process left is ended', onLinux, async (t) => {
  const { watchdog, lines, start } = watched(t, { limit: 60_000, idle: 50 });
  const runner = start(forever);
  assert.ok(runner.pid !== undefined);
  watchdog.watch(runner.pid);
  const [, signal] = await once(runner, 'exit');
  assert.equal(signal, 'SIGKILL');
  assert.deepEqual(lines.slice(0, 1), ['✖ the test runner hangs with no test running, ended']);
});

test('watchdog: processes of another run are left alone', onLinux, async (t) => {
  const { watchdog, lines, start } = watched(t, { limit: 50, idle: 60_000 });
  const other = createWatchdog();
  const stranger = start(forever, { env: { ...process.env, ...other.env } });
  const own = start(forever);
  watchdog.watch(0);
  await once(own, 'exit');
  assert.equal(stranger.exitCode ?? stranger.signalCode, null);
  assert.ok(lines.length > 0 && lines.every((line) => line.includes(`: process ${own.pid} (`)));
});
