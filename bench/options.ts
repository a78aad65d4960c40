// The command line of the benchmarks.

import { parseArgs } from 'node:util';
import type { PeerName } from './works.ts';
import { works } from './works.ts';

export const usage: string = `npm run bench -- [name…] [options]

  net             the network instead, with works and peers of its own: npm run bench -- net --help
  name            only these works: ${works.map(({ name }) => name).join(', ')}
  --peers=a,b     only these peers (ours, bare, effect, effection, p-limit, p-queue, async-mutex, asyncio, uvloop)
  --rounds=N      rounds of each work (default 5)
  --quick         small sizes and one round: to see that everything runs, not to compare
  --subject=FILE  measure this build of asyncio-ts (default: dist, or src when dist is older)
  --json          one JSON document instead of tables
  --help          this text

BENCH_PYTHON names the Python to use (default: python3, or the system's if only that one has uvloop).`;

export interface Options {
  readonly names: readonly string[];
  readonly peers: readonly PeerName[] | undefined;
  readonly rounds: number;
  readonly quick: boolean;
  readonly json: boolean;
  readonly subject: string | undefined;
  readonly help: boolean;
}

/** Reads the arguments; throws an Error that says what is wrong with them. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      peers: { type: 'string' },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      subject: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  for (const name of positionals) {
    if (!works.some((work) => work.name === name))
      throw new Error(`there is no work '${name}'\n\n${usage}`);
  }
  const known = new Set<string>(works.flatMap(({ rows }) => rows.map(({ peer }) => peer)));
  const peers = values.peers?.split(',').map((peer) => peer.trim());
  for (const peer of peers ?? [])
    if (!known.has(peer)) throw new Error(`there is no peer '${peer}'\n\n${usage}`);
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 5));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number from 1');
  return {
    names: positionals,
    peers: peers as PeerName[] | undefined,
    rounds,
    quick: values.quick,
    json: values.json,
    subject: values.subject,
    help: values.help,
  };
}
