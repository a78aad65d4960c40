// Starting a child process that runs the program of a worker, at the root of every context.
//
// 1. It has a process group of its own: what ends it by force ends what it has started, and Ctrl-C at the terminal is the
//    parent's to deal with.
// 2. What was sent before a child ended is received before its end is told.
// 3. A child keeps nothing alive until it is held.
// 4. Force is SIGTERM, and SIGKILL when it is still there after a moment.

import type { ChildProcess } from 'node:child_process';
import type { Duplex } from 'node:stream';
import process from 'node:process';
import { attempt } from '../../base/attempt.ts';
import * as protocol from '../worker/protocol.ts';
import type { ToWorker } from '../worker/protocol.ts';
import { isInExecutable } from './executable.ts';
import { BE_BUN, PORTAL } from '../worker/processLink.ts';
import type { LastWord, ProcessHello } from '../worker/processLink.ts';
import { workerProgram } from '../worker/program.ts';
import { unheldTimer } from './exit.ts';
import { FrameReader, packFrame } from './frames.ts';
import { runtime } from './host.ts';
import { runAtRoot } from './storage.ts';

/** How long a child may take to end by SIGTERM, in milliseconds. */
const MOMENT = 500;
/** How long messages of a child that has ended may be under way, in milliseconds. */
const LATE = 200;
/** The same for one that was ended by force: nobody waits for what it has to say. */
const LATE_BY_FORCE = 10;

export interface WorkerProcessOptions {
  readonly setup: (pid: number | undefined) => ProcessHello['setup'];
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly cwd?: string | undefined;
  readonly execArgv?: readonly string[] | undefined;
  /** Hears what the child writes to its portal, which it has only with this. */
  readonly portal?: ((message: unknown) => void) | undefined;
}

export interface ProcessEvents {
  received(message: unknown): void;
  /** `died` is what nobody caught in it, and `error` why it could not be started. */
  ended(end: {
    code: number | null;
    signal: string | null;
    died?: LastWord['died'];
    error?: unknown;
  }): void;
}

export interface WorkerProcess {
  readonly pid: number | undefined;
  post(message: ToWorker): void;
  /** To the child's portal, where it sleeps. @throws DataCloneError */
  reply(message: unknown): void;
  /** Nothing goes over the portal any more. */
  closePortal(): void;
  terminate(): void;
  hold(on: boolean): void;
}

/** Whether this host's program is the runtime, which runs the text of a worker, or the user's own with the runtime in it,
 * which would begin anew in each child. */
export function startsPrograms(): boolean {
  const sea = process.getBuiltinModule('node:sea') as { isSea(): boolean } | undefined;
  return sea?.isSea() !== true && hostGlobals.Deno?.build?.standalone !== true;
}

const hostGlobals = globalThis as {
  Deno?: { build?: { standalone?: boolean } };
  Bun?: { main?: string };
};

// A program that Bun has compiled is Bun itself, where this is set.
function asRuntime(): Record<string, string> {
  return isInExecutable(hostGlobals.Bun?.main ?? '') ? { [BE_BUN]: '1' } : {};
}

export function startProcess(options: WorkerProcessOptions, events: ProcessEvents): WorkerProcess {
  return runAtRoot(() => new ChannelledProcess(options, events));
}

class ChannelledProcess implements WorkerProcess {
  readonly pid: number | undefined;
  readonly #child: ChildProcess;
  readonly #events: ProcessEvents;
  readonly #flag: CancelFlag = new CancelFlag();
  readonly #portal: Duplex | undefined;
  #died: LastWord['died'] | undefined = undefined;
  #over: boolean = false;
  #forced: boolean = false;

  constructor({ setup, env, cwd, execArgv, portal }: WorkerProcessOptions, events: ProcessEvents) {
    this.#events = events;
    const { spawn } = process.getBuiltinModule('node:child_process');
    const child = spawn(process.execPath, programArguments(execArgv ?? inheritedFlags()), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc', ...(portal === undefined ? [] : ['pipe' as const])],
      serialization: 'advanced',
      detached: true,
      env: { ...(env ?? process.env), ...asRuntime() },
      cwd,
    });
    this.#child = child;
    this.pid = child.pid;
    child.on('error', (error) => this.#ended(null, null, error));
    child.on('exit', (code, signal) => this.#exited(code, signal));
    child.on('message', (message) => this.#received(message));
    this.#portal = portal && listenToPortal(child, portal);
    if (child.pid !== undefined)
      this.#send({
        setup: setup(child.pid),
        flag: this.#flag.path,
        portal: portal !== undefined,
      } satisfies ProcessHello);
    this.hold(false);
  }

  /** @throws what the host says of what cannot be cloned */
  post(message: ToWorker): void {
    if (message[0] === protocol.CANCEL) this.#flag.raise(message[1]);
    // Deno has written half of a message when it finds what cannot be cloned.
    if (runtime().name === 'deno') structuredClone(message);
    this.#send(message);
  }

