// SQLite's result codes: their names, and which of Python's error classes each belongs to.

import type { FailureKind } from './protocol.ts';

// Primary codes; an extended code has its primary one in the lowest byte.
const PRIMARY: readonly (readonly [name: string, kind: FailureKind])[] = [
  ['OK', 'DatabaseError'],
  ['ERROR', 'OperationalError'],
  ['INTERNAL', 'InternalError'],
  ['PERM', 'OperationalError'],
  ['ABORT', 'OperationalError'],
  ['BUSY', 'OperationalError'],
  ['LOCKED', 'OperationalError'],
  ['NOMEM', 'OperationalError'],
  ['READONLY', 'OperationalError'],
  ['INTERRUPT', 'OperationalError'],
  ['IOERR', 'OperationalError'],
  ['CORRUPT', 'DatabaseError'],
  ['NOTFOUND', 'InternalError'],
  ['FULL', 'OperationalError'],
  ['CANTOPEN', 'OperationalError'],
  ['PROTOCOL', 'OperationalError'],
  ['EMPTY', 'OperationalError'],
  ['SCHEMA', 'OperationalError'],
  ['TOOBIG', 'DataError'],
  ['CONSTRAINT', 'IntegrityError'],
  ['MISMATCH', 'IntegrityError'],
  ['MISUSE', 'InterfaceError'],
  ['NOLFS', 'DatabaseError'],
  ['AUTH', 'DatabaseError'],
  ['FORMAT', 'DatabaseError'],
  ['RANGE', 'InterfaceError'],
  ['NOTADB', 'DatabaseError'],
];

// The second byte of extended codes, from 1 on.
const EXTENDED: Readonly<Record<string, string>> = {
  ERROR: 'MISSING_COLLSEQ RETRY SNAPSHOT',
  ABORT: '- ROLLBACK',
  BUSY: 'RECOVERY SNAPSHOT TIMEOUT',
  LOCKED: 'SHAREDCACHE VTAB',
  READONLY: 'RECOVERY CANTLOCK ROLLBACK DBMOVED CANTINIT DIRECTORY',
  IOERR:
    'READ SHORT_READ WRITE FSYNC DIR_FSYNC TRUNCATE FSTAT UNLOCK RDLOCK DELETE BLOCKED NOMEM ACCESS ' +
    'CHECKRESERVEDLOCK LOCK CLOSE DIR_CLOSE SHMOPEN SHMSIZE SHMLOCK SHMMAP SEEK DELETE_NOENT MMAP GETTEMPPATH ' +
    'CONVPATH VNODE AUTH BEGIN_ATOMIC COMMIT_ATOMIC ROLLBACK_ATOMIC DATA CORRUPTFS IN_PAGE',
  CORRUPT: 'VTAB SEQUENCE INDEX',
  CANTOPEN: 'NOTEMPDIR ISDIR FULLPATH CONVPATH DIRTYWAL SYMLINK',
  CONSTRAINT:
    'CHECK COMMITHOOK FOREIGNKEY FUNCTION NOTNULL PRIMARYKEY TRIGGER UNIQUE VTAB ROWID PINNED DATATYPE',
  AUTH: 'USER',
};

/** Whether somebody else holds the lock, so that trying again may help. A snapshot that is out of date stays so. */
export function isBusyCode(code: number | undefined): boolean {
  return code !== undefined && (code & 0xff) === 5 && code !== 517;
}

export function kindOfCode(code: number): FailureKind {
  return PRIMARY[code & 0xff]?.[1] ?? 'DatabaseError';
}

/** `SQLITE_CONSTRAINT_UNIQUE` for 2067. */
export function nameOfCode(code: number): string {
  const primary = PRIMARY[code & 0xff]?.[0];
  if (primary === undefined) return `SQLITE_${code}`;
  const extended = code > 0xff ? EXTENDED[primary]?.split(' ')[(code >> 8) - 1] : undefined;
  return extended === undefined ? `SQLITE_${primary}` : `SQLITE_${primary}_${extended}`;
}

export function codeOfName(name: string): number {
  const [, first = '', rest = ''] = /^SQLITE_([A-Z]+)_?(.*)$/.exec(name) ?? [];
  const primary = PRIMARY.findIndex(([each]) => each === first);
  if (primary < 0) return 1;
  const extended = rest === '' ? -1 : (EXTENDED[first]?.split(' ').indexOf(rest) ?? -1);
  return extended < 0 ? primary : primary | ((extended + 1) << 8);
}

const MESSAGES: readonly (readonly [begins: string, code: number])[] = [
  ['UNIQUE constraint failed', 2067],
  ['NOT NULL constraint failed', 1299],
  ['CHECK constraint failed', 275],
  ['FOREIGN KEY constraint failed', 787],
  ['cannot store', 3091],
  ['constraint failed', 19],
  ['datatype mismatch', 20],
  ['database is locked', 5],
  ['database table is locked', 6],
  ['out of memory', 7],
  ['attempt to write a readonly database', 8],
  ['interrupted', 9],
  ['disk I/O error', 10],
  ['database disk image is malformed', 11],
  ['database or disk is full', 13],
  ['unable to open database file', 14],
  ['database schema has changed', 17],
  ['string or blob too big', 18],
  ['bad parameter or other API misuse', 21],
  ['column index out of range', 25],
  ['file is not a database', 26],
];

/** The code behind SQLite's own words, where a driver keeps the number to itself. */
export function codeOfMessage(message: string): number {
  return MESSAGES.find(([begins]) => message.startsWith(begins))?.[1] ?? 1;
}
