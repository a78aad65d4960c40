// What a pool and a worker say to each other. Both sides keep these rules:
//
// 1. Messages arrive in the order in which they were sent. A message to a worker is an array, whose first element tells
//    its kind; so is one from it.
// 2. A work is introduced once (`WORK`), before the first call of it, and then goes by its number.
// 3. Each call gets one end: RESULT or THROWN. A stream's items come before it. One that was revoked (slots.ts) gets none.
// 4. What was thrown travels as a {@link PackedError}, never as an error: structured clone keeps neither class nor fields.

/** To a worker. */
export const WORK = 0;
export const CALL = 1;
/** It has a flag for the end of a stream's consumer, who takes no more. */
export const CANCEL = 2;
/** The consumer of a stream takes so many items more. */
export const MORE = 3;
/** Of a call over the portal that the worker awaits; only where the portal is a {@link PipePortal}. */
export const REPLY = 4;
/** No call follows: the worker ends when nothing is left to do in it. */
export const CLOSE = 5;

/** From a worker. */
export const READY = 10;
export const RESULT = 11;
export const THROWN = 12;
export const ITEMS = 13;
/** The initializer failed, or the worker cannot work. */
export const UNFIT = 14;
/** The module of a work is loaded; a function that is sent as source needs no time. */
export const LOADED = 15;

/** A function as a worker finds it: exported by a module, or given as source. */
export type WorkSource =
  | { readonly url: string; readonly name: string }
  | { readonly source: string; readonly name: string };

/** What travels along with a call besides its arguments. */
export interface Luggage {
  /** Context variables that opted in, by name. */
  readonly variables?: readonly (readonly [name: string, value: unknown])[] | undefined;
  /** When the caller's time is over, as `performance.timeOrigin + performance.now()` tells it. */
  readonly deadline?: number | undefined;
}

export type WorkMessage = readonly [kind: typeof WORK, number: number, source: WorkSource];
/** `room` is 0 for a plain call, and for a stream the number of items that its consumer takes at first. */
export type CallMessage = readonly [
  kind: typeof CALL,
  id: number,
  slot: number,
  work: number,
  args: readonly unknown[],
  room: number,
  luggage?: Luggage,
];
export type ToWorker =
  | WorkMessage
  | CallMessage
  | readonly [kind: typeof CANCEL, id: number, message: string, left: boolean]
  | readonly [kind: typeof MORE, id: number, count: number]
  | readonly [kind: typeof REPLY, reply: unknown]
  | readonly [kind: typeof CLOSE];

/** `took` is how long the worker was busy with it, in milliseconds. */
export type FromWorker =
  | readonly [kind: typeof READY]
  | readonly [kind: typeof RESULT, id: number, value: unknown, took: number]
  | readonly [kind: typeof THROWN, id: number, error: PackedError, took: number]
  | readonly [kind: typeof ITEMS, id: number, items: readonly unknown[]]
  | readonly [kind: typeof UNFIT, error: PackedError]
  | readonly [kind: typeof LOADED, work: number];

/** Something that was thrown, taken apart. */
export type PackedError =
  | {
      readonly error: true;
      readonly name: string;
      readonly message: string;
      readonly stack: string;
      /** Own fields that can be cloned, `code` among them. */
      readonly fields: Readonly<Record<string, unknown>>;
      readonly cause?: PackedError;
      /** Of an AggregateError or ExceptionGroup. */
      readonly errors?: readonly PackedError[];
    }
  | { readonly error: false; readonly value: unknown };

/** What a worker is told when it starts, however that reaches it. */
export interface WorkerSetup {
  /** How reports name it: `thread 3`. */
  readonly title: string;
  /** Called once, before the first call. */
  readonly initializer?: { readonly source: WorkSource; readonly args: readonly unknown[] } | undefined;
}

/** Where code in a worker finds the call it runs in: on the global object, whichever copy of the library it has. */
export const WORK_SCOPE: unique symbol = Symbol.for('asyncio-ts/work') as never;
/** The mark of a value that names what is to be transferred with it; see `transfer`. */
export const TRANSFERRED: unique symbol = Symbol.for('asyncio-ts/transfer') as never;

/** What the program of a worker offers to the code that runs in it, under {@link WORK_SCOPE}. */
export interface WorkScope {
  /** The call that the running code belongs to. */
  current(): RunningCall | undefined;
  /** Runs a call with context variables that travelled; set by the library's `carry`. */
  enter?: ((variables: NonNullable<Luggage['variables']>, fn: () => unknown) => unknown) | undefined;
  /** The worker's end of the portal to the pool's handlers, where it has any. */
  readonly portal: object | undefined;
}

/** A portal over a pipe, where no memory is shared. */
export interface PipePortal {
  /** Calls are written to it; the reply to one that sleeps is read from it, with the whole process. */
  readonly descriptor: number;
  /** Told of every other reply; set by who uses the portal. */
  reply: ((reply: unknown) => void) | undefined;
}

/** A call as the code inside of it sees it. */
export interface RunningCall {
  readonly name: string;
  readonly worker: string;
  readonly signal: AbortSignal;
  /** On the scale of the worker's `performance.now()`. */
  readonly deadline: number | undefined;
  /** True once a cancel was asked for; it costs a read of shared memory. */
  cancelled(): boolean;
  /** The error to throw then. */
  reason(): unknown;
}
