// A child that nobody ended. The leak guard of the other suites would name it, so there is none here.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSubprocessExec, run } from '../../src/asyncio.ts';
import { leakGuard, LeakError } from '../../src/testing/testing.ts';
import { backends } from '../net/backends.ts';
import { childrenOfProcess } from './children.ts';

for (const backend of backends) {
  test(`a child that runs at the end of run is killed, and the leak guard names it (${backend})`, async () => {
    const guard = leakGuard({ host: false, descriptors: false });
    guard.begin();
    let pid = 0;
    await run(
      async () => {
        pid = (await createSubprocessExec('sleep', '3600')).pid;
      },
      { backend, handleSignals: false },
    );
    const error = await guard.check().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof LeakError);
    assert.match(error.message, new RegExp(`SubprocessTransport pid=${pid} sleep running`));
    while (childrenOfProcess().length > 0) await new Promise((resolve) => setImmediate(resolve));
  });
}
