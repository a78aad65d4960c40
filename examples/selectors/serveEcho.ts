// The classic echo server: one loop over a selector, without asyncio. The programs beside this file run it on
// select, on poll and on epoll.
//
// A client that does not read is not read from: what it has not taken yet is kept, and it is waited for until
// it can be written to.

import { BlockingIOError, InvalidArgumentError, OSError } from 'asyncio-ts';
import { Socket, SOL_SOCKET, SO_REUSEADDR } from 'asyncio-ts/socket';
import { EVENT_READ, EVENT_WRITE } from 'asyncio-ts/selectors';
import type { BaseSelector } from 'asyncio-ts/selectors';

type Callback = () => void;

/** Serves for ever. The thread does nothing else: a selector's wait blocks it. */
export function serveEcho(selector: BaseSelector<Callback>, port: number): void {
  const server = new Socket();
  try {
    server.setsockopt(SOL_SOCKET, SO_REUSEADDR, true);
    server.bind(['127.0.0.1', port]);
    server.listen(1024);
  } catch (error) {
    // A port that is taken, or is none: the message says so.
    if (!(error instanceof OSError || error instanceof InvalidArgumentError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
    return;
  }
  selector.register(server, EVENT_READ, () => accept(selector, server));
  const [host, bound] = server.getsockname() as [string, number];
  console.log(`echo on ${host}:${bound}, ${selector.constructor.name}`);
  for (;;) for (const [key] of selector.select()) key.data?.();
}

function accept(selector: BaseSelector<Callback>, server: Socket): void {
  try {
    const [client] = server.accept();
    selector.register(client, EVENT_READ, () => orClose(selector, client, () => read(selector, client)));
  } catch (error) {
    // The client may have gone again between the event and the call.
    if (!(error instanceof OSError)) throw error;
  }
}

function read(selector: BaseSelector<Callback>, client: Socket): void {
  const data = client.recv(4096);
  if (data.length === 0) close(selector, client);
  else write(selector, client, data);
}

function write(selector: BaseSelector<Callback>, client: Socket, data: Buffer): void {
  const rest = data.subarray(client.send(data));
  if (rest.length > 0) {
    const goOn = (): void => write(selector, client, rest);
    selector.modify(client, EVENT_WRITE, () => orClose(selector, client, goOn));
  } else if (selector.getKey(client).events !== EVENT_READ) {
    const goOn = (): void => read(selector, client);
    selector.modify(client, EVENT_READ, () => orClose(selector, client, goOn));
  }
}

function close(selector: BaseSelector<Callback>, client: Socket): void {
  selector.unregister(client);
  client.close();
}

// A client that reset its connection must not end the server.
function orClose(selector: BaseSelector<Callback>, client: Socket, step: Callback): void {
  try {
    step();
  } catch (error) {
    if (error instanceof BlockingIOError) return;
    if (!(error instanceof OSError)) throw error;
    close(selector, client);
  }
}
