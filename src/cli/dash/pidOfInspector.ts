// Which process an inspector's address belongs to: that which Node prints when it is started with --inspect.

import { timeout, TimeoutError, wrapFuture } from '../../asyncio.ts';
import { AttachError } from '../../inspect/inspect.ts';

/** @throws AttachError when nobody is there, or no JavaScript */
export async function pidOfInspector(url: string): Promise<number> {
  const { hostname, host, pathname } = new URL(url);
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(hostname))
    throw new AttachError(
      'elsewhere',
      `${host} is another machine: run asyncio dash there, and forward its port`,
    );
  try {
    return await timeout(3000, async ({ signal }) => {
      const address = pathname.length > 1 ? `ws://${host}${pathname}` : await firstTarget(host, signal);
      return await wrapFuture(evaluatePid(address, signal));
    });
  } catch (error) {
    if (error instanceof AttachError) throw error;
    const why = error instanceof TimeoutError ? 'nobody answers' : (error as Error).message;
    throw new AttachError('closed', `no inspector at ${host}: ${why}`);
  }
}

async function firstTarget(host: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(`http://${host}/json/list`, { signal });
  const [first] = (await response.json()) as { webSocketDebuggerUrl?: string }[];
  if (first?.webSocketDebuggerUrl === undefined) throw new Error('it lists nothing');
  return first.webSocketDebuggerUrl;
}

function evaluatePid(address: string, signal: AbortSignal): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const socket = new WebSocket(address);
  const expression = 'process.pid';
  socket.addEventListener('open', () =>
    socket.send(
      JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression, returnByValue: true } }),
    ),
  );
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as {
      id?: number;
      result?: { result?: { value?: unknown } };
    };
    if (id !== 1) return;
    const value = result?.result?.value;
    if (typeof value === 'number') resolve(value);
    else reject(new Error('it is no Node process'));
  });
  socket.addEventListener('error', () => reject(new Error('it can’t be reached')));
  signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  return promise.finally(() => socket.close());
}
