// Running a body in a frame of its own.

import { asCancelled } from '../base/cancelled.ts';
import type { InnerFrame } from '../core/cancel/frame.ts';
import { bodies } from '../core/future/awaits.ts';
import { runWithStore } from '../sys/host/storage.ts';

/** The body of a scope, timeout or group. */
export type Body<A, T> = (argument: A) => PromiseLike<T> | T;

// The await must happen inside the frame: a body that returns a future without awaiting it is waited for
// here, and that wait belongs to the body.
async function awaitBody<A, T>(body: Body<A, T>, argument: A): Promise<T> {
  try {
    return await (bodies.call === undefined ? body(argument) : bodies.call(body, argument));
  } catch (error) {
    // What stands for a cancel is handed on as the cancel.
    throw asCancelled(error) ?? error;
  }
}

export function runBody<A, T>(frame: InnerFrame, body: Body<A, T>, argument: A): Promise<T> {
  frame.body = body;
  return runWithStore(frame, () => awaitBody(body, argument));
}
