// The title of a section of the report.

import type { Page } from './page.ts';
import { displayWidth, wrap } from './text.ts';

/** A title and what there is to say about it: on one line, or on two. */
export function heading(title: string, facts: string, { width, style }: Page): string[] {
  if (displayWidth(title) + 2 + displayWidth(facts) <= width) return [`${style('bold', title)}  ${facts}`];
  return [style('bold', title), ...wrap(facts, width - 2).map((line) => `  ${line}`)];
}
