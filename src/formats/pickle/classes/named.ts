// Named tuples and enumerations: the two kinds of classes that programs have most of, and whose members are known.

import { Tuple } from '../values/containers.ts';
import { InvalidArgumentError } from '../../../asyncio.ts';
import type { AnyPickleClass } from './pickleClass.ts';

/** A namedtuple of Python's with these fields: its values are tuples that have the fields as properties.
 * @throws InvalidArgumentError when a pickle has another number of them
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * const Point = pickle.namedTuple(['x', 'y']);
 * const classes = { 'app.Point': Point };
 * const bytes = pickle.dumps(Point.of(1, 2), { classes });
 * const point = pickle.loads(bytes, { classes }) as ReturnType<typeof Point.of>;
 * console.log(point.x, point[1]); // -> 1 2
 * ```
 */
export function namedTuple<const F extends string>(fields: readonly F[]): NamedTuple<F> {
  class Named extends Tuple {}
  for (const [index, field] of fields.entries())
    Object.defineProperty(Named.prototype, field, {
      get(this: readonly unknown[]): unknown {
        return this[index];
      },
    });
  const of = (...items: unknown[]): Tuple & Readonly<Record<F, unknown>> => {
    if (items.length !== fields.length)
      throw new InvalidArgumentError('args', `${fields.length} values are wanted, not ${items.length}`);
    const tuple = new Named();
    for (const item of items) tuple.push(item);
    return Object.freeze(tuple) as unknown as Tuple & Readonly<Record<F, unknown>>;
  };
  return {
    of,
    type: Named,
    load: (args, kwargs) => of(...args, ...fields.slice(args.length).map((field) => kwargs.get(field))),
    dump: (tuple: Tuple) => ({ isNew: true, args: tuple.slice() }),
  };
}

export interface NamedTuple<F extends string> extends AnyPickleClass {
  /** Makes one of the values of its fields, in order. */
  of(...items: unknown[]): Tuple & Readonly<Record<F, unknown>>;
}

/** A member of an {@link enumeration}. */
export interface EnumMember {
  readonly name: string;
  readonly value: unknown;
}

/** An Enum of Python's with these members, whose values are numbers or text; its members are in `members`.
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * const Color = pickle.enumeration({ RED: 1, BLUE: 2 });
 * const classes = { 'app.Color': Color };
 * const bytes = pickle.dumps(Color.members.RED, { classes });
 * console.log(pickle.loads(bytes, { classes }) === Color.members.RED); // -> true
 * ```
 */
export function enumeration<const M extends Readonly<Record<string, number | string>>>(
  values: M,
): AnyPickleClass & { readonly members: Readonly<Record<keyof M, EnumMember>> } {
  class Member implements EnumMember {
    readonly name: string;
    readonly value: unknown;
    constructor(name: string, value: unknown) {
      this.name = name;
      this.value = value;
      Object.freeze(this);
    }
  }
  const all = Object.entries(values).map(([name, value]) => new Member(name, value));
  const byValue = new Map(all.map((member) => [member.value, member]));
  return {
    members: Object.freeze(Object.fromEntries(all.map((member) => [member.name, member]))) as never,
    type: Member,
    load([value]): Member {
      const member = byValue.get(value);
      if (member === undefined) throw new InvalidArgumentError('args', 'the enumeration has no such value');
      return member;
    },
    dump: (member: Member) => ({ args: [member.value] }),
  };
}
