// Walking through a pickle without running it: which opcodes there are, with what, and where. As pickletools.genops.

import { InvalidArgumentError } from '../../../asyncio.ts';
import { parseFloatText } from '../../csv/parseFloatText.ts';
import { decodeEscapes, decodeLong, decodeRawUnicode, decodeUtf8, parseInteger } from '../read/decode.ts';
import { opcodeName, opcodes } from '../opcodes.ts';
import type { Opcode } from '../opcodes.ts';
import { UnpicklingError } from '../pickleErrors.ts';
import { Float } from '../../float.ts';

/** An opcode of a pickle: which, where, and its argument: a number, text or bytes; undefined where it has none. */
export interface Operation {
  readonly opcode: Opcode;
  readonly argument: unknown;
  /** In bytes from the begin. */
  readonly offset: number;
}

/** Walks through the opcodes of a pickle up to STOP, and runs none. A FLOAT or BINFLOAT has a Float. Semantics:
 * pickletools.genops.
 * @throws UnpicklingError where the bytes end before, or have no opcode
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * const names = [...pickle.genops(pickle.dumps([7]))].map(({ opcode }) => opcode.name);
 * console.log(names.join(' ')); // -> PROTO FRAME EMPTY_LIST MEMOIZE BININT1 APPEND STOP
 * ```
 */
export function* genops(bytes: Uint8Array): Generator<Operation, void, undefined> {
  if (!(bytes instanceof Uint8Array)) throw new InvalidArgumentError('bytes', 'a pickle is a Uint8Array');
  const walk = new Walk(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  for (;;) {
    const operation = walk.next();
    yield operation;
    if (operation.opcode.name === 'STOP') return;
  }
}

class Walk {
  readonly #bytes: Buffer;
  #at: number = 0;
  #offset: number = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  next(): Operation {
    this.#offset = this.#at;
    const code = this.#bytes[this.#take(1)] as number;
    const opcode = opcodes.get(code);
    if (opcode === undefined) throw this.#error(`no opcode is ${opcodeName(code)}`, 'corrupt');
    return { opcode, argument: this.#argument(opcode), offset: this.#offset };
  }

  #argument({ argument, name }: Opcode): unknown {
    const bytes = this.#bytes;
    switch (argument) {
      case 'none':
        return undefined;
      case 'uint1':
        return bytes[this.#take(1)];
      case 'uint2':
        return bytes.readUInt16LE(this.#take(2));
      case 'uint4':
        return this.#uint4();
      case 'int4':
        return bytes.readInt32LE(this.#take(4));
      case 'uint8':
        return this.#uint8();
      case 'float8':
        return new Float(bytes.readDoubleBE(this.#take(8)));
      case 'line':
        return this.#ofLine(name, this.#line());
      case 'twoLines':
        return `${this.#line()} ${this.#line()}`;
      case 'long1':
        return this.#long(bytes[this.#take(1)] as number);
      case 'long4':
        return this.#long(this.#uint4());
      case 'bytes1':
        return this.#blob(name, bytes[this.#take(1)] as number);
      case 'bytes4':
        return this.#blob(name, this.#uint4());
      case 'bytes8':
        return this.#blob(name, this.#uint8());
      case 'text1':
        return this.#text(bytes[this.#take(1)] as number);
      case 'text4':
        return this.#text(this.#uint4());
      case 'text8':
        return this.#text(this.#uint8());
    }
  }

  #ofLine(name: string, text: string): unknown {
    const value =
      name === 'UNICODE'
        ? decodeRawUnicode(text)
        : name === 'PERSID'
          ? text
          : name === 'STRING'
            ? decodeEscapes(text.slice(1, -1))?.toString('latin1')
            : name === 'FLOAT'
              ? floatOf(text)
              : name === 'INT' && (text === '00' || text === '01')
                ? text === '01'
                : parseInteger(name === 'LONG' ? text.replace(/L$/, '') : text);
    if (value === undefined) throw this.#error('its text is not what it should be', 'corrupt');
    return value;
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    const start = this.#take(end < 0 ? Infinity : end + 1 - this.#at);
    return this.#bytes.toString('latin1', start, end);
  }

  #long(length: number): number | bigint {
    return decodeLong(this.#bytes, this.#take(length), length);
  }

  #blob(name: string, length: number): unknown {
    const start = this.#take(length);
    const part = this.#bytes.subarray(start, start + length);
    return name.endsWith('STRING') ? part.toString('latin1') : Buffer.from(part);
  }

  #text(length: number): string {
    const start = this.#take(length);
    const text = decodeUtf8(this.#bytes, start, start + length);
    if (text === undefined) throw this.#error('its text is no UTF-8', 'corrupt');
    return text;
  }

  #uint4(): number {
    return this.#bytes.readUInt32LE(this.#take(4));
  }

  #uint8(): number {
    return Number(this.#bytes.readBigUInt64LE(this.#take(8)));
  }

  #take(count: number): number {
    const at = this.#at;
    if (at + count > this.#bytes.length) throw this.#error('the pickle is cut off', 'truncated');
    this.#at = at + count;
    return at;
  }

  #error(message: string, reason: 'corrupt' | 'truncated'): UnpicklingError {
    const offset = this.#offset;
    const code = this.#bytes[offset];
    const opcode = code === undefined ? undefined : opcodeName(code);
    return new UnpicklingError(`${message} (at byte ${offset})`, { reason, offset, opcode });
  }
}

function floatOf(text: string): Float | undefined {
  const value = parseFloatText(text);
  return value === undefined ? undefined : new Float(value);
}
