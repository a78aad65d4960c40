// What is taken of what another process sends (protocol.ts): values of the shapes that the protocol gives, as far as they are
// used here. It may be of another version, or no program of ours at all.
//
// More than is known is let through; where the engine has written a number that JSON has not, null stands for it.

import type { Requests } from '../../lowlevel.ts';

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number';
const isFlag: Check = (value) => typeof value === 'boolean';

const listOf =
  (each: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(each);

/** An object with the members of `needed`, and those of `known` where they are there. */
function record(
  needed: Readonly<Record<string, Check>>,
  known: Readonly<Record<string, Check>> = {},
): Check {
  const [all, some] = [Object.entries(needed), Object.entries(known)];
  return (value) => {
    if (typeof value !== 'object' || value === null) return false;
    const members = value as Record<string, unknown>;
    for (const [name, check] of all) if (!check(members[name])) return false;
    for (const [name, check] of some)
      if (members[name] !== undefined && members[name] !== null && !check(members[name])) return false;
    return true;
  };
}

const isFrame = record({ name: isText, file: isText, line: isNumber, column: isNumber });

const isWait = record(
  { kind: isText, what: isText, holders: listOf(isNumber) },
  {
    call: isText,
    held: isFlag,
    any: isFlag,
    left: isNumber,
    size: isNumber,
    limit: isNumber,
    peer: isText,
    pid: isNumber,
  },
);

const isTask = record(
  {
    id: isNumber,
    name: isText,
    state: isText,
    waits: listOf(isWait),
    awaiters: listOf(isNumber),
    cancels: isNumber,
  },
  {
    called: isText,
    age: isNumber,
    since: isNumber,
    stack: listOf(isFrame),
    created: listOf(isFrame),
    parent: isNumber,
    steps: isNumber,
    cpu: isNumber,
  },
);

const isLoop = record(
  { id: isNumber, ready: isNumber, deadlocks: listOf(listOf(isNumber)) },
  {
    counts: record({ created: isNumber, finished: isNumber, cancelled: isNumber, failed: isNumber }),
    utilisation: isNumber,
    delay: isNumber,
  },
);

const isSnapshot = record(
  { runtime: isText, total: isNumber, loops: listOf(isLoop), tasks: listOf(isTask) },
  { threadName: isText, memory: isNumber, at: isNumber },
);

const isEvent = record(
  { at: isNumber, what: isText, task: isNumber },
  {
    name: isText,
    called: isText,
    parent: isNumber,
    took: isNumber,
    ready: isNumber,
    by: isNumber,
    wait: isText,
    outcome: isText,
    error: isText,
  },
);

const ANSWERS: Readonly<Partial<Record<keyof Requests, Check>>> = {
  // Of another version nothing else is known.
  hello: record({ protocol: isNumber }),
  snapshot: isSnapshot,
  task: (value) => value === undefined || value === null || isTask(value),
  evaluate: record({ shown: isText, failed: isFlag }),
};

const EVENTS: Readonly<Record<string, Check>> = {
  part: listOf(isTask),
  snapshot: isSnapshot,
  trace: listOf(isEvent),
};

const isMessage = record(
  {},
  { id: isNumber, event: isText, part: listOf(isTask), error: record({ message: isText }) },
);

/** A message of the protocol: an answer, part of one, or what is told without a request. */
export interface Received {
  readonly id?: number;
  readonly result?: unknown;
  readonly part?: readonly unknown[];
  readonly error?: { readonly message: string };
  readonly event?: string;
  readonly data?: unknown;
}

/** The message in a line; undefined for what is none. */
export function readMessage(text: string): Received | undefined {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isMessage(message) ? (message as Received) : undefined;
}

/** Whether that is an answer to such a request. */
export const isAnswer = (method: keyof Requests, result: unknown): boolean =>
  ANSWERS[method]?.(result) !== false;

/** Whether that can be told without a request. What is not known is nobody's. */
export const isTold = (event: string, data: unknown): boolean =>
  !Object.hasOwn(EVENTS, event) || EVENTS[event]?.(data) === true;
