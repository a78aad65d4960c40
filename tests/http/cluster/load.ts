// Clients that ask and ask, while what they ask is restarted: each request is answered, or is counted as lost.

import { createTask, sleep } from '../../../src/asyncio.ts';
import type { Task } from '../../../src/asyncio.ts';
import { connect } from '../client.ts';
import type { Client } from '../client.ts';

export interface Load {
  answered: number;
  readonly lost: string[];
  /** Requests of each process. */
  readonly by: Map<string, number>;
  /** No new requests; waits for those under way. */
  stop(): Promise<void>;
}

/** Half of the clients keep their connections as long as they may, the others take one for each request. */
export function startLoad(port: number, clients: number): Load {
  let going = true;
  const by = new Map<string, number>();
  const ask = async (client: Client, body: string, ...lines: readonly string[]): Promise<boolean> => {
    client.post('/work', body, ...lines);
    const response = await client.response();
    const [pid = '', size] = response.body.split(' ');
    if (response.status !== 200 || Number(size) !== body.length)
      throw new Error(`${response.status} ${response.body}`);
    load.answered++;
    by.set(pid, (by.get(pid) ?? 0) + 1);
    return response.headers.get('connection') !== 'close';
  };
  const askOn = async (keeps: boolean, index: number): Promise<void> => {
    for (let count = 0; going;) {
      try {
        await using client = await connect(port);
        // Some time passes between the connection and its first request, and between two.
        do await sleep(count++ % 5);
        while (
          going &&
          (await ask(client, 'x'.repeat(index * 100), ...(keeps ? [] : ['connection: close'])))
        );
      } catch (error) {
        load.lost.push(String(error));
        await sleep(10);
      }
    }
  };
  const tasks: Task<void>[] = Array.from({ length: clients }, (_, index) =>
    createTask(() => askOn(index % 2 === 0, index)),
  );
  const load: Load = {
    answered: 0,
    lost: [],
    by,
    async stop() {
      going = false;
      await Promise.all(tasks);
    },
  };
  return load;
}
