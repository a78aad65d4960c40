// Where a function stands in its file: what V8 knows of each function and shows to debuggers only. Asked of the
// host's inspector inside of this process, which opens no port; elsewhere (Bun, Deno, a Node without inspector)
// nothing is known. The first question takes some 15 ms, later ones 3: for reports that come seldom.

import type { Debugger, InspectorNotification, Runtime } from 'node:inspector';
import { original } from './sourceMap.ts';

interface Located {
  readonly name: string;
  readonly value?: { readonly value?: Debugger.Location };
}

const KEY = 'asyncio-ts: a function to be located';

/** `file:///app.js:12:8`, or undefined where the host does not tell. Counted from 1, as in stacks; through its source map. */
export async function functionPlace(fn: unknown): Promise<string | undefined> {
  if (typeof fn !== 'function') return undefined;
  try {
    return await ask(fn);
  } catch {
    return undefined;
  }
}

async function ask(fn: object): Promise<string | undefined> {
  const { Session } = await import('node:inspector');
  const session = new Session();
  session.connect();
  const urls = new Map<string, string>();
  let at: Debugger.Location | undefined;
  const global = globalThis as Record<string, unknown>;
  try {
    session.on(
      'Debugger.scriptParsed',
      ({ params }: InspectorNotification<Debugger.ScriptParsedEventDataType>) =>
        urls.set(params.scriptId, params.url),
    );
    global[KEY] = fn;
    // In this process the answers come before `post` returns.
    session.post(
      'Runtime.evaluate',
      { expression: `globalThis[${JSON.stringify(KEY)}]` },
      (error, found) => {
        const { objectId } = (found as Runtime.EvaluateReturnType | undefined)?.result ?? {};
        if (error !== null || objectId === undefined) return;
        session.post('Runtime.getProperties', { objectId, ownProperties: true }, (_, properties) => {
          const internal = properties?.internalProperties as readonly Located[] | undefined;
          at = internal?.find(({ name }) => name === '[[FunctionLocation]]')?.value?.value;
        });
      },
    );
    if (at === undefined) return undefined;
    session.post('Debugger.enable', () => {});
    session.post('Debugger.disable', () => {});
  } finally {
    delete global[KEY];
    session.disconnect();
  }
  const url = urls.get(at.scriptId);
  return url === undefined || url === '' ? undefined : original(url, at.lineNumber, at.columnNumber ?? 0);
}
