// ExceptionGroup: Python's PEP 654 in our words.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import * as fc from 'fast-check';
import '../harness.ts';
import { exceptStar, ExceptionGroup } from '../../src/base/exceptionGroup.ts';
import { InvalidArgumentError } from '../../src/base/errors.ts';

const a = new TypeError('a');
const b = new RangeError('b');
const c = new TypeError('c');

test('a group is an AggregateError with message, errors and code', () => {
  const group = new ExceptionGroup('two', [a, b], { cause: c });
  assert.ok(group instanceof AggregateError && group instanceof Error);
  assert.equal(group.name, 'ExceptionGroup');
  assert.equal(group.code, 'ERR_ASYNCIO_EXCEPTION_GROUP');
  assert.equal(group.message, 'two (2 errors, the first: TypeError("a"))');
  assert.equal(group.text, 'two');
  assert.deepEqual(group.errors, [a, b]);
  assert.equal(group.cause, c);
  assert.throws(() => new ExceptionGroup('none', []), InvalidArgumentError);
});

test('split parts by class, by classes and by condition, and keeps the nesting', () => {
  const inner = new ExceptionGroup('inner', [c, b]);
  const group = new ExceptionGroup('outer', [a, inner]);
  const [types, rest] = group.split(TypeError);
  assert.equal(types?.message, 'outer (2 errors, the first: TypeError("a"))');
  assert.deepEqual([...(types as ExceptionGroup).leaves()], [a, c]);
  assert.equal(((types as ExceptionGroup).errors[1] as ExceptionGroup).text, 'inner');
  assert.deepEqual([...(rest as ExceptionGroup).leaves()], [b]);
  assert.deepEqual(group.split([TypeError, RangeError]), [group, undefined]);
  assert.deepEqual(group.split(SyntaxError), [undefined, group]);
  assert.deepEqual(group.split((error) => error === inner)[0]?.errors, [inner]);
  assert.throws(() => group.split(5 as never), InvalidArgumentError);
});

test('a condition that is true for the group itself takes it whole', () => {
  const group = new ExceptionGroup('g', [a]);
  assert.deepEqual(group.split(ExceptionGroup), [group, undefined]);
  assert.equal(
    group.subgroup(() => true),
    group,
  );
  assert.equal(
    group.subgroup(() => false),
    undefined,
  );
});

test('parts keep cause and stack, and derive decides their class', () => {
  class Mine<E> extends ExceptionGroup<E> {
    readonly tag: string;
    constructor(message: string, errors: Iterable<E>, tag: string) {
      super(message, errors);
      this.tag = tag;
    }
    override derive<F>(errors: Iterable<F>): Mine<F> {
      return new Mine(this.message, errors, this.tag);
    }
  }
  const group = new Mine<Error>('mine', [a, b], 'kept');
  group.cause = c;
  const part = group.subgroup(RangeError);
  assert.ok(part instanceof Mine);
  assert.equal(part.tag, 'kept');
  assert.equal(part.cause, c);
  assert.equal(part.message, 'mine (1 error: RangeError("b"))');
  assert.equal(part.stack, group.stack?.replace(group.message, part.message));
  assert.equal(new ExceptionGroup('plain', [a]).derive([b]).message, 'plain (1 error: RangeError("b"))');
});

test('the message counts the errors and quotes the first, however deep it is and whatever it is', () => {
  const first = (...errors: unknown[]): string => new ExceptionGroup('', errors).message;
  assert.equal(first(new ExceptionGroup('inner', [b, a]), c), '(2 errors, the first: RangeError("b"))');
  assert.equal(first('text'), '(1 error: "text")');
  assert.equal(first(new Error('x'.repeat(1000))).length, 200 + '(1 error: )'.length);
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  assert.match(first(proxy), /^\(1 error: /);
});

test('exceptStar hands the matching part to the handler and returns the rest', () => {
  const group = new ExceptionGroup('g', [a, b]);
  const seen: unknown[] = [];
  const rest = exceptStar(group, TypeError, (part) => seen.push(...part.errors));
  assert.deepEqual(seen, [a]);
  assert.deepEqual((rest as ExceptionGroup).errors, [b]);
  assert.equal(
    exceptStar(rest, RangeError, () => {}),
    undefined,
  );
  assert.equal(
    exceptStar(group, SyntaxError, () => assert.fail('no match')),
    group,
  );
  assert.equal(
    exceptStar(a, TypeError, (part) => assert.deepEqual(part.errors, [a])),
    undefined,
  );
  assert.equal(
    exceptStar(a, RangeError, () => assert.fail('no match')),
    a,
  );
  assert.throws(
    () =>
      exceptStar(group, TypeError, () => {
        throw c;
      }),
    (error) => error === c,
  );
});

type Tree = { leaf: number } | { nodes: Tree[] };
const tree = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.record({ leaf: fc.integer({ min: 0, max: 5 }) }),
    fc.record({ nodes: fc.array(tie('tree'), { minLength: 1, maxLength: 4 }) }),
  ),
})).tree;

test('split loses and doubles no error, whatever the tree', () =>
  fc.assert(
    fc.property(tree, (shape) => {
      class Leaf extends Error {
        readonly n: number;
        constructor(n: number) {
          super(`${n}`);
          this.n = n;
        }
      }
      const build = (one: Tree): Leaf | ExceptionGroup =>
        'leaf' in one ? new Leaf(one.leaf) : new ExceptionGroup('g', one.nodes.map(build));
      const group = new ExceptionGroup('root', [build(shape)]);
      const odd = (error: unknown): boolean => error instanceof Leaf && error.n % 2 === 1;
      const [yes, no] = group.split(odd);
      const inside = [...(yes?.leaves() ?? [])];
      const outside = [...(no?.leaves() ?? [])];
      const all = [...group.leaves()];
      assert.ok(inside.every(odd) && !outside.some(odd));
      assert.deepEqual(inside, all.filter(odd));
      assert.deepEqual(
        outside,
        all.filter((error) => !odd(error)),
      );
    }),
  ));

test('ExceptionGroup: split, subgroup, leaves and exceptStar go to any depth', () => {
  const depth = 20_000;
  let group: ExceptionGroup = new ExceptionGroup('innermost', [new TypeError('a'), new RangeError('b')]);
  for (let i = 0; i < depth; i++)
    group = new ExceptionGroup(`level ${i}`, [group, new RangeError(String(i))]);
  const depthOf = (part: ExceptionGroup | undefined): number => {
    let levels = 0;
    for (let at: unknown = part; at instanceof ExceptionGroup; at = at.errors[0]) levels++;
    return levels;
  };
  const [types, ranges] = group.split(TypeError);
  assert.equal(depthOf(types), depth + 1);
  assert.equal(depthOf(ranges), depth + 1);
  assert.equal([...(types as ExceptionGroup).leaves()].length, 1);
  assert.equal([...(ranges as ExceptionGroup).leaves()].length, depth + 1);
  assert.equal(group.subgroup(SyntaxError), undefined);
  assert.equal(group.subgroup(Error), group);
  let handled = 0;
  const rest = exceptStar(group, RangeError, (part) => (handled = [...part.leaves()].length));
  assert.equal(handled, depth + 1);
  assert.equal(depthOf(rest as ExceptionGroup), depth + 1);
  assert.ok(inspect(group).length < 10_000);
});
