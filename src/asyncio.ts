// The package's entry point: every public name, and nothing else.

export {
  AsyncioError,
  CancelledError,
  DeadlockError,
  InvalidArgumentError,
  InvalidStateError,
  NoRunningLoopError,
  TimeoutError,
  UnsupportedError,
  UsageError,
} from './base/errors.ts';
export { BufferError } from './transport/bufferError.ts';
export { isCancelled } from './base/cancelled.ts';
export { ExceptionGroup, exceptStar } from './base/exceptionGroup.ts';
export type { ErrorCondition } from './base/exceptionGroup.ts';
export type { Duration, DurationLike } from './base/duration.ts';
export {
  AddressInfoError,
  AddressInUseError,
  BlockingIOError,
  BrokenPipeError,
  ConnectionAbortedError,
  ConnectionError,
  ConnectionRefusedError,
  ConnectionResetError,
  ConnectionTimeoutError,
  FileExistsError,
  FileNotFoundError,
  IsADirectoryError,
  NotADirectoryError,
  OSError,
  PermissionError,
  ProcessLookupError,
} from './base/osError.ts';
export type { OSErrorDetails } from './base/osError.ts';
export type { BackendChoice } from './loop/backend.ts';
export type { BackendName } from './loop/backendName.ts';
export type { Clock } from './loop/clock.ts';
export { Handle, TimerHandle } from './loop/handle.ts';
export type { ExceptionContext } from './loop/exceptionHandler.ts';
export type { Blocker } from './core/future/blocker.ts';
export { captureCallGraph, formatCallGraph, printCallGraph } from './reports/callGraph.ts';
export type { CallGraphOptions, FrameCallGraphEntry, FutureCallGraph } from './reports/callGraph.ts';
export type { CallGraphFrame } from './reports/stackFrames.ts';
export { Context, ContextVar, copyContext, Token } from './core/context/context.ts';

