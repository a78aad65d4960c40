// The command line of the benchmarks.

import { parseArgs } from 'node:util';
import type { Work } from './works.ts';

export interface Options {
  readonly names: readonly string[];
  readonly peers: readonly string[] | undefined;
  readonly rounds: number;
  readonly quick: boolean;
  readonly json: boolean;
  readonly subject: string | undefined;
  readonly help: boolean;
}

/** The help of one set of works; `command` comes before their names, and `more` is what else there is to say. */
export function usage(command: string, works: readonly Work<string>[], more: readonly string[]): string {
  const peers = new Set(works.flatMap(({ rows }) => rows.map(({ peer }) => peer)));
  return `${command} [name…] [options]

  name            only these works: ${works.map(({ name }) => name).join(', ')}
  --peers=a,b     only these peers (${[...peers].join(', ')})
  --rounds=N      rounds of each work (default 5)
  --quick         small sizes and one round: to see that everything runs, not to compare
  --subject=FILE  measure this build of asyncio-ts (default: dist, built first when it is older than src)
  --json          one JSON document instead of tables
  --help          this text

${more.join('\n')}`;
}

/** Reads the arguments; throws an Error that says what is wrong with them. */
export function readOptions(
  args: readonly string[],
  works: readonly Work<string>[],
  help: string,
): Options {
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
    if (!works.some((work) => work.name === name)) throw new Error(`there is no work '${name}'\n\n${help}`);
  }
  const known = new Set<string>(works.flatMap(({ rows }) => rows.map(({ peer }) => peer)));
  const peers = values.peers?.split(',').map((peer) => peer.trim());
  for (const peer of peers ?? [])
    if (!known.has(peer)) throw new Error(`there is no peer '${peer}'\n\n${help}`);
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 5));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number from 1');
  return {
    names: positionals,
    peers,
    rounds,
    quick: values.quick,
    json: values.json,
    subject: values.subject,
    help: values.help,
  };
}
