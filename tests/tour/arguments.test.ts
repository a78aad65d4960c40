import { strict as assert } from 'node:assert';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { parseArguments } from '../../tour/arguments.ts';
import { UserError } from '../../tour/userError.ts';

const parse = (...args: string[]): ReturnType<typeof parseArguments> =>
  parseArguments(args, '/project', '/here');

test('without arguments it is the project itself, both passes, a warm cache', () => {
  const args = parse();
  assert.equal(args.folder.path, join('/project', 'node_modules'));
  assert.equal(args.db.path, join('/project', '.scratch', 'tour.sqlite'));
  assert.deepEqual(args.passes, ['sequential', 'concurrent']);
  assert.equal(args.warm, true);
  assert.deepEqual([args.clients, args.port], [500, 0]);
});

test('paths start where the person is', () => {
  const args = parse(
    'src',
    '--db',
    'out.sqlite',
    '--limit=8',
    '--passes',
    'concurrent, sequential',
    '--no-warm',
  );
  assert.equal(args.folder.path, resolve('/here/src'));
  assert.equal(args.db.path, resolve('/here/out.sqlite'));
  assert.equal(args.limit, 8);
  assert.deepEqual(args.passes, ['concurrent', 'sequential']);
  assert.equal(args.warm, false);
});

test('what is asked wrongly is said in one sentence', () => {
  const wrong: [string[], RegExp][] = [
    [['a', 'b'], /one folder at a time/],
    [['--limit', '0'], /--limit is a whole number from 1/],
    [['--limit=-3'], /--limit is a whole number/],
    [['--limit', 'many'], /not 'many'/],
    [['--limit'], /--limit/],
    [['--passes', 'parallel'], /sequential and concurrent, not 'parallel'/],
    [['--passes', 'concurrent,concurrent'], /twice/],
    [['--clients', '-1'], /--clients/],
    [['--clients', '10001'], /--clients is a whole number from 0 to 10000/],
    [['--port', '65536'], /--port is a whole number from 0 to 65535/],
    [['--fast'], /--fast/],
    [[''], /the folder is empty/],
    [['--db', ''], /--db is empty/],
  ];
  for (const [args, message] of wrong) {
    assert.throws(
      () => parse(...args),
      (error) => {
        assert.ok(error instanceof UserError, String(error));
        assert.equal(error.exitCode, 2);
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /\n/);
        return true;
      },
    );
  }
});
