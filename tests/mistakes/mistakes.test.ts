// The mistakes that newcomers make, each in a small program of its own: the whole of what it prints, with the line of
// the program in it. On Node to the letter; Bun and Deno print errors in a shape of their own, so there it is the message
// and the line.

import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import '../harness.ts';
import { onNode, Program } from '../facade/program.ts';
import { certificateFile, keyFile } from '../net/tls/contexts.ts';
import { shown } from './shown.ts';

interface Mistake {
  readonly program: string;
  readonly code: number;
  readonly args?: readonly string[];
  /** Runtimes do not tell where a promise is awaited that no async function has made. */
  readonly placeless?: 'bun';
}

const mistakes: Record<string, Mistake> = {
  'sleep outside of a task': { program: 'sleepOutsideTask', code: 1 },
  'a forgotten await, in debug mode': { program: 'forgottenAwait', code: 0 },
  'run inside of run': { program: 'nestedRun', code: 1 },
  'a timeout that is no number': { program: 'badTimeout', code: 1 },
  'a promise where a function is wanted': { program: 'promiseForFunction', code: 1 },
  'releasing what is not locked': { program: 'unlockedRelease', code: 1 },
  'a port in use': { program: 'portInUse', code: 1 },
  'a connection that is refused': { program: 'refused', code: 1 },
  'a bad certificate': {
    program: 'badCertificate',
    code: 1,
    args: [certificateFile('stranger'), keyFile('stranger')],
  },
  'use after close': { program: 'useAfterClose', code: 1 },
  'a write buffer that is changed too early, in debug mode': { program: 'changedBuffer', code: 0 },
  'a string where bytes are wanted': { program: 'stringForBytes', code: 1 },
  'a failure that nobody awaits': { program: 'unawaitedFailure', code: 0 },
  'process.exit while tasks live': { program: 'processExit', code: 3 },
  'a line over the limit': { program: 'lineOverLimit', code: 1, placeless: 'bun' },
};

const onBun = 'bun' in process.versions;

for (const [title, { program, code, args, placeless }] of Object.entries(mistakes)) {
  test(`mistakes: ${title}: says what to do, at the line of the program`, async () => {
    const url = new URL(`./programs/${program}.ts`, import.meta.url);
    const wanted = readFileSync(
      fileURLToPath(new URL(`./messages/${program}.txt`, import.meta.url)),
      'utf8',
    );
    const ended = await new Program(url, args).ended;
    const printed = shown(ended.stdout + ended.stderr);
    if (onNode) assert.equal(printed, wanted);
    else {
      assert.ok(printed.includes(messageOf(wanted)), printed);
      const places = wanted.match(new RegExp(`${program}\\.ts:\\d+`, 'g')) as string[];
      const named = places.some((place) => printed.includes(place));
      assert.ok(named || (onBun && placeless === 'bun'), printed);
    }
    assert.equal(ended.code, code);
  });
}

/** The line with the message, without the class before it: hosts write that in their own ways. */
function messageOf(wanted: string): string {
  const lines = wanted.split('\n');
  const line = lines.find((each) => /^\w+Error: /.test(each)) ?? lines[0] ?? '';
  return line
    .replace(/^\w+Error: /, '')
    .replace(/^bind /, '')
    .replace(/\(at .*$/, '');
}
