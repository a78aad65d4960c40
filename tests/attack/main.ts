// npm run attack -- [--seed=N] [--rounds=N] [--minutes=N] [--only=arguments|places|network|clients]
//
// Attacks the library in rounds that follow from a seed each, in a process of its own. A crash of the process, an
// error that nobody caught, a loop that stops or something left behind is a failure: it prints the seed of its
// round, and the command that plays that round again.

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { attackNames } from './round.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    rounds: { type: 'string' },
    minutes: { type: 'string' },
    only: { type: 'string' },
  },
});
const seed = Number(values.seed);
const minutes = values.minutes === undefined ? undefined : Number(values.minutes);
const rounds = Number(values.rounds ?? (minutes === undefined ? 200 : Number.MAX_SAFE_INTEGER));
const only = values.only ?? '';
if (!Number.isInteger(seed) || !(rounds > 0) || (only !== '' && !attackNames.includes(only))) {
  console.error(`attack: --seed is an integer, --rounds above 0, --only one of ${attackNames.join(', ')}`);
  process.exit(2);
}

let current = seed;
let played = 0;
let failure: string | undefined;
const child = fork(
  fileURLToPath(new URL('./rounds.ts', import.meta.url)),
  [String(seed), String(rounds), String(minutes ?? 0), only],
  { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
);
let stderr = '';
child.stderr?.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-4000)));
child.on('message', (message: { seed?: number; failure?: string }) => {
  if (message.seed !== undefined) {
    current = message.seed;
    played++;
  }
  failure ??= message.failure;
});
child.on('exit', (code, signal) => {
  failure ??= code === 0 ? undefined : `the process ended with ${signal ?? `code ${code}`}\n${stderr}`;
  if (failure === undefined) {
    console.log(`attack: ${played} rounds from seed ${seed}, nothing broke`);
    return;
  }
  console.error(`attack: seed ${current} broke it\n${failure}`);
  console.error(
    `play it again: npm run attack -- --seed=${current} --rounds=1${only === '' ? '' : ` --only=${only}`}`,
  );
  process.exitCode = 1;
});
