// The clients of the TCP part: each connects, thinks before each of its questions, and closes. The two ways differ in
// nothing but when each client begins.

import { openConnection, sleep, taskGroup } from '../../src/asyncio.ts';
import { host } from './priceServer.ts';

/** How many questions each client has. */
export const questionsEach = 4;
/** Milliseconds that a client thinks before it asks. */
export const thinks = 30;

export interface Question {
  readonly product: string;
  readonly answer: string;
}

/** What a pass has to ask, and what came back. */
export interface Interview {
  readonly port: number;
  readonly questions: readonly Question[];
  /** Milliseconds before each question. */
  readonly pause: number;
  /** In the order of the questions. */
  readonly answers: string[];
  /** How long each answer took, in milliseconds. */
  readonly waits: Float64Array;
  /** How many answers have come. */
  answered: number;
}

export function newInterview(port: number, questions: readonly Question[], pause: number): Interview {
  return { port, questions, pause, answers: [], waits: new Float64Array(questions.length), answered: 0 };
}

/** One client after the other. */
export async function askInTurn(interview: Interview): Promise<void> {
  for (let first = 0; first < interview.questions.length; first += questionsEach)
    await ask(interview, first);
}

/** All clients at once. */
export async function askAtOnce(interview: Interview): Promise<void> {
  await taskGroup(async (group) => {
    for (let first = 0; first < interview.questions.length; first += questionsEach) {
      group.startSoon(() => ask(interview, first), { name: `client ${first / questionsEach + 1}` });
    }
  });
}

/** One client. However it ends, cancelled or not, its connection is closed. */
async function ask(interview: Interview, first: number): Promise<void> {
  const { port, questions, answers, waits, pause } = interview;
  const [reader, writer] = await openConnection(host, port);
  try {
    for (let n = first; n < Math.min(first + questionsEach, questions.length); n += 1) {
      await sleep(pause);
      const began = performance.now();
      writer.write(Buffer.from(`${questions[n]?.product}\n`));
      await writer.drain();
      const line = await reader.readline();
      if (line.length === 0) throw new Error('the server closed the connection before it answered');
      answers[n] = line.toString().trimEnd();
      waits[n] = performance.now() - began;
      interview.answered += 1;
    }
  } finally {
    await writer[Symbol.asyncDispose]();
  }
}
