// Engines: what is answered to bytes on the wire, as strict as node:http or stricter.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTask, isCancelled, moveOnAfter, run } from '../../../src/asyncio.ts';
import type { Exchange } from '../../../src/http/engine/exchange.ts';
import { HttpBodyError } from '../../../src/http/engine/httpBodyError.ts';
import { runtime } from '../../../src/lowlevel.ts';
import { readWhole } from '../../../src/http/message/requestBody.ts';
import { engines } from '../engines.ts';
import { serving } from './onEngines.ts';
import type { Serving } from './onEngines.ts';
import { wireCases } from './wire.ts';
import type { WireCase } from './wire.ts';

/** Answers with what it understood. */
function echo(exchange: Exchange): void {
  exchange.keeper = { clientGone: () => {}, ended: () => {} };
  void createTask(async () => {
    try {
      const body = await readWhole(exchange);
      exchange.send(200, '', [], `${exchange.method} ${exchange.target} ${body.byteLength}`);
    } catch (error) {
      if (isCancelled(error)) return;
      if (!(error instanceof HttpBodyError)) throw error;
      exchange.send(error.status, '', [], undefined);
    }
  });
}

// As one line, so that all that is wrong shows at once.
async function answered(example: WireCase, { connect, engine }: Serving): Promise<[string, string]> {
  const { statuses, closes } = (engine === 'node' && example.node) || example;
  const client = await connect();
  client.write(Buffer.from(example.sent, 'latin1'));
  const found: (number | string)[] = [];
  const rest = await moveOnAfter(3000, async () => {
    for (const _ of statuses) found.push((await client.response()).status);
    if (closes) found.push((await client.ended()) ? 'ends' : 'says more');
    else {
      client.get('/again');
      found.push((await client.response()).body === 'GET /again 0' ? 'goes on' : 'is confused');
    }
    return 'done';
  });
  if (rest === undefined) found.push('and nothing more');
  const expected = [...statuses, closes ? 'ends' : 'goes on'];
  return [`${example.title}: ${expected.join(' ')}`, `${example.title}: ${found.join(' ')}`];
}

// On Bun and Deno the parser below node:http is theirs, and so are its statuses.
const skip = runtime().name !== 'node' && 'the parser is the host’s own';

for (const name of engines)
  test(`engine: answers bytes on the wire with the right status (${name})`, { skip }, async () => {
    const answers: [string, string][] = [];
    const collect = async (here: Serving): Promise<void> => {
      for (const example of wireCases) {
        try {
          answers.push(await answered(example, here));
        } catch (error) {
          answers.push([example.title, `${example.title}: ${String(error)}`]);
        }
      }
    };
    await run(() => serving(name, echo, collect, { limits: { maxBodySize: 1_000_000 } }));
    assert.deepEqual(
      answers.map(([, found]) => found),
      answers.map(([expected]) => expected),
    );
  });
