// From the arguments of `open` to the face of the file: of bytes or of text.

import { InvalidArgumentError } from '../../asyncio.ts';
import { BinaryFile } from '../binary/binaryFile.ts';
import { encodingNamed } from '../encodings/encodings.ts';
import { errorHandler } from '../encodings/errorHandlers.ts';
import { checkNewline } from '../text/newlines.ts';
import type { Newline } from '../text/newlines.ts';
import { TextFile } from '../text/textFile.ts';
import { TextSide } from '../text/textSide.ts';
import type { IsBinary, Mode } from './mode.ts';
import type { OpenFile } from './openFile.ts';

/** As much as Python 3.15 reads at once. */
const BUFFER = 131072;
const LINE_LIMIT = 2 ** 26;

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
   * bytes only; 1 gives each line to the system at once, for files of text, as is usual for a terminal. */
  buffering?: number;
  /** `utf-8` by default. Python's names: UTF-8, -16 and -32, with and without mark, ASCII, Latin-1 and all encodings with
   * a byte for each character, and of East Asia those without states: `shift_jis`, `euc_jp`, `gbk`, `big5`, `euc_kr`, … */
  encoding?: string | undefined;
  /** What to do with what the encoding doesn't have: `strict` (the default), `ignore`, `replace`, `backslashreplace`,
   * `xmlcharrefreplace`, `surrogateescape`, `surrogatepass`. */
  errors?: string | undefined;
  /** How lines end; null by default, as Python's None. */
  newline?: Newline | undefined;
  /** Whether the descriptor is closed with the file; false only for one that is given by its number. */
  closefd?: boolean;
  /** Permissions of a file that is made, before the umask: 0o666 by default. */
  permissions?: number;
  /** The longest line that `for await` takes, in bytes or characters: 67,108,864 by default. */
  lineLimit?: number;
}

/** What a mode opens: `'rb'` a file of bytes, `'r'` one of text. */
export type OpenedFile<M extends string> = string extends M
  ? BinaryFile | TextFile
  : IsBinary<M> extends true
    ? BinaryFile
    : TextFile;

/** Makes the face of a file. */
export type Face = (file: OpenFile) => BinaryFile | TextFile;

/** @throws InvalidArgumentError for what does not go with the mode, or is not known */
export async function faceOf(mode: Mode, options: OpenOptions): Promise<Face> {
  return mode.binary ? bytesFace(options) : await textFace(options);
}

function bytesFace(options: OpenOptions): Face {
  for (const name of ['encoding', 'errors', 'newline'] as const)
    if (options[name] != null)
      throw new InvalidArgumentError(name, `binary mode doesn't take an ${name} argument`);
  return (file) => new BinaryFile(file, options.lineLimit ?? LINE_LIMIT);
}

async function textFace(options: OpenOptions): Promise<Face> {
  const { encoding = 'utf-8', errors = 'strict', newline = null, lineLimit = LINE_LIMIT } = options;
  const how = {
    encoding: await encodingNamed(encoding),
    errors: errorHandler(errors),
    newline: checkNewline(newline),
  };
  return (file) => {
    const lineBuffering =
      options.buffering === 1 || (options.buffering === undefined && file.descriptor.isTerminal);
    return new TextFile(file, new TextSide(file.buffered, how), {
      encoding,
      errors,
      lineLimit,
      lineBuffering,
    });
  };
}

/** How much a file holds. @throws InvalidArgumentError */
export function bufferSizeOf({ binary }: Mode, { buffering = -1 }: OpenOptions): number {
  if (!Number.isSafeInteger(buffering))
    throw new InvalidArgumentError('buffering', `buffering is a whole number, not ${String(buffering)}`);
  if (buffering === 0 && !binary)
    throw new InvalidArgumentError('buffering', "can't have unbuffered text I/O");
  return buffering < 0 || buffering === 1 ? BUFFER : buffering;
}
