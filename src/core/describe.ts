// How futures and tasks are printed: one line, asyncio's words.

import { attempt } from '../base/attempt.ts';
import { className, functionName, showError } from '../base/show.ts';
import { creationLines } from '../loop/creation.ts';
import { CANCELLED, FAILED, FINISHED, STATE } from './futureState.ts';

interface Described {
  readonly _flags: number;
  readonly _value: unknown;
}

/** `Future finished result=42`, with the place of creation in debug mode. */
export function describeFuture(
  future: Described & { readonly _loop: { getDebug(): boolean }; getName?: () => string },
): string {
  const name = future.getName === undefined ? 'Future' : `Task ${future.getName()}`;
  const place = future._loop.getDebug() ? creationLines(future)[0] : undefined;
  return `${name} ${stateText(future)}${place === undefined ? '' : ` created ${place}`}`;
}

export function stateText(future: Described): string {
  switch (future._flags & STATE) {
    case FINISHED:
      return `finished result=${short(future._value)}`;
    case FAILED:
      return `finished exception=${short(future._value)}`;
    case CANCELLED:
      return 'cancelled';
    default:
      return 'pending';
  }
}

function short(value: unknown): string {
  if (attempt(() => value instanceof Error) === true) return showError(value as Error);
  if (typeof value === 'string')
    return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === 'function') return `[function ${functionName(value)}]`;
  if (typeof value === 'object' && value !== null) return `[${className(value)}]`;
  return String(value);
}
