// The loop's ends of its portals, which end with it.

import { InvalidArgumentError } from '../../base/errors.ts';
import { showValue } from '../../base/show.ts';
import { checkOpen } from '../../loop/engine.ts';
import type { Loop } from '../../loop/loop.ts';
import type { PortalCalls } from './portalCalls.ts';
import type { ThreadHandlers } from './portalWire.ts';

/** The loop's end of a portal. */
export interface LoopPort {
  readonly calls: PortalCalls;
  /** Nothing comes or goes any more. */
  close(): void;
}

const portsOf: WeakMap<Loop, Set<LoopPort>> = new WeakMap();

/** @throws InvalidArgumentError when `handlers` is no object; UsageError when the loop is closed */
export function checkHandlers(loop: Loop, handlers: ThreadHandlers): void {
  checkOpen(loop);
  if (typeof handlers !== 'object' || handlers === null)
    throw new InvalidArgumentError('handlers', `handlers is an object, not ${showValue(handlers)}`);
}

export function keepPort(loop: Loop, port: LoopPort): void {
  let ports = portsOf.get(loop);
  if (ports === undefined) portsOf.set(loop, (ports = new Set()));
  ports.add(port);
}

export function forgetPort(loop: Loop, port: LoopPort): void {
  portsOf.get(loop)?.delete(port);
}

/** The loop is closed. */
export function closePorts(loop: Loop): void {
  for (const port of portsOf.get(loop) ?? []) {
    port.calls.loopClosed();
    port.close();
  }
  portsOf.delete(loop);
}
