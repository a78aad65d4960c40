// What is one step smaller than a program.

import { operations } from './operations.ts';
import { allRoutines, blocks } from './program.ts';
import type { Argument, Block, Callback, Coroutine, Program, Statement } from './program.ts';

/** The programs that are one cut away, the boldest cuts first; only valid ones. */
export function cuts(program: Program): Program[] {
  const found: Program[] = [];
  if (program.mains.length > 1) {
    for (let i = 0; i < program.mains.length; i++) {
      found.push({ ...program, mains: program.mains.toSpliced(i, 1) });
    }
  }
  program.mains.forEach((main, at) => {
    for (const cut of coroutineCuts(main)) found.push({ ...program, mains: program.mains.with(at, cut) });
  });
  const size = (one: Program): number => JSON.stringify(one).length;
  return found
    .filter(isValid)
    .map((one) => ({ one, size: size(one) }))
    .toSorted((a, b) => a.size - b.size)
    .map(({ one }) => one);
}

/** Callbacks do not wait. An eager coroutine's first wait must be one for sure: it is a sleep that stands at its
 * outermost level, and nothing before it throws. See "Differences from asyncio, on purpose" in docs/design/core.md. */
export function isValid(program: Program): boolean {
  for (const routine of allRoutines(program)) {
    if ('callback' in routine) {
      if (!routine.body.every(staysInTurn)) return false;
      continue;
    }
    if (routine.eager !== true) continue;
    const first = routine.body.findIndex((one) => !staysInTurn(one) || mayThrow(one));
    const statement = routine.body[first];
    if (statement === undefined || !('do' in statement)) return false;
    if (statement.do !== 'sleep' && statement.do !== 'nap') return false;
  }
  return true;
}

function staysInTurn(statement: Statement): boolean {
  return 'do' in statement && operations[statement.do]?.waits !== true;
}

/** It may end the block it stands in, though it waits for nothing. */
export function mayThrow(statement: Statement): boolean {
  return (
    'do' in statement &&
    (operations[statement.do]?.bare === true || operations[statement.do]?.passesCancel === true)
  );
}

function* coroutineCuts(coroutine: Coroutine): Generator<Coroutine> {
  for (const body of blockCuts(coroutine.body)) yield { ...coroutine, body };
  if (coroutine.result !== null) yield { ...coroutine, result: null };
}

function* callbackCuts(callback: Callback): Generator<Callback> {
  for (const body of blockCuts(callback.body)) yield { ...callback, body };
}

function* blockCuts(block: Block): Generator<Block> {
  if (block.length > 3) {
    const half = block.length >> 1;
    yield block.slice(0, half);
    yield block.slice(half);
  }
  for (let i = 0; i < block.length; i++) {
    yield block.toSpliced(i, 1);
    const statement = block[i] as Statement;
    // What it holds, in its place.
    for (const inner of blocks(statement)) if (inner.length > 0) yield block.toSpliced(i, 1, ...inner);
    for (const cut of statementCuts(statement)) yield block.with(i, cut);
  }
}

function* statementCuts(statement: Statement): Generator<Statement> {
  if ('repeat' in statement) {
    for (const body of blockCuts(statement.body)) yield { ...statement, body };
    if (statement.repeat > 2) yield { ...statement, repeat: 2 };
  } else if ('each' in statement) {
    for (const body of blockCuts(statement.body)) yield { ...statement, body };
    for (let i = 0; i < statement.of.length && statement.of.length > 1; i++) {
      yield { ...statement, of: statement.of.toSpliced(i, 1) };
    }
    if (statement.timeout !== null) yield { ...statement, timeout: null };
    if (statement.limit > 1) yield { ...statement, limit: 1 };
  } else if ('try' in statement) {
    for (const body of blockCuts(statement.try)) yield { ...statement, try: body };
    for (const handler of blockCuts(statement.handler)) yield { ...statement, handler };
    for (const final of blockCuts(statement.final)) yield { ...statement, final };
    if (statement.again) yield { ...statement, again: false };
    if (statement.handler.length > 0) yield { ...statement, handler: [] };
    if (statement.final.length > 0 && statement.except !== 'none') yield { ...statement, final: [] };
  } else {
    if ('with' in statement) {
      for (const body of blockCuts(statement.body)) yield { ...statement, body };
    }
    for (let i = 0; i < statement.args.length; i++) {
      for (const cut of argumentCuts(statement.args[i] as Argument)) {
        yield { ...statement, args: statement.args.with(i, cut) };
      }
    }
  }
}

function* argumentCuts(argument: Argument): Generator<Argument> {
  if (typeof argument === 'number') {
    if (argument > 1) yield 1;
    if (argument > 0) yield 0;
  } else if (argument === true) yield false;
  else if (Array.isArray(argument)) {
    for (let i = 0; i < argument.length; i++) {
      if (argument.length > 1) yield argument.toSpliced(i, 1);
      const one = argument[i];
      if (typeof one !== 'object') continue;
      for (const cut of coroutineCuts(one)) yield argument.with(i, cut);
    }
  } else if (typeof argument === 'object' && argument !== null) {
    if ('coroutine' in argument) yield* coroutineCuts(argument);
    else yield* callbackCuts(argument);
  }
}
