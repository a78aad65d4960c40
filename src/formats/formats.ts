// The entry point `asyncio-ts/formats`: Python's data formats, a namespace for each module, by its names in camelCase.
// What a program does not use of it a bundler leaves out.
//
// 1. What comes out is what Python writes, byte for byte, and what Python reads is read alike; each format's own files
//    say where JavaScript can't tell apart what Python can.
// 2. All of them read and write streams in bounded memory: readers and writers of this library, files, and the host's.
// 3. A cancelled read loses nothing: reading goes on where it was. Leaving a loop closes what `for await` would close.

export * as csv from './csv/csv.ts';
export * as json from './json/json.ts';
export * as jsonl from './jsonl/jsonl.ts';
export * as pickle from './pickle/pickle.ts';
export { Float } from './float.ts';
export { DecodingError } from './source/textDecoding.ts';
export type { EncodingOptions } from './source/textDecoding.ts';
export type { Piece, PieceReader, PieceStream } from './source/pieceSource.ts';
export type { DrainingTarget, FileTarget, HostTarget, TextTarget } from './sink/textSink.ts';
