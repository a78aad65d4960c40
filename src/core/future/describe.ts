// How futures and tasks are printed: one line, asyncio's words.

import { attempt } from '../../base/attempt.ts';
import { quote } from '../../base/harmless.ts';
import { className, functionName, showError } from '../../base/show.ts';
import { creationLines } from '../../loop/creation.ts';
import type { AnyFuture } from './anyFuture.ts';
import { CANCELLED, FAILED, FINISHED, PENDING, STATE } from './futureState.ts';

interface Shown extends AnyFuture {
  readonly _waits?: object | undefined;
  cancelling?(): number;
}

const MOST_WAITS = 3;

/** `Future finished result=42`; of a task also what it waits for, in debug mode the place of creation. */
export function describeFuture(future: Shown): string {
  const place = future._loop.getDebug() ? creationLines(future)[0] : undefined;
  return `${stateOf(future)}${waitsText(future)}${place === undefined ? '' : ` created ${place}`}`;
}

function stateOf(future: Shown): string {
  if (future.shownName === undefined) return `Future ${stateText(future)}`;
  const asked = (future._flags & STATE) === PENDING && (future.cancelling?.() ?? 0) > 0;
  return `Task ${future.shownName} ${asked ? 'cancelling' : stateText(future)}`;
}

// One step far: what that waits for in its turn may be a chain of any length, or a circle.
function waitsText({ _waits: waits }: Shown): string {
  if (waits === undefined) return '';
  const all = (waits instanceof Set ? [...waits] : [waits]) as Shown[];
  const shown = all.slice(0, MOST_WAITS).map((future) => `<${stateOf(future)}>`);
  if (all.length > MOST_WAITS) shown.push(`${all.length - MOST_WAITS} more`);
  return ` wait_for=${shown.join(', ')}`;
}

function stateText(future: Pick<AnyFuture, '_flags' | '_value'>): string {
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
  if (typeof value === 'string') return quote(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === 'function') return `[function ${functionName(value)}]`;
  if (typeof value === 'object' && value !== null) return `[${className(value)}]`;
  return String(value);
}
