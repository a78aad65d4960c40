// The program of a connection's worker: what the loop's side calls. scripts/worker-program.mjs makes program.ts of it.

export { answer } from './serve.ts';
export { backup } from './backup.ts';
