// Paths of Unix sockets as programs give them.

import { isBytes } from '../../base/bytes.ts';
import { InvalidArgumentError } from '../../base/errors.ts';
import { osError } from '../../base/osError.ts';
import { copyBytes } from '../../sys/libc/memory.ts';
import { pathOfUrl } from '../../sys/host/unixSocketFile.ts';
import type { ResolvedAddress } from '../backend.ts';

/** A path, its bytes in UTF-8, or a `file:` URL. A first character `'\0'` makes it an abstract name (Linux).
 * @example
 * ```ts
 * import { type UnixPath } from 'asyncio-ts';
 * const paths: UnixPath[] = ['/run/app.sock', new URL('file:///run/app.sock'), '\0app'];
 * console.log(paths.length); // -> 3
 * ```
 */
export type UnixPath = string | Uint8Array | URL;

/** The size of the system's field for it (`sun_path`). A path needs one byte more, for the zero at its end. */
const FIELD = 108;

/** @throws InvalidArgumentError for what is no path; OSError (`ENAMETOOLONG`) for one that is too long */
export function toUnixAddress(path: UnixPath, syscall: 'bind' | 'connect'): ResolvedAddress {
  const address = toText(path);
  if (address === '') throw new InvalidArgumentError('path', 'the path of a Unix socket must not be empty');
  const abstract = isAbstract(address);
  if (!abstract && address.includes('\0')) {
    throw new InvalidArgumentError('path', 'the path of a Unix socket must not contain a zero byte');
  }
  const length = Buffer.byteLength(address) + (abstract ? 0 : 1);
  if (length > FIELD) {
    const reason = `the path of a Unix socket is too long: ${length - 1} bytes, ${FIELD - 1} are allowed`;
    throw osError({ errno: 36, code: 'ENAMETOOLONG', syscall, reason, address });
  }
  return { family: 'unix', address };
}

export function isAbstract(path: string): boolean {
  return path.startsWith('\0');
}

function toText(path: unknown): string {
  if (typeof path === 'string') return path;
  if (isBytes(path)) return copyBytes(path).toString();
  if (path instanceof URL && path.protocol === 'file:') return pathOfUrl(path);
  throw new InvalidArgumentError('path', 'path must be a string, bytes or a file: URL');
}
