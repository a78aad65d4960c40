// The one connection to the server: messages as they come, again after it was lost.

import type { Message } from '../src/cli/dash/messages.ts';
import { ask } from './token.ts';

/** @param lost is told why, each time */
export async function receive(
  take: (message: Message) => void,
  lost: (why: string) => void,
): Promise<void> {
  for (;;) {
    try {
      const response = await ask('/live');
      if (response.status === 403) {
        lost(await response.text());
        return;
      }
      let rest = '';
      let isOver = false;
      for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          const message = JSON.parse(line) as Message;
          isOver ||= message.what === 'end';
          take(message);
        }
      }
      if (isOver) return;
      lost('the connection was lost');
    } catch (error) {
      lost(`no connection: ${(error as Error).message}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
