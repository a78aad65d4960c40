// How a relay asks the transports to move the bytes by themselves.

/** What a relay has moved so far; may be looked at meanwhile, and after a cancel. */
export interface RelayProgress {
  /** Bytes that were handed to the writer. */
  bytes: number;
}

/** Bytes go from one transport to another by themselves. */
export interface Splicing {
  /** From now on they don't. */
  end(): void;
}

/** A transport that may be able to do so. @internal */
export interface Spliceable {
  /** Begins, where both can; `stopped` is called when it can't go on. @internal */
  spliceInto(target: unknown, progress: RelayProgress, stopped: () => void): Splicing | undefined;
}
