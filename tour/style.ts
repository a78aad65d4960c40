// Colours, where they are wanted: on a terminal, unless NO_COLOR is set (https://no-color.org).

import { styleText } from 'node:util';
import type { Output } from './terminal.ts';

export type Format = 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan';

export type Style = (format: Format, text: string) => string;

export function styleFor(output: Output, env: Readonly<Record<string, string | undefined>>): Style {
  const wanted = output.isTTY === true && env['TERM'] !== 'dumb' && (env['NO_COLOR'] ?? '') === '';
  return wanted ? (format, text) => styleText(format, text, { validateStream: false }) : noStyle;
}

export const noStyle: Style = (_format, text) => text;
