// Node's inspector as a door: opened by SIGUSR1, used for some milliseconds, and closed again by whoever opened it.
//
// 1. SIGUSR1 ends a process that does not catch it. It is sent only to a process that runs Node and whose mask of caught
//    signals has it, and not while its thread is blocked.
// 2. A port is the target's when one of its descriptors is the listening socket, never because of its number.
// 3. Lookers come one after the other (turn.ts).
// 4. That we open it is written down before the signal is sent. Whoever finds the inspector open with that note closes
//    it: a looker may have been killed, and a process that was busy opens it when it comes back.
// 5. It is closed only where we opened it, and then not left before the port is seen to be gone. A cancel waits for that.

import process from 'node:process';
import { moveOnAfter, sleep, TimeoutError } from '../../../asyncio.ts';
import { AttachError } from '../attachError.ts';
import { demandSeen } from '../hidden.ts';
import { listenersOf } from '../listening.ts';
import { catches, isThere, processInfo } from '../processInfo.ts';
import type { ProcessInfo } from '../processInfo.ts';
import { blockedIn } from './blocked.ts';
import { isNoted, removeNote, writeNote } from './notes.ts';
import { handledItself, waitsOf } from './ownHandler.ts';
import { Session } from './session.ts';
import { takeTurn } from './turn.ts';
import { demandFreePort, holderOfPortToCome, inspectorPorts } from './inspectorPort.ts';

const SIGUSR1 = 10;

/** Opens the inspector of `target`, gives `use` a session, and closes it again.
 * @param within how long the process may take for each step, in milliseconds
 * @throws AttachError with a sentence on what to do */
export async function throughInspector<T>(
  target: ProcessInfo,
  within: number,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  // Its thread would wait for what it has to read itself.
  if (target.pid === process.pid)
    throw new AttachError(
      'closed',
      `process ${process.pid} is the one that looks, and its inspector would stop it: ` +
        'start it with ASYNCIO_INSPECT=1, or ask allTasks() and runningLoops()',
    );
  const turn = await takeTurn();
  try {
    return await useOpened(target, within, use);
  } finally {
    await turn[Symbol.asyncDispose]();
  }
}

async function useOpened<T>(
  target: ProcessInfo,
  within: number,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  // From here on a new one is an inspector: it may open by a signal of before while nothing is found yet.
  const before = new Set(listenersOf(target.pid).map(({ port }) => port));
  const open = await findOpen(target, within);
  const ours = open === undefined || isNoted(target);
  const session = open ?? (await openInspector(target, before, within));
  try {
    return await use(session);
  } finally {
    if (ours) await moveOnAfter(2 * within, () => close(session, target), { shield: true });
    session.close();
  }
}

// Without a signal: it may have been started with --inspect, or have opened it itself.
async function findOpen(target: ProcessInfo, within: number): Promise<Session | undefined> {
  for (const port of inspectorPorts(target)) {
    try {
      return await Session.open(port, within);
    } catch (error) {
      // Something else of the program's, or it hangs in native code and its inspector with it.
      if (!(error instanceof AttachError || error instanceof TimeoutError)) throw error;
    }
  }
  return undefined;
}

async function openInspector(
  target: ProcessInfo,
  before: ReadonlySet<number>,
  within: number,
): Promise<Session> {
  const { pid, name } = target;
  demandSeen(target);
  await demandSignal(target);
  await closeLate(target, within);
  await demandFreePort(target, before);
  if (await staysBlocked(pid))
    throw new AttachError('silent', `process ${pid} (${name}) stands in a call outside of JavaScript`);
  writeNote(target);
  const waits = waitsOf(pid);
  // The number may stand for another process by now, and the process for another program, which would not catch it.
  if (!isThere(target) || catches(pid, SIGUSR1) !== true) {
    removeNote(target);
    throw new AttachError('gone', `process ${pid} (${name}) has ended`);
  }
  process.kill(pid, SIGUSR1);
  try {
    return await connectNew(target, before, within);
  } catch (error) {
    if (error instanceof AttachError) {
      if (error.reason === 'silent' && (await handledItself(pid, SIGUSR1, waits))) throw ownHandler(target);
      throw error;
    }
    // Cancelled while it opens: it is closed all the same.
    const closed = async (): Promise<void> => {
      const session = await connectNew(target, before, within);
      await close(session, target);
      session.close();
    };
    await moveOnAfter(2 * within, () => closed().catch(() => {}), { shield: true });
    throw error;
  }
}

// One that was asked before and opens its inspector late, when nobody waits for it any more, would keep the port from all
// others.
async function closeLate(target: ProcessInfo, within: number): Promise<void> {
  const found = holderOfPortToCome(target);
  const holder = found === undefined ? undefined : processInfo(found.pid);
  if (found === undefined || holder === undefined || holder.pid === target.pid || !isNoted(holder)) return;
  try {
    const session = await Session.open(found.port, within);
    await moveOnAfter(2 * within, () => close(session, holder), { shield: true });
    session.close();
  } catch (error) {
    // It is busy again.
    if (!(error instanceof AttachError || error instanceof TimeoutError)) throw error;
  }
}

/** Connects to the port that was not there before. */
async function connectNew(
  { pid, name }: ProcessInfo,
  before: ReadonlySet<number>,
  within: number,
): Promise<Session> {
  const others = new Set(before);
  const started = performance.now();
  for (let pause = 1; performance.now() - started < 2 * within; pause = Math.min(2 * pause, 20)) {
    await sleep(pause);
    for (const { port, loopback } of listenersOf(pid)) {
      if (!loopback || others.has(port)) continue;
      try {
        return await Session.open(port, within);
      } catch (error) {
        // The program may have opened one of its own meanwhile.
        if (!(error instanceof AttachError)) throw error;
        others.add(port);
      }
    }
  }
  // It may be on its way: the note stays.
  throw new AttachError('silent', `process ${pid} (${name}) was asked for its inspector and opens none`);
}

function ownHandler(target: ProcessInfo): AttachError {
  const { pid, name } = target;
  removeNote(target);
  return new AttachError(
    'closed',
    `process ${pid} (${name}) handles SIGUSR1 itself, so that Node opens no inspector: start it with ASYNCIO_INSPECT=1`,
  );
}

// A thread that waits for a moment, as for a page of its program, is not blocked.
async function staysBlocked(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 5; tries++) {
    if (blockedIn(pid) === undefined) return false;
    await sleep(30);
  }
  return true;
}

async function demandSignal({ pid, name, age }: ProcessInfo): Promise<void> {
  // One that has just been started will catch it in a moment.
  for (let tries = age < 2000 ? 20 : 0; tries > 0 && catches(pid, SIGUSR1) === false; tries--)
    await sleep(25);
  if (catches(pid, SIGUSR1) === true) return;
  throw new AttachError(
    'closed',
    `process ${pid} (${name}) takes no SIGUSR1 (--disable-sigusr1?), so its inspector can't be opened: ` +
      'start it with ASYNCIO_INSPECT=1',
  );
}

async function close(session: Session, target: ProcessInfo): Promise<void> {
  // It closes the connection before it could return anything.
  session.main.send('Runtime.evaluate', { expression: 'process._debugEnd()' }).catch(() => {});
  await session.ended();
  while (listenersOf(target.pid).some(({ port }) => port === session.port)) await sleep(2);
  removeNote(target);
}
