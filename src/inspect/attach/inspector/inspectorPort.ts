// At which port Node's inspector listens, or will.

import { sleep } from '../../../asyncio.ts';
import { AttachError } from '../attachError.ts';
import { holderOf, listenersAround, listenersOf } from '../listening.ts';
import { processInfo, read, threadNames } from '../processInfo.ts';
import type { ProcessInfo } from '../processInfo.ts';

const DEFAULT = 9229;
/** How long a port that somebody else holds is waited for, in milliseconds: another user's look is over by then. */
const PATIENCE = 2000;

/** The ports of the process itself at which its inspector may listen already, the likeliest first. */
export function inspectorPorts(target: ProcessInfo): number[] {
  const own = listenersOf(target.pid).map(({ port }) => port);
  const named = optionsOf(target).flatMap((option) => {
    const port = /^--(?:inspect|debug)[^=]*=(?:.*:)?(\d+)$/.exec(option)?.[1];
    return port === undefined ? [] : [Number(port)];
  });
  const asked = optionsOf(target).some((option) => option.startsWith('--inspect'));
  // An ephemeral one can be any of its ports. Node names the thread that serves it from release 24 on.
  const ephemeral = (asked && named.includes(0)) || hasInspectorThread(target.pid);
  const likely = [...named, DEFAULT].filter((port) => own.includes(port));
  return [...new Set(ephemeral ? [...likely, ...own] : likely)];
}

/** Waits until the port that Node will ask for is free, or the process has it since `before`.
 * @throws AttachError naming who holds it */
export async function demandFreePort(target: ProcessInfo, before: ReadonlySet<number>): Promise<void> {
  const port = portToCome(target);
  if (port === 0) return;
  const hasIt = () => !before.has(port) && listenersOf(target.pid).some((own) => own.port === port);
  const taken = () =>
    hasIt() ? undefined : listenersAround(target.pid).find((listener) => listener.port === port);
  for (let waited = 0; waited < PATIENCE && taken() !== undefined; waited += 50) await sleep(50);
  const holder = taken();
  if (holder === undefined) return;
  const pid = holderOf(holder.inode);
  const who =
    pid === undefined
      ? `a process of user ${holder.uid}`
      : `process ${pid} (${processInfo(pid)?.name ?? 'unknown'})`;
  throw new AttachError(
    'port-taken',
    `the inspector of process ${target.pid} (${target.name}) would listen at port ${port}, which ${who} holds: ` +
      'end that one, or start yours with ASYNCIO_INSPECT=1 or --inspect-port=0',
  );
}

/** Which process holds the port that Node will ask for, where that can be seen. */
export function holderOfPortToCome(target: ProcessInfo): { port: number; pid: number } | undefined {
  const port = portToCome(target);
  const listener = listenersAround(target.pid).find((each) => each.port === port);
  const pid = listener === undefined ? undefined : holderOf(listener.inode);
  return pid === undefined ? undefined : { port, pid };
}

function portToCome(target: ProcessInfo): number {
  const ports = optionsOf(target).map(
    (option) => /^--(?:inspect|debug)-port=(?:.*:)?(\d+)$/.exec(option)?.[1],
  );
  return Number(ports.findLast((port) => port !== undefined) ?? DEFAULT);
}

// NODE_OPTIONS first: the command line has the last word.
function optionsOf({ pid, argv }: ProcessInfo): string[] {
  const environment = (read(pid, 'environ') ?? '').split('\0');
  const variable = environment
    .find((each) => each.startsWith('NODE_OPTIONS='))
    ?.slice('NODE_OPTIONS='.length);
  return [...(variable ?? '').split(/\s+/), ...argv].flatMap((option, index, all) =>
    /^--(?:inspect|debug)-port$/.test(option) ? [`${option}=${all[index + 1]}`] : [option],
  );
}

function hasInspectorThread(pid: number): boolean {
  return threadNames(pid).some((name) => name.endsWith('InspectorIo'));
}
