// The classic echo server on select, which takes descriptors below 1,024 only.
//
//   npm run example -- selectors/select-echo [port]     port 8888 unless given, 0 for a free one
//   printf 'hello\n' | nc -N 127.0.0.1 8888
//
// Ctrl-C ends it.

import { SelectSelector } from 'asyncio-ts/selectors';
import { serveEcho } from './serveEcho.ts';

serveEcho(new SelectSelector(), Number(process.argv[2] ?? 8888));
