// The entry point `asyncio-ts/files`: files as Python has them.
//
// 1. Calls of the host's that change something go to their end: a cancel is thrown after it, never before. What only
//    looks is left at once.
// 2. What is opened is a resource of its loop, and ends with it.

export { BinaryFile } from './binary/binaryFile.ts';
export { open } from './open/open.ts';
export type { OpenedFile, OpenOptions } from './open/face.ts';
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

export { fsdecode, fsencode, fspath } from './path/fsPath.ts';
export type { FilePath, PathObject } from './path/fsPath.ts';
export * as path from './path/osPath.ts';
export { Path } from './path/path.ts';
export type { MkdirOptions, PathCopyOptions, PathTextOptions } from './path/path.ts';
export { PathInfo } from './path/pathInfo.ts';
export type { FollowOptions } from './path/pathInfo.ts';
export { PurePath } from './path/purePath.ts';
export type { MatchOptions } from './path/purePath.ts';
export type { RealpathOptions } from './path/realpath.ts';
export * as glob from './walk/glob.ts';
export type { GlobOptions } from './walk/glob.ts';
export type { SelectOptions } from './walk/selectPaths.ts';
export { fnmatch } from './walk/wildcards.ts';
export type { TranslateOptions } from './walk/wildcards.ts';
export { walk } from './walk/walk.ts';
export type { WalkOptions } from './walk/walk.ts';
export { SameFileError, SpecialFileError, TreeCopyError } from './copy/copyErrors.ts';
export type { CopyFailure } from './copy/copyErrors.ts';
export { copy, copy2, copyFile } from './copy/copyFile.ts';
export type { CopyFileOptions, Preserved } from './copy/copyFile.ts';
export { copyTree, ignorePatterns } from './copy/copyTree.ts';
export type { CopyTreeOptions, IgnoreNames } from './copy/copyTree.ts';
export { removeTree } from './copy/removeTree.ts';
export type { RemoveTreeOptions } from './copy/removeTree.ts';
export { Watch, watch } from './watch/watch.ts';
export type { WatchOptions } from './watch/watch.ts';
export type { Change, ChangeKind } from './watch/watchedTree.ts';
export { Tail, tail } from './watch/tail.ts';
export type { TailOptions, TailPosition } from './watch/tail.ts';
