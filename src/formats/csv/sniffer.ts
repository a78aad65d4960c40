// csv.Sniffer: what dialect a sample is in, and whether it begins with names.
//
// 1. The guesses are Python's, tie for tie: first what stands around quotes, then what is as frequent in each line.
// 2. A sample is a part of a document. The patterns look far ahead, so that a sample of some kilobytes is enough, and one
//    of megabytes slow.

import { CsvError } from './csvError.ts';
import { Dialect } from './dialect.ts';
import { isComplexText } from './parseFloatText.ts';
import { csvReader } from './reader.ts';
import type { Row } from './reader.ts';

interface Guess {
  readonly delimiter: string;
  readonly skipinitialspace: boolean;
}

interface QuoteGuess extends Guess {
  readonly quotechar: string;
  readonly doublequote: boolean;
}

// Python's \w, and its ^ and $, which know \n alone.
const WORD = String.raw`\p{L}\p{N}_`;
const BEGIN = String.raw`(?<![^\n])`;
const END = String.raw`(?![^\n])`;
const DELIM = `(?<delim>[^${WORD}\\n"'])(?<space> ?)`;
const QUOTED = `(?<quote>["']).*?\\k<quote>`;
const enclosed: readonly RegExp[] = [
  `${DELIM}${QUOTED}\\k<delim>`,
  `(?:${BEGIN}|\\n)${QUOTED}${DELIM}`,
  `${DELIM}${QUOTED}(?:${END}|\\n)`,
  `(?:${BEGIN}|\\n)${QUOTED}(?:${END}|\\n)`,
].map((pattern) => new RegExp(pattern, 'gsu'));

/** Guesses the dialect of a sample. Semantics: csv.Sniffer.
 * @example
 * ```ts
 * import { csv } from 'asyncio-ts/formats';
 * const sample = 'name;born\nAda;1815\nAlan;1912\n';
 * const sniffer = new csv.Sniffer();
 * const dialect = sniffer.sniff(sample);
 * console.log(dialect.delimiter, sniffer.hasHeader(sample)); // -> ; true
 * console.log([...csv.reader(sample, { dialect })][1]); // -> [ 'Ada', '1815' ]
 * ```
 */
export class Sniffer {
  /** Which delimiter it is where several would do. */
  preferred: string[] = [',', '\t', ';', ' ', ':'];

  /** The dialect of a sample; `delimiters` are those that come into question, all by default.
   * @throws CsvError (`ERR_CSV`) when it can't tell */
  sniff(sample: string, delimiters?: string | readonly string[]): Dialect {
    const isAllowed = (delimiter: string): boolean => delimiters?.includes(delimiter) ?? true;
    const quotes = guessByQuotes(sample, isAllowed);
    const guess = quotes?.delimiter ? quotes : this.#guessByFrequency(sample, isAllowed);
    if (guess === undefined) throw new CsvError('Could not determine delimiter');
    const { delimiter, skipinitialspace } = guess;
    const { quotechar = '"', doublequote = false } = quotes ?? {};
    try {
      return new Dialect({ delimiter, skipinitialspace, quotechar, doublequote });
    } catch (cause) {
      throw new CsvError('Could not determine delimiter', { cause });
    }
  }

  /** Whether the first row of a sample seems to be names: it is of another type, or length, than those below it.
   * @throws CsvError as {@link sniff} */
  hasHeader(sample: string): boolean {
    const lines = sample.split(/(?<=\n)/);
    const rows = csvReader(sample === '' ? [] : lines, this.sniff(sample));
    const header = rows.next().value ?? [];
    const types = columnTypes(rows, header.length);
    let votes = 0;
    for (const [column, type] of types) {
      const name = String(header[column]);
      const differs = type === 'complex' ? !isComplexText(name) : type !== lengthOf(name);
      votes += differs ? 1 : -1;
    }
    return votes > 0;
  }

  #guessByFrequency(sample: string, isAllowed: (delimiter: string) => boolean): Guess | undefined {
    const lines = sample.split('\n').filter((line) => line !== '');
    const found = candidates(lines, isAllowed);
    if (found.size === 0) return undefined;
    const preferred = this.preferred.find((delimiter) => found.has(delimiter));
    const [first = '', ...others] = [...found.keys()];
    const delimiter = others.length === 0 ? first : (preferred ?? dominating(found));
    const line = lines[0] as string;
    return { delimiter, skipinitialspace: count(line, delimiter) === count(line, `${delimiter} `) };
  }
}

