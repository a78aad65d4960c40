// One who looks, for the tests: asks over the socket, in the process that is looked at.

import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Hook, Opened, OpenOptions, SeenTask, Snapshot } from '../../src/probe/protocol.ts';

/** What the newest copy of the library has put on the global object. */
export function hook(): Hook {
  const hooks = (globalThis as unknown as Record<symbol, Hook[] | undefined>)[
    Symbol.for('asyncio-ts.inspect')
  ];
  if (hooks === undefined) throw new Error('no loop has started');
  return hooks.at(-1) as Hook;
}

export interface Message {
  readonly id?: number;
  readonly event?: string;
  readonly part?: readonly SeenTask[];
  readonly result?: unknown;
  readonly data?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
}

export class Client {
  readonly socket: Socket;
  readonly messages: Message[] = [];
  #text = '';
  #last = 0;
  #arrived: (() => void)[] = [];

  constructor(path: string) {
    this.socket = connect(path);
    this.socket.setEncoding('utf8');
    this.socket.on('data', (text) => {
      const lines = (this.#text + String(text)).split('\n');
      this.#text = lines.pop() as string;
      for (const line of lines) this.messages.push(JSON.parse(line) as Message);
      this.#wake();
    });
    this.socket.on('error', () => {});
    this.socket.on('close', () => this.#wake());
  }

  /** Opens the socket by the hook and connects. */
  static async open(options?: OpenOptions): Promise<Client & { readonly opened: Opened }> {
    const opened = await hook().open(options);
    const client = new Client(opened.path);
    await once(client.socket, 'connect');
    // One who has opened it and says nothing is still waited for.
    client.send('\n');
    return Object.assign(client, { opened });
  }

  send(text: string): void {
    this.socket.write(text);
  }

  /** The first message that is as asked for, out of those that have not been taken. */
  async take(wanted: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const at = this.messages.findIndex(wanted);
      if (at >= 0) return this.messages.splice(at, 1)[0] as Message;
      if (this.socket.destroyed) throw new Error('the connection has ended');
      await new Promise<void>((resolve) => this.#arrived.push(resolve));
    }
  }

  async ask(method: string, params?: object): Promise<unknown> {
    const id = ++this.#last;
    this.send(`${JSON.stringify({ id, method, params })}\n`);
    const answer = await this.take((message) => message.id === id && message.part === undefined);
    if (answer.error !== undefined)
      throw Object.assign(new Error(answer.error.message), { code: answer.error.code });
    return answer.result;
  }

  async look(params?: object): Promise<Snapshot> {
    const id = this.#last + 1;
    const snapshot = (await this.ask('snapshot', params)) as Snapshot;
    const parts = this.messages.filter((message) => message.id === id);
    for (const part of parts) this.messages.splice(this.messages.indexOf(part), 1);
    return { ...snapshot, tasks: [...parts.flatMap(({ part }) => part ?? []), ...snapshot.tasks] };
  }

  /** Ends the connection, and waits until it has ended. */
  async close(): Promise<void> {
    if (this.socket.closed) return;
    this.socket.end();
    await once(this.socket, 'close');
  }

  #wake(): void {
    for (const arrived of this.#arrived.splice(0)) arrived();
  }
}

/** A task of a snapshot, by its name. */
export function seen({ tasks }: Snapshot, name: string): SeenTask {
  const found = tasks.find((task) => task.name === name);
  if (found === undefined) throw new Error(`there is no task ${name}`);
  return found;
}
