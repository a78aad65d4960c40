// Python's datetime module: fields as Python has them, to the microsecond.
//
// A Date of JavaScript's is an instant, and written as an aware datetime in UTC. The other way a datetime is a DateTime,
// because a Date has neither its microseconds nor its time zone.

import { InvalidArgumentError } from '../../../asyncio.ts';

/** The fields of a datetime; what is left out is 0. */
export interface DateTimeFields {
  year: number;
  month: number;
  day: number;
  hour?: number;
  minute?: number;
  second?: number;
  microsecond?: number;
  /** The second of two equal times when clocks go back. */
  fold?: 0 | 1;
  /** A {@link TimeZone}, null for a naive time, or what a class of yours made. */
  tzinfo?: unknown;
}

/** Python's datetime.datetime.
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * const bytes = pickle.dumps(new Date('2026-01-02T03:04:05.678Z'));
 * const when = pickle.loads(bytes) as pickle.DateTime;
 * console.log(when.microsecond, when.toDate().toISOString()); // -> 678000 2026-01-02T03:04:05.678Z
 * ```
 */
export class DateTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
  readonly fold: 0 | 1;
  readonly tzinfo: unknown;

  constructor(fields: DateTimeFields) {
    checkDate(fields.year, fields.month, fields.day);
    const time = new TimeOnly(fields);
    this.year = fields.year;
    this.month = fields.month;
    this.day = fields.day;
    this.hour = time.hour;
    this.minute = time.minute;
    this.second = time.second;
    this.microsecond = time.microsecond;
    this.fold = time.fold;
    this.tzinfo = time.tzinfo;
  }

  /** The instant in UTC of a Date. */
  static fromDate(date: Date): DateTime {
    const milliseconds = date.getTime();
    if (Number.isNaN(milliseconds)) throw new InvalidArgumentError('date', 'the Date is invalid');
    return new DateTime({
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      hour: date.getUTCHours(),
      minute: date.getUTCMinutes(),
      second: date.getUTCSeconds(),
      microsecond: date.getUTCMilliseconds() * 1000,
      tzinfo: UTC,
    });
  }

  /** As a Date, to the millisecond below. A naive one is taken for UTC.
   * @throws InvalidArgumentError where the time zone is none of a fixed offset */
  toDate(): Date {
    const { tzinfo } = this;
    if (tzinfo !== null && !(tzinfo instanceof TimeZone))
      throw new InvalidArgumentError('tzinfo', 'the offset of this time zone is not known');
    const date = new Date(0);
    date.setUTCFullYear(this.year, this.month - 1, this.day);
    date.setUTCHours(this.hour, this.minute, this.second, 0);
    const offset = tzinfo === null ? 0 : tzinfo.offset.toMicroseconds();
    date.setTime(date.getTime() + Math.floor((this.microsecond - offset) / 1000));
    return date;
  }
}

/** Python's datetime.date.
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * console.log((pickle.loads(pickle.dumps(new pickle.DateOnly(2026, 1, 2))) as pickle.DateOnly).day); // -> 2
 * ```
 */
export class DateOnly {
  readonly year: number;
  readonly month: number;
  readonly day: number;

  constructor(year: number, month: number, day: number) {
    checkDate(year, month, day);
    this.year = year;
    this.month = month;
    this.day = day;
  }
}

/** Python's datetime.time.
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * console.log((pickle.loads(pickle.dumps(new pickle.TimeOnly({ hour: 8 }))) as pickle.TimeOnly).hour); // -> 8
 * ```
 */
export class TimeOnly {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
  readonly fold: 0 | 1;
  readonly tzinfo: unknown;

  constructor(fields: Omit<DateTimeFields, 'year' | 'month' | 'day'>) {
    this.hour = within(fields.hour ?? 0, 'hour', 0, 23);
    this.minute = within(fields.minute ?? 0, 'minute', 0, 59);
    this.second = within(fields.second ?? 0, 'second', 0, 59);
    this.microsecond = within(fields.microsecond ?? 0, 'microsecond', 0, 999_999);
    this.fold = within(fields.fold ?? 0, 'fold', 0, 1) as 0 | 1;
    this.tzinfo = fields.tzinfo ?? null;
  }
}

/** Python's datetime.timedelta, normalised as there: only the days may be negative.
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * const hour = new pickle.TimeDelta(0, 3600);
 * console.log((pickle.loads(pickle.dumps(hour)) as pickle.TimeDelta).toMilliseconds()); // -> 3600000
 * ```
 */
export class TimeDelta {
  readonly days: number;
  readonly seconds: number;
  readonly microseconds: number;

  constructor(days: number = 0, seconds: number = 0, microseconds: number = 0) {
    for (const part of [days, seconds, microseconds])
      within(part, 'timedelta', -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    const allSeconds = seconds + Math.floor(microseconds / 1e6);
    this.microseconds = microseconds - Math.floor(microseconds / 1e6) * 1e6;
    this.seconds = allSeconds - Math.floor(allSeconds / 86_400) * 86_400;
    this.days = within(days + Math.floor(allSeconds / 86_400), 'days', -999_999_999, 999_999_999);
  }

  toMilliseconds(): number {
    return (this.days * 86_400 + this.seconds) * 1000 + this.microseconds / 1000;
  }

  /** Exact below 285 years. */
  toMicroseconds(): number {
    return (this.days * 86_400 + this.seconds) * 1e6 + this.microseconds;
  }
}

/** Python's datetime.timezone: a fixed offset, and a name where it was given one.
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * const zone = new pickle.TimeZone(new pickle.TimeDelta(0, 3600), 'CET');
 * console.log((pickle.loads(pickle.dumps(zone)) as pickle.TimeZone).name); // -> CET
 * ```
 */
export class TimeZone {
  readonly offset: TimeDelta;
  readonly name: string | undefined;

  constructor(offset: TimeDelta, name?: string) {
    if (!(offset instanceof TimeDelta) || Math.abs(offset.toMicroseconds()) >= 86_400e6)
      throw new InvalidArgumentError('offset', 'the offset of a TimeZone is a TimeDelta below a day');
    if (name !== undefined && typeof name !== 'string')
      throw new InvalidArgumentError('name', 'the name of a TimeZone is text');
    this.offset = offset;
    this.name = name;
  }
}

/** datetime.timezone.utc. */
export const UTC: TimeZone = new TimeZone(new TimeDelta());

function within(value: number, argument: string, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new InvalidArgumentError(
    argument,
    `${argument} is a whole number from ${least} to ${most}, not ${value}`,
  );
}

function checkDate(year: number, month: number, day: number): void {
  within(year, 'year', 1, 9999);
  within(month, 'month', 1, 12);
  const last = month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  within(day, 'day', 1, last);
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}
