// Text from bytes and bytes from text. A codec knows an encoding and goes as far as it can; what it can't do goes to the
// program's error handler, here, and then on.
//
// 1. Codecs hold no state between two calls. Bytes that end in the middle of a character are not used, and come again
//    with those that follow.
// 2. Under `strict` what stands before the fault is returned, and the fault is thrown when it comes first: what a
//    program reads does not depend on how its file was cut into pieces.

import type { Codec } from './codec.ts';
import type { DecodeHandler, EncodeHandler } from './errorHandlers.ts';
import { UnicodeDecodeError, UnicodeEncodeError } from './unicodeErrors.ts';

export interface Decoded {
  readonly text: string;
  /** How many bytes that is. */
  readonly used: number;
  /** Bytes that can't be decoded come next. */
  readonly stopped?: boolean;
}

/** @param position where the bytes are in the file, for errors */
export function decode(
  codec: Codec,
  bytes: Buffer,
  final: boolean,
  handler: DecodeHandler | undefined,
  position?: number,
): Decoded {
  let text = '';
  let at = 0;
  for (let careful = false; ; careful = true) {
    const { out, end, fault } = codec.decodeRun(bytes, at, final, careful);
    text = at === 0 ? out : text + out;
    at = end;
    if (fault === undefined) return { text, used: at };
    if (handler === undefined) {
      if (text !== '') return { text, used: at, stopped: true };
      const where = position === undefined ? undefined : position + at;
      throw new UnicodeDecodeError(codec.name, Buffer.from(bytes), at, fault.end, fault.reason, where);
    }
    const handled = handler(codec, bytes, at, fault);
    text += handled.text;
    at = handled.end;
  }
}

export function encode(codec: Codec, text: string, handler: EncodeHandler | undefined): Buffer {
  const first = codec.encodeRun(text, 0);
  if (first.fault === undefined) return first.out;
  const pieces: Buffer[] = [];
  for (let run = first; ;) {
    pieces.push(run.out);
    if (run.fault === undefined) return Buffer.concat(pieces);
    const failure = new UnicodeEncodeError(codec.name, text, run.end, run.fault.end, run.fault.reason);
    if (handler === undefined) throw failure;
    const piece = Buffer.concat(
      handler(codec, text, run.end, run.fault.end).map((each) => encoded(codec, each, failure)),
    );
    // Bytes that were smuggled may be a part of a character.
    if (piece.length % codec.width !== 0) throw failure;
    pieces.push(piece);
    run = codec.encodeRun(text, run.fault.end);
  }
}

function encoded(codec: Codec, piece: Buffer | string | undefined, failure: UnicodeEncodeError): Buffer {
  if (typeof piece === 'object') return piece;
  const { out, fault } = codec.encodeRun(piece ?? '', 0);
  if (piece === undefined || fault !== undefined) throw failure;
  return out;
}
