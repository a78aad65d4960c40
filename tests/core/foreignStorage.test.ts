// Other libraries' AsyncLocalStorage (request ids, trace spans) follows tasks and callbacks.

import '../harness.ts';
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { runChild } from './child.ts';

test('sys/storage: the stores of others follow main, tasks, timeouts, callbacks and children', async () => {
  const { stdout, stderr } = await runChild(new URL('foreignStorageProgram.ts', import.meta.url));
  assert.equal(stderr, '');
  assert.equal(
    stdout.trim(),
    'main request, resumed request, task request, timeout request, inner inner, callback callback, child request, after undefined',
  );
});
