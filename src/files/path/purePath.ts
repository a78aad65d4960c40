// A path as an object, without the file system: Python's PurePosixPath.
//
// 1. A path is what its text says, without doubled slashes and `.`; `..` stays, since links may lead elsewhere. Two
//    leading slashes stay two, as POSIX has it.
// 2. A path never changes. What makes another path makes it by `withSegments`, so a subclass gets its own kind.
// 3. The names are Python's of its newest release: a single dot at the end of a name is a suffix.

import { Buffer } from 'node:buffer';
import { hostname } from 'node:os';
import { inspect } from 'node:util';
import { InvalidArgumentError } from '../../asyncio.ts';
import { pathPattern } from '../walk/wildcards.ts';
import { fsdecode, fsencode } from './fsPath.ts';
import type { FilePath } from './fsPath.ts';
import { join, splitroot } from './posixPath.ts';

export interface MatchOptions {
  /** Whether case matters; it does by default, as on POSIX. */
  readonly caseSensitive?: boolean | undefined;
}

/** What can be said of a path by its text: Python's PurePosixPath. It works the same on every system.
 * @example
 * ```ts
 * import { PurePath } from 'asyncio-ts/files';
 * const path = new PurePath('/srv', 'data/./archive.tar.gz');
 * console.log(path.name, path.stem, path.suffixes, String(path.parent));
 * // -> archive.tar.gz archive.tar [ '.tar', '.gz' ] /srv/data
 * ```
 */
export class PurePath {
  readonly #text: string;
  readonly #tail: readonly string[];
  /** `''`, `'/'` or `'//'`. */
  readonly root: string;

  /** @param segments joined as by `path.join`: one from the root discards those before it; none is `.` */
  constructor(...segments: readonly FilePath[]) {
    const [first = '', ...rest] = segments;
    const [, root, tail] = splitroot(join(first, ...rest));
    this.root = root;
    this.#tail = tail.split('/').filter((part) => part !== '' && part !== '.');
    this.#text = root + this.#tail.join('/') || '.';
  }

  /** Another path of this kind. */
  withSegments(...segments: readonly FilePath[]): this {
    return new (this.constructor as new (...segments: readonly FilePath[]) => this)(...segments);
  }

  /** POSIX has no drives. */
  get drive(): string {
    return '';
  }

  /** Drive and root. */
  get anchor(): string {
    return this.root;
  }

  /** The root, if there is one, and the names. */
  get parts(): string[] {
    return this.root === '' ? [...this.#tail] : [this.root, ...this.#tail];
  }

  /** The path without its last name; the root and `.` are their own. */
  get parent(): this {
    return this.#tail.length === 0 ? this : this.#of(this.root, this.#tail.slice(0, -1));
  }

  /** The parent, its parent and so on. */
  get parents(): this[] {
    return this.#tail.map((_, index) => this.#of(this.root, this.#tail.slice(0, -index - 1)));
  }

  /** The last name; empty for a root and for `.`. */
  get name(): string {
    return this.#tail.at(-1) ?? '';
  }

  /** The name without its last suffix. */
  get stem(): string {
    const { name } = this;
    const stem = name.slice(0, Math.max(0, name.lastIndexOf('.')));
    return /[^.]/.test(stem) ? stem : name;
  }

  /** The last dot of the name and what follows; empty where there is none but in front. */
  get suffix(): string {
    const name = this.name.replace(/^\.+/, '');
    const dot = name.lastIndexOf('.');
    return dot === -1 ? '' : name.slice(dot);
  }

  /** All suffixes: `['.tar', '.gz']`. */
  get suffixes(): string[] {
    const [, ...extensions] = this.name.replace(/^\.+/, '').split('.');
    return extensions.map((extension) => `.${extension}`);
  }

  /** @throws InvalidArgumentError for what is no name, and where there is none to change */
  withName(name: string): this {
    if (typeof name !== 'string' || name === '' || name === '.' || name.includes('/'))
      throw new InvalidArgumentError('name', `${inspect(name)} is no name of a file`);
    if (this.#tail.length === 0)
      throw new InvalidArgumentError('name', `${inspect(this)} has no name to change`);
    return this.#of(this.root, [...this.#tail.slice(0, -1), name]);
  }

  /** @throws InvalidArgumentError as withName, and for an empty stem before a suffix */
  withStem(stem: string): this {
    if (stem === '' && this.suffix !== '')
      throw new InvalidArgumentError('stem', `${inspect(this)} has a suffix, and needs a stem before it`);
    return this.withName(typeof stem === 'string' ? stem + this.suffix : stem);
  }

  /** Another suffix, or one where there is none; an empty one takes it away.
   * @throws InvalidArgumentError for a suffix without a dot in front, and where there is no name */
  withSuffix(suffix: string): this {
    const { stem } = this;
    if (stem === '')
      throw new InvalidArgumentError('suffix', `${inspect(this)} has no name to put a suffix on`);
    if (typeof suffix !== 'string' || (suffix !== '' && !suffix.startsWith('.')))
      throw new InvalidArgumentError('suffix', `a suffix begins with a dot, ${inspect(suffix)} does not`);
    return this.withName(stem + suffix);
  }

  /** Python's `/`: the path with more segments. */
  joinpath(...segments: readonly FilePath[]): this {
    return this.withSegments(this, ...segments);
  }

  /** The path as seen from another.
   * @param options with `walkUp`, `..` leads up from there where needed
   * @throws InvalidArgumentError where there is no way */
  relativeTo(other: FilePath, { walkUp = false }: { readonly walkUp?: boolean | undefined } = {}): this {
    const from = this.withSegments(other);
    const mine = [this, ...this.parents].map(String);
    for (const [step, above] of [from, ...from.parents].entries()) {
      if (mine.includes(String(above)))
        return this.#of('', [
          ...from.parts.slice(0, step).map(() => '..'),
          ...this.parts.slice(above.parts.length),
        ]);
      if (!walkUp) throw new InvalidArgumentError('other', `'${this}' is not below '${from}'`);
      if (above.name === '..')
        throw new InvalidArgumentError('other', `'..' in '${from}' can't be gone back`);
    }
    throw new InvalidArgumentError('other', `'${this}' and '${from}' do not begin at the same place`);
  }

