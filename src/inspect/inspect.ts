// The entry point `asyncio-ts/inspect`: looking at live programs, and recording what a program does.

export { attach, Attached } from './attach/attach.ts';
export type { TaskPlace } from './attach/attach.ts';
export { AttachError } from './attach/attachError.ts';
export type { AttachReason } from './attach/attachError.ts';
export type { AttachedThread } from './attach/attachedThread.ts';
export { listProcesses } from './attach/findProcess.ts';
export type { ListedProcess } from './attach/findProcess.ts';
export type { JavaScriptRuntime } from './attach/commandLine.ts';
export type { ProcessInfo } from './attach/processInfo.ts';
export type { AttachOptions } from './attach/settings.ts';
export type { HangView, Problem, ProcessView, ThreadView } from './attach/view.ts';
export { record } from './trace/record.ts';
export type { Recording, RecordOptions } from './trace/record.ts';
export { trace } from './trace/trace.ts';
export type { Trace, TraceOptions } from './trace/trace.ts';
export { traceProcess } from './trace/traceProcess.ts';
export type { TraceProcessOptions } from './trace/traceProcess.ts';
export { collectMetrics, metrics } from './metrics/metrics.ts';
export type { Metrics, Pools } from './metrics/metrics.ts';
export type { TaskCounts } from './metrics/collector.ts';
export { PROMETHEUS_CONTENT_TYPE, prometheusText } from './metrics/prometheusText.ts';
export type { PrometheusOptions } from './metrics/prometheusText.ts';
export { openTelemetry } from './telemetry/openTelemetry.ts';
export type { Telemetry, TelemetryOptions } from './telemetry/openTelemetry.ts';
