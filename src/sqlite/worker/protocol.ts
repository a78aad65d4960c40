// What a connection and its worker say to each other: one question, one reply, in order.
//
// 1. Everything in a message is plain and can be cloned. Errors of SQLite travel as fields (`Failure`) and become errors
//    on the loop's side, where the caller's stack is.
// 2. A worker that was started anew knows nothing of what its forerunner had open. Each question names the worker that it
//    is for (`worker`); another one replies `strange` and does nothing.
// 3. The values of rows come flat, row after row.

/** A value of a column. */
export type SqlValue = null | number | bigint | string | Uint8Array;

/** What a statement's parameters are bound to, once they were checked. */
export type Bindings = readonly SqlValue[] | Readonly<Record<string, SqlValue>>;

/** How integers come: as numbers where those are exact and as bigints beyond; or always as one of the two. */
export type Integers = 'auto' | 'number' | 'bigint';

/** Where the worker finds a function of the program's. */
export type FunctionPlace =
  | { readonly url: string; readonly name: string }
  | { readonly source: string; readonly name: string };

export interface FunctionSettings {
  readonly name: string;
  readonly kind: 'function' | 'aggregate';
  readonly place: FunctionPlace;
  readonly deterministic: boolean;
  readonly directOnly: boolean;
  /** How many arguments; undefined for any number. */
  readonly parameters: number | undefined;
}

export interface OpenSettings {
  readonly path: string;
  readonly readOnly: boolean;
  readonly foreignKeys: boolean;
  readonly integers: Integers;
  /** How many prepared statements are kept. */
  readonly cachedStatements: number;
  /** Milliseconds. */
  readonly busyTimeout: number;
  /** Run after opening, each time that is done. */
  readonly setup: readonly string[];
  readonly functions: readonly FunctionSettings[];
  /** A folder that is gone with the worker, unless that was ended by force. */
  readonly temporary: string | undefined;
  /** The module of the driver that is used where the host has none. */
  readonly driver: string | undefined;
}

export type Operation =
  | { readonly kind: 'open'; readonly settings: OpenSettings }
  | {
      readonly kind: 'execute';
      readonly sql: string;
      readonly bindings: Bindings;
      /** How many rows the reply has at most. */
      readonly take: number;
      /** No more rows are wanted than these. */
      readonly only: boolean;
      readonly busyTimeout?: number;
    }
  | { readonly kind: 'many'; readonly sql: string; readonly sets: readonly Bindings[] }
  | { readonly kind: 'script'; readonly sql: string }
  | { readonly kind: 'fetch'; readonly cursor: number; readonly take: number }
  | { readonly kind: 'leave'; readonly cursor: number }
  | { readonly kind: 'prepare'; readonly sql: string }
  | { readonly kind: 'rollback' }
  | { readonly kind: 'define'; readonly settings: FunctionSettings }
  | { readonly kind: 'close' };

export interface Question {
  readonly worker: string | undefined;
  readonly operation: Operation;
}

/** Rows of a statement. */
export interface Page {
  readonly values: readonly SqlValue[];
  readonly rows: number;
  /** Where more are to be had. */
  readonly cursor: number | undefined;
}

export interface ColumnHead {
  readonly name: string;
  /** As the table declares it, where it is a table's. */
  readonly type: string | null;
}

/** The names of Python's error classes. */
export type FailureKind =
  | 'DataError'
  | 'DatabaseError'
  | 'IntegrityError'
  | 'InterfaceError'
  | 'InternalError'
  | 'NotSupportedError'
  | 'OperationalError'
  | 'ProgrammingError';

export interface Failure {
  readonly kind: FailureKind;
  readonly message: string;
  /** SQLite's own, extended; undefined where the error is not SQLite's. */
  readonly errorCode: number | undefined;
  readonly sql?: string;
  /** What a function of the program's has thrown. */
  readonly cause?: { readonly name: string; readonly message: string; readonly stack: string };
}

export interface Done {
  readonly state: 'done';
  readonly worker: string;
  readonly inTransaction: boolean;
  readonly columns?: readonly ColumnHead[];
  readonly page?: Page;
  /** -1 for what changes no rows. */
  readonly rowCount?: number;
  readonly lastRowId?: number | bigint;
  /** How many parameters the statement has. */
  readonly parameters?: number;
}

export type Reply =
  | Done
  | {
      readonly state: 'failed';
      readonly worker: string;
      readonly inTransaction: boolean;
      readonly failure: Failure;
    }
  | { readonly state: 'strange' }
  | { readonly state: 'unsupported'; readonly message: string };

/** How far a backup is, in pages. */
export interface BackupState {
  readonly remaining: number;
  readonly total: number;
}