  /** Whether the path is the other, or below it. */
  isRelativeTo(other: FilePath): boolean {
    const from = this.withSegments(other);
    return [this, ...this.parents].some((path) => path.equals(from));
  }

  isAbsolute(): boolean {
    return this.root !== '';
  }

  /** The text with `/`, which on POSIX is the text. */
  asPosix(): string {
    return this.#text;
  }

  /** The path as a `file:` URI.
   * @throws InvalidArgumentError unless it begins at the root */
  asUri(): string {
    if (!this.isAbsolute())
      throw new InvalidArgumentError(
        'path',
        `'${this}' does not begin at the root, and no URI stands for it`,
      );
    let uri = 'file://';
    for (const byte of fsencode(this.#text)) {
      const character = String.fromCharCode(byte);
      uri += /[\w.~/-]/.test(character)
        ? character
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    }
    return uri;
  }

  /** Whether the whole path fits the pattern, in which `**` stands for any number of names.
   * @example
   * ```ts
   * import { PurePath } from 'asyncio-ts/files';
   * console.log(new PurePath('src/files/open.ts').fullMatch('src/**' + '/*.ts')); // -> true
   * ```
   */
  fullMatch(pattern: FilePath, { caseSensitive = true }: MatchOptions = {}): boolean {
    const text = (path: PurePath): string => (path.parts.length === 0 ? '' : path.#text);
    return pathPattern(text(this.withSegments(pattern)), caseSensitive, true).test(text(this));
  }

  /** Whether the end of the path fits the pattern, or all of it where the pattern begins at the root. `**` is `*` here.
   * @throws InvalidArgumentError for an empty pattern */
  match(pattern: FilePath, { caseSensitive = true }: MatchOptions = {}): boolean {
    const wanted = this.withSegments(pattern);
    const patterns = wanted.parts;
    const { parts } = this;
    if (patterns.length === 0) throw new InvalidArgumentError('pattern', 'the pattern is empty');
    if (parts.length < patterns.length || (parts.length > patterns.length && wanted.anchor !== ''))
      return false;
    const end = parts.slice(parts.length - patterns.length);
    return end.every((part, index) =>
      pathPattern(patterns[index] as string, caseSensitive, false).test(part),
    );
  }

  /** Whether both are paths of the same text. */
  equals(other: unknown): boolean {
    return other instanceof PurePath && other.#text === this.#text;
  }

  /** The order of paths, name by name: below 0, 0 or above 0, as `sort` takes it. */
  compare(other: PurePath): number {
    const [mine, theirs] = [this.#text.split('/'), other.#text.split('/')];
    for (const [index, part] of mine.entries()) {
      const their = theirs[index];
      if (their === undefined) return 1;
      if (part !== their) return byCharacters(part, their);
    }
    return mine.length - theirs.length;
  }

  /** The text of the path. */
  fspath(): string {
    return this.#text;
  }

  toString(): string {
    return this.#text;
  }

  toJSON(): string {
    return this.#text;
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `${this.constructor.name}(${inspect(this.#text)})`;
  }

  #of(root: string, tail: readonly string[]): this {
    return this.withSegments(root + tail.join('/'));
  }
}

/** Python's order of strings, where characters above U+FFFF are the last. */
function byCharacters(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  // Not in the middle of a pair.
  if (at > 0 && one.charCodeAt(at - 1) >> 10 === 0x36) at--;
  return (one.codePointAt(at) ?? -1) - (other.codePointAt(at) ?? -1);
}

/** The path that a `file:` URI of this machine stands for.
 * @throws InvalidArgumentError for any other */
export function pathOfUri(uri: string | URL): string {
  const [, authority, path] = /^file:(?:\/\/([^/]*))?(\/.*)$/is.exec(String(uri)) ?? [];
  const here = ['', 'localhost', hostname().toLowerCase()];
  if (path === undefined || (authority !== undefined && !here.includes(authority.toLowerCase())))
    throw new InvalidArgumentError(
      'uri',
      `${inspect(String(uri))} is no file: URI of an absolute path on this machine`,
    );
  const bytes = fsencode(path).toString('latin1');
  const unquoted = bytes.replaceAll(/%([\da-f]{2})/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  return fsdecode(Buffer.from(unquoted, 'latin1'));
}
