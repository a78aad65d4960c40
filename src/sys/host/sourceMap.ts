// From a place in the code that runs to the one in its source, where the program has a source map: the one that the host
// keeps, if source maps were turned on, or else the one that the file names. For reports that come seldom.

import process from 'node:process';
import type { SourceMap } from 'node:module';

const NAMED = /^\/\/[#@] sourceMappingURL=(\S+)\s*$/gm;
const DATA = /^data:application\/json[^,]*?(;base64)?,(.*)$/;

// A file is read once.
const maps: Map<string, SourceMap | undefined> = new Map();

/** `file:line:column` of the source for a place counted from 0, itself counted from 1. Without a column it is the last
 * of the line, and not told. */
export function original(url: string, line: number, column?: number): string {
  const entry = mapOf(url)?.findEntry(line, column ?? 2 ** 30);
  return entry !== undefined && 'originalSource' in entry && entry.generatedLine === line
    ? text(
        entry.originalSource,
        entry.originalLine,
        column === undefined ? undefined : entry.originalColumn,
      )
    : text(url, line, column);
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
    const kept = findSourceMap(url);
    if (kept !== undefined) return kept;
    const { readFileSync } = process.getBuiltinModule('node:fs');
    const { pathToFileURL } = process.getBuiltinModule('node:url');
    const file = url.startsWith('file:') ? new URL(url) : pathToFileURL(url);
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
