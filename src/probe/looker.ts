// One who looks: requests as lines of JSON, answers, and what was asked to be told (protocol.ts).
//
// 1. Whatever comes in is a stranger's: a line that is no request is answered with an error, one that is too long ends
//    the connection, and nothing of it reaches the program but by the requests of the protocol.
// 2. Whoever does not read gets nothing more: while much is unsent, or many answers are due, no further request is taken.
// 3. What goes wrong in here is an answer to who asked. It is never thrown into the program.

import type { LookEvents, LookLine } from '../sys/host/lookSocket.ts';
import type { Audience, MayEvaluate } from './audience.ts';
import type { Counting } from './counting.ts';
import type { ProbeSubject } from './subject.ts';
import type { Answer, Requests, Told } from './protocol.ts';
import { describeError, RefusedError } from './refusedError.ts';
import { Session } from './session.ts';

/** The longest line that is taken, in characters. */
const LONGEST = 1 << 20;
/** With so many bytes unsent, or answers due, nothing further is taken. */
const MOST_UNSENT = 1 << 20;
const MOST_DUE = 16;

export interface LookerOptions {
  /** Whether somebody who has this key may evaluate. */
  readonly mayEvaluate: MayEvaluate;
  /** It has said something, for the first time. */
  readonly spoke: () => void;
  /** The connection has ended. */
  readonly left: () => void;
}

export class Looker implements LookEvents, Audience {
  readonly #line: LookLine;
  readonly #left: () => void;
  #spoke: (() => void) | undefined;
  readonly #session: Session;
  #text: string = '';
  #waiting: string[] = [];
  #due: number = 0;
  #gone: boolean = false;
  #whenDrained: (() => void)[] = [];

  constructor(
    subject: ProbeSubject,
    counting: Counting,
    line: LookLine,
    { mayEvaluate, spoke, left }: LookerOptions,
  ) {
    this.#line = line;
    this.#spoke = spoke;
    this.#left = left;
    this.#session = new Session(subject, counting, this, mayEvaluate);
  }

  get gone(): boolean {
    return this.#gone;
  }

  get slow(): boolean {
    return this.#line.buffered > MOST_UNSENT;
  }

  received(text: string): void {
    this.#spoke?.();
    this.#spoke = undefined;
    const lines = (this.#text + text).split('\n');
    this.#text = lines.pop() as string;
    if (this.#text.length > LONGEST) {
      this.#line.drop();
      return;
    }
    this.#waiting.push(...lines);
    this.#takeMore();
  }

  drained(): void {
    const waiting = this.#whenDrained;
    this.#whenDrained = [];
    for (const goOn of waiting) goOn();
    this.#takeMore();
  }

  closed(): void {
    this.#gone = true;
    this.#waiting = [];
    this.drained();
    this.#session.end();
    this.#left();
  }

  drop(): void {
    this.#line.drop();
  }

  /** Says goodbye: what was asked for is over. */
  end(): void {
    this.#session.end();
    this.#line.end();
  }

  send(message: Answer | Told): void {
    if (!this.#gone) this.#line.write(`${JSON.stringify(message)}\n`);
  }

  async whenTaken(): Promise<void> {
    if (!this.#gone) await new Promise<void>((goOn) => this.#whenDrained.push(goOn));
  }

  // One by one, so that who sends a thousand requests gets a thousand answers and takes no more room than for some.
  #takeMore(): void {
    while (this.#waiting.length > 0 && this.#due < MOST_DUE && !this.slow && !this.#gone)
      void this.#take(this.#waiting.shift() as string);
    if (this.#waiting.length > 0) this.#line.pause();
    else this.#line.resume();
  }

  async #take(text: string): Promise<void> {
    if (text.trim() === '') return;
    this.#due++;
    let id = 0;
    try {
      const request = parse(text);
      id = request.id;
      const result = await this.#session.answer(request.method, request.params, id);
      this.send({ id, result });
    } catch (error) {
      this.send({ id, error: describeError(error) });
    }
    this.#due--;
    this.#takeMore();
  }
}

function parse(text: string): { id: number; method: keyof Requests; params: Record<string, unknown> } {
  let request: unknown;
  try {
    request = JSON.parse(text);
  } catch {
    request = undefined;
  }
  const { id, method, params } = (request ?? {}) as Record<string, unknown>;
  if (typeof id !== 'number' || typeof method !== 'string')
    throw new RefusedError(
      'bad-request',
      'a request is a line of JSON with a number id and a string method',
    );
  if (params !== undefined && (typeof params !== 'object' || params === null))
    throw new RefusedError('bad-request', 'the params of a request are an object');
  return { id, method: method as keyof Requests, params: (params ?? {}) as Record<string, unknown> };
}
