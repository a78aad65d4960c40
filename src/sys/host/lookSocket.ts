// The socket at which a thread can be looked into: a Unix socket in a folder of the user alone.
//
// 1. The folder is `asyncio-ts-UID` below XDG_RUNTIME_DIR, or below the folder for temporary files where there is none. It
//    has to be a folder, no link, this user's, and closed to everybody else; any other is refused and never mended.
// 2. The socket is called `PID-THREAD.sock`; where that one answers, as another copy of the library's in this thread,
//    `PID-THREAD-1.sock` and so on. Nobody answering, it was left by a process that was killed and is removed, as are
//    those of other processes that have ended.
// 3. Neither the server nor a connection keeps the process alive, and both belong to no task.
//
// It is loaded when somebody looks, and imports nothing that the core has.

import type * as Files from 'node:fs';
import type * as Net from 'node:net';
import process from 'node:process';

/** What comes from the other side. */
export interface LookEvents {
  received(text: string): void;
  /** What was written has left. */
  drained(): void;
  closed(): void;
}

/** One connection. */
export interface LookLine {
  /** How many bytes the other side has not taken yet, about. */
  readonly buffered: number;
  write(text: string): void;
  /** No more is received until `resume`. */
  pause(): void;
  resume(): void;
  /** Ends it when what was written has left. */
  end(): void;
  /** Ends it at once. */
  drop(): void;
}

export interface LookSocket {
  readonly path: string;
  /** Takes no more connections; the file is gone. */
  close(): void;
}

/** The folders in which sockets may be, the one first in which this process makes its own. Others may have been started
 * with another environment. */
export function lookFolders(): string[] {
  const user = process.geteuid?.();
  const bases = [process.env['XDG_RUNTIME_DIR'], process.getBuiltinModule('node:os').tmpdir()];
  const others = [`/run/user/${user}`, '/tmp'];
  const all = [...bases, ...others].filter((base) => base !== undefined && base !== '');
  return [...new Set(all)].map((base) => `${base}/asyncio-ts-${user}`);
}

/** The sockets of this process's other threads. */
export function socketsBeside(thread: number): string[] {
  const [folder = ''] = lookFolders();
  try {
    return files()
      .readdirSync(folder)
      .filter((name) => {
        const [, pid, other] = /^(\d+)-(\d+)(?:-\d+)?\.sock$/.exec(name) ?? [];
        return Number(pid) === process.pid && Number(other) !== thread;
      })
      .map((name) => `${folder}/${name}`);
  } catch {
    return [];
  }
}

/** Begins to listen; `accept` is given each connection.
 * @throws Error where the folder can't be trusted, or the host refuses */
export async function listenForLooks(
  thread: number,
  accept: (line: LookLine) => LookEvents,
): Promise<LookSocket> {
  if (process.platform === 'win32')
    throw new Error(
      'looking into a process needs Unix sockets in a folder of the user, which Windows has not',
    );
  const folder = demandFolder();
  const server = net().createServer((socket) => serveSocket(socket, accept));
  const path = await listenAt(server, `${folder}/${process.pid}-${thread}`);
  server.unref();
  const remove = (): void => removeQuietly(path);
  // A process that ends by `exit` closes nothing.
  process.on('exit', remove);
  void removeStale(folder);
  return {
    path,
    close: () => {
      process.off('exit', remove);
      server.close();
      remove();
    },
  };
}

const files = (): typeof Files => process.getBuiltinModule('node:fs');
const net = (): typeof Net => process.getBuiltinModule('node:net');

/** Makes the folder, or finds it as it has to be. */
function demandFolder(): string {
  const [first, ...others] = lookFolders() as [string];
  for (const folder of [first, ...others]) if (canHold(folder)) return checked(folder);
  throw new Error(
    `no folder for a socket can be made in ${first}: set XDG_RUNTIME_DIR to one that can be written to`,
  );
}

/** Whether there is a folder, or one can be made. */
function canHold(folder: string): boolean {
  try {
    files().mkdirSync(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'EEXIST';
  }
}

function checked(folder: string): string {
  const stat = files().lstatSync(folder);
  const wrong = !stat.isDirectory()
    ? 'is no folder'
    : stat.uid !== process.geteuid?.()
      ? 'belongs to another user'
      : (stat.mode & 0o077) !== 0
        ? 'is open to other users'
        : undefined;
  if (wrong === undefined) return folder;
  throw new Error(`${folder} ${wrong}, so no socket is opened in it: remove it, or set XDG_RUNTIME_DIR`);
}

async function listenAt(server: Net.Server, base: string): Promise<string> {
  for (let copy = 0; ; copy++) {
    const path = `${base}${copy === 0 ? '' : `-${copy}`}.sock`;
    if (await listens(server, path)) return path;
    if (await answers(path)) continue;
    removeQuietly(path);
    if (await listens(server, path)) return path;
  }
}

// Not through the primary of a cluster, which would open it in the name of another process.
function listens(server: Net.Server, path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    };
    server.once('error', failed);
    server.listen({ path, exclusive: true }, () => {
      server.off('error', failed);
      // Of a connection that could not be accepted; the next may be.
      server.on('error', () => {});
      resolve(true);
    });
  });
}

/** Whether somebody listens there. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net().connect({ path });
    socket.unref();
    const told = (there: boolean) => (): void => {
      socket.destroy();
      resolve(there);
    };
    socket.once('connect', told(true));
    socket.once('error', told(false));
  });
}

// A number may stand for another process in another container that shares the folder, so each is asked.
async function removeStale(folder: string): Promise<void> {
  try {
    for (const name of files().readdirSync(folder)) {
      const pid = Number(/^(\d+)-\d+(?:-\d+)?\.sock$/.exec(name)?.[1]);
      if (Number.isNaN(pid) || pid === process.pid || isAlive(pid)) continue;
      const path = `${folder}/${name}`;
      if (!(await answers(path))) removeQuietly(path);
    }
  } catch {
    // What others left is in nobody's way.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code !== 'ESRCH';
  }
}

function removeQuietly(path: string): void {
  try {
    files().unlinkSync(path);
  } catch {
    // It is gone, or not ours to remove.
  }
}

function serveSocket(socket: Net.Socket, accept: (line: LookLine) => LookEvents): void {
  socket.unref();
  socket.setEncoding('utf8');
  const line: LookLine = {
    get buffered() {
      return socket.writableLength;
    },
    write: (text) => {
      if (!socket.destroyed && !socket.writableEnded) socket.write(text);
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    end: () => void socket.end(),
    drop: () => void socket.destroy(),
  };
  const events = accept(line);
  socket.on('data', (text) => events.received(text as unknown as string));
  socket.on('drain', () => events.drained());
  socket.on('end', () => void socket.end());
  // The close follows.
  socket.on('error', () => {});
  socket.on('close', () => events.closed());
}
