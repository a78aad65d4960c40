// The part about a database: the same reports one after the other and then concurrently. SQLite computes them in processes of
// its own, a server in its; the loop is free all the time.

import { availableParallelism } from 'node:os';
import { Semaphore, taskGroup } from '../../src/asyncio.ts';
import { measureWay, ways } from '../part.ts';
import type { Comparison, MeasuredWay, Way } from '../part.ts';
import { counted, duration, percent } from '../screen/units.ts';
import type { Tools } from '../tools.ts';
import { postgresReporter, sqliteReporter } from './reports.ts';
import type { Reporter } from './reports.ts';

const most = 24;

export async function sqlPart(tools: Tools): Promise<Comparison> {
  const { postgres, limit, speed } = tools.args;
  // Where the waits are shortened there is less to report, too.
  const reports = Math.max(2, Math.round(most / Math.min(speed, 12)));
  await using reporter =
    postgres === undefined
      ? await sqliteReporter(tools.scratch, Math.max(2, availableParallelism()))
      : await postgresReporter(postgres, Math.min(limit, reports));
  const inTurn = await pass(tools, 'inTurn', reporter, reports, 1);
  const atOnce = await pass(tools, 'atOnce', reporter, reports, limit);
  const same = inTurn.answers.join() === atOnce.answers.join();
  return {
    kind: 'comparison',
    name: 'sql',
    amount: `${counted(reports, 'report')} by ${reporter.title}`,
    inTurn: inTurn.measured,
    atOnce: atOnce.measured,
    details: [
      `${counted(reports, 'report')} of ${reporter.title}: the best customer among 100,000 orders, ` +
        `some ${duration(inTurn.measured.elapsed / reports)} each. ${
          postgres === undefined
            ? 'Each reader has a process of its own, which a cancel can end, so as much is won as there are cores. --postgres URL asks a server instead.'
            : 'The server made the orders in the query; nothing was written there.'
        }`,
      `In turn JavaScript waited ${percent(1 - inTurn.measured.busy)} of the time, at once ` +
        `${percent(1 - atOnce.measured.busy)}. ${same ? 'Both passes had the same answers.' : 'THE PASSES HAD DIFFERENT ANSWERS.'} (tour/sql/)`,
    ],
    facts: { reports, database: postgres === undefined ? 'sqlite' : 'postgres', limit, same },
  };
}

async function pass(
  { progress }: Tools,
  way: Way,
  reporter: Reporter,
  reports: number,
  limit: number,
): Promise<{ measured: MeasuredWay; answers: string[] }> {
  const answers: string[] = [];
  let done = 0;
  progress.begin(`sql ${ways[way]}`, () => ({ done, total: reports, unit: 'report' }));
  const free = new Semaphore(limit);
  let mark: 'done' | 'stopped' = 'stopped';
  const began = performance.now();
  try {
    const measured = await measureWay(async () => {
      await taskGroup(async (group) => {
        for (let number = 0; number < reports; number++)
          group.startSoon(() =>
            free.with(async () => {
              answers[number] = await reporter.report(number);
              done += 1;
            }),
          );
      });
    });
    mark = 'done';
    return { measured, answers };
  } finally {
    progress.end(mark, [`${counted(done, 'report')} in ${duration(performance.now() - began)}`]);
  }
}
