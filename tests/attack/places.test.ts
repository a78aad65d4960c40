// Whatever is thrown, from wherever the library calls what is not its own: the loop goes on.

import '../harness.ts';
import { test } from 'node:test';
import fc from 'fast-check';
import type { BackendName } from '../../src/asyncio.ts';
import { backends } from '../net/backends.ts';
import { netPlaces, selectorPlaces } from './netPlaces.ts';
import { places } from './places.ts';
import type { Place } from './places.ts';
import { strike } from './strike.ts';
import type { StrikeOptions } from './strike.ts';
import { thrown } from './thrown.ts';

const SEED = 20_031;
const kinds = fc.constantFrom(...Object.keys(thrown));

/** From each place something is thrown, which is drawn. */
async function throwFromEach(all: readonly Place[], options: StrikeOptions): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(kinds, { minLength: all.length, maxLength: all.length }), async (chosen) => {
      for (const [at, place] of all.entries()) {
        const kind = chosen[at] as string;
        try {
          await strike(place, (thrown[kind] as () => unknown)(), options);
        } catch (error) {
          throw new Error(`${place.name} throws ${kind}`, { cause: error });
        }
      }
    }),
    { seed: SEED, numRuns: 1, endOnFailure: true },
  );
}

for (const debug of [false, true]) {
  test(`a throw from every place where foreign code is called comes to its owner once, and the loop goes on${debug ? ', in debug mode' : ''}`, () =>
    throwFromEach(places, { debug }));
}

for (const backend of backends) {
  test(`a throw from every place where the network calls foreign code is reported once, and the loop goes on (${backend})`, () =>
    throwFromEach(placesOn(backend), { backend }));
}

function placesOn(backend: BackendName): readonly Place[] {
  return backend === 'selector' ? [...netPlaces, ...selectorPlaces] : netPlaces;
}
