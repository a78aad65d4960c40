// undici, by each of its ways, and the fetch that Node has of it.

import { peerPackage } from '../../io/subject.ts';
import type { PeerWorks } from '../../sample.ts';
import { url, worksOf } from './load.ts';
import type { Ask } from './load.ts';

interface Agent {
  destroy(): Promise<void>;
}
interface Undici {
  readonly Agent: new (options: { connections: number }) => Agent;
  fetch(url: string, options: { dispatcher: Agent }): Promise<Response>;
  request(
    url: string,
    options: { dispatcher: Agent },
  ): Promise<{ readonly body: { text(): Promise<string> } }>;
}

const { Agent, fetch, request } = await peerPackage<Undici>('undici');

function opened(suffix: string, askOver: (dispatcher: Agent) => Ask): PeerWorks {
  return worksOf(suffix, async (measure) => {
    const agent = new Agent({ connections: 50 });
    try {
      return await measure(askOver(agent));
    } finally {
      await agent.destroy();
    }
  });
}

export const works: PeerWorks = {
  ...opened('', (dispatcher) => async () => await (await fetch(url, { dispatcher })).text()),
  ...opened(':request', (dispatcher) => async () => await (await request(url, { dispatcher })).body.text()),
  ...worksOf(':global', (measure) => measure(async () => await (await globalThis.fetch(url)).text())),
};
