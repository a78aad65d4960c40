// Evaluating code for somebody outside, by the engine's own inspector in this thread. It imports nothing that the core has.
//
// 1. Code that may change nothing is watched by the engine: where it would, it ends with an EvalError before it does.
// 2. What does not wait is ended after `LONGEST`: the program stands still meanwhile.
// 3. Showing the value runs no code of the program then: not inspection's (stillCopy.ts), and not the engine's, which
//    reads an error to describe it and therefore gets it in a box.
// 4. `asyncio` is there for the code alone where the program has no such name: it is gone again when the code is done.

import process from 'node:process';
import type * as Inspector from 'node:inspector';
import { stillCopy } from './stillCopy.ts';

/** How long code may keep the thread, in milliseconds. */
const LONGEST = 5000;

interface Remote {
  readonly type: string;
  readonly value?: unknown;
  readonly unserializableValue?: string;
  readonly objectId?: string;
}

interface Evaluation {
  readonly result: Remote;
  readonly exceptionDetails?: { readonly text: string; readonly exception?: Remote };
}

/** The code's value as text, or what it threw.
 * @param offered what it finds as `asyncio`
 * @throws Error where this runtime can't do it */
export async function evaluateHere(
  code: string,
  mayChange: boolean,
  offered: object,
): Promise<{ shown: string; failed: boolean }> {
  const { Session } = process.getBuiltinModule('node:inspector');
  const session = new Session();
  session.connect();
  const take = lend(offered);
  try {
    const boxes = !mayChange && isExpression(boxed(code));
    const { result, exceptionDetails } = await ask<Evaluation>(session, 'Runtime.evaluate', {
      expression: boxes ? boxed(code) : code,
      // Its promise would count as a change where hooks follow promises, as on Node 22.
      replMode: mayChange,
      throwOnSideEffect: !mayChange,
      timeout: LONGEST,
    });
    const remote = exceptionDetails?.exception ?? result;
    const given = await valueOf(session, remote);
    const value = boxes && exceptionDetails === undefined ? (given as Boxed)[0] : given;
    return { shown: show(value, mayChange), failed: exceptionDetails !== undefined };
  } finally {
    take();
    session.disconnect();
  }
}

type Boxed = readonly [unknown];

const boxed = (code: string): string => `[(${code}\n)]`;

function isExpression(code: string): boolean {
  const { Script } = process.getBuiltinModule('node:vm');
  try {
    Reflect.construct(Script, [code]);
    return true;
  } catch {
    return false;
  }
}

function ask<T>(session: Inspector.Session, method: string, params: object): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  session.post(method, params, (error: Error | null, result?: object) => {
    if (error === null) resolve(result as T);
    else if (error.message.includes('not found') || error.message.includes("wasn't found"))
      reject(new Error('the engine of this runtime evaluates nothing for others', { cause: error }));
    // The engine's own words for a time-out say no more.
    else reject(new Error(`not done after ${LONGEST} ms: it was stopped`, { cause: error }));
  });
  return promise;
}

const HAND = Symbol.for('asyncio-ts.hand');

/** The value itself, which the inspector only describes. */
async function valueOf(session: Inspector.Session, remote: Remote): Promise<unknown> {
  const { type, objectId, unserializableValue, value } = remote;
  if (objectId === undefined)
    return type === 'bigint'
      ? BigInt(unserializableValue?.slice(0, -1) ?? 0)
      : unserializableValue === undefined
        ? value
        : Number(unserializableValue);
  let given: unknown;
  const global = globalThis as { [HAND]?: (value: unknown) => void };
  global[HAND] = (each) => {
    given = each;
  };
  try {
    await ask(session, 'Runtime.callFunctionOn', {
      objectId,
      functionDeclaration: `function () { 'use strict'; globalThis[Symbol.for('asyncio-ts.hand')](this); }`,
    });
  } finally {
    delete global[HAND];
  }
  return given;
}

function show(value: unknown, mayChange: boolean): string {
  const { inspect } = process.getBuiltinModule('node:util');
  const text = inspect(mayChange ? value : stillCopy(value), {
    depth: 3,
    maxArrayLength: 100,
    maxStringLength: 10_000,
  });
  // Below that an error's stack is this evaluation's own.
  return text.replace(/\n {4}at Session\.post \([^]*/, '');
}

function lend(offered: object): () => void {
  if ('asyncio' in globalThis) return () => {};
  Object.defineProperty(globalThis, 'asyncio', { value: offered, configurable: true, writable: true });
  return () => void Reflect.deleteProperty(globalThis, 'asyncio');
}
