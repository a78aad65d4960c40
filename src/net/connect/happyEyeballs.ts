// Connecting to one of several addresses: one after the other, or with Happy Eyeballs (RFC 8305), where the
// families alternate and the next attempt starts before the last has failed.
//
// 1. An attempt that loses is cancelled and waited for; a socket that connected too late is closed.
// 2. A cancel while all this goes on leaves no socket.

import type { Duration } from '../../base/duration.ts';
import { isCancelled } from '../../base/cancelled.ts';
import { CancelledError } from '../../base/errors.ts';
import { isOSError, osError } from '../../base/osError.ts';
import type { ConnectionTimeoutError, OSError } from '../../base/osError.ts';
import type { Loop } from '../../loop/loop.ts';
import type { ResolvedAddress, StreamSocket } from '../backend.ts';
import { explained } from '../address/networkFailure.ts';
import { connectFailure } from './connectFailure.ts';
import { networkBackend } from '../networkBackend.ts';
import { staggeredRace } from './staggeredRace.ts';

export interface ConnectPlan {
  addresses: readonly ResolvedAddress[];
  /** Where to connect from; any by default. */
  locals?: readonly ResolvedAddress[] | undefined;
  /** Milliseconds between the starts of two attempts; without it one waits for the other's end. */
  delay?: Duration | undefined;
  allErrors: boolean;
}

type Failure = OSError | ConnectionTimeoutError;

/** Alternates the families of `addresses`; `firstCount` of the first family come first. */
export function interleave(
  addresses: readonly ResolvedAddress[],
  firstCount: number = 1,
): ResolvedAddress[] {
  const families = [...Map.groupBy(addresses, (address) => address.family).values()];
  const ordered = firstCount > 1 ? (families[0]?.splice(0, firstCount - 1) ?? []) : [];
  const longest = Math.max(0, ...families.map((family) => family.length));
  for (let at = 0; at < longest; at++) {
    for (const family of families) {
      const address = family[at];
      if (address !== undefined) ordered.push(address);
    }
  }
  return ordered;
}

/** A socket that is connected to one of the addresses.
 * @throws what {@link connectFailure} makes of the errors when none can be connected to */
export async function connectAny(loop: Loop, plan: ConnectPlan): Promise<StreamSocket> {
  // A list for each attempt, in the order of the starts.
  const errors: Failure[][] = [];
  const socket =
    plan.delay === undefined ? await oneByOne(loop, plan, errors) : await racing(loop, plan, errors);
  if (socket === undefined) throw connectFailure(errors.flat(), plan.allErrors);
  return socket;
}

async function oneByOne(
  loop: Loop,
  plan: ConnectPlan,
  errors: Failure[][],
): Promise<StreamSocket | undefined> {
  for (const address of plan.addresses) {
    try {
      return await connectOne(loop, address, plan.locals, errors);
    } catch (error) {
      if (!isOSError(error)) throw error;
    }
  }
  return undefined;
}

async function racing(
  loop: Loop,
  plan: ConnectPlan,
  errors: Failure[][],
): Promise<StreamSocket | undefined> {
  let winner: StreamSocket | undefined;
  const attempt = async (address: ResolvedAddress): Promise<StreamSocket> => {
    const socket = await connectOne(loop, address, plan.locals, errors);
    if (winner !== undefined) {
      socket.close();
      throw new CancelledError('another address was faster');
    }
    return (winner = socket);
  };
  const attempts = plan.addresses.map((address) => () => attempt(address));
  try {
    const [, , failures] = await staggeredRace(loop, attempts, plan.delay);
    if (winner === undefined) throwUnexpected(failures);
    return winner;
  } catch (error) {
    winner?.close();
    throw error;
  }
}

// What is neither the system's refusal nor a cancel is a mistake somewhere: it must not be taken for one.
function throwUnexpected(failures: readonly unknown[]): void {
  for (const error of failures) if (!isOSError(error) && !isCancelled(error)) throw error;
}

/** One address, from each of the local addresses that fit until one can be bound. */
async function connectOne(
  loop: Loop,
  address: ResolvedAddress,
  locals: readonly ResolvedAddress[] | undefined,
  errors: Failure[][],
): Promise<StreamSocket> {
  const own: Failure[] = [];
  errors.push(own);
  const fitting = locals?.filter((local) => local.family === address.family) ?? [undefined];
  if (fitting.length === 0) own.push(noLocalAddress(address));
  for (const local of fitting) {
    try {
      return await networkBackend(loop).connect(loop, address, local);
    } catch (error) {
      if (!isOSError(error)) throw error;
      own.push(explained(error, address.hostname));
      if (error.syscall !== 'bind') break;
    }
  }
  throw own.at(-1) as Failure;
}

function noLocalAddress(address: ResolvedAddress): Failure {
  const reason = `no local address of family IPv${address.family} among those given`;
  return osError({ errno: 0, code: 'EADDRNOTAVAIL', syscall: 'bind', reason });
}
