// What stands for a path, and how a path goes to the host and comes back.
//
// 1. A path is a string, a `file:` URL or an object with `fspath()`, as Path is: Python's os.PathLike. Anything else is
//    refused at the edge.
// 2. Names on a POSIX file system are bytes. Those that are no UTF-8 come back as Python has them: each such byte is a
//    lone surrogate, U+DC80 to U+DCFF ("surrogateescape"), and goes to the host as that byte again. So every file that
//    `readdir` shows can be opened, renamed and removed.
// 3. The host shows such a name with U+FFFD in it. Only then is the folder read a second time, as bytes: names that are
//    UTF-8, which is nearly all, cost nothing.

import { Buffer } from 'node:buffer';
import { fileURLToPath } from 'node:url';
import { InvalidArgumentError } from '../../asyncio.ts';

/** An object that stands for a path, as Python's os.PathLike. */
export interface PathObject {
  fspath(): string;
}

/** What every call of `asyncio-ts/files` takes for a path. */
export type FilePath = string | URL | PathObject;

/** The path as a string: Python's os.fspath.
 * @throws InvalidArgumentError for what is no path
 * @example
 * ```ts
 * import { Path, fspath } from 'asyncio-ts/files';
 * console.log(fspath(new Path('a', 'b')), fspath('c/./d')); // -> a/b c/./d
 * ```
 */
export function fspath(path: FilePath): string {
  if (typeof path === 'string') return path;
  if (path instanceof URL) return fileURLToPath(path);
  if (typeof path?.fspath === 'function') {
    const text: unknown = path.fspath();
    if (typeof text === 'string') return text;
  }
  throw new InvalidArgumentError('path', 'a path is a string, a file: URL or a Path');
}

/** The path as the host takes it: bytes, where it holds bytes that are no UTF-8.
 * @throws InvalidArgumentError for a surrogate that stands for no byte: the host would take another name */
export function toHost(path: string): string | Buffer {
  return path.isWellFormed() ? path : encodeName(path);
}

/** The bytes of a path: Python's os.fsencode.
 * @throws InvalidArgumentError for a surrogate that stands for no byte
 * @example
 * ```ts
 * import { fsdecode, fsencode } from 'asyncio-ts/files';
 * const name = fsdecode(Uint8Array.of(0x61, 0xff));
 * console.log(name === 'a\udcff', [...fsencode(name)]); // -> true [ 97, 255 ]
 * ```
 */
export function fsencode(path: FilePath): Buffer {
  return encodeName(fspath(path));
}

function encodeName(path: string): Buffer {
  const pieces: Buffer[] = [];
  // A pair is one character; what stands alone is an escaped byte, or a mistake.
  for (const [piece] of path.matchAll(
    /[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]|[^\ud800-\udfff]+/g,
  )) {
    const unit = piece.charCodeAt(0);
    if (piece.length > 1 || unit < 0xd800 || unit > 0xdfff) pieces.push(Buffer.from(piece));
    else if (unit >= 0xdc80 && unit <= 0xdcff) pieces.push(Buffer.of(unit - 0xdc00));
    else {
      throw new InvalidArgumentError(
        'path',
        `the path holds a surrogate that stands for no byte: U+${hex(unit)}`,
      );
    }
  }
  return Buffer.concat(pieces);
}

const hex = (unit: number): string => unit.toString(16).toUpperCase();

/** The path for these bytes: Python's os.fsdecode.
 * @example
 * ```ts
 * import { fsdecode } from 'asyncio-ts/files';
 * console.log(fsdecode(new TextEncoder().encode('grün'))); // -> grün
 * ```
 */
export function fsdecode(bytes: Uint8Array | FilePath): string {
  if (!(bytes instanceof Uint8Array)) return fspath(bytes);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('utf8');
  // A name may hold U+FFFD itself.
  if (!text.includes('\ufffd') || Buffer.from(text).equals(buffer)) return text;
  let decoded = '';
  for (let i = 0; i < buffer.length;) {
    const length = characterLength(buffer, i);
    decoded +=
      length === 0
        ? String.fromCharCode(0xdc00 + (buffer[i] as number))
        : buffer.toString('utf8', i, i + length);
    i += length || 1;
  }
  return decoded;
}

/** How many bytes the character at `at` has; 0 where none is encoded there. */
function characterLength(bytes: Buffer, at: number): number {
  const first = bytes[at] as number;
  if (first < 0x80) return 1;
  const length =
    first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 && first < 0xe0 ? 2 : 0;
  if (first >= 0xf5 || length === 0 || at + length > bytes.length) return 0;
  const character = bytes.subarray(at, at + length);
  return Buffer.from(character.toString('utf8')).equals(character) ? length : 0;
}
