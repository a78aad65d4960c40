// Draws lines on the terminal, by Ink.

import process from 'node:process';
import { Box, render, Text } from 'ink';
import type { Instance, TextProps } from 'ink';
import { createElement } from 'react';
import type { ReactElement } from 'react';
import type { Line, Role, Size } from './lines.ts';

const COLOURS: Record<Role, TextProps> = {
  plain: {},
  strong: { bold: true },
  dim: { dimColor: true },
  good: { color: 'green' },
  warn: { color: 'yellow' },
  bad: { color: 'red', bold: true },
  head: { color: 'black', backgroundColor: 'green' },
  cursor: { color: 'black', backgroundColor: 'cyan' },
  key: { color: 'black', backgroundColor: 'cyan' },
};

const ENTER = '\u001b[?1049h\u001b[H\u001b[2J';
const LEAVE = '\u001b[?1049l';

/** The whole terminal, until it is closed. */
export class Drawing {
  readonly #app: Instance;
  readonly #colours: boolean;

  constructor() {
    const { stdout } = process;
    this.#colours = stdout.hasColors();
    stdout.write(ENTER);
    this.#app = render(createElement(Text), { exitOnCtrlC: false, patchConsole: false });
  }

  get size(): Size {
    // Ink clears everything before each frame that is as high as the terminal: it would flicker.
    return { columns: process.stdout.columns, rows: process.stdout.rows - 1 };
  }

  draw(lines: readonly Line[]): void {
    this.#app.rerender(
      createElement(
        Box,
        { flexDirection: 'column' },
        ...lines.map((line, index) => this.#line(line, index)),
      ),
    );
  }

  close(): void {
    this.#app.unmount();
    process.stdout.write(LEAVE);
  }

  #line(line: Line, index: number): ReactElement {
    // An empty line would have no height.
    if (line.length === 0) return createElement(Text, { key: index }, ' ');
    const spans = line.map(({ text, role }, at) =>
      createElement(Text, { key: at, ...(this.#colours ? COLOURS[role] : {}) }, this.#marked(text, role)),
    );
    return createElement(Text, { key: index, wrap: 'truncate' }, ...spans);
  }

  /** Without colours the cursor is a mark. With them a bar goes to the end of its line, where Ink takes spaces away. */
  #marked(text: string, role: Role): string {
    if (!this.#colours) return role === 'cursor' ? `>${text.slice(1)}` : text;
    return role === 'cursor' || role === 'head' ? text.replaceAll(' ', '\u00a0') : text;
  }
}
