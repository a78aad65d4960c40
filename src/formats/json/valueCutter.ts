// JSON that comes in pieces, cut into values: the items of an array, the entries of an object, or values one behind the
// other. What is held is one value and the piece that it came with.
//
// 1. A value is looked over once, for where it ends, and put together and read when it is complete: what a small piece costs
//    does not depend on what came before it. Whether the value is right is found out then.
// 2. Errors have Python's words and the place in the whole document.
// 3. After an error nothing more comes: where a value that is wrong ends can't be told.

import { JSONDecodeError, placeIn } from './jsonDecodeError.ts';
import type { DocumentPlace } from './jsonDecodeError.ts';
import { loadText } from './loads.ts';
import type { JsonLoadSettings } from './loadOptions.ts';
import { skipSpace } from './parseJson.ts';
import type { Cutter } from '../source/pulledValues.ts';

/** How the values stand in the document. */
export type Layout = 'items' | 'entries' | 'values';

const BEFORE = 0;
const FIRST = 1;
const VALUE = 2;
const NAME = 3;
const COLON = 4;
const BEHIND = 5;
const END = 6;
const OVER = 7;

const QUOTE = 34;
const BACKSLASH = 92;

export class ValueCutter<T> implements Cutter<T> {
  readonly #layout: Layout;
  readonly #settings: JsonLoadSettings;
  readonly #maxSize: number;
  #text: string = '';
  #at: number = 0;
  /** What came before of the value that begins the text. */
  #held: string[] = [];
  #heldSize: number = 0;
  /** Of the first character that is held, or else of the text. */
  #place: DocumentPlace = { position: 0, line: 1, column: 1 };
  #state: number;
  #finished: boolean = false;
  #name: unknown = undefined;
  // Where the look over the value that begins at #at has come.
  #seen: number = 0;
  #depth: number = 0;
  #inString: boolean = false;
  #escaped: boolean = false;

  constructor(layout: Layout, settings: JsonLoadSettings, maxSize: number) {
    this.#layout = layout;
    this.#settings = settings;
    this.#maxSize = maxSize;
    this.#state = layout === 'values' ? VALUE : BEFORE;
  }

  feed(text: string): void {
    if (this.#heldSize === 0) this.#place = placeIn(this.#text, this.#at, this.#place);
    const rest = this.#text.slice(this.#at);
    if (rest !== '') {
      this.#held.push(rest);
      this.#heldSize += rest.length;
    }
    this.#text = text;
    this.#at = this.#seen = 0;
  }

  finish(): void {
    this.#finished = true;
  }

  next(): IteratorResult<T, undefined> | undefined {
    try {
      return this.#next();
    } catch (error) {
      this.#state = OVER;
      throw error;
    }
  }

  #next(): IteratorResult<T, undefined> | undefined {
    const [begin, end] = this.#layout === 'items' ? '[]' : '{}';
    for (;;) {
      if (this.#state === OVER) return { done: true, value: undefined };
      const begun = this.#heldSize > 0;
      if (!begun && this.#depth === 0 && this.#seen <= this.#at) this.#at = skipSpace(this.#text, this.#at);
      const character = this.#text[this.#at];
      if (character === undefined && !this.#finished) return undefined;
      switch (this.#state) {
        case BEFORE:
          if (character !== begin) throw this.#error('Expecting value');
          this.#at++;
          this.#state = FIRST;
          break;
        case FIRST:
          this.#state = this.#layout === 'items' ? VALUE : NAME;
          if (character !== end) break;
          this.#at++;
          this.#state = END;
          break;
        case NAME: {
          if (!begun && character !== '"')
            throw this.#error('Expecting property name enclosed in double quotes');
          const name = this.#take();
          if (name === undefined) return undefined;
          this.#name = name.value;
          this.#state = COLON;
          break;
        }
        case COLON:
          if (character !== ':') throw this.#error("Expecting ':' delimiter");
          this.#at++;
          this.#state = VALUE;
          break;
        case VALUE: {
          if (!begun && character === undefined && this.#layout === 'values') {
            this.#state = OVER;
            break;
          }
          const taken = this.#take();
          if (taken === undefined) return undefined;
          if (this.#layout !== 'values') this.#state = BEHIND;
          const value = this.#layout === 'entries' ? [this.#name, taken.value] : taken.value;
          return { done: false, value: value as T };
        }
        case BEHIND:
          if (character !== end && character !== ',') throw this.#error("Expecting ',' delimiter");
          this.#at++;
          this.#state = character === end ? END : this.#layout === 'items' ? VALUE : NAME;
          break;
        default:
          if (character !== undefined) throw this.#error('Extra data');
          this.#state = OVER;
      }
    }
  }

  /** The value that begins here, or undefined while it isn't complete. */
  #take(): { readonly value: unknown } | undefined {
    const end = this.#end();
    const stop = end ?? this.#text.length;
    const size = this.#heldSize + stop - this.#at;
    if (end === undefined && size <= this.#maxSize && !this.#finished) return undefined;
    if (size > this.#maxSize) throw this.#error(`value larger than the limit (${this.#maxSize})`);
    const last = this.#text.slice(this.#at, stop);
    const text = this.#heldSize === 0 ? last : this.#held.join('') + last;
    const value = this.#load(text);
    if (this.#heldSize > 0) {
      this.#place = placeIn(text, text.length, this.#place);
      this.#text = this.#text.slice(stop);
      this.#held = [];
      this.#heldSize = this.#at = this.#seen = 0;
    } else this.#at = this.#seen = stop;
    this.#depth = 0;
    this.#inString = this.#escaped = false;
    // A number at the end of what was cut off may be half of one.
    if (end === undefined) throw this.#error("Expecting ',' delimiter");
    return { value };
  }

  #load(text: string): unknown {
    try {
      return loadText(text, this.#settings);
    } catch (error) {
      if (!(error instanceof JSONDecodeError)) throw error;
      throw new JSONDecodeError(error.msg, text, error.pos, { from: this.#here() });
    }
  }

  /** Where the value ends, as far as brackets and quotes tell. */
  #end(): number | undefined {
    const text = this.#text;
    const begun = this.#held[0];
    const start = begun === undefined ? this.#at : -1;
    let at = Math.max(this.#seen, this.#at);
    const first = (begun ?? text).charCodeAt(Math.max(start, 0));
    const isScalar = first !== QUOTE && first !== 91 && first !== 123;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (code === BACKSLASH) this.#escaped = true;
        else if (code === QUOTE) {
          this.#inString = false;
          if (this.#depth === 0) return at + 1;
        }
      } else if (isScalar) {
        if (at > start && endsScalar(code)) return at;
      } else if (code === QUOTE) this.#inString = true;
      else if (code === 91 || code === 123) this.#depth++;
      else if ((code === 93 || code === 125) && --this.#depth === 0) return at + 1;
    }
    this.#seen = at;
    return isScalar && this.#finished && this.#layout === 'values' ? at : undefined;
  }

  #here(): DocumentPlace {
    return this.#heldSize > 0 ? this.#place : placeIn(this.#text, this.#at, this.#place);
  }

  #error(msg: string): JSONDecodeError {
    return new JSONDecodeError(msg, this.#held.join('') + this.#text, this.#at, { from: this.#place });
  }
}

/** Space, a comma, a colon, or a bracket or quote of what comes next. */
function endsScalar(code: number): boolean {
  return (
    code === 44 ||
    code === 93 ||
    code === 125 ||
    code === 32 ||
    code === 10 ||
    code === 13 ||
    code === 9 ||
    code === QUOTE ||
    code === 91 ||
    code === 123 ||
    code === 58
  );
}
