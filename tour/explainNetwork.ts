// Says in words what the clients compared, where the speed-up comes from, and what the network ran on; from
// what was measured and from nothing else.

import type { NetworkPassReport, NetworkReport, RunReport } from './passReport.ts';
import { count, counted, duration, percent } from './units.ts';

/** The paragraphs below the table of the network part. */
export function explainNetwork(run: RunReport, network: NetworkReport): string[] {
  const { name, reason } = network.backend;
  const sequential = network.passes.find((pass) => pass.name === 'sequential');
  const concurrent = network.passes.find((pass) => pass.name === 'concurrent');
  const gain =
    sequential === undefined || concurrent === undefined ? [] : [why(run, network, sequential, concurrent)];
  return [...gain, verdict(network), `Sockets of the ${name} backend: ${reason}.`];
}

function why(
  { limit, machine }: RunReport,
  { clients }: NetworkReport,
  { measured: before }: NetworkPassReport,
  { measured: after }: NetworkPassReport,
): string {
  const saved = before.cpu - after.cpu;
  const won = [
    ...(before.busy < 0.85 ? ['other clients fill the wait'] : []),
    ...(saved > 0.1 * before.cpu
      ? [`many answers come back in one turn of the loop, which saves ${duration(saved)} of processor time`]
      : []),
  ];
  const gain = won.length === 0 ? 'there was little to win from that' : won.join(', and ');
  const bound =
    after.busy >= 0.85
      ? `the one thread of JavaScript, which is server and clients in one, busy ${percent(after.busy)} of the time`
      : `the disk or the thread pool: JavaScript still waited ${percent(1 - after.busy)} of the time`;
  return (
    'The server reads and hashes the file anew for each question. In turn, JavaScript waited ' +
    `${percent(1 - before.busy)} of the time for that. At once, ${counted(clients, 'client')} are connected ` +
    `before the first asks, and ${counted(limit, 'file')} at most are read together: ${gain}, while each single ` +
    `client waits longer. The limit now is ${bound} (${counted(machine.cores, 'core')}).`
  );
}

/** Whether the answers were the same in both passes, and those of the database. */
function verdict({ passes }: NetworkReport): string {
  const [first, second] = passes.map(({ interview }) => interview.answers);
  const { questions } = (passes[0] as NetworkPassReport).interview;
  const pairs = second === undefined ? 0 : differences(first ?? [], second);
  const asIndexed = Math.max(
    ...passes.map(({ interview }) =>
      differences(
        interview.answers,
        questions.map(({ answer }) => answer),
      ),
    ),
  );
  if (pairs > 0) return `${counted(pairs, 'answer')} differed between the two: files change while we look.`;
  const same = second === undefined ? '' : 'the same in both passes and ';
  if (asIndexed > 0) {
    const which =
      asIndexed === 1
        ? '1 is not what the database has: its file changed after it was indexed.'
        : `${count(asIndexed)} are not what the database has: their files changed after they were indexed.`;
    return `Of ${count(questions.length)} answers ${which}`;
  }
  return `All ${count(questions.length)} answers were ${same}what the database has.`;
}

function differences(some: readonly string[], others: readonly string[]): number {
  let found = 0;
  for (const [n, one] of some.entries()) if (one !== others[n]) found += 1;
  return found;
}
