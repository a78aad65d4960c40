// The head of a response, as text.
//
// 1. Fields come checked (exchange.ts). Those that say how long the body is and whether the connection goes on are the
//    engine's: what a program sets there counts as a wish or not at all.
// 2. The date is made once a second, with the first line of a plain 200.

import { STATUS_CODES } from 'node:http';
import type { FlatFields } from '../exchange.ts';

/** What the fields of the program say of what is the engine's. */
export interface Wishes {
  close: boolean;
  /** Its `content-length`; below zero where there is none. */
  size: number;
}

const wishes: Wishes = { close: false, size: -1 };

/** The head that was composed last, without what says how the body is framed. Read it before the next one. */
export function composeFields(status: number, statusText: string, fields: FlatFields): string {
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
