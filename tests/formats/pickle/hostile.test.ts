// Pickles that were made to do harm: none has anything run, reaches a prototype, or takes memory it has no bytes for.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pickle } from '../../../src/formats/formats.ts';
import type { LoadOptions } from '../../../src/formats/pickle/read/loadOptions.ts';

function refuse(
  text: string | Uint8Array,
  wanted: { reason: string; opcode?: string; offset?: number },
  options?: LoadOptions,
): void {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
  assert.throws(
    () => pickle.loads(bytes, options),
    (error: unknown) => {
      assert.ok(error instanceof pickle.UnpicklingError, String(error));
      assert.equal(error.code, 'ERR_UNPICKLING');
      assert.equal(error.name, 'UnpicklingError');
      for (const [key, value] of Object.entries(wanted))
        assert.equal(error[key as 'reason'], value, `${key}: ${error.message}`);
      return true;
    },
  );
}

const exploits: readonly (readonly [string, string, string])[] = [
  ['os.system by REDUCE', "cos\nsystem\n(S'echo owned'\ntR.", 'GLOBAL'],
  ['posix.system by STACK_GLOBAL', '\x80\x04\x8c\x05posix\x94\x8c\x06system\x94\x93\x94\x8c\x02id\x94\x85\x94R\x94.', 'STACK_GLOBAL'], // prettier-ignore
  ['subprocess.Popen by INST', "(S'id'\nisubprocess\nPopen\n.", 'INST'],
  ['os.system by OBJ', "(cos\nsystem\nS'id'\no.", 'GLOBAL'],
  ['eval by name', "c__builtin__\neval\n(S'1'\ntR.", 'GLOBAL'],
  ['exec of Python 3', "cbuiltins\nexec\n(S'1'\ntR.", 'GLOBAL'],
  [
    'a chain of getattr',
    "cbuiltins\ngetattr\n(cbuiltins\n__import__\n(S'os'\ntRS'system'\ntR(S'id'\ntR.",
    'GLOBAL',
  ],
  ['operator.attrgetter', "coperator\nattrgetter\n(S'__class__'\ntR.", 'GLOBAL'],
  ['a dotted name of a class that is allowed', '\x80\x04\x8c\x07decimal\x8c\x16Decimal.__subclasses__\x93)R.', 'STACK_GLOBAL'], // prettier-ignore
  ['types.FunctionType', 'ctypes\nFunctionType\n.', 'GLOBAL'],
  ['a name of Object.prototype', 'cbuiltins\nconstructor\n.', 'GLOBAL'],
  ['a module of Object.prototype', 'c__proto__\nconstructor\n.', 'GLOBAL'],
  ['webbrowser.open', "cwebbrowser\nopen\n(S'http://x'\ntR.", 'GLOBAL'],
  ['runpy', "crunpy\n_run_code\n(S'1'\n}tR.", 'GLOBAL'],
];

for (const [what, text, opcode] of exploits)
  test(`pickle.loads: ${what} is refused at ${opcode}, and nothing is run`, () => {
    refuse(text, { reason: 'forbidden', opcode });
    // Kept, it is a name and its arguments; what is no name is not called even so.
    const keep = { unknown: 'keep' } as const;
    if (text.includes('getattr')) return refuse(text, { reason: 'corrupt', opcode: 'REDUCE' }, keep);
    const kept = pickle.loads(Buffer.from(text, 'latin1'), keep);
    assert.ok(kept instanceof pickle.PickledObject || kept instanceof pickle.PickledGlobal);
  });

test('pickle.loads: a type that may be named is not called', () => {
  refuse("cbuiltins\nint\n(S'5'\ntR.", { reason: 'forbidden', opcode: 'REDUCE' });
  refuse('cbuiltins\nobject\n)\x81.', { reason: 'forbidden', opcode: 'NEWOBJ' });
});

