// The command line of `npm run bench net`.

import { parseArgs } from 'node:util';
import { rowKey, works } from './works.ts';
import type { Row } from './works.ts';

export const usage: string = `npm run bench -- net [name…] [options]

  name            only these works: ${works.map(({ name }) => name).join(', ')}
  --peers=a,b     only these peers (ours, ours-host, c, node, bun, asyncio, uvloop, twisted), or single
                  servers of them (ours:protocol, ours:stream, node:events, node:iteration, uvloop:streams, …)
  --rounds=N      rounds of each work (default 5)
  --time=MS       the timed part of each measurement, cut into 3 of which the best counts (default 1,500)
  --quick         small sizes and one round: to see that everything runs, not to compare
  --subject=FILE  measure this build of asyncio-ts (default: dist, or src when dist is older)
  --json          one JSON document instead of tables
  --help          this text

BENCH_PYTHON names the Python to use (default: python3, or the system's if only that one has uvloop).
BENCH_CC names the C compiler (default: cc); empty, the load comes from TypeScript and there is no C server.`;

export interface Options {
  readonly names: readonly string[];
  readonly rounds: number;
  readonly warm: number;
  readonly timed: number;
  readonly quick: boolean;
  readonly json: boolean;
  readonly subject: string | undefined;
  readonly help: boolean;
  /** Whether a row is among the chosen peers. */
  readonly wants: (row: Row) => boolean;
}

/** Reads the arguments after `net`; throws an Error that says what is wrong with them. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      peers: { type: 'string' },
      rounds: { type: 'string' },
      time: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      subject: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  for (const name of positionals) {
    if (!works.some((work) => work.name === name))
      throw new Error(`there is no work '${name}' of the network\n\n${usage}`);
  }
  const rows = works.flatMap((work) => work.rows);
  const known = new Set<string>(rows.flatMap((row) => [row.peer, rowKey(row)]));
  const peers = values.peers?.split(',').map((peer) => peer.trim());
  for (const peer of peers ?? [])
    if (!known.has(peer)) throw new Error(`there is no peer '${peer}' of the network\n\n${usage}`);
  const timed = natural('--time', values.time ?? (values.quick ? '150' : '1500'));
  return {
    names: positionals,
    rounds: natural('--rounds', values.rounds ?? (values.quick ? '1' : '5')),
    warm: values.quick ? 50 : 700,
    timed,
    quick: values.quick,
    json: values.json,
    subject: values.subject,
    help: values.help,
    wants: (row) => peers === undefined || peers.includes(row.peer) || peers.includes(rowKey(row)),
  };
}

function natural(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${option} takes a whole number from 1`);
  return value;
}
