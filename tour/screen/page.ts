// How the report is to look.

import type { Style } from './style.ts';

export interface Page {
  /** Columns that a line may take. */
  readonly width: number;
  readonly style: Style;
}
