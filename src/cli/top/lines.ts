// A line of the screen: pieces of text with the roles that they play. How a role looks is draw.ts's.

import type { SeenFrame } from '../../lowlevel.ts';
import { harmless } from '../../lowlevel.ts';
import { cut, widthOf } from '../terminal/text.ts';

export type Role = 'plain' | 'strong' | 'dim' | 'good' | 'warn' | 'bad' | 'head' | 'cursor' | 'key';

export interface Span {
  readonly text: string;
  readonly role: Role;
}

export type Line = readonly Span[];

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export const plain = (text: string): Span => ({ text, role: 'plain' });
export const as = (role: Role, text: string): Span => ({ text, role });

/** One piece of the program's own text, in at most `columns`. */
export const oneLine = (text: string, columns: number, role: Role = 'plain'): Line => [
  as(role, cut(harmless(text), columns)),
];

/** The line in at most `columns`. */
export function clip(line: Line, columns: number): Line {
  let left = columns;
  return line.flatMap(({ text, role }) => {
    const kept = cut(text, left);
    left -= widthOf(kept);
    return kept === '' ? [] : [{ text: kept, role }];
  });
}

/** The file's last two parts: the rest is the same everywhere. */
export function shortPlace({ file, line }: SeenFrame): string {
  return `${file
    .replace(/^file:\/\//, '')
    .split('/')
    .slice(-2)
    .join('/')}:${line}`;
}
