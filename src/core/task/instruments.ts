// Events for tools, on the host's diagnostics_channel:
//
//   asyncio-ts:task:create   { task }           a task was made
//   asyncio-ts:task:done     { task }           it has ended, whichever way
//   asyncio-ts:wait:begin    { task, future }   it began to wait for a future
//   asyncio-ts:wait:end      { task, future }   the future is done and the task goes on
//
// Subscribers are called in the middle of the library's steps: they may look, and should not settle or cancel
// anything. Where nobody listens each event costs one property read.

import { channel } from '../../sys/host/diagnostics.ts';
import type { Channel } from '../../sys/host/diagnostics.ts';

export const taskCreate: Channel = channel('asyncio-ts:task:create');
export const taskDone: Channel = channel('asyncio-ts:task:done');
export const waitBegin: Channel = channel('asyncio-ts:wait:begin');
export const waitEnd: Channel = channel('asyncio-ts:wait:end');
