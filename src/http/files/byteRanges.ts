// The ranges of bytes that a request asks for (RFC 9110, 14.2).
//
// 1. What is no list of ranges of bytes is as if it were not there. One that is, and of which nothing is in the file, can't be
//    satisfied.
// 2. Many small ranges, or overlapping ones, cost more than the whole file: they are as if they were not there, as 14.2
//    allows.

/** From `start` to before `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

const MOST_RANGES = 10;

/** @returns undefined where the whole is to be sent; nothing in the list when none can be satisfied */
export function byteRanges(header: string, size: number): readonly ByteRange[] | undefined {
  const list = /^bytes=(.*)$/i.exec(header.trim())?.[1];
  if (list === undefined) return undefined;
  const ranges: ByteRange[] = [];
  const parts = list.split(',');
  if (parts.length > MOST_RANGES) return undefined;
  for (const part of parts) {
    const [, first, last] = /^[\t ]*(\d*)-(\d*)[\t ]*$/.exec(part) ?? [];
    if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
    if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
    const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
    const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
    if (start < end) ranges.push({ start, end });
  }
  return overlap(ranges) ? undefined : ranges;
}

function overlap(ranges: readonly ByteRange[]): boolean {
  const sorted = [...ranges].sort((one, other) => one.start - other.start);
  return sorted.some((range, index) => index > 0 && range.start < (sorted[index - 1] as ByteRange).end);
}
