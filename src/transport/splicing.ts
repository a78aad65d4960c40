// How a relay asks the transports to move the bytes by themselves.

/** What a relay has moved so far; may be looked at meanwhile, and after a cancel. */
export interface RelayProgress {
  /** Bytes that were handed to the writer. */
  bytes: number;
}

/** Counts what a relay moves. @internal */
export interface RelayCount {
  /** So many bytes more are the writer's. Never throws; false when the relay is to end. @internal */
  add(count: number): boolean;
}

/** Bytes go from one transport to another by themselves. */
export interface Splicing {
  /** From now on they don't. */
  end(): void;
}

/** A transport that would keep a copy of what it writes. @internal */
export interface OwningWriter {
  /** As `write`, of bytes that nobody else has, which need no copy. @internal */
  writeOwned(data: Buffer): void;
}

/** A transport that may be able to do so. @internal */
export interface Spliceable {
  /** Begins, where both can; `stopped` is called when it can't go on. @internal */
  spliceInto(target: unknown, count: RelayCount, stopped: () => void): Splicing | undefined;
}
