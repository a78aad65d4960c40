// Where the main thread of this process is, asked from another thread while it spins: the inspector interrupts it for a
// moment, inside of the process. No port is opened.

import type { Debugger } from 'node:inspector';
import process from 'node:process';

const PATIENCE = 2000;

/** The lines of its stack, innermost first; empty where the host does not tell, or it is stuck outside of JavaScript. */
export async function stackOfMainThread(): Promise<string[]> {
  // Bun and Deno have the session, and not what it is asked here.
  if ('bun' in process.versions || 'deno' in process.versions) return [];
  try {
    const { Session } = await import('node:inspector');
    const session = new Session();
    session.connectToMainThread();
    // A frame has its script's number alone.
    const urls: Map<string, string> = new Map();
    session.on('Debugger.scriptParsed', ({ params }) => void urls.set(params.scriptId, params.url));
    try {
      return await new Promise<string[]>((resolve) => {
        setTimeout(() => resolve([]), PATIENCE).unref();
        session.once('Debugger.paused', ({ params }) =>
          resolve(
            params.callFrames.map((frame) => lineOf(frame, urls)).filter((line) => line !== undefined),
          ),
        );
        session.post('Debugger.enable', () => session.post('Debugger.pause', () => {}));
      });
    } finally {
      session.post('Debugger.disable', () => {});
      session.disconnect();
    }
  } catch {
    return [];
  }
}

function lineOf(frame: Debugger.CallFrame, urls: ReadonlyMap<string, string>): string | undefined {
  const { scriptId, lineNumber, columnNumber = 0 } = frame.location;
  const url = urls.get(scriptId) ?? '';
  if (url === '' || url.startsWith('node:')) return undefined;
  return `at ${frame.functionName || '(anonymous)'} (${url}:${lineNumber + 1}:${columnNumber + 1})`;
}
