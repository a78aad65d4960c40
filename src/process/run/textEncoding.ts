// How the bytes of programs are text.

import { InvalidArgumentError } from '../../base/errors.ts';
import { showValue } from '../../base/show.ts';

/** @throws InvalidArgumentError for what is no encoding */
export function checkEncoding(encoding: unknown): BufferEncoding {
  if (typeof encoding === 'string' && Buffer.isEncoding(encoding)) return encoding;
  throw new InvalidArgumentError(
    'encoding',
    `encoding is the name of one that Buffer knows, such as 'utf8', not ${showValue(encoding)}`,
  );
}

/** @throws InvalidArgumentError for what is neither text nor bytes */
export function toBytes(input: unknown, encoding: BufferEncoding, argument: string): Uint8Array {
  if (typeof input === 'string') return Buffer.from(input, encoding);
  if (input instanceof Uint8Array) return input;
  throw new InvalidArgumentError(argument, `${argument} is text or bytes, not ${showValue(input)}`);
}
