// What an encoding is to the rest: it goes as far as it can, and says what it can't. transcode.ts goes on from there.

/** What can't be decoded or encoded, up to `end`. */
export interface Fault {
  readonly end: number;
  readonly reason: string;
}

/** As far as a codec could go. */
export interface Run<T> {
  readonly out: T;
  /** Where it stopped: at a fault, at the end, or before a character that is cut off. */
  readonly end: number;
  readonly fault?: Fault | undefined;
}

export interface Codec {
  /** What errors call it. */
  readonly name: string;
  /** How many bytes a line's end has. */
  readonly width: number;
  /** The bytes 10 and 13 are '\n' and '\r', wherever they stand, and nothing else is. */
  readonly plainLines?: boolean;
  /** `careful` after a fault: there may be many. */
  decodeRun(bytes: Buffer, from: number, final: boolean, careful: boolean): Run<string>;
  encodeRun(text: string, from: number): Run<Buffer>;
}
