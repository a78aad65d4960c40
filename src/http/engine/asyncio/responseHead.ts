// The head of a response, as text.
//
// 1. Fields come checked (exchange.ts). Those that say how long the body is and whether the connection goes on are the
//    engine's: what a program sets there counts as a wish or not at all.
// 2. The date is made once a second, with the first line of a plain 200.
// 3. Programs send the same few heads again and again: those that were composed last are kept, a place for each by what
//    tells them apart at the least cost, and given again as the same text, which the outbox has in its memory then.

import { STATUS_CODES } from 'node:http';
import type { FlatFields } from '../exchange.ts';

/** What the fields of the program say of what is the engine's. */
export interface Wishes {
  close: boolean;
  /** Its `content-length`; below zero where there is none. */
  size: number;
}

const wishes: Wishes = { close: false, size: -1 };

/** A head that was composed. */
interface Kept extends Wishes {
  readonly status: number;
  readonly statusText: string;
  readonly fields: FlatFields;
  /** The second it was of. */
  readonly second: number;
  readonly text: string;
  /** How often a head was kept in its place, in this second, since one of them was given again. */
  missed: number;
}

/** A place in which every head is another one is given up until the next second: keeping one costs, too. */
const MOST_MISSED = 8;
const MOST_KEPT = 16;
/** Fields of a head that is kept; one with more is another each time anyway. */
const MOST_FIELDS = 16;
const kept: (Kept | undefined)[] = Array.from({ length: MOST_KEPT });

/** The head of a response, without what says how its body is framed; for that see {@link lastWishes}. */
export function composeFields(status: number, statusText: string, fields: FlatFields): string {
  const { length } = fields;
  if (length > MOST_FIELDS) return composeAnew(status, statusText, fields);
  const place = (status + 3 * length + (length === 0 ? 0 : (fields[1] as string).length)) % MOST_KEPT;
  const known = kept[place];
  if (
    known?.second === second &&
    known.status === status &&
    known.statusText === statusText &&
    isSame(known.fields, fields)
  ) {
    known.missed = 0;
    wishes.close = known.close;
    wishes.size = known.size;
    return known.text;
  }
  const text = composeAnew(status, statusText, fields);
  const missed = known?.second === second ? known.missed + 1 : 0;
  if (missed <= MOST_MISSED)
    kept[place] = { status, statusText, fields: [...fields], second, text, missed, ...wishes };
  return text;
}

function isSame(one: FlatFields, other: FlatFields): boolean {
  if (one.length !== other.length) return false;
  // From the end: what changes stands behind what does not.
  for (let index = one.length - 1; index >= 0; index--) if (one[index] !== other[index]) return false;
  return true;
}

function composeAnew(status: number, statusText: string, fields: FlatFields): string {
  let dated = false;
  let text = '';
  wishes.close = false;
  wishes.size = -1;
  for (let index = 0; index < fields.length; index += 2) {
    const name = fields[index] as string;
    const value = fields[index + 1] as string;
    switch (name.length) {
      case 4:
        if (name === 'date') dated = true;
        break;
      case 10:
        if (name === 'connection') {
          if (/(?:^|,)[ \t]*close[ \t]*(?:,|$)/i.test(value)) wishes.close = true;
          continue;
        }
        if (name === 'keep-alive') continue;
        break;
      case 14:
        if (name === 'content-length') {
          if (/^[0-9]{1,15}$/.test(value)) wishes.size = Number(value);
          continue;
        }
        break;
      case 17:
        if (name === 'transfer-encoding') continue;
        break;
      default:
    }
    text += `${name}: ${value}\r\n`;
  }
  if (dated) return statusLine(status, statusText) + text;
  return (
    (status === 200 && statusText === '' ? okLine() : `${statusLine(status, statusText)}${dateLine()}`) +
    text
  );
}

/** What the fields that were composed last say of what is the engine's. */
export function lastWishes(): Readonly<Wishes> {
  return wishes;
}

function statusLine(status: number, statusText: string): string {
  const reason = statusText === '' ? (STATUS_CODES[status] ?? '') : statusText;
  return `HTTP/1.1 ${status} ${reason}\r\n`;
}

let second: number = -1;
let date: string = '';
let ok: string = '';

/** The time has gone on. */
export function tellTime(now: number): void {
  const seconds = Math.floor(now / 1000);
  if (seconds === second) return;
  second = seconds;
  date = `date: ${new Date(now).toUTCString()}\r\n`;
  ok = `HTTP/1.1 200 OK\r\n${date}`;
}

export function dateLine(): string {
  if (second < 0) tellTime(Date.now());
  return date;
}

function okLine(): string {
  if (second < 0) tellTime(Date.now());
  return ok;
}
