// The classes of Python's standard library that are data, and how they are made. What a hostile pickle can do with them
// is to make such data: none of them takes a size, opens, imports or calls anything.

import { Float, isInt } from '../../float.ts';
import { InvalidArgumentError } from '../../../asyncio.ts';
import {
  ByteArray,
  Counter,
  DefaultDict,
  PickledDeque,
  FrozenSet,
  OrderedDict,
  PickledGlobal,
  Tuple,
} from '../values/containers.ts';
import { Complex, Decimal, Fraction, PurePath, Range, Slice, Uuid } from '../values/numbers.ts';
import type { PathKind } from '../values/numbers.ts';
import type { AnyPickleClass } from './pickleClass.ts';
import { dateClasses } from './standardDates.ts';

/** Types that a pickle may name, as the factory of a defaultdict is, and not call. */
const named = ['int', 'float', 'str', 'bool', 'object', 'type'];

/** By module and name. */
export const standardClasses: ReadonlyMap<string, AnyPickleClass> = new Map<string, AnyPickleClass>([
  ...named.map((name) => [`builtins.${name}`, {}] as const),
  ['builtins.list', { load: (args) => [...itemsOf(args)] }],
  ['builtins.dict', { load: (args) => new Map(entriesOf(args)) }],
  ['builtins.set', { load: (args) => new Set(itemsOf(args)) }],
  ['builtins.frozenset', { type: FrozenSet, load: (args) => new FrozenSet(itemsOf(args)) }],
  ['builtins.tuple', {}],
  ['builtins.bytes', { load: (args) => bytesOf(args) }],
  ['builtins.bytearray', { load: (args) => new ByteArray(bytesOf(args)) }],
  [
    '_codecs.encode',
    {
      load([text, encoding]): Uint8Array {
        if (typeof text !== 'string') throw refused('_codecs.encode');
        return encode(text, encoding);
      },
    },
  ],
  [
    'builtins.complex',
    {
      type: Complex,
      load: ([real = 0, imag = 0]) => new Complex(Number(real), Number(imag)),
      dump: ({ real, imag }: Complex) => ({ args: [new Float(real), new Float(imag)] }),
    },
  ],
  ['builtins.range', { type: Range, load: (args) => rangeOf(args), dump: rangeArgs }],
  [
    'builtins.slice',
    { type: Slice, load: ([start, stop, step]) => new Slice(start, stop, step), dump: rangeArgs },
  ],
  [
    'decimal.Decimal',
    {
      type: Decimal,
      load: ([text]) => new Decimal(text as string),
      dump: ({ text }: Decimal) => ({ args: [text] }),
    },
  ],
  [
    'fractions.Fraction',
    {
      type: Fraction,
      load: (args) => fractionOf(args),
      dump: ({ numerator, denominator }: Fraction) => ({ args: [numerator, denominator] }),
    },
  ],
  [
    'uuid.UUID',
    {
      type: Uuid,
      load: () => new Uuid('0'.repeat(32)),
      setState: (uuid: Uuid, state) => Uuid.fill(uuid, member(state, 'int')),
      dump: (uuid: Uuid) => ({ isNew: true, state: new Map([['int', uuid.toBigInt()]]) }),
    },
  ],
  [
    'collections.OrderedDict',
    {
      type: OrderedDict,
      load: (args) => new OrderedDict(entriesOf(args)),
      dump: (dict: OrderedDict) => ({ args: [], entries: dict }),
    },
  ],
  [
    'collections.Counter',
    {
      type: Counter,
      load: (args) => new Counter(entriesOf(args)),
      dump: (counts: Counter) => ({ args: [new Map(counts)] }),
    },
  ],
  [
    'collections.defaultdict',
    {
      type: DefaultDict,
      load: ([factory = null]) => {
        if (factory !== null && !(factory instanceof PickledGlobal)) throw refused('defaultdict');
        return new DefaultDict(factory);
      },
      dump: (dict: DefaultDict) => ({
        args: dict.defaultFactory === null ? [] : [dict.defaultFactory],
        entries: dict,
      }),
    },
  ],
  [
    'collections.deque',
    {
      type: PickledDeque,
      load: ([items = [], maxlen = null]) => {
        if (maxlen !== null && !(typeof maxlen === 'number' && isInt(maxlen) && maxlen >= 0))
          throw refused('deque');
        return PickledDeque.bounded(maxlen, itemsOf([items]));
      },
      append: (deque: PickledDeque, item) => void deque.push(item),
      dump: (deque: PickledDeque) => ({
        args: deque.maxlen === null ? [] : [NO_ITEMS, deque.maxlen],
        items: deque,
      }),
    },
  ],
  ...paths('pathlib'),
  // Where they are in Python 3.13.
  ...paths('pathlib._local').map(([name, { load = () => null }]) => [name, { load }] as const),
  ...dateClasses,
]);

