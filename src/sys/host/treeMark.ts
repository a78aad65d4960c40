// A mark in the environment of a child, which all that it starts inherit: by it they are found again, wherever they have
// gone. A program inside of a marked tree that marks children of its own adds to the mark.

import process from 'node:process';

const VARIABLE = 'ASYNCIO_TS_TREE';
// Numbers of processes are given out again: with the moment at which this one started it is the only one.
const origin = Math.round(performance.timeOrigin).toString(36);
let count = 0;

/** A mark that no other child of any program has, and that is part of no other. */
export function newTreeMark(): string {
  return `.${process.pid}-${origin}-${++count}.`;
}

/** The environment `env`, or this process's own, with the mark. */
export function markedEnvironment(
  env: Readonly<Record<string, string | undefined>> | undefined,
  mark: string,
): Record<string, string | undefined> {
  return { ...(env ?? process.env), [VARIABLE]: `${process.env[VARIABLE] ?? ''}${mark}` };
}

export const ownPid: number = process.pid;
