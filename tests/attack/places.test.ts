// Whatever is thrown, from wherever the library calls what is not its own: the loop goes on.

import '../harness.ts';
import { test } from 'node:test';
import fc from 'fast-check';
import { places } from './places.ts';
import { strike } from './strike.ts';
import { thrown } from './thrown.ts';

const SEED = 20_031;
const kinds = fc.constantFrom(...Object.keys(thrown));

for (const debug of [false, true]) {
  test(`a throw from every place where foreign code is called comes to its owner once, and the loop goes on${debug ? ', in debug mode' : ''}`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(kinds, { minLength: places.length, maxLength: places.length }),
        async (chosen) => {
          for (const [at, place] of places.entries()) {
            const kind = chosen[at] as string;
            try {
              await strike(place, (thrown[kind] as () => unknown)(), { debug });
            } catch (error) {
              throw new Error(`${place.name} throws ${kind}`, { cause: error });
            }
          }
        },
      ),
      { seed: SEED, numRuns: 1, endOnFailure: true },
    );
  });
}
