// Headers that cost little: a list of names and values, checked when they are put in. They stand in for the platform's
// `Headers`, which hold each value in several objects and are walked through three layers.
//
// 1. Names are lower case, values without white space around them and without CR, LF and NUL; bad ones are a TypeError,
//    where they come in: nothing that was put in here can break out of a response's head.
// 2. What comes from a request's head was checked by the engine and is taken as it is.
// 3. Iterating gives what the platform's does: sorted by name, one entry for each, `set-cookie` apart.

import { standInFor } from './standIn.ts';

const NativeHeaders: typeof Headers = globalThis.Headers;

const NAME = /^[!#$%&'*+\-.^`|~\w]+$/;
// eslint-disable-next-line no-control-regex
const BAD_VALUE = /[\0\r\n]|[^\0-\xFF]/;
/** A short text is looked through faster by hand. */
const SHORT = 32;
const BLANK_AROUND = /^[\t\n\r ]+|[\t\n\r ]+$/g;

/** Programs use the same few names again and again. */
const known: Map<string, string> = new Map();
const MOST_KNOWN = 512;

/** @throws TypeError for what is no name of a field */
export function checkedName(name: unknown): string {
  const text = String(name);
  const lower = known.get(text);
  if (lower !== undefined) return lower;
  if (!NAME.test(text)) throw new TypeError(`${JSON.stringify(text)} is not a legal name of a header`);
  const made = text.toLowerCase();
  if (known.size < MOST_KNOWN) known.set(text, made);
  return made;
}

/** @throws TypeError for what would break out of its line, and for what is no text of bytes */
export function checkedValue(value: unknown): string {
  const text = String(value);
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  const bare = first <= 32 || last <= 32 ? text.replaceAll(BLANK_AROUND, '') : text;
  if (bare.length <= SHORT ? !isVisible(bare) && BAD_VALUE.test(bare) : BAD_VALUE.test(bare))
    throw new TypeError(`${JSON.stringify(bare)} is not a legal value of a header`);
  return bare;
}

function isVisible(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 32 || code > 126) return false;
  }
  return true;
}

/** What a response or a request may be given as its headers.
 * @example
 * ```ts
 * import { LightHeaders, type HeadersLike } from 'asyncio-ts/http';
 * const given: HeadersLike = { 'X-A': '1' };
 * console.log(new LightHeaders(given).get('x-a')); // -> 1
 * ```
 */
export type HeadersLike = Headers | Iterable<readonly [string, string]> | Readonly<Record<string, string>>;

/** Checked names and values, one behind the other.
 * @throws TypeError */
export function fieldsOf(init: HeadersLike): string[] {
  const checked = flatOf(init);
  if (checked !== undefined) return [...checked];
  const flat: string[] = [];
  if (typeof init !== 'object' || init === null)
    throw new TypeError('headers are an object or a list of pairs');
  if (typeof (init as Iterable<unknown>)[Symbol.iterator] === 'function') {
    for (const pair of init as Iterable<readonly [string, string]>) {
      const [name, value, ...more] = [...pair];
      if (value === undefined || more.length > 0)
        throw new TypeError('each header is a pair of a name and a value');
      flat.push(checkedName(name), checkedValue(value));
    }
  } else {
    for (const name of Object.keys(init))
      flat.push(checkedName(name), checkedValue((init as Record<string, string>)[name]));
  }
  return flat;
}

/** The list of light headers itself; undefined for what are none. */
export let flatOf: (headers: unknown) => string[] | undefined;
/** Of fields that were checked already; the list is the headers' own from now on. */
export let headersOf: (flat: string[]) => LightHeaders;

/** The platform's `Headers`, at a lower price.
 * @example
 * ```ts
 * import { LightHeaders } from 'asyncio-ts/http';
 * const headers = new LightHeaders([['accept', 'text/html'], ['Accept', 'text/plain']]);
 * console.log(headers.get('accept'), headers instanceof Headers); // -> text/html, text/plain true
 * ```
 */
export class LightHeaders implements Iterable<[string, string]> {
  /** Checked names and values in the order in which they were put in. Private, so that nothing unchecked comes in. */
  #flat: string[];

  constructor(init?: HeadersLike | null) {
    this.#flat = init === undefined || init === null ? [] : fieldsOf(init);
  }

  static {
    // The platform's are instances, too, and have no such list.
    flatOf = (headers) =>
      typeof headers === 'object' && headers !== null && #flat in headers ? headers.#flat : undefined;
    headersOf = (flat) => {
      const headers = new LightHeaders();
      headers.#flat = flat;
      return headers;
    };
  }

  append(name: string, value: string): void {
    this.#flat.push(checkedName(name), checkedValue(value));
  }

  delete(name: string): void {
    const flat = this.#flat;
    const lower = checkedName(name);
    let kept = 0;
    for (let index = 0; index < flat.length; index += 2) {
      if (flat[index] === lower) continue;
      flat[kept++] = flat[index] as string;
      flat[kept++] = flat[index + 1] as string;
    }
    flat.length = kept;
  }

  get(name: string): string | null {
    const flat = this.#flat;
    const lower = checkedName(name);
    let found: string | null = null;
    for (let index = 0; index < flat.length; index += 2) {
      if (flat[index] !== lower) continue;
      const value = flat[index + 1] as string;
      found = found === null ? value : `${found}${lower === 'cookie' ? '; ' : ', '}${value}`;
    }
    return found;
  }

  getSetCookie(): string[] {
    return this.#flat.filter((_value, index) => index % 2 === 1 && this.#flat[index - 1] === 'set-cookie');
  }

  has(name: string): boolean {
    const flat = this.#flat;
    const lower = checkedName(name);
    for (let index = 0; index < flat.length; index += 2) if (flat[index] === lower) return true;
    return false;
  }

  set(name: string, value: string): void {
    const flat = this.#flat;
    const lower = checkedName(name);
    const checked = checkedValue(value);
    for (let index = 0; index < flat.length; index += 2) {
      if (flat[index] !== lower) continue;
      this.delete(lower);
      flat.splice(index, 0, lower, checked);
      return;
    }
    flat.push(lower, checked);
  }

  forEach(
    callback: (value: string, name: string, headers: LightHeaders) => void,
    thisArgument?: unknown,
  ): void {
    for (const [name, value] of this) callback.call(thisArgument, value, name, this);
  }

  *entries(): IterableIterator<[string, string]> {
    const names = [...new Set(this.#flat.filter((_name, index) => index % 2 === 0))].sort();
    for (const name of names) {
      if (name === 'set-cookie') for (const value of this.getSetCookie()) yield [name, value];
      else {
        const value = this.get(name);
        if (value !== null) yield [name, value];
      }
    }
  }

  *keys(): IterableIterator<string> {
    for (const [name] of this.entries()) yield name;
  }

  *values(): IterableIterator<string> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }

  get [Symbol.toStringTag](): string {
    return 'Headers';
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): NativeLike {
    return new NativeHeaders([...this]);
  }
}

type NativeLike = Headers;
standInFor(LightHeaders, NativeHeaders);
