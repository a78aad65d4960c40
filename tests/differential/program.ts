// The language of the differential test: a program is a small tree that is spelled out twice, as Python and as
// TypeScript, and must do the same in both.
//
// 1. A program is plain data: it can be cut (shrink.ts), compared and printed, and follows from its seed.
// 2. It always ends. There are no loops without a bound, no recursion, and time is virtual; what waits for ever
//    is cancelled by the reaper that both sides have (at time 1000, then every 10).
// 3. Whatever is done is said: each statement has a number, and each line of a trace starts with the time and
//    the number of the statement that wrote it.
// 4. Only what asyncio specifies is spelled: what depends on the order of a set or of equal times is made
//    definite on both sides (oracle.py, runtime.ts), never left out of the comparison.

/** A name of a variable, a number, a text, or nothing. */
export type Argument = string | number | boolean | null | Target[] | Coroutine | Callback;

/** What can be awaited: a variable, or a coroutine that is started there. */
export type Target = string | Coroutine;

/** `async def name(): …`; used in one place only. */
export interface Coroutine {
  readonly coroutine: string;
  /** Starts eagerly: its first await is a sleep, see {@link isValid}. */
  readonly eager?: boolean;
  readonly body: Block;
  readonly result: string | number | null;
}

/** `def name(): …`, whose statements don't wait. */
export interface Callback {
  readonly callback: string;
  readonly body: Block;
}

export type Block = readonly Statement[];

export type Statement =
  /** An operation; with a `slot`, what it returns is kept under that name. */
  | { readonly do: string; readonly n: number; readonly args: readonly Argument[]; readonly slot?: string }
  /** A block that something is entered for: a lock, a timeout, a group. */
  | {
      readonly with: string;
      readonly n: number;
      readonly args: readonly Argument[];
      readonly slot?: string;
      readonly body: Block;
    }
  | {
      readonly try: Block;
      readonly n: number;
      readonly except: Except;
      readonly handler: Block;
      readonly again: boolean;
      readonly final: Block;
    }
  | { readonly repeat: number; readonly n: number; readonly body: Block }
  /** Reads futures as they complete; leaves after `limit` of them. */
  | {
      readonly each: 'async' | 'plain';
      readonly n: number;
      readonly of: readonly string[];
      readonly timeout: number | null;
      readonly limit: number;
      readonly body: Block;
    };

/** What a try catches: nothing, a cancel, an error that is none, both, or a part of a group (`except*`). */
export type Except = 'none' | 'cancel' | 'error' | 'all' | 'star';

export interface Program {
  /** The mains, run one after the other by one Runner. */
  readonly mains: readonly Coroutine[];
  /** How many items each queue holds, 0 for any number. */
  readonly queues: readonly number[];
  /** Starting value of the semaphores. */
  readonly permits: number;
  readonly parties: number;
  /** Whether the texts of cancels are compared. Of a task that was cancelled asyncio tells the text to the first
   * that asks only, and shield and a gather that returns exceptions lose it; here it is kept. So a program with
   * texts asks each task once, and uses neither. */
  readonly texts: boolean;
}

/** The variables that every program has, by kind. */
export const fixed: Readonly<Record<string, readonly string[]>> = {
  future: ['f0', 'f1', 'f2'],
  lock: ['l0', 'l1'],
  semaphore: ['s0', 's1'],
  condition: ['c0', 'c1'],
  event: ['e0', 'e1'],
  barrier: ['b0'],
  queue: ['q0', 'q1', 'q2'],
  variable: ['v0', 'v1'],
};

/** Every statement of the program, with what it lies in first. */
export function* statements(program: Program): Generator<Statement> {
  for (const main of program.mains) yield* within(main.body);
}

function* within(block: Block): Generator<Statement> {
  for (const statement of block) {
    yield statement;
    for (const inner of blocks(statement)) yield* within(inner);
  }
}

/** The blocks that a statement holds, those of its coroutines and callbacks included. */
export function blocks(statement: Statement): Block[] {
  const own =
    'try' in statement
      ? [statement.try, statement.handler, statement.final]
      : 'body' in statement
        ? [statement.body]
        : [];
  return [...own, ...routines(statement).map((routine) => routine.body)];
}

/** The coroutines and callbacks that are spelled among a statement's arguments. */
export function routines(statement: Statement): (Coroutine | Callback)[] {
  if (!('args' in statement)) return [];
  return statement.args.flat().filter((argument) => typeof argument === 'object' && argument !== null);
}

/** Every coroutine and callback of the program, mains first. */
export function* allRoutines(program: Program): Generator<Coroutine | Callback> {
  yield* program.mains;
  for (const statement of statements(program)) yield* routines(statement);
}
