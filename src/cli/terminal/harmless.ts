// Text of other programs, made fit for a terminal.
//
// Nothing that a terminal would obey, or that hides or turns what is shown, leaves this command: it is shown as an escape.
// That is control characters, among them the beginning of escape sequences, the marks that turn the direction of writing,
// characters without width of their own, and halves of characters.

const HARMFUL =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
const NAMED: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\x1b': '\\e' };

/** `text` with everything that is not shown as itself written out: a line break as `\n`, an escape as `\e`. */
export function harmless(text: string): string {
  return text.replace(HARMFUL, (character) => {
    const code = character.codePointAt(0) as number;
    return NAMED[character] ?? (code < 256 ? `\\x${hex(code, 2)}` : `\\u{${hex(code, 4)}}`);
  });
}

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');
