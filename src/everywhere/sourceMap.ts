// The source map of a rewritten file, which leads to where the file itself came from if that has one.

import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import type { SourceMapPayload } from 'node:module';
import { fileURLToPath } from 'node:url';
import type Edited from 'magic-string';
import type { Peers } from './peers.ts';

const COMMENT = /^[ \t]*\/\/[#@] sourceMappingURL=(\S+)[ \t]*$/gm;
const DATA = /^data:application\/json[^,]*?(;base64)?,/;

/** The text of a rewritten file with its map as a comment. `url` is the file's. */
export function withSourceMap(edited: Edited, code: string, url: string, peers: Peers): string {
  const before = [...code.matchAll(COMMENT)].at(-1);
  const payload = before === undefined ? undefined : readMap(before[1] as string, url);
  const map = edited.generateDecodedMap({ source: url, hires: 'boundary', includeContent: false });
  const text = before === undefined ? String(edited) : String(edited).replaceAll(COMMENT, '');
  const full = payload === undefined ? map : chain(map, payload, url);
  const json = JSON.stringify(new peers.strings.SourceMap(full));
  return `${text}\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(json).toString('base64')}\n`;
}

function readMap(reference: string, url: string): SourceMapPayload | undefined {
  try {
    const data = DATA.exec(reference);
    if (data === null)
      return JSON.parse(readFileSync(fileURLToPath(new URL(reference, url)), 'utf8')) as SourceMapPayload;
    const body = reference.slice(data[0].length);
    return JSON.parse(
      data[1] === undefined ? decodeURIComponent(body) : Buffer.from(body, 'base64').toString(),
    ) as SourceMapPayload;
  } catch {
    // A map that is not there or not readable: the host does without it too.
    return undefined;
  }
}

type Decoded = ReturnType<Edited['generateDecodedMap']>;

function chain(map: Decoded, payload: SourceMapPayload, url: string): Decoded {
  const inner = new SourceMap(payload);
  const sources: string[] = [];
  const mappings = map.mappings.map((line) =>
    line.flatMap((segment) => {
      const entry = inner.findEntry(segment[2] as number, segment[3] as number);
      if (!('originalSource' in entry) || entry.originalSource === undefined) return [];
      const source = new URL(entry.originalSource, new URL(payload.sourceRoot || '.', url)).href;
      if (!sources.includes(source)) sources.push(source);
      return [[segment[0], sources.indexOf(source), entry.originalLine, entry.originalColumn]];
    }),
  );
  return { ...map, sources, mappings: mappings as Decoded['mappings'] };
}
