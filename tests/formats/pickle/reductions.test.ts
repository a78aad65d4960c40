// What CPython's pickletester asks of reductions, in our words: objects of the caller's classes that lead back to
// themselves, reductions that make no sense or hold what cannot be pickled, nested names, callbacks that throw.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { InvalidArgumentError } from '../../../src/asyncio.ts';
import { pickle } from '../../../src/formats/formats.ts';

const protocols = [0, 1, 2, 3, 4, 5];

class Bag {
  readonly items: unknown[] = [];
  readonly entries: Map<unknown, unknown> = new Map();
  state: unknown = undefined;
}
const bag: pickle.PickleClass<Bag> = {
  type: Bag,
  load: () => new Bag(),
  append: (self, item) => void self.items.push(item),
  setItem: (self, key, value) => void self.entries.set(key, value),
  setState: (self, state) => void (self.state = state),
  dump: ({ items, entries, state }) => ({ items, entries, ...(state !== undefined && { state }) }),
};
const classes = { 'app.Bag': bag };

test('pickle: objects that lead back to themselves by an item, a key, a value and their state, in all protocols', () => {
  const self = new Bag();
  const list: unknown[] = [self];
  const dict = new Map<unknown, unknown>([['bag', self]]);
  const set = new Set<unknown>(['x']);
  self.items.push(self, list, dict);
  self.entries.set(self, list).set('again', self);
  self.state = new Map<unknown, unknown>([
    ['self', self],
    ['list', list],
    ['set', set],
  ]);
  const made = { ...bag, dump: (it: Bag) => ({ ...bag.dump?.(it, 2), isNew: true }) };
  for (const protocol of protocols) {
    for (const start of [self, list, dict]) {
      const written = { 'app.Bag': start === self ? bag : made };
      const back = pickle.loads(pickle.dumps(start, { protocol, classes: written }), { classes });
      const again = (Array.isArray(back) ? back[0] : back instanceof Map ? back.get('bag') : back) as Bag;
      assert.ok(again instanceof Bag);
      assert.equal(again.items[0], again);
      const [, items, map] = again.items as [Bag, unknown[], Map<unknown, unknown>];
      assert.equal(items[0], again);
      assert.equal(map.get('bag'), again);
      assert.equal(again.entries.get(again), items);
      assert.equal(again.entries.get('again'), again);
      const state = again.state as Map<unknown, unknown>;
      assert.equal(state.get('self'), again);
      assert.equal(state.get('list'), items);
      assert.deepEqual(state.get('set'), set);
    }
  }
});

test('pickle.dumps: a reduction that makes no sense, or holds what cannot be pickled, is an error of the pickle', () => {
  const none = (): void => {};
  const reductions: unknown[] = [
    5,
    'builtins.int',
    [],
    { args: 5 },
    { args: 'ab' },
    { args: [none] },
    { args: [Symbol('s')] },
    { call: 5 },
    { call: '' },
    { call: 'nodots' },
    { call: none },
    { state: none },
    { state: Symbol('s') },
    { items: 5 },
    { items: [none] },
    { entries: 5 },
    { entries: [5] },
    { entries: [['key', none]] },
    { entries: [[none, 1]] },
    { kwargs: 5 },
    { kwargs: new Map([['a', none]]), isNew: true },
  ];
  for (const reduction of reductions) {
    for (const protocol of [0, 2, 4]) {
      const dump: pickle.PickleClass<Bag> = { ...bag, dump: () => reduction as pickle.Reduction };
      assert.throws(
        () => pickle.dumps(new Bag(), { protocol, classes: { 'app.Bag': dump } }),
        (error) => error instanceof pickle.PicklingError || error instanceof InvalidArgumentError,
        inspect(reduction),
      );
    }
  }
});

test('pickle: names of nested classes from protocol 4 on, which classes has; a callback that throws is heard', () => {
  class Inner {
    field = 1;
  }
  const nested = { 'app.Outer.Inner': { ...bag, type: Inner, load: () => new Inner(), dump: () => ({}) } };
  for (const protocol of protocols) {
    let bytes: Uint8Array;
    try {
      bytes = pickle.dumps(new Inner(), { protocol, classes: nested });
    } catch (error) {
      assert.ok(error instanceof pickle.PicklingError && protocol < 4, String(error));
      continue;
    }
    assert.ok(pickle.loads(bytes, { classes: nested }) instanceof Inner);
  }
  const mine = new RangeError('mine');
  const fails = (): never => {
    throw mine;
  };
  const heard = (error: unknown): boolean => error === mine || (error as Error).cause === mine;
  assert.throws(
    () => pickle.dumps(new pickle.PickleBuffer(Buffer.from('x')), { protocol: 5, bufferCallback: fails }),
    heard,
  );
  assert.throws(() => pickle.dumps(1, { persistentId: fails }), heard);
  assert.throws(() => pickle.dumps(new Bag(), { reducer: fails }), heard);
  assert.throws(() => pickle.dumps(new Bag(), { classes: { 'app.Bag': { ...bag, dump: fails } } }), heard);
});