function paths(module: string): (readonly [string, AnyPickleClass])[] {
  const kinds: PathKind[] = ['PurePosixPath', 'PosixPath', 'PureWindowsPath', 'WindowsPath'];
  return kinds.map((kind, index) => [
    `${module}.${kind}`,
    {
      // One for all kinds, by the first: `dump` names the kind itself.
      ...(index === 0 && module === 'pathlib' ? { type: PurePath } : {}),
      load: (parts) => new PurePath(joined(parts, kind.includes('Windows') ? '\\' : '/'), kind),
      dump: (path: PurePath) => ({ call: `pathlib.${path.kind}`, args: [path.path] }),
    },
  ]);
}

/** The parts of a path, of which a root ends with the separator. */
function joined(parts: readonly unknown[], separator: string): string {
  let path = '';
  for (const part of parts) {
    if (typeof part !== 'string') throw refused('a path');
    path += path === '' || path.endsWith(separator) ? part : separator + part;
  }
  return path === '' ? '.' : path;
}

function rangeOf(args: readonly unknown[]): Range {
  const [start, stop, step] = args as [number, number, number];
  return args.length === 1 ? new Range(0, start) : new Range(start, stop, step);
}

function rangeArgs({ start, stop, step }: Range | Slice): { args: unknown[] } {
  return { args: [start, stop, step] };
}

function fractionOf([first, second]: readonly unknown[]): Fraction {
  if (typeof first !== 'string')
    return new Fraction(whole(first), second === undefined ? 1n : whole(second));
  const [, numerator = '', denominator = '1'] = /^([+-]?\d{1,4300})(?:\/(\d{1,4300}))?$/.exec(first) ?? [];
  if (numerator === '') throw refused('Fraction');
  return new Fraction(BigInt(numerator), BigInt(denominator));
}

function whole(value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  throw refused('Fraction');
}

const EMPTY: readonly unknown[] = Object.freeze([]);
const NO_ITEMS: Tuple = Tuple.of();

/** The items of the one argument, where there is one. */
function itemsOf(args: readonly unknown[]): Iterable<unknown> {
  const [items = EMPTY] = args;
  if (args.length > 1 || !(Array.isArray(items) || items instanceof Set)) throw refused('its class');
  return items as Iterable<unknown>;
}

function entriesOf(args: readonly unknown[]): Iterable<[unknown, unknown]> {
  const [entries = EMPTY] = args;
  if (entries instanceof Map) return entries as Map<unknown, unknown>;
  if (Array.isArray(entries) && entries.every((entry) => Array.isArray(entry) && entry.length === 2))
    return entries as [unknown, unknown][];
  if (typeof entries === 'object' && entries !== null && !Array.isArray(entries))
    return Object.entries(entries);
  throw refused('a dict');
}

function bytesOf(args: readonly unknown[]): Uint8Array {
  const [first = EMPTY, encoding] = args;
  if (typeof first === 'string') return encode(first, encoding);
  if (first instanceof Uint8Array) return Buffer.from(first);
  if (Array.isArray(first)) return Buffer.from(first.map((one) => byteOf(one)));
  // A size would be memory for nothing.
  throw refused('bytes');
}

function byteOf(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255) return value;
  throw refused('bytes');
}

/** Text whose characters are bytes, as protocols 0 to 2 have bytes of Python 3. */
function encode(text: string, encoding: unknown): Uint8Array {
  const wanted = typeof encoding === 'string' ? encoding.toLowerCase().replaceAll(/[-_]/g, '') : '';
  if (wanted === 'utf8') return Buffer.from(text);
  if (!/^(latin1|iso88591|ascii)$/.test(wanted) || /[^\0-\u00ff]/.test(text))
    throw refused('_codecs.encode');
  return Buffer.from(text, 'latin1');
}

/** An item of a dict, be it a Map or an object. */
function member(state: unknown, name: string): unknown {
  if (state instanceof Map) return state.get(name);
  return typeof state === 'object' && state !== null && Object.hasOwn(state, name)
    ? (state as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function refused(what: string): InvalidArgumentError {
  return new InvalidArgumentError('args', `${what} is not made of such arguments`);
}
