// The conditions of a request on the file that it asks for (RFC 9110, 13.2.2), in the order that is told there.

/** By what a version of a file is known. */
export interface FileVersion {
  /** With its quotes. */
  readonly etag: string;
  /** In whole seconds, as milliseconds of the clock. */
  readonly modified: number;
}

/** @returns 304 or 412 where that is the answer */
export function failedCondition(headers: Headers, version: FileVersion): 304 | 412 | undefined {
  const match = headers.get('if-match');
  if (match !== null) {
    if (!names(match, version.etag, false)) return 412;
  } else if (since(headers.get('if-unmodified-since'), (time) => version.modified > time)) return 412;
  const noneMatch = headers.get('if-none-match');
  if (noneMatch !== null) return names(noneMatch, version.etag, true) ? 304 : undefined;
  return since(headers.get('if-modified-since'), (time) => version.modified <= time) ? 304 : undefined;
}

/** Whether the ranges that are asked for are of this version. */
export function isSameVersion(ifRange: string | null, version: FileVersion): boolean {
  if (ifRange === null) return true;
  const given = ifRange.trim();
  if (given.startsWith('"')) return given === version.etag;
  return Date.parse(given) === version.modified;
}

function names(list: string, etag: string, weakly: boolean): boolean {
  if (list.trim() === '*') return true;
  const tags = list.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return tags.some((tag) => tag === etag || (weakly && tag === `W/${etag}`));
}

function since(date: string | null, test: (time: number) => boolean): boolean {
  const time = date === null ? Number.NaN : Date.parse(date);
  return !Number.isNaN(time) && test(time);
}
