// Colours, where the host says that they are wanted: on a terminal that has them, unless NO_COLOR is set.

import { styleText } from 'node:util';

export type Format = 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan';

export type Style = (format: Format, text: string) => string;

export function styleFor(stream: NodeJS.WritableStream): Style {
  return (format, text) => styleText(format, text, { stream });
}
