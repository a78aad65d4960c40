// Opening a file.

import { fileURLToPath } from 'node:url';
import { InvalidArgumentError } from '../../asyncio.ts';
import { BinaryFile } from '../binary/binaryFile.ts';
import { atCaller } from '../host/hostCall.ts';
import { adoptDescriptor, openPath } from '../host/openDescriptor.ts';
import { parseMode } from './mode.ts';
import type { IsBinary } from './mode.ts';
import { OpenFile } from './openFile.ts';

/** As much as Python 3.15 reads at once. */
const BUFFER = 131072;

/** How {@link open} opens.
 * @example
 * ```ts
 * import type { OpenOptions } from 'asyncio-ts/files';
 * const options: OpenOptions = { encoding: 'latin-1', newline: '' };
 * console.log(options.encoding); // -> latin-1
 * ```
 */
export interface OpenOptions {
  /** How many bytes are read ahead, or held before they are written: 131,072 by default. 0 holds none, for files of
   * bytes only. */
  buffering?: number;
  /** Whether the descriptor is closed with the file; false only for one that is given by its number. */
  closefd?: boolean;
  /** Permissions of a file that is made, before the umask: 0o666 by default. */
  permissions?: number;
  /** The longest line that `for await` takes, in bytes or characters: 67,108,864 by default. */
  lineLimit?: number;
}

export type FilePath = string | URL;

/** The kind of file that a mode makes. */
export type OpenedFile<M extends string> = IsBinary<M> extends true ? BinaryFile : never;

export async function open<M extends string = 'r'>(
  path: FilePath | number,
  mode?: M,
  options: OpenOptions = {},
): Promise<OpenedFile<M>> {
  try {
    const parsed = parseMode(mode ?? 'r');
    const { buffering = BUFFER, closefd = true, permissions = 0o666, lineLimit = 2 ** 26 } = options;
    const how = { flags: parsed.flags, permissions, appending: parsed.appending };
    const descriptor =
      typeof path === 'number'
        ? await adoptDescriptor(path, parsed.appending)
        : await openPath(pathOf(path), how);
    const file = new OpenFile(descriptor, {
      mode: parsed,
      bufferSize: buffering < 0 ? BUFFER : buffering,
      closesDescriptor: closefd,
    });
    return new BinaryFile(file, lineLimit) as OpenedFile<M>;
  } catch (error) {
    throw atCaller(error, open);
  }
}

function pathOf(path: FilePath): string {
  if (path instanceof URL) return fileURLToPath(path);
  if (typeof path !== 'string' || path.includes('\0'))
    throw new InvalidArgumentError('path', `a path is a string or a file: URL, not ${String(path)}`);
  return path;
}
