// What the server of `asyncio dash` tells its page: the shapes alone. One JSON document a line.
//
// 1. What changes with time alone is told as a time, and not anew in each message: `born`, `waitsSince`.
// 2. A message has what has changed: the page keeps the rest. Times are those of Date.now().

/** A task as the page has it. */
export interface PageTask {
  /** `PID.THREAD.ID`. */
  readonly key: string;
  readonly name: string;
  readonly state: string;
  readonly waits: string;
  readonly born: number;
  readonly waitsSince?: number;
  /** The key of the task that it was started in. */
  readonly parent?: string;
  readonly cpu?: number;
  readonly steps?: number;
  readonly isDeadlocked?: true;
}

export interface PageThread {
  /** `PID.THREAD`. */
  readonly key: string;
  readonly title: string;
  /** Why nothing is known of it, or that it hangs. */
  readonly trouble?: string;
}

/** The loops at one time: the busiest one's share of the time and the longest delay, and tasks a second. */
export interface Pulse {
  readonly busy: number | null;
  readonly delay: number | null;
  readonly created: number | null;
  readonly cancelled: number | null;
  readonly failed: number | null;
  readonly memory: number;
  readonly tasks: number;
}

export interface Look {
  readonly what: 'look';
  readonly at: number;
  readonly pulse: Pulse;
  /** Only when they have changed. */
  readonly threads?: readonly PageThread[];
  readonly deadlocks: readonly string[];
  readonly tasks: readonly PageTask[];
  readonly gone: readonly string[];
  /** When tasks ran since the look before: a key, then beginnings and lengths by turns. */
  readonly runs: readonly (readonly [key: string, ...times: number[]])[];
}

/** Tasks that are told ahead of a look, which has the rest. */
export interface Piece {
  readonly what: 'tasks';
  readonly at: number;
  readonly tasks: readonly PageTask[];
}

export interface Begin {
  readonly what: 'begin';
  readonly pid: number;
  readonly name: string;
  readonly runtime: string;
  readonly born: number;
  /** Whether the page may cancel tasks. */
  readonly mayCancel: boolean;
}

export interface End {
  readonly what: 'end';
  readonly why: string;
}

export type Message = Begin | Piece | Look | End;

/** A line of a stack, with the source around it where that can be read. */
export interface PageFrame {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly isAsync: boolean;
  /** Lines from `line - 2` on. */
  readonly source?: readonly string[];
}

export interface TaskDetail {
  readonly key: string;
  readonly stack: readonly PageFrame[];
  readonly created: readonly PageFrame[];
  readonly awaiters: readonly string[];
  readonly cancels: number;
}
