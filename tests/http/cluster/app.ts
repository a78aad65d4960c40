// What the workers of the tests serve.

import process from 'node:process';
import { getRunningLoop, sleep } from 'asyncio-ts';
import type { HttpServeOptions } from 'asyncio-ts/http';

export const options: HttpServeOptions = { retryAfter: 7 };

// That is how a worker is told what to serve.
// oxlint-disable-next-line import/no-default-export
export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const pid = String(process.pid);
    switch (pathname) {
      case '/pid':
        return new Response(pid);
      case '/work':
        await sleep(2);
        return new Response(`${pid} ${(await request.text()).length}`);
      case '/long':
        await sleep(200);
        return new Response(pid);
      case '/stuck':
        await sleep(60_000);
        return new Response(pid);
      case '/die':
        getRunningLoop().callLater(1, () => process.exit(7));
        return new Response(pid);
      case '/told':
        return Response.json({ argv: process.argv.slice(2), given: process.env['GIVEN'] });
      default:
        return new Response('not found', { status: 404 });
    }
  },
};
