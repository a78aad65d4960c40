// What both kinds of files do in the same way, in their turn.

import { InvalidArgumentError, LimitOverrunError } from '../../asyncio.ts';
import type { Buffered } from '../binary/buffered.ts';
import { changing, looking } from '../host/hostCall.ts';
import type { OpenFile } from './openFile.ts';

/** Bytes that are asked for where a file does not say how many it has. */
const SHORT = 4096;

/** From the beginning, from here, or from the end. */
export type Whence = 0 | 1 | 2;

/** Where `seek` goes to. */
export async function placeOf(file: OpenFile, offset: number, whence: Whence): Promise<number> {
  await file.buffered.settled();
  let from = 0;
  if (whence !== 0) await file.buffered.flush();
  if (whence === 1) from = file.buffered.position;
  else if (whence === 2) {
    from = await looking(() => file.descriptor.length());
  } else if (whence !== 0)
    throw new InvalidArgumentError('whence', `whence is 0, 1 or 2, not ${String(whence)}`);
  const position = from + offset;
  if (!Number.isSafeInteger(position) || position < 0)
    throw new InvalidArgumentError('offset', `a position is a whole number from 0, not ${position}`);
  return position;
}

export async function truncateTo(file: OpenFile, size: number | undefined): Promise<number> {
  const { buffered } = file;
  await buffered.flush();
  await buffered.dropReadAhead();
  const length = size ?? buffered.position;
  await changing(() => file.descriptor.truncate(length));
  return length;
}

export async function sync(file: OpenFile, dataOnly: boolean): Promise<void> {
  await file.buffered.flush();
  await changing(() => file.descriptor.sync(dataOnly));
}

export async function writeTo(buffered: Buffered, bytes: Uint8Array): Promise<number> {
  await buffered.dropReadAhead();
  if (!buffered.fits(bytes.length)) await buffered.flush();
  if (bytes.length <= buffered.size) buffered.put(bytes);
  else await buffered.writeThrough(bytes);
  return bytes.length;
}

export async function readAtOffset(file: OpenFile, size: number, offset: number): Promise<Buffer> {
  const { buffered, descriptor } = file;
  await buffered.flush();
  // A file that says 0 may have contents all the same (/proc): the size only tells how much memory to take at once.
  const rest = (await looking(() => descriptor.length())) - offset;
  const parts: Buffer[] = [];
  for (let done = 0; done < size;) {
    const part = Buffer.allocUnsafeSlow(Math.min(size - done, Math.max(rest - done, SHORT)));
    const count = await looking(() => descriptor.read(part, offset + done));
    if (count === 0 || count === undefined) break;
    parts.push(part.subarray(0, count));
    done += count;
  }
  return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
}

export async function writeAtOffset(file: OpenFile, bytes: Uint8Array, offset: number): Promise<void> {
  await file.buffered.flush();
  await file.buffered.dropReadAhead();
  for (let done = 0; done < bytes.length;)
    done += (await changing(() => file.descriptor.write(bytes.subarray(done), offset + done))) ?? 0;
}

export function lineTooLong(file: OpenFile, length: number, limit: number): LimitOverrunError {
  return new LimitOverrunError(
    `a line of ${file.what} is longer than ${limit}: to allow it, give open a larger lineLimit; to skip it, read on`,
    length,
  );
}
