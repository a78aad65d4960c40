// Opening a file.

import { InvalidArgumentError } from '../../asyncio.ts';
import { atCaller } from '../host/hostCall.ts';
import type { BinaryFile } from '../binary/binaryFile.ts';
import { checkDescriptor } from './fileArguments.ts';
import { adoptDescriptor, openPath } from '../host/openDescriptor.ts';
import { fspath } from '../path/fsPath.ts';
import type { FilePath } from '../path/fsPath.ts';
import type { TextFile } from '../text/textFile.ts';
import { bufferSizeOf, faceOf } from './face.ts';
import type { OpenedFile, OpenOptions } from './face.ts';
import { parseMode } from './mode.ts';
import { OpenFile } from './openFile.ts';

/** Opens a file. Semantics: Python's open.
 *
 * A FIFO that is read is open at once, and the first read waits for a writer; one that is written waits here until there
 * is a reader. Neither occupies a thread.
 *
 * A cancel waits for the system's call and closes what it opened.
 * @param path a path, a `file:` URL, or the number of a descriptor that is open
 * @param mode `r` (the default), `w`, `a` or `x`, with `+` to do both, with `b` for bytes; the options may stand in its place
 * @throws FileNotFoundError, FileExistsError, IsADirectoryError, PermissionError or another OSError, with `filename`;
 * InvalidArgumentError for a mode or an encoding that there isn't; NoRunningLoopError
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { open } from 'asyncio-ts/files';
 * await run(async () => {
 *   await using file = await open('package.json');
 *   let count = 0;
 *   for await (const line of file) if (line.includes('asyncio')) count++;
 *   console.log(count > 0); // -> true
 * });
 * ```
 */
export function open(path: FilePath | number, options?: OpenOptions): Promise<TextFile>;
export function open<M extends string = 'r'>(
  path: FilePath | number,
  mode?: M,
  options?: OpenOptions,
): Promise<OpenedFile<M>>;
export async function open(
  path: FilePath | number,
  mode?: string | OpenOptions,
  more: OpenOptions = {},
): Promise<BinaryFile | TextFile> {
  try {
    const [name, options] = modeAndOptions(mode, more);
    const parsed = parseMode(name);
    const face = await faceOf(parsed, options);
    const bufferSize = bufferSizeOf(parsed, options);
    const { closefd = true, permissions = 0o666 } = options;
    if (!closefd && typeof path !== 'number')
      throw new InvalidArgumentError('closefd', 'closefd: false goes with the number of a descriptor');
    const how = { flags: parsed.flags, permissions, appending: parsed.appending };
    const descriptor =
      typeof path === 'number'
        ? await adoptDescriptor(checkDescriptor(path), parsed.appending)
        : await openPath(pathOf(path), how);
    return face(new OpenFile(descriptor, { mode: parsed, bufferSize, closesDescriptor: closefd }));
  } catch (error) {
    throw atCaller(error, open);
  }
}

// Python's arguments have names: there nobody writes a mode to be able to give a newline.
function modeAndOptions(
  mode: string | OpenOptions | undefined,
  options: OpenOptions,
): [mode: string, options: OpenOptions] {
  return typeof mode === 'object' && mode !== null ? ['r', mode] : [mode ?? 'r', options];
}

/** @throws InvalidArgumentError */
export function pathOf(path: FilePath): string {
  const text = fspath(path);
  if (text.includes('\0')) throw new InvalidArgumentError('path', 'a path holds no zero byte');
  return text;
}