test('pickle.loads: what is no class is not called', () => {
  refuse('K\x05)R.', { reason: 'corrupt', opcode: 'REDUCE' });
  refuse("S'eval'\n)R.", { reason: 'corrupt', opcode: 'REDUCE' });
  refuse('}K\x01\x85\x81.', { reason: 'corrupt', opcode: 'NEWOBJ' });
  refuse('cdecimal\nDecimal\nK\x01R.', { reason: 'corrupt', opcode: 'REDUCE' });
});

class User {
  name: string = 'made by the constructor';
  set admin(_value: unknown) {
    throw new Error('a setter ran');
  }
}

const classes = { 'app.User': User };

test('pickle.loads: a state becomes own data properties: no prototype changes, no setter and no constructor runs', () => {
  for (const name of ['__proto__', 'constructor', 'prototype', '__class__', 'admin', 'toString']) {
    const state = `}S'${name}'\n}S'polluted'\nI1\nssb.`;
    for (const make of ['capp\nUser\n)\x81', '(iapp\nUser\n', '(capp\nUser\no', 'capp\nUser\n)R']) {
      const value = pickle.loads(Buffer.from(make + state, 'latin1'), { classes, dicts: 'object' }) as User;
      assert.equal(Object.getPrototypeOf(value), User.prototype);
      assert.deepEqual(Object.getOwnPropertyNames(value), [name]);
    }
  }
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
});

test('pickle.loads: slots of a state are properties as well, and a state that is no dict is refused', () => {
  const slots = "capp\nUser\n)\x81(N}S'__proto__'\nI1\nstb.";
  const value = pickle.loads(Buffer.from(slots, 'latin1'), { classes }) as object;
  assert.deepEqual(Object.keys(value), ['__proto__']);
  refuse('capp\nUser\n)\x81K\x01b.', { reason: 'class', opcode: 'BUILD' }, { classes });
  refuse('capp\nUser\n)\x81}K\x01K\x02sb.', { reason: 'class', opcode: 'BUILD' }, { classes });
  refuse('capp\nUser\nK\x01\x85\x81.', { reason: 'class', opcode: 'NEWOBJ' }, { classes });
  refuse('K\x01}b.', { reason: 'corrupt', opcode: 'BUILD' });
});

test("pickle.loads: __proto__ is a key as any with dicts: 'object'", () => {
  const value = pickle.loads(Buffer.from("}S'__proto__'\n}S'a'\nI1\nss."), { dicts: 'object' }) as object;
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.deepEqual(Object.keys(value), ['__proto__']);
  refuse('}I1\nI2\ns.', { reason: 'class', opcode: 'SETITEM' }, { dicts: 'object' });
});

test('pickle.loads: a length that has no bytes behind it takes no memory', () => {
  const before = process.memoryUsage().rss;
  const lies = [
    '\x8b\xff\xff\xff\x7f', // LONG4 of 2 GiB
    'B\xff\xff\xff\xff', // BINBYTES of 4 GiB
    'X\xff\xff\xff\xff',
    'T\xff\xff\xff\x7f',
    '\x8e\0\0\0\0\0\0\x01\0',
    '\x96\0\0\0\0\0\0\x01\0',
    '\x8d\0\0\0\0\0\0\x01\0',
    '\x95\0\0\0\0\0\0\x01\0N.',
  ];
  for (const lie of lies) refuse(lie, { reason: 'truncated', offset: 0 });
  refuse('\x8b\0\0\0\x80', { reason: 'corrupt', opcode: 'LONG4' });
  refuse('\x8e\xff\xff\xff\xff\xff\xff\xff\xff', { reason: 'corrupt', opcode: 'BINBYTES8' });
  refuse('cbuiltins\nbytes\nJ\0\0\0\x7f\x85R.', { reason: 'class', opcode: 'REDUCE' });
  refuse('cbuiltins\nbytearray\nJ\0\0\0\x7f\x85R.', { reason: 'class', opcode: 'REDUCE' });
  assert.ok(process.memoryUsage().rss - before < 50e6);
});

