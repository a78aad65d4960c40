// What is shown of a value where nothing may be changed: as inspection shows it, without running the program's code.

import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { stillCopy } from '../../src/sys/host/stillCopy.ts';

const show = (value: unknown): string => inspect(stillCopy(value), { depth: 3, maxArrayLength: 100 });

test('stillCopy: plain values are shown as inspection shows them', () => {
  class Point {
    x = 1;
    #hidden = this.x;
    get hidden(): number {
      return this.#hidden;
    }
  }
  class Named extends Map<string, number> {}
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  const holes = [1];
  holes.length = 3;
  for (const value of [
    1,
    'a',
    null,
    undefined,
    5n,
    Symbol('s'),
    [],
    [1, [2, [3, [4, [5]]]]],
    holes,
    {},
    { a: { b: 'c' } },
    new Point(),
    new Map([[{ a: 1 }, new Set([1])]]),
    new Named([['a', 1]]),
    new Date(0),
    circle,
    Object.create(null),
    () => 1,
    function named() {},
    { [Symbol('k')]: 1, ['__proto__']: 2 },
  ])
    assert.equal(show(value), inspect(value, { depth: 3 }));
  assert.equal(show(Point), '[class Point]');
  assert.equal(show(/a\/b/g), '/a\\/b/g');
  assert.equal(
    show({
      get a() {
        return 1;
      },
    }),
    '{ a: [Getter] }',
  );
  assert.match(show(new RangeError('no')), /^RangeError: no\n {4}at /);
  assert.equal(show(Array.from({ length: 1000 }, () => 0)).length < 1000, true);
});

// Bun, where there is no evaluation to show the value of, asks the program how it writes stacks.
const skip = 'bun' in process.versions;

test('stillCopy: nothing of the program runs', { skip }, () => {
  let ran = '';
  const run = (what: string) => (): never => {
    ran += what;
    throw new Error(what);
  };
  const getter = (name: PropertyKey, on: object = {}): object =>
    Object.defineProperty(on, name, { get: run(String(name)), enumerable: true });
  class Instance {
    static [Symbol.hasInstance] = run('hasInstance');
  }
  class Weird extends Map<number, number> {
    override get size(): number {
      return run('size')();
    }
    override [Symbol.iterator] = run('iterator');
    override forEach = run('forEach');
  }
  class Failure extends Error {
    override get name(): string {
      return run('error name')();
    }
  }
  const handler = new Proxy({}, { get: run('handler') });
  const values = [
    getter(Symbol.toStringTag),
    Object.create(getter('constructor')),
    new Instance(),
    new Weird(),
    new Failure('x'),
    getter('stack', new Error('x')),
    getter('message', new Error('x')),
    getter('cause', new Error('x')),
    getter('name', function () {}),
    new Proxy({}, handler),
    new Proxy(class {}, handler),
    new Proxy([], handler),
    Object.create(new Proxy({}, handler)),
    Object.assign(Object.create(null), { constructor: new Proxy(class {}, handler) }),
    { [inspect.custom]: run('custom'), toString: run('toString'), toJSON: run('toJSON') },
    getter('source', /a/),
    Object.assign(new Date(0), { getTime: run('getTime'), toISOString: run('toISOString') }),
    getter('byteLength', new Uint8Array(2)),
    getter('then', Promise.resolve()),
    getter('length', function () {}),
  ];
  for (const value of values) {
    show(value);
    show({ deep: [value] });
  }
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = run('prepareStackTrace');
  try {
    assert.equal(show(new Error('plain')), '[Error: plain]');
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
  assert.equal(ran, '');
});
