// The clients of the tour: each connects, asks its questions one after the other, and closes. The two passes
// differ in nothing but when each client begins.

import { Barrier, openConnection, taskGroup } from '../src/asyncio.ts';
import { host } from './lineServer.ts';
import { questionsEach } from './questions.ts';
import type { Question } from './questions.ts';

/** What a pass has to ask, and what came back. */
export interface Interview {
  readonly port: number;
  readonly questions: readonly Question[];
  /** In the order of the questions. */
  readonly answers: string[];
  /** How long each answer took, in milliseconds. */
  readonly waits: Float64Array;
  /** How many answers have come. */
  answered: number;
}

export function newInterview(port: number, questions: readonly Question[]): Interview {
  return { port, questions, answers: [], waits: new Float64Array(questions.length), answered: 0 };
}

/** One client after the other. */
export async function askInTurn(interview: Interview): Promise<void> {
  for (let first = 0; first < interview.questions.length; first += questionsEach) {
    await ask(interview, first);
  }
}

/** All clients at once: the first question is asked when all are connected. */
export async function askAtOnce(interview: Interview): Promise<void> {
  const clients = Math.ceil(interview.questions.length / questionsEach);
  const connected = new Barrier(clients);
  await taskGroup(async (group) => {
    for (let n = 0; n < clients; n += 1) {
      group.startSoon(() => ask(interview, n * questionsEach, connected), { name: `client ${n + 1}` });
    }
  });
}

/** One client. However it ends, cancelled or not, its connection is closed. */
async function ask(interview: Interview, first: number, connected?: Barrier): Promise<void> {
  const { port, questions, answers, waits } = interview;
  const [reader, writer] = await openConnection(host, port);
  try {
    await connected?.wait();
    for (let n = first; n < Math.min(first + questionsEach, questions.length); n += 1) {
      const began = performance.now();
      writer.write(Buffer.from(`${questions[n]?.file}\n`));
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
