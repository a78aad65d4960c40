// A child process: a server of one framework, its requests made tasks by the library's function for it. Says where it listens and which
// request has started; ends by itself when it is told to close its server, and says at its end what it has counted.
//
//   serveLoad FRAMEWORK

import type { Server } from 'node:http';
import { allTasks } from 'asyncio-ts';
import { importPeer } from '../peers.ts';
import { frameworks } from './frameworks.ts';
import { counts, work } from './work.ts';

const [name = ''] = process.argv.slice(2);
const tasks = ((await import('asyncio-ts/http')) as Record<string, unknown>)[`${name}Tasks`];
const listen = frameworks[name];
if (listen === undefined) throw new Error(`no framework ${name}`);
const complaints: string[] = [];
console.error = (...words: unknown[]): void => void complaints.push(words.map(String).join(' '));
const server: Server = await listen(importPeer, tasks, work);
if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
process.send?.({ port: (server.address() as { port: number }).port });

process.on('message', () => {
  server.close();
  server.closeIdleConnections();
  process.channel?.unref();
});
let told = false;
process.on('beforeExit', () => {
  if (told) return;
  told = true;
  process.send?.({ counts, complaints: complaints.slice(0, 5), tasks: allTasksLeft() });
});

function allTasksLeft(): number {
  try {
    return allTasks().size;
  } catch {
    return 0; // no loop runs any more
  }
}
