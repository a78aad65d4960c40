// Text that comes in pieces, cut into lines, and each read as JSON.

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
  /** Up to here there is no end of the line. */
  #searched: number = 0;
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
    const mark =
      this.#position === 0 && this.#at === this.#text.length && text.startsWith('\ufeff') ? 1 : 0;
    this.#searched = this.#text.length - this.#at;
    this.#text = this.#searched === 0 ? text : this.#text.slice(this.#at) + text;
    this.#at = mark;
    this.#position += mark;
  }

  finish(): void {
    this.#finished = true;
  }

  next(): IteratorResult<T, undefined> | undefined {
    for (;;) {
      const newline = this.#text.indexOf('\n', Math.max(this.#at, this.#searched));
      const end = newline === -1 ? this.#text.length : newline;
      if (newline === -1 && !this.#finished) {
        this.#searched = end;
        if (end - this.#at <= this.#maxSize && !this.#drops) return undefined;
        this.#giveUp(end);
        return undefined;
      }
      if (newline === -1 && this.#at >= end) return { done: true, value: undefined };
      const from: DocumentPlace = { position: this.#position, line: this.#line, column: 1 };
      const text = this.#text.slice(this.#at, end);
      const dropped = this.#drops;
      this.#position += end + 1 - this.#at;
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
    const text = this.#text.slice(this.#at, end);
    const told = this.#drops;
    this.#drops = true;
    this.#position += end - this.#at;
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
