// What a look gives: a tree of processes, their threads, and in each the snapshot that the thread itself has made
// (protocol.ts). Plain values, which JSON carries as they are.

import type { SeenFrame, Snapshot } from '../../lowlevel.ts';
import type { AttachReason } from './attachError.ts';
import type { JavaScriptRuntime } from './commandLine.ts';

/** A process at one time, with its threads and the processes below it that use the library.
 * @example
 * ```ts
 * import type { ProcessView } from 'asyncio-ts/inspect';
 * const count = (view: ProcessView): number =>
 *   [...view.threads.map(({ snapshot }) => snapshot?.tasks.length ?? 0), ...view.children.map(count)]
 *     .reduce((sum, each) => sum + each, 0);
 * console.log(typeof count); // -> function
 * ```
 */
export interface ProcessView {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly argv: readonly string[];
  readonly runtime: JavaScriptRuntime;
  /** For how long it has run, in milliseconds. */
  readonly age: number;
  /** What the system says of its main thread: `running`, `sleeping`, `stopped`. */
  readonly state: string;
  /** An entry for each copy of the library in each thread that has one. */
  readonly threads: readonly ThreadView[];
  readonly children: readonly ProcessView[];
  /** Why nothing is known of it. */
  readonly problem?: Problem;
}

/** A thread at one time: either its snapshot, or why there is none. */
export interface ThreadView {
  /** 0 for the main thread. */
  readonly thread: number;
  readonly name: string;
  readonly snapshot?: Snapshot;
  readonly hang?: HangView;
  readonly problem?: Problem;
}

/** A thread does not answer: its loop does not turn. */
export interface HangView {
  /** `script`: it runs JavaScript; `native`: it stands or works in a call that can't be interrupted; `stopped`: the process
   * was stopped, or stands in a debugger; `unknown`: nobody can tell. */
  readonly kind: 'script' | 'native' | 'stopped' | 'unknown';
  /** For how long at least, in milliseconds. */
  readonly since: number;
  /** The task whose code runs. */
  readonly task?: string;
  /** In which functions the time goes, the hottest first; `share` is from 0 to 1. */
  readonly hot: readonly { readonly frame: SeenFrame; readonly share: number }[];
  /** The stack at one moment, innermost first. */
  readonly stack: readonly SeenFrame[];
  /** The system's word for where the thread stands, and the processes that it may wait for there. */
  readonly wait?: string;
  /** Where nobody can tell: it is at work, with JavaScript or something else. */
  readonly running?: boolean;
  readonly children?: readonly { readonly pid: number; readonly name: string }[];
}

export interface Problem {
  readonly reason: AttachReason | 'failed';
  readonly message: string;
}
