// asyncio-ts, with an app of Hono.

import type * as Http from '../../../../src/http/http.ts';
import { subject, wing } from '../../../io/subject.ts';
import { listening } from './common.ts';
import { app } from './honoApp.ts';

const { serve } = await wing<typeof Http>('http');

void subject.run(async () => {
  const server = await serve(app as never, { host: '127.0.0.1' });
  listening(server.port);
  await server.serveForever();
});
