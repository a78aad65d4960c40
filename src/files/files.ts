// The entry point `asyncio-ts/files`: files as Python has them.
//
// 1. Calls of the host's that change something go to their end: a cancel is thrown after it, never before. What only
//    looks is left at once.
// 2. What is opened is a resource of its loop, and ends with it.

export { BinaryFile } from './binary/binaryFile.ts';
export { open } from './open/open.ts';
export type { OpenedFile, OpenOptions } from './open/face.ts';
export type { FilePath } from './open/open.ts';
export { UnsupportedOperation } from './open/unsupportedOperation.ts';
export { UnicodeDecodeError, UnicodeEncodeError, UnicodeError } from './encodings/unicodeErrors.ts';
export { TextFile } from './text/textFile.ts';
export type { Newline } from './text/newlines.ts';
export type { Whence } from './open/fileOperations.ts';
