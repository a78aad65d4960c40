// The network part of the tour: a server that answers from the index, and clients that ask it, first in turn,
// then at once. All of it is in this process and on its one loop, over real sockets of 127.0.0.1.

import { getRunningLoop, isCancelled } from '../src/asyncio.ts';
import type { Arguments } from './arguments.ts';
import { askAtOnce, askInTurn, newInterview } from './clients.ts';
import type { Interview } from './clients.ts';
import type { FileSystem } from './fileSystem.ts';
import { collectGarbage } from './garbage.ts';
import type { LineServer } from './lineServer.ts';
import { measure } from './measure.ts';
import { tooManyOpen } from './openFiles.ts';
import { networkLabels } from './passReport.ts';
import type { NetworkPassReport, RunReport } from './passReport.ts';
import type { Progress } from './progress.ts';
import { chooseQuestions, questionsEach } from './questions.ts';
import { rootErrors } from './rootErrors.ts';
import type { Store } from './store.ts';
import { count, duration } from './units.ts';

/** Asks in the ways that `args.passes` names; does nothing where no file was read that can be asked for.
 * @throws UserError when the system has no room for so many connections */
export async function networkPart(
  args: Arguments,
  server: LineServer,
  run: RunReport,
  store: Store,
  { fs, progress }: { readonly fs: FileSystem; readonly progress: Progress },
): Promise<void> {
  const last = args.passes.at(-1);
  if (last === undefined) return;
  const { files } = run.listing;
  const questions = chooseQuestions(store.db, last, files, args.clients * questionsEach);
  if (questions.length === 0) return;
  const costs = { hashing: 0, storing: 0 };
  run.network = { clients: args.clients, backend: getRunningLoop().backend, passes: [] };
  await server.open({ fs, files, costs });
  try {
    if (args.warm) await warmUp(newInterview(server.port, questions), progress);
    for (const name of args.passes) {
      run.doing = `asking the server ${networkLabels[name]}`;
      collectGarbage();
      const stop = measure();
      const interview = newInterview(server.port, questions);
      const report: NetworkPassReport = { name, interview, measured: stop() };
      run.network.passes.push(report);
      begin(networkLabels[name], interview, progress);
      let mark: 'done' | 'stopped' = 'stopped';
      try {
        await (name === 'sequential' ? askInTurn(interview) : askAtOnce(interview));
        mark = 'done';
      } finally {
        report.measured = stop();
        progress.end(mark, summaryOf(report, args.clients));
      }
    }
  } catch (error) {
    const full = rootErrors(error).some((each) =>
      /^E[MN]FILE$/.test(String((each as { code?: unknown }).code)),
    );
    throw full && !isCancelled(error) ? tooManyOpen(args.clients) : error;
  }
}

/** Asks everything once, so that both ways find the same compiled code and the same page cache. */
async function warmUp(interview: Interview, progress: Progress): Promise<void> {
  begin('warm-up', interview, progress);
  await askAtOnce(interview);
}

function begin(label: string, interview: Interview, progress: Progress): void {
  const total = interview.questions.length;
  progress.begin(label, () => ({ done: interview.answered, total, unit: 'answer' }));
}

function summaryOf({ interview, measured }: NetworkPassReport, clients: number): string[] {
  const { answered, questions } = interview;
  const of = answered < questions.length ? ` of ${count(questions.length)}` : '';
  return [`${count(answered)}${of} answers in ${duration(measured.elapsed)}`, `${count(clients)} clients`];
}
