// Whom a signal to a process and all that it has started reaches.
//
// 1. On Linux the table of processes tells: the first process, what is in its session, what descends from any that is
//    known, and what carries the tree's mark in its environment. So one that made a group or a session of its own is
//    reached, and one whose parents have ended. Not reached is a process that has both left the session and its
//    parents, and overwritten or cleared its environment.
// 2. Each is signalled as that very process: a number that was given to another in the meantime is left alone. After the
//    first process has been reaped nothing is concluded from its number.
// 3. Elsewhere there is the process group, to which all belong that have not made one of their own. Windows has no groups:
//    the first process alone.

import { attempt } from '../../base/attempt.ts';
import { signalNumbers } from '../../sys/host/ownSignals.ts';
import type { SignalName } from '../../sys/host/ownSignals.ts';
import {
  hasProcessTable,
  readEnvironment,
  readProcess,
  readProcessTable,
} from '../../sys/host/processTable.ts';
import type { TableEntry } from '../../sys/host/processTable.ts';
import { ownPid } from '../../sys/host/treeMark.ts';
import { sendGroupSignal, signalExactly } from '../../sys/libc/signalProcess.ts';

/** The first process of a tree. */
export interface Leader {
  readonly pid: number;
  readonly returncode: number | undefined;
}

/** What a round of signalling found. */
export interface Reached {
  /** The processes that have not ended, by number. */
  readonly alive: readonly number[];
  /** Those of them that may not be signalled. */
  readonly refused: readonly number[];
}

export interface TreeReach {
  /** Sends `signal` to all that have not had it. */
  signal(signal: SignalName): Reached;
  /** Who is there. */
  members(): readonly number[];
}

export function reachTree(leader: Leader | undefined, mark: string): TreeReach {
  if (hasProcessTable) return new TableReach(leader, mark);
  return new GroupReach(leader);
}

class TableReach implements TreeReach {
  readonly #leader: Leader | undefined;
  readonly #mark: string;
  /** When those that were found have started, by number. */
  #known: Map<number, number> = new Map();
  readonly #told: Set<string> = new Set();
  readonly #refused: Set<string> = new Set();

  constructor(leader: Leader | undefined, mark: string) {
    this.#leader = leader;
    this.#mark = mark;
  }

  members(): readonly number[] {
    return this.#find().map(({ pid }) => pid);
  }

  signal(signal: SignalName): Reached {
    const found = this.#find();
    for (const entry of found) this.#tell(entry, signal);
    const isRefused = (entry: TableEntry): boolean => this.#refused.has(nameOf(entry));
    return {
      alive: found.map(({ pid }) => pid),
      refused: found.filter(isRefused).map(({ pid }) => pid),
    };
  }

  #tell(entry: TableEntry, signal: SignalName): void {
    const { pid, started, stopped } = entry;
    const told = `${nameOf(entry)} ${signal}`;
    if (this.#told.has(told)) return;
    this.#told.add(told);
    const isIt = (): boolean => readProcess(pid)?.started === started;
    if (!signalExactly(pid, signalNumbers[signal] as number, isIt)) {
      if (isIt()) this.#refused.add(nameOf(entry));
    } else if (stopped && signal !== 'SIGKILL')
      signalExactly(pid, signalNumbers['SIGCONT'] as number, isIt);
  }

  #find(): TableEntry[] {
    const table = readProcessTable();
    const children = Map.groupBy(table, ({ parent }) => parent);
    const members: Map<number, TableEntry> = new Map();
    const add = (entry: TableEntry): void => {
      if (entry.pid === ownPid || members.has(entry.pid)) return;
      members.set(entry.pid, entry);
      for (const child of children.get(entry.pid) ?? []) if (child.started >= entry.started) add(child);
    };
    for (const entry of table) if (this.#isKnown(entry)) add(entry);
    for (const entry of table) if (!members.has(entry.pid) && this.#isMarked(entry)) add(entry);
    this.#known = new Map([...members.values()].map(({ pid, started }) => [pid, started]));
    return [...members.values()];
  }

  #isKnown({ pid, session, started }: TableEntry): boolean {
    if (this.#known.get(pid) === started) return true;
    const leader = this.#leader;
    return (
      leader !== undefined &&
      leader.returncode === undefined &&
      (pid === leader.pid || session === leader.pid)
    );
  }

  #isMarked({ pid }: TableEntry): boolean {
    return readEnvironment(pid).includes(this.#mark);
  }
}

class GroupReach implements TreeReach {
  readonly #leader: Leader | undefined;
  readonly #told: Set<SignalName> = new Set();
  #empty: boolean = false;

  constructor(leader: Leader | undefined) {
    this.#leader = leader;
  }

  members(): readonly number[] {
    const { pid } = this.#leader ?? {};
    if (pid !== undefined && !this.#empty) this.#empty = !sendGroupSignal(pid, 0, this.#running);
    return pid === undefined || this.#empty ? [] : [pid];
  }

  signal(signal: SignalName): Reached {
    const alive = this.members();
    if (alive.length > 0 && !this.#told.has(signal)) {
      this.#told.add(signal);
      attempt(() =>
        sendGroupSignal((this.#leader as Leader).pid, signalNumbers[signal] as number, this.#running),
      );
    }
    return { alive, refused: [] };
  }

  get #running(): boolean {
    return this.#leader?.returncode === undefined;
  }
}

function nameOf({ pid, started }: TableEntry): string {
  return `${pid}/${started}`;
}