test('pickle.loads: memo places far apart take no memory, and what they have not is refused', () => {
  assert.equal(pickle.loads(Buffer.from('Nr\xfe\xff\xff\xff0j\xfe\xff\xff\xff.', 'latin1')), null);
  refuse('Np99999999999\n.', { reason: 'corrupt', opcode: 'PUT' });
  refuse('Np-1\n.', { reason: 'corrupt', opcode: 'PUT' });
  refuse('h\x07.', { reason: 'corrupt', opcode: 'BINGET', offset: 0 });
  refuse('N0g5\n.', { reason: 'corrupt', opcode: 'GET', offset: 2 });
});

test('pickle.loads: doubling by the memo is references, and limits count', () => {
  const doubling = `(lp0\n${Array.from({ length: 60 }, (_, n) => `(g${n}\ng${n}\nlp${n + 1}\n`).join('')}.`;
  const value = pickle.loads(Buffer.from(doubling)) as unknown[];
  assert.equal(value[0], value[1]);
  refuse(doubling, { reason: 'limit' }, { maxDepth: 50 });
  refuse(doubling, { reason: 'limit' }, { maxMemo: 50 });
  refuse(doubling, { reason: 'limit' }, { maxItems: 100 });
  refuse(doubling, { reason: 'limit' }, { maxBytes: 100 });
  assert.ok(
    pickle.loads(Buffer.from(doubling), { maxDepth: 70, maxMemo: 61, maxItems: 1000, maxBytes: 2000 }),
  );
});

test('pickle.loads: 1,000,000 lists and tuples in each other are read, and written again', () => {
  const depth = 300_000;
  for (const bytes of [
    Buffer.concat([Buffer.alloc(depth, ']'), Buffer.alloc(depth - 1, 'a'), Buffer.from('.')]),
    Buffer.concat([Buffer.from('\x80\x02N', 'latin1'), Buffer.alloc(depth, 0x85), Buffer.from('.')]),
    Buffer.concat([Buffer.alloc(depth, '('), Buffer.alloc(depth, 'l'), Buffer.from('.')]),
  ]) {
    const value = pickle.loads(bytes);
    assert.ok(pickle.dumps(value).length > depth);
    refuse(bytes, { reason: 'limit' }, { maxDepth: 1000 });
  }
});

test('pickle.dumps: what is made of itself is refused', () => {
  class Own {}
  const own = { 'app.Own': { type: Own, dump: (self: Own) => ({ args: [self] }) } };
  assert.throws(() => pickle.dumps(new Own(), { classes: own }), pickle.PicklingError);
});

test('pickle.loads: text of an int has 4300 digits at most, as in Python', () => {
  assert.equal(pickle.loads(Buffer.from(`L${'9'.repeat(4300)}L\n.`)), BigInt('9'.repeat(4300)));
  refuse(`L${'9'.repeat(4301)}L\n.`, { reason: 'corrupt', opcode: 'LONG' });
});

test('pickle.loads: a list, dict or set is no key and no member', () => {
  for (const text of ['}]Ns.', '}}Ns.', '\x8f(]\x90.', '(]\x91.', '}\x8fNs.', '(]Nd.'])
    for (const dicts of ['map', 'object'] as const) refuse(text, {} as never, { dicts });
});

test('pickle.loads: extensions, persistent ids and buffers are refused unless they are given', () => {
  refuse('\x80\x02\x82\xf0.', { reason: 'forbidden', opcode: 'EXT1' });
  refuse('P5\n.', { reason: 'forbidden', opcode: 'PERSID' });
  refuse('K\x05Q.', { reason: 'forbidden', opcode: 'BINPERSID' });
  refuse('\x80\x05\x97.', { reason: 'corrupt', opcode: 'NEXT_BUFFER' });
});
