// Which TCP ports of this machine are open: many attempts at once, but never more than a limit, and each with
// a time of its own.
//
//   npm run example -- port-scanner                        ports 1 to 1024 of 127.0.0.1
//   npm run example -- port-scanner ::1 --ports 80,8000-9000
//   options: --at-once N (200), --timeout MS (500), --any-host
//
// Other machines are refused unless you say --any-host: scan only what is yours, or where you were asked to.
// Ctrl-C ends it, and what was found until then is told.

import { isIPv4, isIPv6 } from 'node:net';
import { parseArgs } from 'node:util';
import {
  isCancelled,
  openConnection,
  OSError,
  run,
  Semaphore,
  taskGroup,
  TimeoutError,
  waitFor,
} from 'asyncio-ts';

type Answer = 'open' | 'closed' | 'silent';

/** Tries one port. The connection is closed again at once, in every case. */
async function probe(host: string, port: number, timeout: number): Promise<Answer> {
  try {
    const [, writer] = await waitFor(() => openConnection(host, port), timeout);
    writer.transport.abort();
    return 'open';
  } catch (error) {
    // A connection that takes the system's own time to fail is a TimeoutError too.
    if (error instanceof TimeoutError) return 'silent';
    if (!(error instanceof OSError)) throw error;
    // Out of descriptors is our problem and says nothing of the port.
    if (error.code === 'EMFILE' || error.code === 'ENFILE') throw error;
    return error.code === 'ECONNREFUSED' ? 'closed' : 'silent';
  }
}

/** Tries all ports, `atOnce` of them at a time, and calls `tell` as each answer comes. */
async function scan(
  { host, ports, atOnce, timeout }: Wanted,
  tell: (port: number, answer: Answer) => void,
): Promise<void> {
  const room = new Semaphore(atOnce);
  await taskGroup(async (group) => {
    for (const port of ports) {
      // The room is taken before the task is made: 65,535 ports are never 65,535 tasks.
      await room.acquire();
      const attempt = group.createTask(async () => tell(port, await probe(host, port, timeout)));
      attempt.addDoneCallback(() => room.release());
    }
  });
}

interface Wanted {
  readonly host: string;
  readonly ports: readonly number[];
  readonly atOnce: number;
  readonly timeout: number;
}

function isLoopback(host: string): boolean {
  if (isIPv4(host)) return host.startsWith('127.');
  return isIPv6(host) ? host === '::1' : host === 'localhost';
}

function readArguments(): Wanted | string {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ports: { type: 'string', default: '1-1024' },
      'at-once': { type: 'string', default: '200' },
      timeout: { type: 'string', default: '500' },
      'any-host': { type: 'boolean', default: false },
    },
  });
  const host = positionals[0] ?? '127.0.0.1';
  if (!values['any-host'] && !isLoopback(host)) {
    return `${host} is another machine: say --any-host if you may scan it`;
  }
  const ports = new Set<number>();
  for (const part of values.ports.split(',')) {
    const [, first = '', last = first] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
    if (first === '' || Number(first) < 1 || Number(last) > 65_535 || Number(last) < Number(first)) {
      return `--ports takes numbers from 1 to 65535 and ranges of them, not '${part}'`;
    }
    for (let port = Number(first); port <= Number(last); port += 1) ports.add(port);
  }
  const [atOnce, timeout] = [Number(values['at-once']), Number(values.timeout)];
  if (!(atOnce >= 1) || !(timeout > 0)) return '--at-once is 1 or more, --timeout above 0';
  return { host, ports: [...ports], atOnce, timeout };
}

async function main(wanted: Wanted): Promise<void> {
  const { host, ports, atOnce } = wanted;
  console.log(`scanning ${ports.length} ports of ${host}, ${atOnce} at once`);
  const found: Record<Answer, number[]> = { open: [], closed: [], silent: [] };
  const began = performance.now();
  try {
    await scan(wanted, (port, answer) => void found[answer].push(port));
  } catch (error) {
    if (isCancelled(error)) console.log('stopped');
    throw error;
  } finally {
    const done = found.open.length + found.closed.length + found.silent.length;
    const seconds = ((performance.now() - began) / 1000).toFixed(2);
    for (const port of found.open.sort((a, b) => a - b)) console.log(`open ${port}`);
    console.log(
      `${done} of ${ports.length} ports of ${host} in ${seconds} s: ${found.open.length} open, ` +
        `${found.closed.length} closed, ${found.silent.length} silent`,
    );
  }
}

const wanted = readArguments();
if (typeof wanted === 'string') {
  console.error(`port-scanner: ${wanted}`);
  process.exitCode = 2;
} else {
  await run(() => main(wanted));
}
