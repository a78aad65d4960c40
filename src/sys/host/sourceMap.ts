// From a place in the code that runs to the one in its source, where the program has a source map: the one that the host
// keeps, if source maps were turned on, or else the one that the file names. For reports that come seldom.

import process from 'node:process';
import type { SourceMap, SourceMapping } from 'node:module';

const NAMED = /^\/\/[#@] sourceMappingURL=(\S+)\s*$/gm;
const DATA = /^data:application\/json[^,]*?(;base64)?,(.*)$/;

// A file is read once.
const maps: Map<string, SourceMap | undefined> = new Map();

/** Larger files are not read, in bytes. */
const MOST_BYTES = 2 ** 26;

/** A place in code, counted from 1. A column of 0 is not known. */
export interface CodePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A place in the code that runs at its place in the source, where the file names a source map, also of a program that
 * did not turn them on: what else there is of the object stays. Reads the file and its map from the disk, once; without
 * a source map, or where it can't be read, the object itself is returned. For tools that show stacks.
 * @example
 * ```ts
 * import { placeInSource } from 'asyncio-ts/lowlevel';
 * const place = { name: 'main', file: '/app/bundle.js', line: 1, column: 2 };
 * console.log(placeInSource(place) === place); // -> true
 * ```
 */
export function placeInSource<Place extends CodePlace>(place: Place): Place {
  const { file, line, column } = place;
  const found = sourceOf(file, line - 1, column === 0 ? undefined : column - 1);
  if (found === undefined) return place;
  return {
    ...place,
    file: found.originalSource,
    line: found.originalLine + 1,
    column: column === 0 ? 0 : found.originalColumn + 1,
  };
}

/** `file:line:column` of the source for a place counted from 0, itself counted from 1. Without a column it is the last
 * of the line, and not told. */
export function original(url: string, line: number, column?: number): string {
  const found = sourceOf(url, line, column);
  return found === undefined
    ? text(url, line, column)
    : text(
        found.originalSource,
        found.originalLine,
        column === undefined ? undefined : found.originalColumn,
      );
}

function sourceOf(url: string, line: number, column: number | undefined): SourceMapping | undefined {
  const entry = mapOf(url)?.findEntry(line, column ?? 2 ** 30);
  return entry !== undefined && 'originalSource' in entry && entry.generatedLine === line
    ? entry
    : undefined;
}

const text = (file: string, line: number, column: number | undefined): string =>
  `${file}:${line + 1}${column === undefined ? '' : `:${column + 1}`}`;

function mapOf(url: string): SourceMap | undefined {
  if (!maps.has(url)) maps.set(url, readMap(url));
  return maps.get(url);
}

function readMap(url: string): SourceMap | undefined {
  try {
    const { SourceMap, findSourceMap } = process.getBuiltinModule('node:module');
    const { readFileSync, statSync } = process.getBuiltinModule('node:fs');
    const { pathToFileURL } = process.getBuiltinModule('node:url');
    const file = url.startsWith('file:') ? new URL(url) : pathToFileURL(url);
    // Deno reads what it is asked for, a device too.
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats !== undefined && (!stats.isFile() || stats.size > MOST_BYTES)) return undefined;
    const kept = findSourceMap(url);
    if (kept !== undefined) return kept;
    const named = [...readFileSync(file, 'utf8').matchAll(NAMED)].at(-1)?.[1];
    if (named === undefined) return undefined;
    const [, base64, data] = DATA.exec(named) ?? [];
    const at = new URL(named, file);
    const json =
      data === undefined
        ? readFileSync(at, 'utf8')
        : base64 === undefined
          ? decodeURIComponent(data)
          : Buffer.from(data, 'base64').toString();
    const payload = JSON.parse(json) as ConstructorParameters<typeof SourceMap>[0];
    // They are relative to the map, or to the file where that is in it.
    const root = new URL(
      payload.sourceRoot ? `${payload.sourceRoot.replace(/\/?$/, '/')}` : '.',
      data === undefined ? at : file,
    );
    return new SourceMap({
      ...payload,
      sourceRoot: '',
      sources: payload.sources.map((source) => new URL(source, root).href),
    });
  } catch {
    return undefined;
  }
}