function guessByQuotes(sample: string, isAllowed: (delimiter: string) => boolean): QuoteGuess | undefined {
  let matches: RegExpExecArray[] = [];
  for (const pattern of enclosed) {
    matches = [...sample.matchAll(pattern)];
    if (matches.length > 0) break;
  }
  if (matches.length === 0) return undefined;
  const quotes = new Map<string, number>();
  const delimiters = new Map<string, number>();
  let spaces = 0;
  for (const { groups = {} } of matches) {
    const { quote = '', delim, space } = groups;
    quotes.set(quote, (quotes.get(quote) ?? 0) + 1);
    if (delim === undefined) continue;
    if (isAllowed(delim)) delimiters.set(delim, (delimiters.get(delim) ?? 0) + 1);
    if (space) spaces++;
  }
  const quotechar = mostFrequent(quotes);
  const delimiter = delimiters.size === 0 ? '' : mostFrequent(delimiters);
  const skipinitialspace = delimiter !== '' && delimiters.get(delimiter) === spaces;
  return { quotechar, delimiter, skipinitialspace, doublequote: hasDoubled(sample, delimiter, quotechar) };
}

/** Whether there is a quote more between delimiters. */
function hasDoubled(sample: string, delimiter: string, quote: string): boolean {
  const delim = delimiter === '' ? '' : `\\u{${(delimiter.codePointAt(0) as number).toString(16)}}`;
  const within = `[^${delim}\\n]*`;
  const other = `[^${WORD}]*`;
  const pattern = `(?:${delim}|${BEGIN})${other}${quote}${within}${quote}${within}${quote}${other}(?:${delim}|${END})`;
  return new RegExp(pattern, 'u').test(sample);
}

function mostFrequent(counts: ReadonlyMap<string, number>): string {
  let best = '';
  for (const [key, value] of counts) if (best === '' || value > (counts.get(best) as number)) best = key;
  return best;
}

/** How often a character is in a line, and in how many lines more it is that often than not. */
type Mode = readonly [frequency: number, lines: number];

/** The characters that are as often in nearly each line, with the smallest number of lines that tells. */
function candidates(
  lines: readonly string[],
  isAllowed: (delimiter: string) => boolean,
): Map<string, Mode> {
  const found = new Map<string, Mode>();
  const modes = new Map<string, Mode>();
  const frequencies: Map<number, number>[] = Array.from({ length: 127 }, () => new Map());
  const step = Math.min(10, lines.length);
  for (let start = 0; start < lines.length; start += step) {
    for (const line of lines.slice(start, start + step)) countCharacters(line, frequencies);
    for (const [code, counts] of frequencies.entries()) {
      const mode = modeOf(counts);
      if (mode !== undefined) modes.set(String.fromCharCode(code), mode);
    }
    const total = Math.min(start + step, lines.length);
    for (let consistency = 1; found.size === 0 && consistency >= 0.9; consistency -= 0.01) {
      for (const [character, mode] of modes) {
        const [frequency, agreeing] = mode;
        if (frequency > 0 && agreeing > 0 && agreeing / total >= consistency && isAllowed(character))
          found.set(character, mode);
      }
    }
    if (found.size === 1) break;
  }
  return found;
}

function countCharacters(line: string, frequencies: readonly Map<number, number>[]): void {
  const counts = new Uint32Array(127);
  for (let at = 0; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code < 127) counts[code] = (counts[code] as number) + 1;
  }
  for (const [code, frequency] of counts.entries()) {
    const lines = frequencies[code] as Map<number, number>;
    lines.set(frequency, (lines.get(frequency) ?? 0) + 1);
  }
}

function modeOf(counts: ReadonlyMap<number, number>): Mode | undefined {
  let [best, most, all] = [0, 0, 0];
  for (const [frequency, lines] of counts) {
    if (lines > most) [best, most] = [frequency, lines];
    all += lines;
  }
  return counts.size === 1 && best === 0 ? undefined : [best, most - (all - most)];
}

function dominating(found: ReadonlyMap<string, Mode>): string {
  const sorted = [...found].sort(([a, [f, l]], [b, [g, m]]) => f - g || l - m || (a < b ? -1 : 1));
  return (sorted.at(-1) as [string, Mode])[0];
}

function count(line: string, part: string): number {
  return line.split(part).length - 1;
}

/** By column: whether all its fields are numbers, or how long all are; what is neither is not there. */
function columnTypes(rows: Iterable<Row>, columns: number): Map<number, 'complex' | number | undefined> {
  const types = new Map<number, 'complex' | number | undefined>();
  for (let column = 0; column < columns; column++) types.set(column, undefined);
  let checked = 0;
  for (const row of rows) {
    if (checked++ > 20) break;
    if (row.length !== columns) continue;
    for (const [column, before] of [...types]) {
      const field = String(row[column]);
      const type = isComplexText(field) ? 'complex' : lengthOf(field);
      if (before === undefined) types.set(column, type);
      else if (before !== type) types.delete(column);
    }
  }
  return types;
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}
