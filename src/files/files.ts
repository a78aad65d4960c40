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
export { NamedTemporaryFile, TemporaryFile } from './temporary/temporaryFile.ts';
export { SpooledTemporaryFile } from './temporary/spooledTemporaryFile.ts';
export type { Spooled } from './temporary/spooledTemporaryFile.ts';
export { gettempdir, mkdtemp, mkstemp, TemporaryDirectory } from './temporary/temporaryDirectory.ts';
export type { TemporaryFolder } from './temporary/temporaryDirectory.ts';
export type { TemporaryOptions } from './temporary/temporaryName.ts';
export { replaceFile } from './replace/replaceFile.ts';
export type { ReplaceOptions } from './replace/replaceFile.ts';
export { flock, lockFile } from './lock/lockFile.ts';
export type { FileLock, LockFileOptions } from './lock/lockFile.ts';
