// The values of opcodes as bytes have them.

/** Two's complement, the lowest byte first, as LONG1 and LONG4 have it. */
export function decodeLong(bytes: Buffer, start: number, length: number): number | bigint {
  if (length === 0) return 0;
  if (length <= 6) return bytes.readIntLE(start, length);
  const reversed = Buffer.from(bytes.subarray(start, start + length)).reverse();
  const negative = (reversed[0] as number) >= 0x80;
  const bits = BigInt(`0x${reversed.toString('hex')}`);
  const value = negative ? bits - (1n << BigInt(length * 8)) : bits;
  return toInt(value);
}

/** A number where one holds it exactly. */
export function toInt(value: bigint): number | bigint {
  return value >= -0x1fffffffffffffn && value <= 0x1fffffffffffffn ? Number(value) : value;
}

/** As in Python, which is slow with more. */
const MOST_DIGITS = 4300;

/** The text of INT, LONG, GET and PUT; undefined where it is none. */
export function parseInteger(text: string): number | bigint | undefined {
  if (!/^[+-]?\d+$/.test(text) || text.length > MOST_DIGITS) return undefined;
  return text.length < 16 ? Number(text) + 0 : toInt(BigInt(text.replace('+', '')));
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 in which lone surrogates may stand, as Python's `surrogatepass` has it; undefined where it is none. */
export function decodeUtf8(bytes: Buffer, start: number, end: number): string | undefined {
  const part = bytes.subarray(start, end);
  try {
    return strict.decode(part);
  } catch {
    return withSurrogates(part);
  }
}

/** Each surrogate is three bytes, from ED A0 80 to ED BF BF; what is between them is strict UTF-8. */
function withSurrogates(bytes: Buffer): string | undefined {
  let text = '';
  let from = 0;
  try {
    for (let at = bytes.indexOf(0xed); at >= 0; at = bytes.indexOf(0xed, at + 1)) {
      const second = bytes[at + 1] ?? 0;
      const third = bytes[at + 2] ?? 0;
      if (second < 0xa0 || second > 0xbf || third < 0x80 || third > 0xbf) continue;
      text += strict.decode(bytes.subarray(from, at));
      text += String.fromCharCode(0xd000 | ((second & 0x3f) << 6) | (third & 0x3f));
      from = at + 3;
    }
    return from === 0 ? undefined : text + strict.decode(bytes.subarray(from));
  } catch {
    return undefined;
  }
}

/** Python's raw-unicode-escape, as UNICODE has it: bytes are characters, but for `\uXXXX` and `\UXXXXXXXX`. A backslash
 * before anything else is one, and so is what follows it. */
export function decodeRawUnicode(line: string): string | undefined {
  let broken = false;
  const text = line.replaceAll(
    /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([uU])|[^uU])/gs,
    (found: string, short: string | undefined, long: string | undefined, bad: string | undefined) => {
      const code = parseInt(short ?? long ?? '0', 16);
      broken ||= bad !== undefined || code > 0x10ffff;
      return short === undefined && long === undefined ? found : broken ? '' : String.fromCodePoint(code);
    },
  );
  return broken ? undefined : text;
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** The text between the quotes of STRING, whose characters are bytes, with Python's escapes. */
export function decodeEscapes(line: string): Buffer | undefined {
  let broken = false;
  const text = line.replaceAll(
    /\\(?:x([0-9a-fA-F]{2})|([0-7]{1,3})|(.)|$)/gs,
    (found: string, hex: string | undefined, octal: string | undefined, other: string | undefined) => {
      if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
      if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8) & 0xff);
      broken ||= other === undefined || other === 'x';
      if (other === undefined) return found;
      return Object.hasOwn(escapes, other) ? (escapes[other] as string) : found;
    },
  );
  return broken ? undefined : Buffer.from(text, 'latin1');
}
