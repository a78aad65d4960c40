// Values for the tests of pickle: one of each kind, and random ones from a seed.

import { Float, pickle } from '../../../src/formats/formats.ts';
import { Random } from '../../../src/testing/random.ts';

export const samples: readonly unknown[] = [
  null,
  true,
  false,
  ...[0, 1, -1, 255, 256, 65_535, 65_536, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 2 ** 53 - 1, -(2 ** 53) + 1],
  ...[
    12_345_678_901_234_567_890n,
    -128n,
    2n ** 63n,
    -(2n ** 63n),
    2n ** 2040n,
    -(2n ** 2040n),
    2n ** 3000n,
  ],
  ...[0.5, -0, 1e300, 5e-324, 1e16, 1.5e-7, NaN, Infinity, -Infinity, new Float(1), new Float(1e16)],
  ...[
    '',
    'a',
    'text\n\\u\\',
    'ü'.repeat(300),
    '€😀\0\x1a\r',
    '\ud800',
    'x\udfff\ud83d',
    'x'.repeat(70_000),
  ],
  ...[[], [1], [1, [2, [3]]], Array.from({ length: 2001 }, (_, index) => index)],
  ...[pickle.Tuple.of(), pickle.Tuple.of(1), pickle.Tuple.of(1, 2, 3, 4)],
  new Map<unknown, unknown>(),
  new Map<unknown, unknown>([
    ['__proto__', 1],
    [2, pickle.Tuple.of(3)],
    [pickle.Tuple.of('k'), [null]],
  ]),
  new Map(Array.from({ length: 1500 }, (_, index) => [`key ${index}`, index])),
  ...[new Set(), new Set([1]), new pickle.FrozenSet(), new pickle.FrozenSet(['x'])],
  ...[
    Buffer.alloc(0),
    Buffer.from('bytes\xff', 'latin1'),
    Buffer.alloc(70_000, 7),
    new pickle.ByteArray(3),
  ],
  new pickle.Complex(1, -0.5),
  new pickle.Decimal('-1.50E+7'),
  new pickle.Fraction(-1n, 3n),
  new pickle.Uuid('12345678-1234-5678-1234-567812345678'),
  new pickle.Range(1, 10, 2),
  new pickle.Slice(1, null),
  new pickle.OrderedDict<string, unknown>([['a', [1]]]),
  new pickle.Counter([['a', 2]]),
  new pickle.DefaultDict(new pickle.PickledGlobal('builtins', 'list'), [['a', 1]]),
  pickle.Deque.bounded(3, [1, 2]),
  pickle.Deque.bounded(null, [1]),
  new pickle.DateOnly(2024, 2, 29),
  new pickle.TimeOnly({ hour: 23, microsecond: 999_999 }),
  new pickle.TimeDelta(-1, 5, 7),
  new pickle.TimeZone(new pickle.TimeDelta(0, 3600), 'CET'),
];

/** A value that lists, tuples, dicts and text of all kinds make up, the same for a seed. */
export function randomValue(seed: number): unknown {
  const draw = new Random(seed);
  const random = (): number => draw.next();
  const whole = (below: number): number => Math.floor(random() * below);
  const text = (): string =>
    Array.from({ length: whole(12) }, () => 'abcxyz é€😀\n\\'.slice(whole(10), 12))
      .join('')
      .slice(0, 40);
  const leaf = (): unknown =>
    [
      () => null,
      () => random() < 0.5,
      () => whole(300) - 20,
      () => whole(2 ** 40) - 2 ** 39,
      () => BigInt(whole(2 ** 50)) * BigInt(whole(2 ** 50)) + 2n ** 60n,
      () => random() * 1000 + 0.5,
      text,
      () => Buffer.from(Array.from({ length: 2 + whole(20) }, () => whole(256))),
    ][whole(8)]?.();
  const make = (depth: number): unknown => {
    if (depth === 0 || random() < 0.3) return leaf();
    const items = (): unknown[] => Array.from({ length: whole(5) }, () => make(depth - 1));
    const key = (index: number): unknown =>
      random() < 0.7 ? `k${index}${text()}` : pickle.Tuple.of<unknown>(index, text());
    return [
      items,
      () => pickle.Tuple.from(items()),
      () => new Map(items().map((item, index) => [key(index), item])),
      () => {
        const shared = make(depth - 1);
        return [shared, shared, { name: shared, again: text() }];
      },
    ][whole(4)]?.();
  };
  return make(5);
}
