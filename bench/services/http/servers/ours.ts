// asyncio-ts itself, the build that $BENCH_SUBJECT names.

import type * as Http from '../../../../src/http/http.ts';
import { subject, wing } from '../../../io/subject.ts';
import { answer, listening } from './common.ts';

const { serve } = await wing<typeof Http>('http');

void subject.run(async () => {
  const server = await serve(answer, { host: '127.0.0.1' });
  listening(server.port);
  await server.serveForever();
});
