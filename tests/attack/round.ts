// One round of the attack: what is attacked, and on which backend, follows from the seed.

import { fstatSync } from 'node:fs';
import { attempt } from '../../src/base/attempt.ts';
import type { BackendName } from '../../src/asyncio.ts';
import { leakGuard } from '../../src/testing/leakGuard.ts';
import { Random } from '../../src/testing/random.ts';
import { setReporter } from '../../src/sys/host/report.ts';
import { backends } from '../net/backends.ts';
import { badArguments } from './arguments.ts';
import { foreignClients } from './clients.ts';
import { netPlaces } from './netPlaces.ts';
import { networkFaults } from './network.ts';
import { places } from './places.ts';
import { strike } from './strike.ts';
import { thrown } from './thrown.ts';

/** Answers what it has done, for the report of a leak. */
type Attack = (random: Random, backend: BackendName) => Promise<string>;

const STRIKES = 20;

async function throwsFromPlaces(random: Random, backend: BackendName): Promise<string> {
  const done: string[] = [];
  for (let i = 0; i < STRIKES; i++) {
    const place = random.pick(random.oneIn(4) ? netPlaces : places);
    const kind = random.pick(Object.keys(thrown));
    done.push(`${place.name} throws ${kind}`);
    try {
      await strike(place, (thrown[kind] as () => unknown)(), { backend, debug: random.oneIn(3) });
    } catch (error) {
      throw new Error(`${place.name} throws ${kind}`, { cause: error });
    }
  }
  return done.join('\n');
}

const attacks: Readonly<Record<string, Attack>> = {
  arguments: badArguments,
  places: throwsFromPlaces,
  network: networkFaults,
  clients: foreignClients,
};

export const attackNames: readonly string[] = Object.keys(attacks);

/** What stands behind the descriptors of the process itself, which are nobody's to close. */
function standardFiles(): string {
  return [0, 1, 2].map((fd) => attempt(() => fstatSync(fd).ino) ?? 'closed').join();
}

/** @throws Error with what went wrong */
export async function playRound(seed: number, only: string): Promise<void> {
  const random = new Random(seed);
  const drawn = random.pick(attackNames);
  const backend = random.pick(backends);
  const name = only === '' ? drawn : only;
  // What the library has to say of faults that were made on purpose is not for the terminal.
  const before = setReporter(() => {});
  const guard = leakGuard({ grace: 1000 });
  const files = standardFiles();
  let done = '';
  try {
    done = await (attacks[name] as Attack)(random, backend);
    await guard.check();
    if (standardFiles() !== files) throw new Error('a standard descriptor is closed, or another file');
  } catch (error) {
    throw new Error(`${name} on the ${backend} backend\n${done}`, { cause: error });
  } finally {
    guard[Symbol.dispose]();
    setReporter(before);
  }
}
