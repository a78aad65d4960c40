// asyncio-ts/http, the client.

import type * as Http from '../../../src/http/http.ts';
import { subject, wing } from '../../io/subject.ts';
import type { PeerWorks } from '../../sample.ts';
import { url, worksOf } from './load.ts';

const { openClient } = await wing<typeof Http>('http');

function opened(suffix: string, ask: (client: Http.HttpClient) => Promise<string>): PeerWorks {
  return worksOf(
    suffix,
    async (measure) =>
      await subject.run(async () => {
        const client = await openClient({ connections: 50 });
        try {
          return await measure(() => ask(client));
        } finally {
          await client.close();
        }
      }),
  );
}

export const works: PeerWorks = {
  ...opened('', (client) => client.text(url)),
  ...opened(':fetch', async (client) => await (await client.fetch(url)).text()),
};
