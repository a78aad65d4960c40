// A main that never ends is given up. It stays unfinished for good, so the harness, which tells every task that is left, is
// not asked here.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CancelledError, run, TimeoutError } from '../../src/asyncio.ts';
import { reportsOf } from '../core/reports.ts';

test('a main that does not stop after the abort is given up with a TimeoutError, and named', async () => {
  const [text = ''] = await reportsOf(() =>
    assert.rejects(
      run(
        async () => {
          await new Promise(() => {});
        },
        { signal: AbortSignal.abort('now'), shutdownTimeout: 20, name: 'stubborn' },
      ),
      CancelledError,
    ),
  );
  assert.equal(text, '');
  const controller = new AbortController();
  const alive = setInterval(() => {}, 1000);
  const texts = await reportsOf(() =>
    assert.rejects(
      run(
        async () => {
          controller.abort();
          await new Promise(() => {});
        },
        { signal: controller.signal, shutdownTimeout: 20, name: 'stubborn' },
      ),
      TimeoutError,
    ),
  );
  clearInterval(alive);
  assert.match(texts.join('\n'), /gave up after 20 ms[^]*stubborn +waits for a foreign promise/);
});
