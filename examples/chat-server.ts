// A chat with rooms. What one client says goes to everybody in its room; each client has a bounded queue of
// its own, so that one that reads slowly, or not at all, holds up nobody and costs little memory.
//
//   npm run example -- chat-server [port]           port 8888 unless given, 0 for a free one
//   nc 127.0.0.1 8888                               in several terminals
//
// Lines that begin with a slash are commands: /nick NAME, /join ROOM, /who, /quit.
// Ctrl-C says good-bye to everybody and ends it.

import {
  ConnectionError,
  exceptStar,
  InvalidArgumentError,
  isCancelled,
  LineTooLongError,
  moveOnAfter,
  OSError,
  Queue,
  QueueFull,
  run,
  startServer,
  taskGroup,
} from 'asyncio-ts';
import type { StreamReader, StreamWriter } from 'asyncio-ts';

/** How many lines wait for a client at most. Those that find no room are counted and not kept. */
const backlog = 100;
const longestLine = 1000;

const clients = new Set<Client>();
let arrivals = 0;

class Client {
  name: string = `guest${(arrivals += 1)}`;
  room: string = 'lobby';
  readonly #outbox: Queue<string> = new Queue<string>(backlog);
  #missed: number = 0;

  /** Never waits: whoever speaks must not depend on who listens. */
  tell(line: string): void {
    try {
      this.#outbox.putNowait(line);
    } catch (error) {
      if (!(error instanceof QueueFull)) throw error;
      this.#missed += 1;
    }
  }

  /** No more lines; what is in the queue still goes out. */
  endOfTalk(): void {
    this.#outbox.shutdown();
  }

  /** Sends what is in the queue, at the pace of this client. */
  async deliver(writer: StreamWriter): Promise<void> {
    for await (const line of this.#outbox) {
      writer.write(Buffer.from(`${line}\n`));
      await writer.drain();
      if (this.#missed === 0 || !this.#outbox.empty()) continue;
      writer.write(Buffer.from(`* you were too slow: ${this.#missed} lines missed\n`));
      this.#missed = 0;
    }
    await writer.drain();
  }
}

function broadcast(room: string, line: string, except?: Client): void {
  for (const client of clients) if (client.room === room && client !== except) client.tell(line);
}

/** Does what a line asks for; false when the client wants to go. */
function obey(client: Client, line: string): boolean {
  const [, command, argument = ''] = /^\/(\w+)\s*(\S*)/.exec(line) ?? [];
  if (command === undefined) {
    if (line !== '') broadcast(client.room, `<${client.name}> ${line}`, client);
  } else if (command === 'nick') {
    rename(client, argument);
  } else if (command === 'join' && argument !== '') {
    broadcast(client.room, `* ${client.name} left for ${argument}`, client);
    client.room = argument;
    broadcast(client.room, `* ${client.name} came`);
  } else if (command === 'who') {
    const here = [...clients].filter(({ room }) => room === client.room);
    client.tell(`* in ${client.room}: ${here.map(({ name }) => name).join(', ')}`);
  } else if (command === 'quit') {
    return false;
  } else {
    client.tell('* /nick NAME, /join ROOM, /who, /quit');
  }
  return true;
}

function rename(client: Client, name: string): void {
  if (!/^\w{1,20}$/.test(name)) return client.tell('* a name is one to twenty letters and digits');
  if ([...clients].some((other) => other.name === name)) return client.tell(`* ${name} is taken`);
  broadcast(client.room, `* ${client.name} is now ${name}`);
  client.name = name;
}

/** Reads until the client goes. Control characters are dropped: they could repaint another's terminal. */
async function listen(client: Client, reader: StreamReader): Promise<void> {
  for (;;) {
    try {
      const line = await reader.readline();
      if (line.length === 0) return;
      if (!obey(client, line.toString().replace(/\p{Cc}/gu, ''))) return;
    } catch (error) {
      if (!(error instanceof LineTooLongError)) throw error;
      client.tell(`* too long, ${longestLine} bytes are the most`);
    }
  }
}

/** One client: a task that listens to it, and one that talks to it. */
async function serve(reader: StreamReader, writer: StreamWriter): Promise<void> {
  const client = new Client();
  clients.add(client);
  try {
    await taskGroup(async (group) => {
      const talker = group.createTask(() => client.deliver(writer), { name: `to ${client.name}` });
      client.tell(`* welcome, ${client.name}; you are in ${client.room}`);
      broadcast(client.room, `* ${client.name} came`, client);
      try {
        await listen(client, reader);
      } catch (error) {
        if (isCancelled(error)) client.tell('* the server goes down, good-bye');
        throw error;
      } finally {
        clients.delete(client);
        client.endOfTalk();
        // A moment for the last lines, also when we are being cancelled; then no client is waited for.
        await moveOnAfter(500, () => talker, { shield: true });
        talker.cancel();
      }
    });
  } catch (error) {
    // That a client vanished is nothing to report.
    const rest = exceptStar(error, ConnectionError, () => {});
    if (rest !== undefined) throw rest;
  } finally {
    broadcast(client.room, `* ${client.name} went`);
    writer.close();
  }
}

const port = process.argv[2] ?? 8888;

await run(async () => {
  const options = { limit: longestLine, graceTime: 0 };
  const server = await startServer(serve, '127.0.0.1', port, options);
  const [host, bound] = server.sockets[0]!.getsockname() as [string, number];
  console.log(`chat on ${host}:${bound}`);
  await server.serveForever();
}).catch((error: unknown) => {
  // A port that is taken, or is none: the message says so.
  if (!(error instanceof OSError || error instanceof InvalidArgumentError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});
