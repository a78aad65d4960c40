// Pools of threads and processes: what a call costs beside the messages that every pool stands on, and what two cores give.

import type { Area, IoRow, IoWork } from '../works.ts';

const threads: readonly IoRow[] = [
  { peer: 'ours' },
  { peer: 'bare', label: 'messages of node:worker_threads' },
  { peer: 'piscina' },
  { peer: 'tinypool' },
];
const children: readonly IoRow[] = [{ peer: 'ours' }, { peer: 'bare', label: 'messages of fork()' }];

function callWork(name: string, title: string, description: string, rows: readonly IoRow[]): IoWork {
  return {
    name,
    title,
    description: `${description} The figure is wall time for one call; starting the workers is not in it.`,
    size: name.startsWith('pool') ? 20_000 : 5000,
    quickSize: 200,
    repeats: 3,
    warmUp: true,
    columns: [{ key: 'value', label: 'a call', unit: 'µs' }],
    rows,
  };
}

const small = 'Adds two numbers in a worker';

export const area: Area = {
  folder: 'pools',
  works: [
    callWork(
      'pool-latency',
      'A small call in a thread',
      `${small}, one call after another, with one thread.`,
      threads,
    ),
    callWork(
      'pool-throughput',
      'Many small calls in threads',
      `${small}, with 256 calls in flight over two threads.`,
      threads,
    ),
    callWork(
      'process-latency',
      'A small call in a process',
      `${small}, one call after another, with one process.`,
      children,
    ),
    callWork(
      'process-throughput',
      'Many small calls in processes',
      `${small}, with 256 calls in flight over two processes.`,
      children,
    ),
    {
      name: 'pool-compute',
      title: 'Hash on two cores',
      description:
        'Does 32 jobs of some 20 ms of SHA-256 in two threads that have done one each; the bare row does them one after another in its own thread, which has done all before. The figure is wall time for all.',
      size: 32,
      quickSize: 4,
      repeats: 3,
      warmUp: true,
      columns: [{ key: 'value', label: 'all jobs', unit: 'ms' }],
      rows: [
        { peer: 'ours' },
        { peer: 'bare', label: 'one after another' },
        { peer: 'piscina' },
        { peer: 'tinypool' },
      ],
    },
  ],
  goals: [
    ...['pool-latency', 'pool-throughput'].flatMap((work) =>
      ['piscina', 'tinypool'].map((against) => ({
        work,
        key: 'value',
        text: `a small call is at least as fast as with ${against} (${work})`,
        rule: { against, atLeast: 1 },
      })),
    ),
    {
      work: 'pool-compute',
      key: 'value',
      text: 'two threads do what computes at least 1.7 times as fast as one',
      rule: { against: 'bare', atLeast: 1.7 },
    },
  ],
};
