// Temporary files: without a name, or with one.

import { constants } from 'node:fs';
import { unlink } from 'node:fs/promises';
import type { RawFile } from '../host/rawFile.ts';
import { atCaller, changing } from '../host/hostCall.ts';
import { openNow } from '../host/openDescriptor.ts';
import { bufferSizeOf, faceOf } from '../open/face.ts';
import type { OpenedFile, OpenOptions } from '../open/face.ts';
import { parseMode } from '../open/mode.ts';
import type { Mode } from '../open/mode.ts';
import { OpenFile } from '../open/openFile.ts';
import type { Ending } from '../open/openFile.ts';
import { deleteLater, deletionOf, forget } from './leftovers.ts';
import { withNewName } from './temporaryName.ts';
import type { TemporaryOptions } from './temporaryName.ts';

/** Readable and writable by its owner only. */
const PRIVATE = 0o600;

/** A file that was opened, and what its end takes along. */
export interface Made {
  readonly raw: RawFile;
  readonly atEnd?: Ending;
  /** It stays after its end, where it comes that far. */
  readonly stays?: boolean;
  /** Is told what it became. */
  readonly opened?: (file: OpenFile) => void;
}

/** Makes a temporary file and its face; what was made is put away when that is not to be. */
export async function temporary<M extends string>(
  mode: M,
  options: OpenOptions,
  make: (mode: Mode) => Promise<Made>,
): Promise<OpenedFile<M>> {
  const parsed = parseMode(mode);
  const face = await faceOf(parsed, options);
  const bufferSize = bufferSizeOf(parsed, options);
  const { raw, atEnd, stays, opened } = await changing(
    () => make(parsed),
    async (made) => {
      await made.raw.close();
      await made.atEnd?.end();
    },
  );
  const file = new OpenFile(raw, {
    mode: parsed,
    bufferSize,
    closesDescriptor: true,
    atEnd: stays === true ? undefined : atEnd,
  });
  opened?.(file);
  return face(file) as OpenedFile<M>;
}

/** Makes one that has no name any more, where the system allows it. */
export async function makeNameless(mode: Mode, options: TemporaryOptions): Promise<Made> {
  const made = await makeNamed(mode, options);
  try {
    await unlink(made.raw.name as string);
  } catch {
    // An open file can't be deleted there: it goes with its end.
    return made;
  }
  forget(made.raw.name as string);
  return { raw: made.raw };
}

async function makeNamed(mode: Mode, options: TemporaryOptions): Promise<Made & { atEnd: Ending }> {
  return await withNewName(options, async (path) => {
    // Whatever the mode, nobody may have had it before.
    const flags = mode.flags | constants.O_CREAT | constants.O_EXCL;
    const raw = await openNow(path, { flags, permissions: PRIVATE, appending: mode.appending });
    deleteLater(path);
    return { raw, atEnd: deletionOf(path) };
  });
}

/** Makes and opens a file that has no name, and is gone when it is closed, also by the end of the run or of the process.
 * A cancel while it is made leaves none. Semantics: Python's tempfile.TemporaryFile.
 * @param mode `w+b` by default
 * @throws OSError
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { TemporaryFile } from 'asyncio-ts/files';
 * await run(async () => {
 *   await using file = await TemporaryFile();
 *   await file.write(Buffer.from('hello'));
 *   await file.seek(0);
 *   console.log(String(await file.read())); // -> hello
 * });
 * ```
 */
export async function TemporaryFile<M extends string = 'w+b'>(
  mode?: M,
  options: OpenOptions & TemporaryOptions = {},
): Promise<OpenedFile<M>> {
  try {
    return await temporary((mode ?? 'w+b') as M, options, (parsed) => makeNameless(parsed, options));
  } catch (error) {
    throw atCaller(error, TemporaryFile);
  }
}

/** Makes and opens a file that others can open by its `name`, and that is deleted when it is closed, also by the end of
 * the run or of the process. A cancel while it is made leaves none. Semantics: Python's tempfile.NamedTemporaryFile.
 * @param mode `w+b` by default
 * @param options.delete false to keep it
 * @throws OSError
 * @example
 * ```ts
 * import { existsSync } from 'node:fs';
 * import { run } from 'asyncio-ts';
 * import { NamedTemporaryFile } from 'asyncio-ts/files';
 * await run(async () => {
 *   const file = await NamedTemporaryFile('w', { suffix: '.txt' });
 *   console.log(existsSync(file.name)); // -> true
 *   await file.close();
 *   console.log(existsSync(file.name)); // -> false
 * });
 * ```
 */
export async function NamedTemporaryFile<M extends string = 'w+b'>(
  mode?: M,
  options: OpenOptions & TemporaryOptions & { delete?: boolean } = {},
): Promise<OpenedFile<M> & { readonly name: string }> {
  try {
    const file = await temporary((mode ?? 'w+b') as M, options, async (parsed) => {
      return { ...(await makeNamed(parsed, options)), stays: options.delete === false };
    });
    if (options.delete === false) forget(file.name as string);
    return file as OpenedFile<M> & { readonly name: string };
  } catch (error) {
    throw atCaller(error, NamedTemporaryFile);
  }
}
