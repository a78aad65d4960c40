// The one probe of this copy of the library in this thread: opened by whoever looks, by `run` or by the environment.
//
// 1. It is open while the program keeps it open, or a looker is connected, or one is awaited: who has opened it by the
//    hook has ten seconds to connect and to say something. Others only ask whether somebody answers here, and leave
//    (lookSocket.ts): they are not who was awaited.
// 2. Opened already, it returns the same socket.

import { listenForLooks } from '../sys/host/lookSocket.ts';
import type { LookSocket } from '../sys/host/lookSocket.ts';
import { randomKey, thisProcess } from '../sys/host/thisProcess.ts';
import { subjectOf } from './subject.ts';
import type { ProbeParts, ProbeSubject } from './subject.ts';
import { Counting } from './counting.ts';
import { Looker } from './looker.ts';
import { NewWorkers } from './newWorkers.ts';
import { PROTOCOL, VERSION } from './protocol.ts';
import type { Opened, OpenOptions } from './protocol.ts';

/** How long somebody who opened it may take to connect, in milliseconds. */
const PATIENCE = 10_000;

// The thread has one.
let probe: Probe | undefined;

/** Opens the socket for somebody who is about to connect.
 * @throws Error where it can't be opened; the message is for people */
export function openProbe(parts: ProbeParts, options: OpenOptions = {}): Promise<Opened> {
  return (probe ??= new Probe(subjectOf(parts))).open(options.evaluate === true);
}

/** Opens the socket until the function that it resolves to is called.
 * @throws as {@link openProbe} */
export function keepProbe(parts: ProbeParts, evaluate: boolean): Promise<() => void> {
  return (probe ??= new Probe(subjectOf(parts))).keep(evaluate);
}

class Probe {
  readonly #subject: ProbeSubject;
  readonly #counting: Counting;
  readonly #socket: Promise<LookSocket>;
  readonly #newWorkers: NewWorkers;
  readonly #lookers: Set<Looker> = new Set();
  /** What those know who may evaluate. */
  readonly #keys: Set<unknown> = new Set();
  /** The program lets everybody evaluate. */
  #evaluates: boolean = false;
  #keepers: number = 0;
  /** How many have opened it and have not said anything yet. */
  #awaited: number = 0;
  #patience: unknown = undefined;

  constructor(subject: ProbeSubject) {
    this.#subject = subject;
    this.#counting = new Counting(subject);
    this.#newWorkers = new NewWorkers(subject);
    this.#socket = this.#listen();
  }

  async #listen(): Promise<LookSocket> {
    const { nextHostTurn, runAtRoot } = this.#subject;
    // To load the probe takes some milliseconds of the turn that has come to an end here, and the host's sockets as many.
    await new Promise<void>((goOn) => runAtRoot(() => nextHostTurn(goOn)));
    return await runAtRoot(() =>
      listenForLooks(thisProcess().thread, (line) => {
        const looker = new Looker(this.#subject, this.#counting, line, {
          mayEvaluate: (key) => this.#evaluates || this.#keys.has(key),
          spoke: () => {
            if (--this.#awaited <= 0) this.#expectNobody();
            this.#newWorkers.look(true);
          },
          left: () => {
            this.#lookers.delete(looker);
            this.#newWorkers.look(this.#lookers.size > 0);
            this.#closeIfUnused();
          },
        });
        this.#lookers.add(looker);
        return looker;
      }),
    );
  }

  async open(evaluate: boolean): Promise<Opened> {
    const path = await this.#path();
    const key = evaluate ? randomKey() : undefined;
    if (key !== undefined) this.#keys.add(key);
    this.#expectOneMore();
    const { pid, thread } = thisProcess();
    return { protocol: PROTOCOL, version: VERSION, pid, thread, path, ...(key !== undefined && { key }) };
  }

  async keep(evaluate: boolean): Promise<() => void> {
    this.#keepers++;
    this.#evaluates ||= evaluate;
    await this.#path();
    return () => {
      this.#keepers--;
      if (this.#keepers > 0) return;
      this.#expectNobody();
      for (const looker of this.#lookers) looker.end();
      this.#lookers.clear();
      this.#closeIfUnused();
    };
  }

  async #path(): Promise<string> {
    try {
      return (await this.#socket).path;
    } catch (error) {
      if (probe === this) probe = undefined;
      this.#newWorkers.look(false);
      throw error;
    }
  }

  #expectOneMore(): void {
    const { runAtRoot, startUnheldTimer, stopTimer } = this.#subject;
    this.#awaited++;
    stopTimer(this.#patience);
    this.#patience = runAtRoot(() =>
      startUnheldTimer(PATIENCE, () => {
        this.#expectNobody();
        this.#closeIfUnused();
      }),
    );
  }

  #expectNobody(): void {
    this.#awaited = 0;
    this.#subject.stopTimer(this.#patience);
    this.#patience = undefined;
  }

  #closeIfUnused(): void {
    if (this.#keepers > 0 || this.#lookers.size > 0 || this.#patience !== undefined) return;
    if (probe === this) probe = undefined;
    this.#newWorkers.look(false);
    void this.#socket.then((socket) => socket.close());
  }
}
