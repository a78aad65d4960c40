// A program's own handling of signals beside that of `run`, with real processes: each prints "ready" when it waits,
// and only then is signalled.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../harness.ts';
import { Program } from '../facade/program.ts';
import type { Ending } from '../facade/program.ts';

async function signalled(
  manner: string,
  ...steps: readonly (readonly [wait: string, signal: NodeJS.Signals])[]
): Promise<Ending> {
  const program = new Program(new URL('./programs/signals.ts', import.meta.url), [manner]);
  for (const [text, signal] of steps) {
    await program.printed(text);
    program.signal(signal);
  }
  return await program.ended;
}

test('addSignalHandler for SIGINT goes before run, and removeSignalHandler gives it back', async () => {
  const { code, stdout, stderr } = await signalled(
    'handler',
    ['ready', 'SIGINT'],
    ['ready again', 'SIGINT'],
  );
  assert.deepEqual(
    [code, stdout, stderr],
    [130, 'ready\nhandled SIGINT\nready again\ninterrupted by SIGINT\n', ''],
  );
});

test('addSignalHandler for SIGINT leaves SIGTERM to run', async () => {
  const { code, stdout } = await signalled('other', ['ready', 'SIGINT'], ['handled SIGINT', 'SIGTERM']);
  assert.deepEqual([code, stdout], [143, 'ready\nhandled SIGINT\ninterrupted by SIGTERM\n']);
});

test('openSignalReceiver goes before run until its block ends', async () => {
  const { code, stdout } = await signalled(
    'receiver',
    ['ready', 'SIGINT'],
    ['received SIGINT', 'SIGTERM'],
    ['ready again', 'SIGINT'],
  );
  assert.deepEqual(
    [code, stdout],
    [130, 'ready\nreceived SIGINT\nreceived SIGTERM\nready again\ninterrupted by SIGINT\n'],
  );
});

test('openSignalReceiver: a SIGTERM that nobody took interrupts run when the block ends', async () => {
  const { code, stdout, stderr } = await signalled('untaken', ['ready', 'SIGTERM']);
  assert.deepEqual([code, stdout, stderr], [143, 'ready\nleft\n', '']);
});

test('openSignalReceiver: a signal that nobody took or listens to is the system’s', async () => {
  const { signal } = await signalled('unheard', ['ready', 'SIGHUP']);
  assert.equal(signal, 'SIGHUP');
});
