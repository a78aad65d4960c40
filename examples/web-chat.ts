// A chat in the browser, over WebSockets. What one says goes to all; who reads slowly loses the oldest lines, is told how many,
// and holds up nobody. Who comes late is shown the last lines.
//
//   npm run example -- web-chat [port]              port 8888 unless given, 0 for a free one; then open it in two windows
//
// Each connection is the task of its request: it ends with the tab, or with Ctrl-C, which closes all of them in good order.

import process from 'node:process';
import { exceptStar, InvalidArgumentError, OSError, run, taskGroup } from 'asyncio-ts';
import { fileResponse, HttpError, serve, upgradeWebSocket, WebSocketClosedError } from 'asyncio-ts/http';
import { broadcast } from 'asyncio-ts/tools';
import type { Subscription } from 'asyncio-ts/tools';

interface Line {
  /** Which connection speaks: names are what people like to be called. */
  readonly from: number;
  readonly kind: 'said' | 'came' | 'went';
  readonly name: string;
  readonly text?: string;
  readonly at: number;
  readonly people: number;
}

const kept = 50;
const longestLine = 500;

async function main(port: number): Promise<void> {
  const lines = broadcast<Line>({ capacity: 100, whenFull: 'dropOldest' });
  const history: Line[] = [];
  let arrivals = 0;

  function tell(from: number, kind: Line['kind'], name: string, text?: string): void {
    const line = {
      from,
      kind,
      name,
      ...(text !== undefined && { text }),
      at: Date.now(),
      people: lines.subscribers,
    };
    lines.trySend(line); // never waits: slow readers lose their oldest
    if (kind === 'said') history.splice(0, history.push(line) - kept);
  }

  async function chat(request: Request): Promise<Response> {
    // Other sites' pages may not speak for who has this one open.
    const socket = await upgradeWebSocket(request, {
      origins: [new URL(request.url).origin],
      maxMessageSize: 4096,
    });
    const id = (arrivals += 1);
    const asked = new URL(request.url).searchParams.get('name') ?? '';
    const name = asked.replace(/\p{C}/gu, '').trim().slice(0, 20) || `guest ${id}`;
    const mine = lines.subscribe();

    async function deliver(subscription: Subscription<Line>): Promise<void> {
      const send = (line: Line, missed: number): Promise<void> =>
        socket.send(JSON.stringify({ ...line, missed, mine: line.from === id }));
      for (const line of [...history]) await send(line, 0);
      let missed = 0;
      for await (const line of subscription) {
        const more = subscription.dropped - missed;
        missed += more;
        await send(line, more);
      }
    }

    try {
      tell(id, 'came', name);
      await taskGroup(async (group) => {
        const delivery = group.createTask(() => deliver(mine));
        for await (const message of socket) {
          const text = String(message).trim().slice(0, longestLine);
          if (text !== '') tell(id, 'said', name, text);
        }
        delivery.cancel();
      });
    } catch (error) {
      // That somebody leaves while a line is on its way is nothing to report.
      const rest = exceptStar(error, WebSocketClosedError, () => {});
      if (rest !== undefined) throw rest;
    } finally {
      await mine.return();
      tell(id, 'went', name);
    }
    return socket.response;
  }

  const server = await serve(
    async (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === '/chat') return await chat(request);
      if (pathname !== '/') throw new HttpError(404);
      return await fileResponse(new URL('web-chat/page.html', import.meta.url), request);
    },
    { host: '127.0.0.1', port },
  );
  console.log(`chat on ${server.url}`);
  await server.serveForever();
}

await run(() => main(Number(process.argv[2] ?? 8888))).catch((error: unknown) => {
  // A port that is taken, or is none: the message says so.
  if (!(error instanceof OSError || error instanceof InvalidArgumentError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});
