// What becomes of bytes and characters that an encoding doesn't have: Python's error handlers, by name.

import { InvalidArgumentError, UnsupportedError } from '../../asyncio.ts';
import type { Codec, Fault } from './codec.ts';
import { UnicodeDecodeError } from './unicodeErrors.ts';

/** Puts text in the place of bytes, up to `end`. */
export type DecodeHandler = (
  codec: Codec,
  bytes: Buffer,
  start: number,
  fault: Fault,
) => { text: string; end: number };
/** Puts bytes, or text to be encoded, in the place of the characters from `start` to `end`; undefined where it can't. */
export type EncodeHandler = (
  codec: Codec,
  text: string,
  start: number,
  end: number,
) => readonly (Buffer | string | undefined)[];

/** Both sides of a handler; undefined for one that throws. */
export interface ErrorHandler {
  readonly decode: DecodeHandler | undefined;
  readonly encode: EncodeHandler | undefined;
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

const backslashed = (point: number): string =>
  point < 0x100 ? `\\x${hex(point, 2)}` : point < 0x10000 ? `\\u${hex(point, 4)}` : `\\U${hex(point, 8)}`;

/** One for each character. */
const forEach =
  (replace: (point: number) => Buffer | string | undefined): EncodeHandler =>
  (_codec, text, start, end) =>
    Array.from(text.slice(start, end), (char) => replace(char.codePointAt(0) as number));

function refuse(codec: Codec, bytes: Buffer, start: number, { end, reason }: Fault): never {
  throw new UnicodeDecodeError(codec.name, Buffer.from(bytes), start, end, reason);
}

const handlers: Record<string, ErrorHandler> = {
  strict: { decode: undefined, encode: undefined },
  ignore: { decode: (_codec, _bytes, _start, { end }) => ({ text: '', end }), encode: () => [] },
  replace: {
    decode: (_codec, _bytes, _start, { end }) => ({ text: '\ufffd', end }),
    encode: forEach(() => '?'),
  },
  backslashreplace: {
    decode: (_codec, bytes, start, { end }) => ({
      text: Array.from(bytes.subarray(start, end), backslashed).join(''),
      end,
    }),
    encode: forEach(backslashed),
  },
  xmlcharrefreplace: { decode: undefined, encode: forEach((point) => `&#${point};`) },
  surrogateescape: {
    decode: (codec, bytes, start, fault) => {
      const part = bytes.subarray(start, fault.end);
      // ASCII is never smuggled.
      const length = part.findIndex((byte) => byte < 0x80);
      const escaped = length < 0 ? part : part.subarray(0, length);
      if (escaped.length === 0) refuse(codec, bytes, start, fault);
      const text = Array.from(escaped, (byte) => String.fromCharCode(0xdc00 + byte)).join('');
      return { text, end: start + escaped.length };
    },
    encode: forEach((point) =>
      point >= 0xdc80 && point <= 0xdcff ? Buffer.from([point - 0xdc00]) : undefined,
    ),
  },
  surrogatepass: {
    decode: (codec, bytes, start, fault) => {
      const point = surrogateAt(codec, bytes, start) ?? refuse(codec, bytes, start, fault);
      return { text: String.fromCharCode(point), end: start + surrogateLength(codec) };
    },
    encode: (codec, text, start, end) =>
      Array.from(text.slice(start, end), (char) => passed(codec, char.codePointAt(0) as number)),
  },
};

const surrogateLength = ({ name, width }: Codec): number => (name === 'utf-8' ? 3 : width);

function surrogateAt({ name }: Codec, bytes: Buffer, at: number): number | undefined {
  if (at + (name === 'utf-8' ? 3 : name.startsWith('utf-16') ? 2 : 4) > bytes.length) return undefined;
  const points: Record<string, () => number> = {
    'utf-8': () => {
      const [one, two, three] = [...bytes.subarray(at, at + 3)] as [number, number, number];
      return one === 0xed && (two & 0xc0) === 0x80 && (three & 0xc0) === 0x80
        ? 0xd000 | ((two & 0x3f) << 6) | (three & 0x3f)
        : 0;
    },
    'utf-16-le': () => bytes.readUInt16LE(at),
    'utf-16-be': () => bytes.readUInt16BE(at),
    'utf-32-le': () => bytes.readUInt32LE(at),
    'utf-32-be': () => bytes.readUInt32BE(at),
  };
  const point = points[name]?.() ?? 0;
  return point >= 0xd800 && point <= 0xdfff ? point : undefined;
}

function passed({ name }: Codec, point: number): Buffer | undefined {
  if (point < 0xd800 || point > 0xdfff) return undefined;
  const bytes = Buffer.alloc(name.startsWith('utf-16') ? 2 : 4);
  if (name === 'utf-8')
    return Buffer.from([0xe0 | (point >> 12), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f)]);
  if (name === 'utf-16-le') bytes.writeUInt16LE(point);
  else if (name === 'utf-16-be') bytes.writeUInt16BE(point);
  else if (name === 'utf-32-le') bytes.writeUInt32LE(point);
  else if (name === 'utf-32-be') bytes.writeUInt32BE(point);
  else return undefined;
  return bytes;
}

/** @throws InvalidArgumentError for one that is not known, UnsupportedError for `namereplace`: the host does not know the
 * names of characters */
export function errorHandler(name: string): ErrorHandler {
  if (name === 'namereplace')
    throw new UnsupportedError(
      "errors: 'namereplace' needs the names of all characters, which no runtime has: take 'backslashreplace'",
    );
  const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
  if (handler === undefined)
    throw new InvalidArgumentError(
      'errors',
      `unknown error handler name '${name}': ${Object.keys(handlers).join(', ')}`,
    );
  return handler;
}