  reply(message: unknown): void {
    const frame = packFrame(message);
    if (this.#portal?.writable === true) this.#portal.write(frame);
  }

  closePortal(): void {
    this.#portal?.destroy();
  }

  terminate(): void {
    this.#forced = true;
    this.#signal('SIGTERM');
    unheldTimer(MOMENT, () => this.#signal('SIGKILL'));
  }

  hold(on: boolean): void {
    const how = on ? 'ref' : 'unref';
    this.#child[how]();
    // Bun's has neither: there the child alone counts.
    (this.#child.channel as Partial<ChildProcess['channel']>)?.[how]?.();
  }

  // What is sent to one that has just ended is lost, as its end tells.
  #send(message: unknown): void {
    if (this.#child.connected) this.#child.send(message as object, () => {});
  }

  #signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    const { pid } = this.#child;
    if (this.#over || pid === undefined) return;
    // A child that has not begun has no group yet.
    if (attempt(() => process.kill(-pid, signal)) === undefined) attempt(() => process.kill(pid, signal));
  }

  #received(message: unknown): void {
    const { died } = message as Partial<LastWord>;
    if (died !== undefined) this.#died = died;
    else {
      if ((message as readonly unknown[])[0] === protocol.READY) this.#flag.unlink();
      this.#events.received(message);
    }
  }

  #exited(code: number | null, signal: string | null): void {
    // Its number may be another's from now on; what it left in its group is ended with it.
    attempt(() => process.kill(-(this.pid as number), 'SIGKILL'));
    this.#over = true;
    if (!this.#child.connected) {
      this.#ended(code, signal);
      return;
    }
    const end = (): void => this.#ended(code, signal);
    this.#child.once('disconnect', end);
    // Deno keeps the channel, and says nothing.
    unheldTimer(this.#forced ? LATE_BY_FORCE : LATE, end);
  }

  #ended(code: number | null, signal: string | null, error?: unknown): void {
    if (this.#flag.closed) return;
    this.#over = true;
    this.closePortal();
    // Deno keeps the channel of a child that has ended.
    if (this.#child.connected) this.#child.disconnect();
    this.#flag.close();
    const died = this.#died;
    this.#events.ended({
      code,
      signal,
      ...(died !== undefined && { died }),
      ...(error !== undefined && { error }),
    });
  }
}

// What becomes of the child is seen elsewhere: here an end, and an error, are the end of the calls.
function listenToPortal(child: ChildProcess, heard: (message: unknown) => void): Duplex | undefined {
  const portal = child.stdio[PORTAL] as (Duplex & { unref?(): void }) | null | undefined;
  if (!portal) return undefined;
  const frames = new FrameReader(heard);
  portal.on('data', (chunk: Uint8Array) => frames.push(chunk));
  portal.on('error', () => portal.destroy());
  portal.unref?.();
  return portal;
}

/** A file with the number of the call that was asked to stop. */
class CancelFlag {
  readonly path: string;
  readonly #file: number;
  closed: boolean = false;
  #linked: boolean = true;

  constructor() {
    const { openSync, writeSync } = process.getBuiltinModule('node:fs');
    const { tmpdir } = process.getBuiltinModule('node:os');
    const { join } = process.getBuiltinModule('node:path');
    this.path = join(tmpdir(), `asyncio-ts-${process.pid}-${crypto.randomUUID()}`);
    this.#file = openSync(this.path, 'wx+', 0o600);
    writeSync(this.#file, new Float64Array([-1]), 0, 8, 0);
  }

  raise(call: number): void {
    if (this.closed) return;
    process.getBuiltinModule('node:fs').writeSync(this.#file, new Float64Array([call]), 0, 8, 0);
  }

  /** The child has it open: nobody else needs to find it. */
  unlink(): void {
    if (!this.#linked) return;
    this.#linked = false;
    attempt(() => process.getBuiltinModule('node:fs').unlinkSync(this.path));
  }

  close(): void {
    this.closed = true;
    this.unlink();
    process.getBuiltinModule('node:fs').closeSync(this.#file);
  }
}

function programArguments(flags: readonly string[]): string[] {
  return [...flags, runtime().name === 'deno' ? 'eval' : '-e', workerProgram];
}

// What this process runs with, but for what is meant for itself alone.
function inheritedFlags(): string[] {
  if (runtime().name !== 'node') return [];
  const flags: string[] = [];
  for (let at = 0; at < process.execArgv.length; at++) {
    const flag = process.execArgv[at] as string;
    if (/^(-e|-p|-pe|--eval|--print)$/.test(flag)) at++;
    else if (!/^--(test|inspect|watch|input-type|expose-internals)/.test(flag)) flags.push(flag);
  }
  return flags;
}
