// The programs, and who is attached to them.

import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, processorTime } from '../sample.ts';
import type { PeerWorks, Sample } from '../sample.ts';
import { subject, wing } from '../io/subject.ts';
import type * as Inspect from '../../src/inspect/inspect.ts';
import { keepLooking, lookFromOutside } from './look.ts';
import type { Attached } from './works.ts';

const { Queue, run, sleep, taskGroup } = subject;

const programs: Readonly<Record<string, (size: number) => Promise<number>>> = {
  'inside-spawn': async (size) => {
    let done = 0;
    const body = async (): Promise<void> => void done++;
    for (let left = size; left > 0; left -= 1000) {
      await taskGroup(async (group) => {
        for (let i = Math.min(left, 1000); i > 0; i--) group.startSoon(body);
      });
    }
    return done;
  },
  'inside-queue': async (size) => {
    const queue = new Queue<number>(1);
    let got = 0;
    await taskGroup(async (group) => {
      group.startSoon(async () => {
        for (let i = 0; i < size; i++) await queue.put(i);
      });
      group.startSoon(async () => {
        for (; got < size; got++) await queue.get();
      });
    });
    return got;
  },
  'inside-turns': async (size) => {
    let turns = 0;
    await taskGroup(async (group) => {
      for (let i = 0; i < 100; i++)
        group.startSoon(async () => {
          for (let left = size / 100; left > 0; left--, turns++) await sleep(0);
        });
    });
    return turns;
  },
};

const file = join(tmpdir(), `bench-inside-${process.pid}.json`);

/** Attaches; returns what ends it. */
async function attach(what: Exclude<Attached, 'debug' | 'top' | 'dash'>): Promise<() => unknown> {
  const { collectMetrics, openTelemetry, record, trace } = await wing<typeof Inspect>('inspect');
  switch (what) {
    case 'metrics':
      return collectMetrics();
    case 'spans': {
      const telemetry = await openTelemetry({ metrics: false });
      return () => telemetry.stop();
    }
    case 'record': {
      const recording = record({ file });
      return () => recording.stop();
    }
    case 'trace': {
      const traced = trace({ file, maxSize: 2 ** 40 });
      return () => {
        traced.stop();
        rmSync(file);
      };
    }
  }
}

async function measure(name: string, size: number, attached: Attached | undefined): Promise<Sample> {
  const isFromOutside = attached === 'top' || attached === 'dash';
  const isFromInside = !isFromOutside && attached !== undefined && attached !== 'debug';
  let detach = isFromInside ? await attach(attached) : undefined;
  try {
    return await run(
      async () => {
        if (isFromOutside) detach = await keepLooking(process.pid, attached);
        const spent = processorTime();
        check((await programs[name]?.(size)) ?? 0, size);
        return { value: spent() / size };
      },
      { debug: attached === 'debug' },
    );
  } finally {
    await detach?.();
  }
}

const ATTACHED: readonly (Attached | undefined)[] = [
  undefined,
  'debug',
  'metrics',
  'spans',
  'record',
  'trace',
  'top',
  'dash',
];

export const works: PeerWorks = {
  ...Object.fromEntries(
    Object.keys(programs).flatMap((name) =>
      ATTACHED.map((attached) => [
        attached === undefined ? name : `${name}:${attached}`,
        (size: number) => measure(name, size, attached),
      ]),
    ),
  ),
  'inside-ps': lookFromOutside,
  'inside-ps:few': lookFromOutside,
  'inside-ps:many': lookFromOutside,
};