export type { Awaitable, Coroutine, Outcome, RunningTask, TaskBody } from './core/task/coroutine.ts';
export {
  allTasks,
  createEagerTaskFactory,
  createTask,
  currentTask,
  eagerTaskFactory,
} from './core/task/createTask.ts';
export type { TaskFactory } from './core/task/createTask.ts';
export { ensureFuture, interruptible, isFuture, wrapFuture } from './core/future/ensureFuture.ts';
export { Future } from './core/future/future.ts';
export { currentSignal } from './core/cancel/signal.ts';
export { sleep } from './core/future/sleep.ts';
export { Task } from './core/task/task.ts';
export type { TaskOptions } from './core/task/task.ts';
export { EventLoop, getRunningLoop, newEventLoop } from './facade/eventLoop.ts';
export { InterruptedError } from './facade/interruptedError.ts';
export { run } from './facade/run.ts';
export { spawn } from './facade/spawn.ts';
export type { SpawnOptions } from './facade/spawn.ts';
export type { LeavingClient } from './facade/leavingClient.ts';
export type { RunOptions } from './facade/run.ts';
export { Runner } from './facade/runner.ts';
export type { MainOptions, RunnerOptions } from './facade/runnerOptions.ts';
export { connectLoop } from './executors/portal/connectLoop.ts';
export type { RemoteCallOptions, RemoteLoop } from './executors/portal/remoteLoop.ts';
export type { ThreadHandlers } from './executors/portal/portalWire.ts';
export { poolLoop } from './executors/portal/poolLoop.ts';
export { runCoroutineThreadsafe } from './executors/portal/runCoroutineThreadsafe.ts';
export type { CallPort } from './sys/host/messagePort.ts';
export type { Descriptor } from './facade/socketLoop.ts';
export type { AddressInfoOptions } from './net/address/addressInfo.ts';
export type { CreateConnectionOptions } from './net/connect/createConnection.ts';
export type { CreateServerOptions } from './net/serve/createServer.ts';
export type { CreateUnixConnectionOptions } from './net/connect/createUnixConnection.ts';
export type { CreateUnixServerOptions } from './net/serve/createUnixServer.ts';
export type { DatagramEndpointOptions } from './net/datagram/createDatagramEndpoint.ts';
export { EndpointClosedError } from './net/datagram/endpointClosedError.ts';
export type { Datagram, WhenFull } from './net/datagram/inbox.ts';
export { DatagramEndpoint, openDatagram } from './net/datagram/openDatagram.ts';
export type { DatagramStatistics, OpenDatagramOptions } from './net/datagram/openDatagram.ts';
export type { ExtraInfo } from './transport/extraInfo.ts';
export type { AddressFamily } from './net/address/resolveHost.ts';
export type { AddressInfo, AddressQuery } from './net/address/numericAddress.ts';
export type { Pipe } from './pipes/pipeEnd.ts';
export { Dialogue, openDialogue } from './process/run/dialogue.ts';
export type { AskOptions, DialogueOptions, Marker } from './process/run/dialogue.ts';
export { OutputLines } from './process/run/outputLines.ts';
export type { LinesFrom, OutputLine } from './process/run/outputLines.ts';
export { openPipeline, Pipeline, runPipeline } from './process/run/pipeline.ts';
export type { PipelineResult } from './process/run/pipeline.ts';
export { processLines } from './process/run/processLines.ts';
export type { ProcessLinesOptions } from './process/run/processLines.ts';
export { CalledProcessError, OutputLimitError, TimeoutExpired } from './process/run/processErrors.ts';
export type { RunDetails } from './process/run/processErrors.ts';
export { runProcess } from './process/run/runProcess.ts';
export type { ProcessResult, RunProcessOptions } from './process/run/runOptions.ts';
export { openProcess } from './process/tree/openProcess.ts';
export type { Command, OpenProcessOptions } from './process/tree/openProcess.ts';
export { ProcessTree } from './process/tree/processTree.ts';
export type { OutputLinesOptions, TreeEndOptions } from './process/tree/processTree.ts';
export type { Signal, SignalName } from './process/signals/signalName.ts';
export { openSignalReceiver, SignalReceiver } from './process/signals/signalReceiver.ts';
export { BaseProtocol, BufferedProtocol, DatagramProtocol, Protocol } from './transport/protocol.ts';
export type { ProtocolFactory } from './transport/protocolFactory.ts';
export { SendfileNotAvailableError } from './net/sendfile/sendfileNotAvailableError.ts';
export type { SendableFile, SendfileOptions } from './net/sendfile/sentFile.ts';
export { Server } from './net/serve/server.ts';
export type { ServeOptions } from './net/serve/serverArguments.ts';
export { Socket } from './net/socket/socket.ts';
export { socketpair } from './net/socket/socketPair.ts';
export { openStdin, StandardInput } from './pipes/stdio/standardInput.ts';
export { openStderr, openStdout } from './pipes/stdio/standardOutput.ts';
export type { ClientConnected } from './streams/clientHandler.ts';
export { fromNodeStream, toNodeDuplex } from './net/bridge/nodeStreams.ts';
export { openConnection } from './net/connect/openConnection.ts';
export type { OpenConnectionOptions, Stream } from './net/connect/openConnection.ts';
export { openUnixConnection } from './net/connect/openUnixConnection.ts';
export type { OpenUnixConnectionOptions } from './net/connect/openUnixConnection.ts';
export { startServer } from './net/serve/startServer.ts';
export type { StartServerOptions } from './net/serve/startServer.ts';
export { startUnixServer } from './net/serve/startUnixServer.ts';
export type { StartUnixServerOptions } from './net/serve/startUnixServer.ts';
export { relay } from './streams/relay.ts';
export type { RelayOptions, RelayTarget } from './streams/relayBytes.ts';
export { RelayError } from './streams/relayError.ts';
export type { RelayProgress } from './transport/splicing.ts';
export { IncompleteReadError, LimitOverrunError, LineTooLongError } from './streams/streamErrors.ts';
export { StreamIterator } from './streams/streamIterator.ts';
export { StreamReader } from './streams/streamReader.ts';
export type { ChunksOptions, LinesOptions, StreamReaderOptions } from './streams/streamArguments.ts';
export { StreamReaderProtocol } from './streams/streamReaderProtocol.ts';
export type { StreamReaderProtocolOptions } from './streams/streamReaderProtocol.ts';
export { StreamServer } from './net/serve/streamServer.ts';
export type { StreamServerOptions } from './net/serve/streamServer.ts';
export { StreamWriter } from './streams/streamWriter.ts';
export { fromWebStreams, toWebStreams } from './net/bridge/webStreams.ts';
export type { WebStreams } from './net/bridge/webStreams.ts';
export { createDefaultContext, Purpose } from './net/tls/createDefaultContext.ts';
export type { CertChain, VerifyLocations } from './net/tls/pem.ts';
export { CERT_NONE, CERT_OPTIONAL, CERT_REQUIRED, SSLContext } from './net/tls/sslContext.ts';
export type { ContextSide, ServernameCallback, TlsVersion, VerifyMode } from './net/tls/sslContext.ts';
export { SSLCertVerificationError, SSLEOFError, SSLError } from './net/tls/sslErrors.ts';
export type { ClientTlsContext, ServerTlsContext, StartTlsOptions } from './transport/tls.ts';
export type { ClientTlsOptions, ServerTlsOptions, TlsTimeouts } from './net/tls/tlsArguments.ts';
export { toNodeSocket } from './net/bridge/toNodeSocket.ts';
export type { ToNodeSocketOptions } from './net/bridge/toNodeSocket.ts';
export {
  BaseTransport,
  DatagramTransport,
  ReadTransport,
  Transport,
  WriteTransport,
} from './transport/transport.ts';
export type { InetAddress, SocketAddress, WriteBufferLimits } from './transport/transport.ts';
export type { UnixPath } from './net/address/unixPath.ts';
export type { ProgramArgument } from './process/command.ts';
export { createSubprocessExec, createSubprocessShell } from './process/createSubprocess.ts';
export type { ProcessOptions, SubprocessOptions } from './process/options.ts';
export { Process } from './process/process.ts';
export type { Piped } from './process/process.ts';
export { DEVNULL, PIPE, STDOUT } from './process/stdio.ts';
export type { ChildDescriptor, ChildInput, ChildOutput } from './process/stdio.ts';
export { SubprocessProtocol } from './process/subprocessProtocol.ts';
export { SubprocessTransport } from './process/subprocessTransport.ts';
export { BrokenExecutorError } from './executors/brokenExecutorError.ts';
export { checkCancelled, currentWork, workSignal } from './executors/currentWork.ts';
export type { WorkContext } from './executors/currentWork.ts';
export { toThread } from './executors/defaultExecutor.ts';
export { Executor } from './executors/executor.ts';
export type { Items, MapArguments, MapOptions, ShutdownOptions } from './executors/executor.ts';
export { carry } from './executors/luggage.ts';
export type { PoolOptions } from './executors/pool/poolSettings.ts';
export { PoolExecutor } from './executors/poolExecutor.ts';
export type { PoolStatistics } from './executors/poolExecutor.ts';
export { ThreadPoolExecutor } from './executors/threadPoolExecutor.ts';
export type { ThreadPoolOptions } from './executors/threadPoolExecutor.ts';
export { ProcessPoolExecutor } from './executors/processPoolExecutor.ts';
export type { ProcessPoolOptions } from './executors/processPoolExecutor.ts';
export { transfer } from './executors/transfer.ts';
export { workerModule } from './executors/work.ts';
export type { Work, WorkerFunction, WorkerModule } from './executors/work.ts';
export { WorkStream } from './executors/workStream.ts';
export { any, hedge, race } from './structured/race.ts';
export type { HedgeOptions, Racer } from './structured/race.ts';
export { asCompleted } from './structured/asCompleted.ts';
export type { AsCompleted, Completed } from './structured/asCompleted.ts';
export type { Body } from './structured/body.ts';
export { cancelAndWait } from './structured/cancelAndWait.ts';
export { CancelScope } from './structured/cancelScope.ts';
export type { CancelScopeOptions } from './structured/cancelScope.ts';
export { gather } from './structured/gather.ts';
export type { GatherOptions } from './structured/gather.ts';
export { failAfter, failAt, moveOnAfter, moveOnAt } from './structured/moveOn.ts';
export type { MoveOnOptions } from './structured/moveOn.ts';
export { shield } from './structured/shield.ts';
export type { TaskStatus } from './structured/startingChild.ts';
export { TaskGroup, taskGroup } from './structured/taskGroup.ts';
export type { ChildOptions } from './structured/taskGroup.ts';
export { Timeout, timeout, timeoutAt } from './structured/timeout.ts';
export { ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION, wait } from './structured/wait.ts';
export type { WaitOptions } from './structured/wait.ts';
export { waitFor } from './structured/waitFor.ts';
export { Barrier } from './sync/barrier.ts';
export type { BarrierState, BarrierStatistics } from './sync/barrier.ts';
export { BoundedSemaphore } from './sync/boundedSemaphore.ts';
export { BrokenBarrierError } from './sync/brokenBarrierError.ts';
export { CapacityLimiter } from './sync/capacityLimiter.ts';
export type { CapacityLimiterStatistics } from './sync/capacityLimiter.ts';
export { Condition } from './sync/condition.ts';
export type { ConditionStatistics } from './sync/condition.ts';
export { Event } from './sync/event.ts';
export type { EventStatistics } from './sync/event.ts';
export { Guard } from './sync/guard.ts';
export { Lock } from './sync/lock.ts';
export type { LockStatistics } from './sync/lock.ts';
export { Primitive } from './sync/primitive.ts';
export type { PrimitiveOptions } from './sync/primitive.ts';
export { Semaphore } from './sync/semaphore.ts';
export type { SemaphoreStatistics } from './sync/semaphore.ts';
export { WouldBlockError } from './sync/wouldBlockError.ts';
export type { Compare } from './queues/compareItems.ts';
export type { ItemStore } from './queues/itemStore.ts';
export { LifoQueue } from './queues/lifoQueue.ts';
export { PriorityQueue } from './queues/priorityQueue.ts';
export type { PriorityQueueOptions } from './queues/priorityQueue.ts';
export { Queue } from './queues/queue.ts';
export type { QueueStatistics } from './queues/queue.ts';
export { QueueEmpty, QueueFull, QueueShutDown } from './queues/queueErrors.ts';
export { QueueIterator } from './queues/queueIterator.ts';
