// Tests often replace the host's timers, and some libraries its Promise. The loop goes on under fake timers that
// are installed after its import; where it could not work it says so.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selectorMissing } from '../net/backends.ts';
import { onNode, Program } from './program.ts';

async function printed(program: string, ...args: string[]): Promise<string> {
  const { stdout, stderr, code } = await new Program(
    new URL(`programs/${program}.ts`, import.meta.url),
    args,
  ).ended;
  assert.equal(code, 0, stderr);
  return stdout.trim();
}

for (const whose of ['jest', 'vitest', 'clocks', ...(onNode ? ['node:test'] : [])]) {
  const works = [
    'tasks, installed while a loop runs',
    'tasks, installed before a loop runs',
    'virtual time',
    ...(selectorMissing === false ? ['connections on the selector'] : []),
    // The host's own sockets need the real nextTick, which Jest replaces too.
    ...(whose === 'jest' ? [] : ['connections on the host']),
  ];
  // One program for all of them, started by the first test: a start takes longer than all that it does.
  let doing: Promise<string> | undefined;
  for (const what of works) {
    test(`run: goes on under fake timers (${whose}: ${what})`, async () => {
      const done = await (doing ??= printed('underFakes', whose, ...works));
      assert.ok(done.split('\n').includes(`done: ${what}`), done);
    });
  }
}

for (const [what, name] of [
  ['fake timers', 'setTimeout'],
  ['fake performance', 'performance'],
  ...(onNode ? [['mock timers', 'setTimeout']] : []),
] as const) {
  test(`run: refuses ${what} that were installed before the import, and says what to do`, async () => {
    assert.equal(
      await printed('replaced', what),
      `UnsupportedError ERR_ASYNCIO_UNSUPPORTED: asyncio-ts was imported while a fake ${name} was installed, with ` +
        'which its loop would stand still: import it before fake timers are installed, or test with the virtual ' +
        'clock of asyncio-ts/testing',
    );
  });
}

test('run: does not mind fakes of what it does not use', async () => {
  assert.equal(await printed('replaced', 'fake dates'), 'ran');
});

for (const when of ['zone.js', 'zone.js after']) {
  test(`run: refuses a replaced Promise in one sentence (${when} the import)`, async () => {
    assert.equal(
      await printed('replaced', when),
      'UnsupportedError ERR_ASYNCIO_UNSUPPORTED: the global Promise was replaced, as zone.js does, and is no longer ' +
        'the one that await uses, so that no await could be cancelled: run asyncio-ts in a process or worker ' +
        'without zone.js',
    );
  });
}
