// The process that is attacked; main.ts starts it and hears of each round before it is played.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { playRound } from './round.ts';

const [seed = 0, rounds = 1, minutes = 0] = process.argv.slice(2, 5).map(Number);
const only = process.argv[5] ?? '';
const folder = mkdtempSync(join(tmpdir(), 'asyncio-ts-attack-'));
process.chdir(folder);

function end(failure: string | undefined): void {
  process.chdir(tmpdir());
  rmSync(folder, { recursive: true, force: true });
  if (failure === undefined) process.exit(0);
  process.send?.({ failure }, () => process.exit(1));
}

for (const event of ['uncaughtException', 'unhandledRejection'])
  process.on(event, (error: unknown) => end(`${event}: ${inspect(error, { depth: 6 })}`));

const until = minutes === 0 ? Number.POSITIVE_INFINITY : Date.now() + minutes * 60_000;
let failure: string | undefined;
for (let round = 0; round < rounds && Date.now() < until && failure === undefined; round++) {
  process.send?.({ seed: seed + round });
  try {
    await playRound(seed + round, only);
  } catch (error) {
    failure = inspect(error, { depth: 6 });
  }
}
end(failure);
