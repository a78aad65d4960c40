// What a file stands on: a descriptor, or memory that becomes one.

/** Semantics: Python's RawIOBase. Each call keeps the position right when it ends, whether or not somebody still waits. */
export interface RawFile {
  /** The path it was opened by, or its number: what errors name. */
  readonly name: string | number;
  /** Has contents that stay, and ends where its size says. */
  readonly regular: boolean;
  readonly seekable: boolean;
  /** False for a descriptor that somebody else has opened: a read may hold a thread. */
  readonly blocksNever: boolean;
  /** When it was opened. */
  readonly size: number;
  readonly isTerminal: boolean;
  /** Where the next read or write is. */
  position: number;
  /** @throws UnsupportedOperation where there is none */
  fileno(): number;
  /** Fills `room`, or a part of it; 0 at the end, undefined where it has to wait. */
  read(room: Uint8Array, position?: number): Promise<number | undefined>;
  /** Waits for the other end. A cancel ends the wait, and so does {@link release}. */
  readable(): Promise<void>;
  /** Writes a part of `bytes`, at least one; undefined where it has to wait. */
  write(bytes: Uint8Array, position?: number): Promise<number | undefined>;
  writable(): Promise<void>;
  /** Its size at present. */
  length(): Promise<number>;
  truncate(size: number): Promise<void>;
  sync(dataOnly: boolean): Promise<void>;
  /** It is going to be closed: a UsageError for who waits to read. What was accepted for writing still goes out. */
  release(): void;
  /** A UsageError for who still waits. */
  close(): Promise<void>;
  closeNow(): void;
}
