// The catalogue of `npm run bench net`: what is measured, how big, who takes part, what is to be reached.
//
// The first column is the one that counts; the ratios of all columns say how far ours is ahead.

import type { Mode } from './peers/serve.ts';

/** Who serves. `ours` is on the selector backend, `ours-host` on the host's. */
export type PeerName = 'ours' | 'ours-host' | 'c' | 'node' | 'bun' | 'asyncio' | 'uvloop' | 'twisted';

export interface Row {
  readonly peer: PeerName;
  /** Which of the peer's ways to write a server. */
  readonly variant?: string;
}

export interface Column {
  /** The key in the load generator's report. */
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  /** More is better; elsewhere less is. */
  readonly more?: true;
}

/** What the load generator does; see bench/net/c/load.c. */
export type Load = 'echo' | 'tls' | 'udp' | 'connect' | 'sink' | 'relay' | 'idle';

export interface Work {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly server: Mode;
  readonly load: Load;
  readonly connections: number;
  /** Bytes of a message, its newline included. */
  readonly size: number;
  /** Of a quick run. */
  readonly quick: { readonly connections: number; readonly size: number };
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

export interface Goal {
  readonly work: string;
  readonly key: string;
  readonly text: string;
  /** Row key of ours. */
  readonly ours: string;
  /** Row key of another, and how many times ours its figure must be at least; or a bound. */
  readonly rule:
    | { readonly against: string; readonly atLeast: number }
    | { readonly below: number; readonly unit: string };
}

const ours: readonly Row[] = [
  { peer: 'ours', variant: 'protocol' },
  { peer: 'ours-host', variant: 'protocol' },
];

const oursByStreams: readonly Row[] = [
  { peer: 'ours', variant: 'stream' },
  { peer: 'ours-host', variant: 'stream' },
];

const callbacks: readonly Row[] = [
  ...ours,
  { peer: 'c' },
  { peer: 'node', variant: 'events' },
  { peer: 'bun' },
  { peer: 'asyncio', variant: 'protocol' },
  { peer: 'uvloop', variant: 'protocol' },
  { peer: 'twisted' },
];

const everyone: readonly Row[] = [
  ...callbacks,
  ...oursByStreams,
  { peer: 'node', variant: 'iteration' },
  { peer: 'asyncio', variant: 'streams' },
  { peer: 'uvloop', variant: 'streams' },
];

/** The key of a row in results and in `--peers`. */
export function rowKey({ peer, variant }: Row): string {
  return variant === undefined ? peer : `${peer}:${variant}`;
}

/** Whether a row's server is written as a sequence of awaits: it is compared with ours of that kind. */
export function isSequential({ variant = '' }: Row): boolean {
  return sequential.has(variant);
}

const sequential: ReadonlySet<string> = new Set([
  'stream',
  'streams',
  'iteration',
  'lines',
  'readInto',
  'chunks',
]);

function each(what: string): Column[] {
  return [
    { key: 'cpu', label: `server CPU a ${what}`, unit: 'µs' },
    { key: 'rate', label: `${what}s`, unit: '1/s', more: true },
    { key: 'p99', label: 'p99', unit: 'µs' },
  ];
}

const lines =
  'each connection has one line in flight; protocols and events send back what comes, streams do readline, ' +
  'write, drain, node:net by iteration writes each chunk and waits for drain when it is told to';

function echo(name: string, connections: number, size: number, title: string, description = lines): Work {
  return {
    name,
    title: `echo of ${title}, ${connections.toLocaleString('en')} connection${connections === 1 ? '' : 's'}`,
    description,
    server: 'tcp',
    load: 'echo',
    connections,
    size,
    quick: { connections: Math.min(connections, 20), size: Math.min(size, 2 ** 18) },
    columns: each('request'),
    rows: everyone,
  };
}

/** Whoever is handed bytes owns them: fresh memory for each read. With more ways of ours that need none, as the C
 * server needs none. */
function withReused(work: Work, ...variants: readonly string[]): Work {
  const [first, ...rest] = work.rows;
  const reused = variants.map((variant): Row => ({ peer: 'ours', variant }));
  return { ...work, rows: [...(first === undefined ? [] : [first]), ...reused, ...rest] };
}

const kibibyte = 1024;

export const works: readonly Work[] = [
  echo('echo-1', 1, kibibyte, '1 KiB lines'),
  echo('echo-10', 10, kibibyte, '1 KiB lines'),
  echo('echo-50', 50, kibibyte, '1 KiB lines'),
  echo('echo-1000', 1000, kibibyte, '1 KiB lines'),
  withReused(echo('echo-64k', 50, 64 * kibibyte, '64 KiB lines'), 'buffered', 'lines'),
  withReused(echo('echo-1m', 10, kibibyte * kibibyte, '1 MiB lines'), 'buffered', 'lines'),
  {
    ...echo('connect', 50, 64, ''),
    title: 'connect and close',
    description:
      '50 at a time, each: connect, a line of 64 bytes there and back, half-close, the close of the server',
    load: 'connect',
    columns: each('connection'),
  },
  withReused(
    {
      ...echo('throughput', 4, 64 * kibibyte, ''),
      title: 'one-way throughput, 4 connections',
      description:
        'the client sends as fast as it may, the server counts the bytes (streams: read(65536)) and says the ' +
        'count at the end',
      server: 'sink',
      load: 'sink',
      columns: [
        { key: 'cpu', label: 'server CPU a MiB', unit: 'µs' },
        { key: 'rate', label: 'throughput', unit: 'MiB/s', more: true },
      ],
    },
    'readInto',
    'chunks',
  ),
  {
    ...echo('relay', 4, 64 * kibibyte, ''),
    title: 'a proxy: 4 pairs of connections, one way',
    description:
      'the client sends by one connection of each pair as fast as it may and receives by the other; the proxy has ' +
      'both directions open (ours: relay; node:net: pipe; C: splice)',
    server: 'relay',
    load: 'relay',
    columns: [
      { key: 'cpu', label: 'proxy CPU a MiB', unit: 'µs' },
      { key: 'rate', label: 'throughput', unit: 'MiB/s', more: true },
    ],
    rows: [
      { peer: 'ours', variant: 'relay' },
      { peer: 'ours-host', variant: 'relay' },
      { peer: 'c' },
      { peer: 'node', variant: 'pipe' },
    ],
  },
  {
    ...echo('udp', 50, kibibyte, ''),
    title: 'UDP, echo of 1 KiB datagrams, 50 sockets',
    description: 'each of 50 sockets has one datagram in flight, sent anew when it is lost',
    server: 'udp',
    load: 'udp',
    rows: callbacks,
  },
  {
    ...echo('unix', 50, kibibyte, ''),
    title: 'Unix socket, echo of 1 KiB lines, 50 connections',
    server: 'unix',
  },
  {
    ...echo('tls', 50, kibibyte, ''),
    title: 'TLS, echo of 1 KiB lines, 50 connections',
    description: `${lines}; TLS 1.3, the handshakes are not in the timed part`,
    server: 'tls',
    load: 'tls',
  },
  {
    ...echo('idle', 10_000, 64, ''),
    title: 'memory of idle connections',
    description:
      'connections that have sent one line, got it back and are silent; heap in use after the garbage is ' +
      'gone, memory outside it that the engine knows of, resident memory of the process; for one connection',
    load: 'idle',
    quick: { connections: 50, size: 64 },
    columns: [
      { key: 'heap', label: 'heap', unit: 'bytes' },
      { key: 'external', label: 'outside', unit: 'bytes' },
      { key: 'resident', label: 'resident', unit: 'bytes' },
    ],
  },
];

const protocol = 'ours:protocol';
const buffered = 'ours:buffered';
const stream = 'ours:stream';

function compare(work: string, mine: string, against: string, atLeast: number, text: string): Goal {
  return { work, key: 'cpu', text, ours: mine, rule: { against, atLeast } };
}

function small(mine: string, text: string): Goal {
  return { work: 'idle', key: 'heap', text, ours: mine, rule: { below: 3072, unit: 'bytes' } };
}

export const goals: readonly Goal[] = [
  compare('echo-50', protocol, 'c', 1 / 1.1, 'protocol echo within 1.10 of C'),
  compare('echo-50', protocol, 'uvloop:protocol', 1.15, "protocol echo, to uvloop's protocol"),
  compare('echo-50', stream, 'c', 1 / 1.3, 'stream echo within 1.30 of C'),
  compare('echo-50', stream, 'uvloop:streams', 1.4, 'stream echo, to uvloop streams'),
  compare('echo-50', stream, 'node:iteration', 1.4, 'stream echo, to node:net by iteration'),
  compare('echo-64k', buffered, 'c', 1 / 1.15, 'echo of 64 KiB by a BufferedProtocol within 1.15 of C'),
  compare('echo-64k', protocol, 'c', 1 / 1.15, 'echo of 64 KiB by a Protocol within 1.15 of C'),
  compare('echo-64k', stream, 'c', 1 / 1.5, 'stream echo of 64 KiB within 1.50 of C'),
  compare('echo-64k', 'ours:lines', 'c', 1 / 1.3, 'echo of 64 KiB by reused lines within 1.30 of C'),
  compare('throughput', 'ours:readInto', 'c', 1 / 1.15, 'one-way throughput by readInto within 1.15 of C'),
  compare(
    'throughput',
    'ours:chunks',
    'c',
    1 / 1.15,
    'one-way throughput by reused chunks within 1.15 of C',
  ),
  compare('relay', 'ours:relay', 'c', 1 / 1.1, 'relay within 1.10 of a C proxy by splice'),
  compare('relay', 'ours:relay', 'node:pipe', 2, "relay, to pipe between node:net's sockets"),
  small(protocol, 'an idle connection of a protocol under 3 KiB of heap'),
  small(stream, 'an idle connection of streams under 3 KiB of heap'),
];
