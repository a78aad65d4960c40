// What a case of the contract is: a name and a function. Plain data, so that any test runner can run them on
// any backend.

import type { EventLoop } from '../../../src/asyncio.ts';
import type { BackendName } from '../../../src/loop/backendName.ts';

/** What a case runs in: the main task of a loop. */
export interface World {
  readonly loop: EventLoop;
  readonly backend: BackendName;
  readonly runtime: 'node' | 'bun' | 'deno';
  /** What carries the streams. */
  readonly carrier: 'tcp' | 'unix' | 'pipe';
  /** The library will report this, and it is right. */
  expectReport(text: string | RegExp): void;
}

export interface ContractCase {
  readonly name: string;
  readonly run: (world: World) => Promise<void>;
  /** One end only writes and the other only reads, so that it holds over pipes too; or why not over the host's. */
  readonly oneWay?: true | string;
  /** Why it cannot hold there, or false. */
  readonly skip?: (world: Pick<World, 'runtime' | 'carrier'>) => string | false;
}

/** Why a case is not for Deno. */
export function notOnDeno(reason: string): NonNullable<ContractCase['skip']> {
  return ({ runtime }) => runtime === 'deno' && `Deno ${reason}`;
}
