// The entry point `asyncio-ts/lowlevel`: what stands below asyncio's own API, for whoever builds on the library from
// outside: a primitive, a transport, a driver, a clock, a scheduler, a test kit, an inspector. As trio.lowlevel.
// What the test kit and the command of this package need of the library beyond `asyncio-ts` is here.

// Looking inside: loops, and the tasks on them.
export type { Loop } from './loop/loop.ts';
export { observeLoops } from './reports/observeLoops.ts';
export type { LoopObserver } from './reports/observeLoops.ts';
export { LoopView, viewLoop } from './reports/loopView.ts';
export type { OpenResource, Scheduled } from './reports/loopView.ts';
export type { TaskWait } from './reports/taskWaits.ts';
export type { CycleStep } from './reports/waitCycles.ts';
export { formatWaits, taskState, taskTitle, taskWaits, waitCycles } from './reports/waits.ts';
export type { TaskState } from './reports/waits.ts';
export { numberOf } from './probe/numbers.ts';
export { takeSnapshot } from './probe/takeSnapshot.ts';
export { traceTasks } from './probe/events.ts';
export type { TraceListener } from './probe/taskEvents.ts';
export type { TraceEvent } from './probe/protocol.ts';
export { peekRunningLoop, runningLoops } from './loop/running.ts';
export { creationLines } from './loop/creation.ts';
export { placeInSource } from './sys/host/sourceMap.ts';
export type { CodePlace } from './sys/host/sourceMap.ts';

// Taking part: resources, primitives, cancels.
export { addResource } from './loop/addResource.ts';
export type { Resource } from './loop/addResource.ts';
export { startTaskIn } from './core/task/entrance.ts';
export { ParkingLot } from './sync/parkingLot.ts';
export type { ParkingLotOptions } from './sync/parkingLot.ts';
export { unread } from './streams/unread.ts';
export { reusedMemory } from './transport/reusedMemory.ts';
export { whenHungUp } from './transport/whenHungUp.ts';
export { checkpoint } from './core/future/checkpoint.ts';
export { harmless } from './base/harmless.ts';
export { explainWait } from './core/future/explainWait.ts';
export type { BlockerDetails, WaitSort } from './core/future/blocker.ts';
export type { WaitExplanation } from './core/future/explainWait.ts';
export { awaits } from './core/future/awaits.ts';
export {
  beginActivation,
  cancelPoint,
  isInTask,
  makeBodiesCancelPoints,
} from './core/future/foreignWait.ts';
export { isCancelDue } from './core/cancel/pendingCancel.ts';
export { cancelTasks } from './core/cancel/cancelTasks.ts';
export { toMilliseconds } from './base/duration.ts';
export { checkOptionNames, nearestName } from './base/optionNames.ts';

// Time, order and reports: what a test kit replaces.
export { HostClock } from './loop/clock.ts';
export { hostTime, hostTimer, hostTurn } from './sys/host/realTime.ts';
export { orderReady } from './reports/readyOrder.ts';
export type { ReadyEntry, ReadyOrder } from './reports/readyOrder.ts';
export { setReporter } from './sys/host/report.ts';
export type { Reporter, Severity } from './sys/host/report.ts';
export { reportUnretrieved } from './reports/reportUnretrieved.ts';

// What this host offers.
export { hostAwaitsNatively } from './core/future/nativeAwait.ts';
export { chooseBackend } from './loop/backend.ts';
export type { BackendChoice } from './loop/backend.ts';
export { runtime } from './sys/host/host.ts';
export { defineError } from './base/errorClass.ts';
export { fromHostError } from './sys/libc/errno.ts';
export { tryFlock } from './sys/libc/flock.ts';
export type { FlockKind } from './sys/libc/flock.ts';

// What a process that is looked at and whoever looks say to each other.
export { PROTOCOL } from './probe/protocol.ts';
export type {
  Answer,
  Evaluated,
  Hello,
  Hook,
  Opened,
  OpenOptions,
  Request,
  Requests,
  SeenCounts,
  SeenFrame,
  SeenLoop,
  SeenResource,
  SeenState,
  SeenTask,
  SeenWait,
  SeenWaitKind,
  Snapshot,
  SnapshotOptions,
  Told,
} from './probe/protocol.ts';
