// Characters of a CSV text: those that mean something, those that are two units, and what of a chunk can be told.

const CR = 13;

/** A character that means something: its UTF-16 units; -1 for none. */
export class Special {
  readonly first: number;
  readonly second: number;
  readonly length: number;

  constructor(character: string | null) {
    this.first = character === null ? -1 : character.charCodeAt(0);
    this.second = character?.length === 2 ? character.charCodeAt(1) : -1;
    this.length = character?.length ?? 0;
  }

  /** Whether it stands there, where its first unit does. */
  isAt(text: string, at: number): boolean {
    return this.second === -1 || text.charCodeAt(at + 1) === this.second;
  }
}

/** How much of a chunk can be told before the next has come. */
export function decidable(text: string): number {
  const last = text.charCodeAt(text.length - 1);
  return last === CR || (last >= 0xd800 && last <= 0xdbff) ? text.length - 1 : text.length;
}

export function isPair(text: string, at: number): boolean {
  return (text.codePointAt(at) as number) > 0xffff;
}

export function countPoints(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += isPair(text, at) ? 2 : 1) count++;
  return count;
}
