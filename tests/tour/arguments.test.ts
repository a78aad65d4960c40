import { strict as assert } from 'node:assert';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { parseArguments } from '../../tour/arguments.ts';
import { UserError } from '../../tour/userError.ts';

const parse = (...args: string[]): ReturnType<typeof parseArguments> =>
  parseArguments(args, '/project', '/here');

test('without arguments it is the whole tour, at the speed that was measured', () => {
  const args = parse();
  assert.equal(args.job, 'tour');
  assert.ok(args.job === 'tour');
  assert.equal(args.db.path, join('/project', '.scratch', 'tour.sqlite'));
  assert.deepEqual(args.parts, [
    'crawl',
    'tcp',
    'files',
    'sql',
    'burn',
    'group',
    'deadline',
    'stop',
    'deadlock',
  ]);
  assert.deepEqual([args.clients, args.port, args.speed, args.limit], [50, 0, 1, 16]);
  assert.deepEqual([args.details, args.json, args.postgres], [false, false, undefined]);
});

test('--only names parts, which keep their order', () => {
  const args = parse('--only', 'stop, crawl', '--json', '--details');
  assert.ok(args.job === 'tour');
  assert.deepEqual(args.parts, ['crawl', 'stop']);
  assert.deepEqual([args.details, args.json], [true, true]);
});

test('with a folder it is its index, both passes, a warm cache', () => {
  const args = parse('src');
  assert.ok(args.job === 'folder');
  assert.equal(args.db.path, join('/project', '.scratch', 'index.sqlite'));
  assert.deepEqual(args.passes, ['sequential', 'concurrent']);
  assert.equal(args.warm, true);
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
  assert.ok(args.job === 'folder');
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
    [['--postgres', 'mysql://there'], /--postgres is a URL/],
    [['a', '--postgres', 'postgres://there'], /--postgres is for the tour/],
    [['a', '--passes', 'parallel'], /sequential and concurrent, not 'parallel'/],
    [['a', '--passes', 'concurrent,concurrent'], /twice/],
    [['--passes', 'concurrent'], /--passes is for the index of a folder: npm start -- FOLDER --passes/],
    [['a', '--clients', '5'], /--clients is for the tour, and not for the index of a folder/],
    [['--only', 'crawl,nap'], /--only knows crawl, .* and deadlock, not 'nap'/],
    [['--speed', '0'], /--speed is a whole number from 1 to 1000/],
    [['--clients', '-1'], /--clients/],
    [['--clients', '10001'], /--clients is a whole number from 1 to 10000/],
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
