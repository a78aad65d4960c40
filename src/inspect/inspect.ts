// The entry point `asyncio-ts/inspect`: looking at live programs, and recording what a program does.

export { record } from './trace/record.ts';
export type { Recording, RecordOptions } from './trace/record.ts';
export { trace } from './trace/trace.ts';
export type { Trace, TraceOptions } from './trace/trace.ts';
