// What every server in JavaScript does besides serving: says where it listens, tells its memory when it is
// asked, and ends when standard input ends, so that none outlives the benchmark.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is served. `tcp`, `unix` and `tls` send back what comes; `sink` counts and says the count at the end; `relay`
 * pairs connections in the order in which they come, and sends to one what the other sends. */
export type Mode = 'tcp' | 'unix' | 'udp' | 'tls' | 'sink' | 'relay';

export const host = '127.0.0.1';

/** More than any message of the benchmarks. */
export const lineLimit = 2 ** 21;

/** The command line: mode, variant, and the path of the Unix socket or the folder of the certificate. */
export function command(): { mode: Mode; variant: string; target: string } {
  const [mode = 'tcp', variant = '', target = ''] = process.argv.slice(2);
  return { mode: mode as Mode, variant, target };
}

/** The key and the certificate that the benchmark made. */
export function credentials(folder: string): { key: string; cert: string } {
  return {
    key: readFileSync(join(folder, 'key.pem'), 'utf8'),
    cert: readFileSync(join(folder, 'cert.pem'), 'utf8'),
  };
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** The server listens; from now on the benchmark may ask for its memory. */
export function listening(port: number): void {
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', () => void tellMemory());
  process.stdin.on('end', () => process.exit(0));
  say({ port });
}

/** There is no such server here. */
export function unavailable(reason: string): never {
  say({ skip: reason });
  process.exit(0);
}

async function tellMemory(): Promise<void> {
  const { Bun: bun } = globalThis as { Bun?: { gc(now: boolean): void } };
  for (let i = 0; i < 4; i++) {
    await new Promise((resolve) => setTimeout(resolve, 30));
    if (bun === undefined) globalThis.gc?.();
    else bun.gc(true);
  }
  const { heapUsed, external } = process.memoryUsage();
  say({ heap: heapUsed, external });
}
