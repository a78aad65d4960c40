// Text that comes in pieces, cut into lines, and each read as JSON. A line that goes over many pieces is put together once,
// when its end has come: what a small piece costs does not depend on what came before it.

import { JSONDecodeError } from '../json/jsonDecodeError.ts';
import type { DocumentPlace } from '../json/jsonDecodeError.ts';
import { loadText } from '../json/loads.ts';
import type { JsonLoadSettings } from '../json/loadOptions.ts';
import { skipSpace } from '../json/parseJson.ts';
import type { Cutter } from '../source/pulledValues.ts';

type OnError = 'raise' | 'skip' | ((error: JSONDecodeError) => void);

export class LineCutter<T> implements Cutter<T> {
  readonly #settings: JsonLoadSettings;
  readonly #maxSize: number;
  readonly #onError: OnError;
  #text: string = '';
  #at: number = 0;
  /** What came before of the line that begins the text. */
  #held: string[] = [];
  #heldSize: number = 0;
  #position: number = 0;
  #line: number = 1;
  #finished: boolean = false;
  /** The line was given up as too long, and its end has not come. */
  #drops: boolean = false;

  constructor(settings: JsonLoadSettings, maxSize: number, onError: OnError) {
    this.#settings = settings;
    this.#maxSize = maxSize;
    this.#onError = onError;
  }

  feed(text: string): void {
    const rest = this.#text.slice(this.#at);
    if (rest !== '') {
      this.#held.push(rest);
      this.#heldSize += rest.length;
    }
    const isFirst = this.#position === 0 && this.#heldSize === 0;
    this.#text = text;
    this.#at = isFirst && text.startsWith('\ufeff') ? 1 : 0;
    this.#position += this.#at;
  }

  finish(): void {
    this.#finished = true;
  }

  next(): IteratorResult<T, undefined> | undefined {
    for (;;) {
      const newline = this.#text.indexOf('\n', this.#at);
      const end = newline === -1 ? this.#text.length : newline;
      const size = this.#heldSize + end - this.#at;
      if (newline === -1 && !this.#finished) {
        if (size > this.#maxSize || this.#drops) this.#giveUp(end);
        return undefined;
      }
      if (newline === -1 && size === 0) return { done: true, value: undefined };
      const from: DocumentPlace = { position: this.#position, line: this.#line, column: 1 };
      const text = this.#takeTo(end);
      const dropped = this.#drops;
      this.#position += size + 1;
      this.#at = newline === -1 ? end : end + 1;
      this.#line++;
      this.#drops = false;
      if (dropped || skipSpace(text, 0) === text.length) continue;
      try {
        return { done: false, value: this.#load(text, from) as T };
      } catch (error) {
        this.#failed(error);
      }
    }
  }

  /** The line up to there. */
  #takeTo(end: number): string {
    const last = this.#text.slice(this.#at, end);
    if (this.#heldSize === 0) return last;
    const text = this.#held.join('') + last;
    this.#held = [];
    this.#heldSize = 0;
    return text;
  }

  #load(text: string, from: DocumentPlace): unknown {
    if (text.length > this.#maxSize) throw this.#tooLong(text, from);
    try {
      return loadText(text, this.#settings);
    } catch (error) {
      if (!(error instanceof JSONDecodeError)) throw error;
      throw new JSONDecodeError(error.msg, text, error.pos, { from });
    }
  }

  /** Drops what has come of a line that is too long. */
  #giveUp(end: number): void {
    const from = { position: this.#position, line: this.#line, column: 1 };
    const text = this.#takeTo(end);
    const told = this.#drops;
    this.#drops = true;
    this.#position += text.length;
    this.#at = end;
    if (!told) this.#failed(this.#tooLong(text, from));
  }

  #tooLong(text: string, from: DocumentPlace): JSONDecodeError {
    return new JSONDecodeError(`line longer than the limit (${this.#maxSize})`, text, 0, { from });
  }

  #failed(error: unknown): void {
    if (!(error instanceof JSONDecodeError) || this.#onError === 'raise') throw error;
    if (this.#onError !== 'skip') this.#onError(error);
  }
}
