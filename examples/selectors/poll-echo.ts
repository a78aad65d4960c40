// The classic echo server on poll, which asks about every client at each turn.
//
//   npm run example -- selectors/poll-echo [port]     port 8888 unless given, 0 for a free one
//   printf 'hello\n' | nc -N 127.0.0.1 8888
//
// Ctrl-C ends it.

import { PollSelector } from 'asyncio-ts/selectors';
import { serveEcho } from './serveEcho.ts';

serveEcho(new PollSelector(), Number(process.argv[2] ?? 8888));
