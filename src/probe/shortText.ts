// A text of the program's as it is told to who looks: names may be as long as the program likes.

/** More than anybody reads, in characters. */
const MOST = 1000;

/** The text, cut where it is longer than anybody reads. */
export function shortText(text: string): string {
  return text.length <= MOST ? text : `${text.slice(0, MOST - 1)}…`;
}
