// Text of the program's own, or of another program's, within a message or on a terminal.

// Two characters without width join letters in some scripts, and parts of a picture.
const HARMFUL = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu;
const NAMED: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\x1b': '\\e' };

/** `text` with everything that is not shown as itself written out: a line break as `\n`, an escape as `\e`. That is what
 * a terminal would obey, and what hides, turns or breaks what is shown: control characters, marks of direction,
 * characters without width, halves of characters.
 * @example
 * ```ts
 * import { harmless } from 'asyncio-ts/lowlevel';
 * console.log(harmless('red \x1b[31m\nand more')); // -> red \e[31m\nand more
 * ```
 */
export function harmless(text: string): string {
  return String(text).replace(HARMFUL, (character) => {
    const hex = character.codePointAt(0)!.toString(16);
    return (
      NAMED[character] ?? (hex.length < 3 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex.padStart(4, '0')}}`)
    );
  });
}

/** In quotation marks. */
export function quote(text: string): string {
  return harmless(JSON.stringify(text));
}
