// The classes of Python's datetime module: their state is a few bytes, as C has them.

import { InvalidArgumentError } from '../../../asyncio.ts';
import { DateOnly, DateTime, TimeDelta, TimeOnly, TimeZone } from '../values/dates.ts';
import type { AnyPickleClass } from './pickleClass.ts';

export const dateClasses: readonly (readonly [string, AnyPickleClass])[] = [
  [
    'datetime.datetime',
    {
      type: DateTime,
      load: ([first, tzinfo = null, ...rest]) => {
        const state = stateBytes(first, 10);
        if (state === undefined) return ofNumbers([first, tzinfo, ...rest]);
        return new DateTime({
          ...dateFrom(state),
          ...timeFrom(state, 4, (state[2] as number) >> 7),
          tzinfo,
        });
      },
      dump: (one: DateTime, protocol) =>
        withZone([...dateBytes(one, protocol), ...timeBytes(one)], one.tzinfo),
    },
  ],
  [
    'datetime.date',
    {
      type: DateOnly,
      load: ([first, month, day]) => {
        const state = stateBytes(first, 4);
        if (state === undefined) return new DateOnly(first as number, month as number, day as number);
        return new DateOnly(state.readUInt16BE(0), state[2] as number, state[3] as number);
      },
      dump: (one: DateOnly) => ({ args: [Buffer.from(dateBytes(one, 0))] }),
    },
  ],
  [
    'datetime.time',
    {
      type: TimeOnly,
      load: ([first, tzinfo = null]) => {
        const state = stateBytes(first, 6);
        if (state === undefined) throw refused();
        return new TimeOnly({ ...timeFrom(state, 0, (state[0] as number) >> 7), tzinfo });
      },
      dump: (one: TimeOnly, protocol) => {
        const bytes = timeBytes(one);
        if (one.fold === 1 && protocol > 3) bytes[0] = (bytes[0] as number) | 0x80;
        return withZone(bytes, one.tzinfo);
      },
    },
  ],
  [
    'datetime.timedelta',
    {
      type: TimeDelta,
      load: ([days = 0, seconds = 0, microseconds = 0]) =>
        new TimeDelta(days as number, seconds as number, microseconds as number),
      dump: ({ days, seconds, microseconds }: TimeDelta) => ({ args: [days, seconds, microseconds] }),
    },
  ],
  [
    'datetime.timezone',
    {
      type: TimeZone,
      load: ([offset, name]) => new TimeZone(offset as TimeDelta, name as string | undefined),
      dump: ({ offset, name }: TimeZone) => ({ args: name === undefined ? [offset] : [offset, name] }),
    },
  ],
];

/** The state where the argument is one; Python 2 wrote it as text. */
function stateBytes(first: unknown, length: number): Buffer | undefined {
  const bytes = typeof first === 'string' ? Buffer.from(first, 'latin1') : first;
  if (!(bytes instanceof Uint8Array)) return undefined;
  if (bytes.length !== length) throw refused();
  return Buffer.from(bytes);
}

function ofNumbers(args: readonly unknown[]): DateTime {
  const [year, month, day, hour, minute, second, microsecond, tzinfo] = args as number[];
  return new DateTime({
    ...({ year, month, day } as { year: number; month: number; day: number }),
    hour: hour ?? 0,
    minute: minute ?? 0,
    second: second ?? 0,
    microsecond: microsecond ?? 0,
    tzinfo: tzinfo ?? null,
  });
}

function dateFrom(state: Buffer): { year: number; month: number; day: number } {
  return { year: state.readUInt16BE(0), month: (state[2] as number) & 0x7f, day: state[3] as number };
}

function timeFrom(
  state: Buffer,
  at: number,
  fold: number,
): { hour: number; minute: number; second: number; microsecond: number; fold: 0 | 1 } {
  return {
    hour: (state[at] as number) & 0x7f,
    minute: state[at + 1] as number,
    second: state[at + 2] as number,
    microsecond: state.readUIntBE(at + 3, 3),
    fold: fold as 0 | 1,
  };
}

/** The fold is the highest bit of the month, from protocol 4 on. */
function dateBytes(
  one: { year: number; month: number; day: number; fold?: number },
  protocol: number,
): number[] {
  const fold = protocol > 3 && one.fold === 1 ? 0x80 : 0;
  return [one.year >> 8, one.year & 0xff, one.month | fold, one.day];
}

function timeBytes({ hour, minute, second, microsecond }: DateTime | TimeOnly): number[] {
  return [hour, minute, second, microsecond >> 16, (microsecond >> 8) & 0xff, microsecond & 0xff];
}

function withZone(bytes: readonly number[], tzinfo: unknown): { args: unknown[] } {
  const state = Buffer.from(bytes);
  return { args: tzinfo === null ? [state] : [state, tzinfo] };
}

function refused(): InvalidArgumentError {
  return new InvalidArgumentError('args', 'this is no state of a date or time');
}
