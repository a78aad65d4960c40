// A statement that the server has prepared, or is about to: its name there, its parameters, how its rows are read.

import type { Driver, Field } from '../wire/driver.ts';
import { rowReader } from '../values/decode.ts';
import type { Decoders, RowReader } from '../values/decode.ts';

/** On one line, its begin: for who prints what it belongs to. */
export function shownQuery(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

export class Statement {
  readonly text: string;
  /** Its name at the server; '' for one that lives only until the next. */
  readonly wireName: string;
  /** Types of the parameters, once the server has said them. */
  parameterTypes: readonly number[] | undefined = undefined;
  fields: readonly Field[] = [];
  /** The server was asked to prepare it before. */
  wasTried: boolean = false;
  #reader: RowReader | undefined = undefined;

  constructor(text: string, wireName: string) {
    this.text = text;
    this.wireName = wireName;
  }

  get isPrepared(): boolean {
    return this.parameterTypes !== undefined;
  }

  /** The server knows it no longer. */
  forget(): void {
    this.parameterTypes = undefined;
    this.#reader = undefined;
  }

  /** Types are read in another way from now on. */
  forgetReader(): void {
    this.#reader = undefined;
  }

  reader(driver: Driver, decoders: Decoders): RowReader {
    return (this.#reader ??= rowReader(driver, this.fields, decoders));
  }
}
