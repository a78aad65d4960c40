// What a Buffer of the host has besides what its documentation says, and what its documented methods stand on: text to
// bytes and back without a look at the encoding's name, which a request does four times.

/** A Buffer with these. */
export interface NativeBuffer extends Buffer {
  latin1Slice(start: number, end: number): string;
  utf8Slice(start: number, end: number): string;
  latin1Write(text: string, start: number): number;
  utf8Write(text: string, start: number): number;
}
