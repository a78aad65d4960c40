// A little of what `main.ts` does with a gibibyte: that all comes, as it was. Memory and time are measured there.

import '../harness.ts';
import * as asyncio from '../../src/asyncio.ts';
import * as files from '../../src/files/files.ts';
import { onBackends } from '../net/onBackends.ts';
import { measure, rows } from './large.ts';

for (const name of Object.keys(rows))
  onBackends(`much data comes as it was: ${name}`, async () => {
    await measure({ asyncio, files }, name, 3);
  });
