import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { newInterview } from '../../tour/clients.ts';
import { explainNetwork } from '../../tour/explainNetwork.ts';
import type { Measured } from '../../tour/measure.ts';
import { networkReport } from '../../tour/networkReport.ts';
import type { NetworkPassReport, NetworkReport, RunReport } from '../../tour/passReport.ts';
import { noStyle } from '../../tour/style.ts';
import { displayWidth } from '../../tour/text.ts';
import { emptyListing } from '../../tour/walk.ts';

const questions = Array.from({ length: 40 }, (_, file) => ({ file, answer: `${file} abc` }));

function pass(
  name: NetworkPassReport['name'],
  measured: Measured,
  answers: string[] = questions.map(({ answer }) => answer),
): NetworkPassReport {
  const interview = newInterview(1, questions);
  interview.answers.push(...answers);
  interview.answered = answers.length;
  interview.waits.fill(0.4);
  return { name, measured, interview };
}

function runOf(passes: NetworkPassReport[]): RunReport & { network: NetworkReport } {
  return {
    folder: 'x',
    database: 'x.sqlite',
    limit: 32,
    warm: true,
    top: 5,
    machine: { cores: 2, poolThreads: 4, load: 0.1 },
    listing: emptyListing('/x'),
    doing: '',
    passes: [],
    network: { clients: 10, backend: { name: 'host', reason: 'there is no koffi' }, passes },
  };
}

const told = (...passes: NetworkPassReport[]): string => {
  const run = runOf(passes);
  return explainNetwork(run, run.network).join('\n');
};
const inTurn = pass('sequential', { elapsed: 1000, cpu: 700, busy: 0.6 });
const atOnce = pass('concurrent', { elapsed: 400, cpu: 420, busy: 0.97 });

test('what was won and what is the limit follow from what was measured', () => {
  const text = told(inTurn, atOnce);
  assert.match(text, /JavaScript waited 40 % of the time/);
  assert.match(text, /together: other clients fill the wait, and many answers .* saves 280 ms/);
  assert.match(text, /one thread of JavaScript, which is server and clients in one, busy 97 %/);
  assert.match(text, /All 40 answers were the same in both passes and what the database has\./);
  assert.match(text, /Sockets of the host backend: there is no koffi\.$/);
  const busy = told(pass('sequential', { elapsed: 500, cpu: 420, busy: 0.99 }), atOnce);
  assert.match(busy, /there was little to win from that/);
  const waiting = told(inTurn, pass('concurrent', { elapsed: 800, cpu: 700, busy: 0.5 }));
  assert.match(waiting, /the disk or the thread pool: JavaScript still waited 50 %/);
  assert.doesNotMatch(waiting, /saves/);
});

test('answers that differ are told', () => {
  const answers = questions.map(({ answer }) => answer);
  const measured = { elapsed: 1, cpu: 1, busy: 1 };
  const changed = ['error ENOENT', ...answers.slice(1)];
  assert.match(
    told(pass('sequential', measured), pass('concurrent', measured, changed)),
    /1 answer differed between the two: files change while we look/,
  );
  assert.match(
    told(pass('sequential', measured, changed), pass('concurrent', measured, changed)),
    /Of 40 answers 1 is not what the database has: its file changed after it was indexed\./,
  );
  assert.match(told(pass('concurrent', measured)), /All 40 answers were what the database has\./);
});

test('the section fits every width', () => {
  for (let width = 34; width <= 120; width += 1) {
    for (const line of networkReport(runOf([inTurn, atOnce]), { width, style: noStyle })) {
      assert.ok(displayWidth(line) <= width, `${width}: ${line}`);
    }
  }
});
