// The classic echo server on epoll, which tells the ready ones only.
//
//   npm run example -- selectors/epoll-echo [port]     port 8888 unless given, 0 for a free one
//   printf 'hello\n' | nc -N 127.0.0.1 8888
//
// Ctrl-C ends it.

import { EpollSelector } from 'asyncio-ts/selectors';
import { serveEcho } from './serveEcho.ts';

serveEcho(new EpollSelector(), Number(process.argv[2] ?? 8888));
