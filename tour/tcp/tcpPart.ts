// The TCP part of the tour: a server that answers from the database, and clients that think between their questions,
// first in turn, then at once. All of it is in this process and on its one loop, over real sockets of 127.0.0.1.

import { getRunningLoop, isCancelled } from '../../src/asyncio.ts';
import { products } from '../crawl/catalogue.ts';
import { measureWay, ways } from '../part.ts';
import type { Comparison, MeasuredWay, Way } from '../part.ts';
import { rootErrors } from '../rootErrors.ts';
import { count, counted, duration, shortDuration } from '../screen/units.ts';
import type { Tools } from '../tools.ts';
import { askAtOnce, askInTurn, newInterview, questionsEach, thinks } from './clients.ts';
import type { Interview, Question } from './clients.ts';
import { tooManyOpen } from './openFiles.ts';
import type { Find } from './priceServer.ts';

/** @throws UserError when the system has no room for so many connections */
export async function tcpPart(tools: Tools): Promise<Comparison> {
  const { clients } = tools.args;
  const find = finder(tools);
  const questions = Array.from({ length: clients * questionsEach }, (_, n): Question => {
    const product = String(n % products.length);
    return { product, answer: find(product) };
  });
  await tools.server.open(find);
  try {
    const inTurn = await pass(tools, 'inTurn', questions);
    const atOnce = await pass(tools, 'atOnce', questions);
    const { name, reason } = getRunningLoop().backend;
    return {
      kind: 'comparison',
      name: 'tcp',
      amount: `${counted(clients, 'client')} of a TCP server`,
      inTurn: inTurn.measured,
      atOnce: atOnce.measured,
      details: [
        `Each client thinks ${duration(thinks)} before each of its ${questionsEach} questions; the server reads each ` +
          'answer from the database. Server and clients are one process, and one loop.',
        `An answer took ${waitsOf(inTurn.interview)} in turn, ${waitsOf(atOnce.interview)} at once (median, 99 of 100).`,
        verdict(questions, inTurn.interview, atOnce.interview),
        `Sockets of the ${name} backend: ${reason}.`,
      ],
      facts: { clients, questions: questions.length, thinks, backend: { name, reason } },
    };
  } catch (error) {
    const full = rootErrors(error).some((each) =>
      /^E[MN]FILE$/.test(String((each as { code?: unknown }).code)),
    );
    throw full && !isCancelled(error) ? tooManyOpen(clients) : error;
  }
}

/** Answers from the pages that were crawled last, or, where none were, from the catalogue itself. */
function finder({ db }: Tools): Find {
  const crawled = db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'page'`).get() !== undefined;
  const select = crawled
    ? db.prepare(`SELECT title, price FROM page WHERE path = ? AND price IS NOT NULL LIMIT 1`)
    : undefined;
  return (number) => {
    const row = select?.get(`/product/${number}`);
    const product = select === undefined ? products[Number(number)] : undefined;
    const [name, price] = [row?.['title'] ?? product?.name, row?.['price'] ?? product?.price];
    return name === undefined
      ? 'error no such product'
      : `${String(name)}: ${Number(price).toFixed(2)} EUR`;
  };
}

async function pass(
  { args, progress, server }: Tools,
  way: Way,
  questions: readonly Question[],
): Promise<{ interview: Interview; measured: MeasuredWay }> {
  const interview = newInterview(server.port, questions, thinks / args.speed);
  progress.begin(`tcp ${ways[way]}`, () => ({
    done: interview.answered,
    total: questions.length,
    unit: 'answer',
  }));
  let mark: 'done' | 'stopped' = 'stopped';
  const began = performance.now();
  try {
    const measured = await measureWay(() =>
      way === 'inTurn' ? askInTurn(interview) : askAtOnce(interview),
    );
    mark = 'done';
    return { interview, measured };
  } finally {
    const of = mark === 'done' ? '' : ` of ${count(questions.length)}`;
    progress.end(mark, [
      `${count(interview.answered)}${of} answers in ${duration(performance.now() - began)}`,
      counted(args.clients, 'client'),
    ]);
  }
}

function waitsOf({ waits }: Interview): string {
  const sorted = waits.toSorted();
  const at = (part: number): string => shortDuration(sorted[Math.floor((sorted.length - 1) * part)] ?? 0);
  return `${at(0.5)} and ${at(0.99)}`;
}

/** Whether the answers were those of the database. */
function verdict(questions: readonly Question[], ...interviews: readonly Interview[]): string {
  const wrong = interviews.flatMap(({ answers }) =>
    questions.filter(({ answer }, n) => answers[n] !== answer),
  ).length;
  const all = counted(questions.length, 'answer');
  return wrong === 0
    ? `All ${all} were the same in both passes and what the database has.`
    : `${count(wrong)} of ${all} were not what the database has.`;
}
