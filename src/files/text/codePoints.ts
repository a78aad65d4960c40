// Characters as Python counts them: code points, where JavaScript counts halves of some.

const HALF = /[\ud800-\udbff]/;

export function hasPairs(text: string): boolean {
  return HALF.test(text);
}

export function countPoints(text: string): number {
  if (!hasPairs(text)) return text.length;
  let count = text.length;
  for (let at = 0; at < text.length - 1; at++) {
    if (!isPair(text, at)) continue;
    count--;
    at++;
  }
  return count;
}

/** The index after `count` characters from `from` on; undefined where there are fewer. */
export function indexAfter(text: string, from: number, count: number): number | undefined {
  if (text.length - from < count) return undefined;
  let at = from;
  for (let left = count; left > 0; left--) {
    if (at >= text.length) return undefined;
    at += isPair(text, at) ? 2 : 1;
  }
  return at;
}

function isPair(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
}
