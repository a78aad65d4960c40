// The operations of the language: how each is spelled in Python and in TypeScript, and what it takes.
// A line more is an operation more.

/** What an argument is. Variables: future, task, any (what can be awaited), lock, semaphore, condition, event,
 * barrier, queue, variable, and the slots handle, token, context, deadline, group. The rest: coroutine,
 * callback, targets (several to await), futures (several, no coroutines), value, message, delay, count. */
export type Kind =
  | 'future'
  | 'task'
  | 'any'
  | 'lock'
  | 'semaphore'
  | 'condition'
  | 'event'
  | 'barrier'
  | 'queue'
  | 'variable'
  | 'handle'
  | 'token'
  | 'context'
  | 'deadline'
  | 'group'
  | 'coroutine'
  | 'eager'
  | 'callback'
  | 'targets'
  | 'futures'
  | 'value'
  | 'message'
  | 'text'
  | 'delay'
  | 'limit'
  | 'count'
  | 'when'
  | 'flag';

export interface Operation {
  /** `$1`, `$2`, … are the arguments. */
  readonly python: string;
  readonly here: string;
  readonly takes: readonly Kind[];
  /** The kind of slot that keeps what it returns. */
  readonly gives?: 'task' | 'handle' | 'token' | 'context' | 'future' | 'group';
  /** It waits: only in coroutines. */
  readonly waits?: boolean;
  /** What it returns is not compared: a guard here, True there. */
  readonly quiet?: boolean;
  /** It throws by purpose, and is not caught where it stands. */
  readonly bare?: boolean;
  /** It may throw a cancel where it stands, though it waits for nothing. */
  readonly passesCancel?: boolean;
  /** Python 3.x has it from this minor version on. */
  readonly since?: number;
  /** Loses the text of a cancel, or in asyncio keeps it where it is kept here; see {@link Program.texts}. */
  readonly losesText?: boolean;
  /** The part of the language it belongs to, for programs that use only a few parts. */
  readonly part: Part;
}

export type Part =
  | 'core'
  | 'cancel'
  | 'callbacks'
  | 'context'
  | 'join'
  | 'timeouts'
  | 'groups'
  | 'locks'
  | 'conditions'
  | 'events'
  | 'barriers'
  | 'queues'
  | 'eager';

export const operations: Readonly<Record<string, Operation>> = {
  // core: sleeping, futures, tasks
  sleep: { python: 'asyncio.sleep($1)', here: 'sleep($1)', takes: ['delay'], waits: true, part: 'core' },
  nap: {
    python: 'asyncio.sleep($1, $2)',
    here: 'sleep($1, { result: $2 })',
    takes: ['delay', 'value'],
    waits: true,
    part: 'core',
  },
  await: { python: '$1', here: '$1', takes: ['any'], waits: true, part: 'core' },
  setResult: {
    python: '$1.set_result($2)',
    here: '$1.setResult($2)',
    takes: ['future', 'value'],
    part: 'core',
  },
  setException: {
    python: '$1.set_exception(E1($2))',
    here: '$1.setException(new E1($2))',
    takes: ['future', 'text'],
    part: 'core',
  },
  state: { python: 'state($1)', here: 'state($1)', takes: ['any'], part: 'core' },
  spawn: {
    python: 'asyncio.create_task($1, name=NAME)',
    here: 'createTask($1, { name: NAME })',
    takes: ['coroutine'],
    gives: 'task',
    part: 'core',
  },
  raise: { python: 'fail($1)', here: 'fail($1)', takes: ['text'], bare: true, part: 'core' },
  raiseOther: {
    python: 'fail_other($1)',
    here: 'failOther($1)',
    takes: ['text'],
    bare: true,
    part: 'core',
  },
  note: { python: 'None', here: 'undefined', takes: [], part: 'core' },
  result: {
    python: '$1.result()',
    here: '$1.result()',
    takes: ['any'],
    passesCancel: true,
    part: 'core',
  },
  exception: {
    python: '$1.exception()',
    here: '$1.exception()',
    takes: ['any'],
    passesCancel: true,
    part: 'core',
  },
  raiseGroup: {
    python: 'fail_group($1)',
    here: 'failGroup($1)',
    takes: ['text'],
    bare: true,
    part: 'groups',
  },
  // cancel
  cancel: { python: '$1.cancel()', here: '$1.cancel()', takes: ['any'], part: 'cancel' },
  cancelFor: {
    python: '$1.cancel($2)',
    here: '$1.cancel($2)',
    takes: ['any', 'text'],
    part: 'cancel',
  },
  cancelMe: { python: 'me().cancel($1)', here: 'me().cancel($1)', takes: ['text'], part: 'cancel' },
  // Before 3.13 it did not take back a cancel that was still to be delivered.
  uncancel: { since: 13, python: 'uncancel($1)', here: '$1.uncancel()', takes: ['task'], part: 'cancel' },
  uncancelMe: { since: 13, python: 'uncancel(me())', here: 'me().uncancel()', takes: [], part: 'cancel' },
  cancelling: { python: 'cancelling(me())', here: 'me().cancelling()', takes: [], part: 'cancel' },
  raiseCancel: {
    python: 'fail_cancelled($1)',
    here: 'failCancelled($1)',
    takes: ['text'],
    bare: true,
    part: 'cancel',
  },
  // callbacks
  callSoon: {
    python: 'loop().call_soon($1)',
    here: 'loop().callSoon($1)',
    takes: ['callback'],
    gives: 'handle',
    part: 'callbacks',
  },
  callLater: {
    python: 'loop().call_later($1, $2)',
    here: 'loop().callLater($1, $2)',
    takes: ['delay', 'callback'],
    gives: 'handle',
    part: 'callbacks',
  },
  callAt: {
    python: 'loop().call_at(loop().time() + $1, $2)',
    here: 'loop().callAt(loop().time() + $1, $2)',
    takes: ['delay', 'callback'],
    gives: 'handle',
    part: 'callbacks',
  },
  cancelHandle: { python: '$1.cancel()', here: '$1.cancel()', takes: ['handle'], part: 'callbacks' },
  handleCancelled: {
    python: '$1.cancelled()',
    here: '$1.cancelled()',
    takes: ['handle'],
    part: 'callbacks',
  },
  addDoneCallback: {
    python: '$1.add_done_callback($2)',
    here: '$1.addDoneCallback($2)',
    takes: ['any', 'callback'],
    part: 'callbacks',
  },
  keepCallback: {
    python: 'keep($1)',
    here: 'keep($1)',
    takes: ['callback'],
    part: 'callbacks',
  },
  addKept: {
    python: '$1.add_done_callback(kept())',
    here: '$1.addDoneCallback(kept())',
    takes: ['any'],
    part: 'callbacks',
  },
  removeKept: {
    python: '$1.remove_done_callback(kept())',
    here: '$1.removeDoneCallback(kept())',
    takes: ['any'],
    part: 'callbacks',
  },
  currentTask: { python: 'current()', here: 'current()', takes: [], part: 'callbacks' },
  allTasks: { python: 'all_tasks()', here: 'allTasks()', takes: [], part: 'callbacks' },
  // contexts
  setVariable: {
    python: '$1.set($2)',
    here: '$1.set($2)',
    takes: ['variable', 'value'],
    gives: 'token',
    part: 'context',
  },
  getVariable: {
    python: "$1.get('unset')",
    here: "$1.get('unset')",
    takes: ['variable'],
    part: 'context',
  },
  resetVariable: {
    python: '$1.reset($2)',
    here: '$1.reset($2)',
    takes: ['variable', 'token'],
    part: 'context',
  },
  copyContext: {
    python: 'contextvars.copy_context()',
    here: 'copyContext()',
    takes: [],
    gives: 'context',
    part: 'context',
  },
  runIn: {
    python: '$1.run($2)',
    here: '$1.run($2)',
    takes: ['context', 'callback'],
    part: 'context',
  },
  spawnIn: {
    python: 'asyncio.create_task($1, name=NAME, context=$2)',
    here: 'createTask($1, { name: NAME, context: $2 })',
    takes: ['coroutine', 'context'],
    gives: 'task',
    part: 'context',
  },
  callSoonIn: {
    python: 'loop().call_soon($2, context=$1)',
    here: 'loop().callSoonIn($1, $2)',
    takes: ['context', 'callback'],
    gives: 'handle',
    part: 'context',
  },
  callLaterIn: {
    python: 'loop().call_later($2, $3, context=$1)',
    here: 'loop().callLaterIn($1, $2, $3)',
    takes: ['context', 'delay', 'callback'],
    gives: 'handle',
    part: 'context',
  },
  addDoneCallbackIn: {
    python: '$1.add_done_callback($3, context=$2)',
    here: '$1.addDoneCallback($3, { context: $2 })',
    takes: ['any', 'context', 'callback'],
    part: 'context',
  },
  getFrom: {
    python: "$1.get($2, 'unset')",
    here: "$1.get($2, 'unset')",
    takes: ['context', 'variable'],
    part: 'context',
  },
  // join: several at once
  gather: {
    // Before, what was done already was noticed a turn later.
    since: 12,
    losesText: true,
    python: 'asyncio.gather($1, return_exceptions=$2)',
    here: 'gather([$1], { returnExceptions: $2 })',
    takes: ['targets', 'flag'],
    waits: true,
    part: 'join',
  },
  startGather: {
    // Before, what was done already was noticed a turn later.
    since: 12,
    losesText: true,
    python: 'asyncio.gather($1, return_exceptions=$2)',
    here: 'gather([$1], { returnExceptions: $2 })',
    takes: ['targets', 'flag'],
    gives: 'future',
    part: 'join',
  },
  shield: {
    losesText: true,
    python: 'asyncio.shield($1)',
    here: 'shield($1)',
    takes: ['any'],
    waits: true,
    part: 'join',
  },
  startShield: {
    losesText: true,
    python: 'asyncio.shield($1)',
    here: 'shield($1)',
    takes: ['any'],
    gives: 'future',
    part: 'join',
  },
  shieldCoroutine: {
    losesText: true,
    python: 'asyncio.shield($1)',
    here: 'shield($1)',
    takes: ['coroutine'],
    waits: true,
    part: 'join',
  },
  wait: {
    python: 'asyncio.wait(some($1), timeout=$2, return_when=$3)',
    here: 'wait(some($1), { timeout: $2, returnWhen: $3 })',
    takes: ['futures', 'limit', 'when'],
    waits: true,
    part: 'join',
  },
  // timeouts
  waitFor: {
    // Before, it made a task of its own for what it waits for.
    since: 12,
    python: 'asyncio.wait_for($1, $2)',
    here: 'waitFor($1, $2)',
    takes: ['any', 'limit'],
    waits: true,
    part: 'timeouts',
  },
  waitForCoroutine: {
    // Before, it made a task of its own for what it waits for.
    since: 12,
    python: 'asyncio.wait_for($1, $2)',
    here: 'waitFor($1, $2)',
    takes: ['coroutine', 'limit'],
    waits: true,
    part: 'timeouts',
  },
  reschedule: {
    python: '$1.reschedule(loop().time() + $2)',
    here: '$1.reschedule(loop().time() + $2)',
    takes: ['deadline', 'delay'],
    part: 'timeouts',
  },
  noDeadline: {
    python: '$1.reschedule(None)',
    here: '$1.reschedule(undefined)',
    takes: ['deadline'],
    part: 'timeouts',
  },
  expired: { python: '$1.expired()', here: '$1.expired()', takes: ['deadline'], part: 'timeouts' },
  deadline: { python: '$1.when()', here: '$1.when()', takes: ['deadline'], part: 'timeouts' },
  // groups
  spawnInGroup: {
    python: '$1.create_task($2, name=NAME)',
    here: '$1.createTask($2, { name: NAME })',
    takes: ['group', 'coroutine'],
    gives: 'task',
    part: 'groups',
  },
  spawnInGroupIn: {
    python: '$1.create_task($2, name=NAME, context=contextvars.copy_context())',
    here: '$1.createTask($2, { name: NAME, context: copyContext() })',
    takes: ['group', 'coroutine'],
    gives: 'task',
    part: 'groups',
  },
  spawnEagerInGroup: {
    python: '$1.create_task($2, name=NAME, eager_start=True)',
    here: '$1.createTask($2, { name: NAME, eagerStart: true })',
    takes: ['group', 'eager'],
    gives: 'task',
    since: 14,
    part: 'groups',
  },
  cancelGroup: {
    python: '$1.cancel()',
    here: '$1.cancel()',
    takes: ['group'],
    since: 15,
    part: 'groups',
  },
  // locks
  acquire: {
    python: '$1.acquire()',
    here: '$1.acquire()',
    takes: ['lock'],
    waits: true,
    quiet: true,
    part: 'locks',
  },
  release: { python: '$1.release()', here: '$1.release()', takes: ['lock'], part: 'locks' },
  locked: { python: '$1.locked()', here: '$1.locked()', takes: ['lock'], part: 'locks' },
  acquirePermit: {
    python: '$1.acquire()',
    here: '$1.acquire()',
    takes: ['semaphore'],
    waits: true,
    quiet: true,
    part: 'locks',
  },
  releasePermit: { python: '$1.release()', here: '$1.release()', takes: ['semaphore'], part: 'locks' },
  semaphoreLocked: { python: '$1.locked()', here: '$1.locked()', takes: ['semaphore'], part: 'locks' },
  // conditions
  acquireCondition: {
    python: '$1.acquire()',
    here: '$1.acquire()',
    takes: ['condition'],
    waits: true,
    quiet: true,
    part: 'conditions',
  },
  releaseCondition: {
    python: '$1.release()',
    here: '$1.release()',
    takes: ['condition'],
    part: 'conditions',
  },
  conditionWait: {
    python: '$1.wait()',
    here: '$1.wait()',
    takes: ['condition'],
    waits: true,
    part: 'conditions',
  },
  conditionWaitFor: {
    python: '$1.wait_for(lambda: more_than($2))',
    here: '$1.waitFor(() => moreThan($2))',
    takes: ['condition', 'count'],
    waits: true,
    part: 'conditions',
  },
  notify: {
    python: '$1.notify($2)',
    here: '$1.notify($2)',
    takes: ['condition', 'count'],
    part: 'conditions',
  },
  notifyAll: {
    python: '$1.notify_all()',
    here: '$1.notifyAll()',
    takes: ['condition'],
    part: 'conditions',
  },
  add: { python: 'add($1)', here: 'add($1)', takes: ['count'], part: 'conditions' },
  // events
  set: { python: '$1.set()', here: '$1.set()', takes: ['event'], part: 'events' },
  clear: { python: '$1.clear()', here: '$1.clear()', takes: ['event'], part: 'events' },
  eventWait: { python: '$1.wait()', here: '$1.wait()', takes: ['event'], waits: true, part: 'events' },
  // barriers
  barrierWait: {
    python: '$1.wait()',
    here: '$1.wait()',
    takes: ['barrier'],
    waits: true,
    part: 'barriers',
  },
  barrierReset: {
    python: '$1.reset()',
    here: '$1.reset()',
    takes: ['barrier'],
    waits: true,
    part: 'barriers',
  },
  barrierAbort: {
    python: '$1.abort()',
    here: '$1.abort()',
    takes: ['barrier'],
    waits: true,
    part: 'barriers',
  },
  barrierState: {
    python: '[$1.n_waiting, $1.broken]',
    here: '[$1.nWaiting, $1.broken]',
    takes: ['barrier'],
    part: 'barriers',
  },
  // queues
  put: {
    python: '$1.put($2)',
    here: '$1.put($2)',
    takes: ['queue', 'count'],
    waits: true,
    part: 'queues',
  },
  get: { python: '$1.get()', here: '$1.get()', takes: ['queue'], waits: true, part: 'queues' },
  putNowait: {
    python: '$1.put_nowait($2)',
    here: '$1.putNowait($2)',
    takes: ['queue', 'count'],
    part: 'queues',
  },
  getNowait: { python: '$1.get_nowait()', here: '$1.getNowait()', takes: ['queue'], part: 'queues' },
  taskDone: { python: '$1.task_done()', here: '$1.taskDone()', takes: ['queue'], part: 'queues' },
  join: { python: '$1.join()', here: '$1.join()', takes: ['queue'], waits: true, part: 'queues' },
  shutdown: {
    python: '$1.shutdown($2)',
    here: '$1.shutdown($2)',
    takes: ['queue', 'flag'],
    since: 13,
    part: 'queues',
  },
  queueState: {
    python: '[$1.qsize(), $1.full()]',
    here: '[$1.qsize(), $1.full()]',
    takes: ['queue'],
    part: 'queues',
  },
  // eager tasks
  spawnEager: {
    python: 'eager_task($1, NAME)',
    here: 'createTask($1, { name: NAME, eagerStart: true })',
    takes: ['eager'],
    gives: 'task',
    since: 12,
    part: 'eager',
  },
};

/** What a block can be entered for. */
export interface Entering {
  /** What stands after `async with`. */
  readonly python: string;
  /** The function that takes the body, less its closing `)`. */
  readonly here: string;
  readonly takes: readonly Kind[];
  readonly gives?: 'deadline' | 'group';
  readonly part: Part;
}

export const enterings: Readonly<Record<string, Entering>> = {
  timeout: {
    python: 'asyncio.timeout($1)',
    here: 'timeout($1, ',
    takes: ['limit'],
    gives: 'deadline',
    part: 'timeouts',
  },
  group: { python: 'task_group()', here: 'taskGroup(', takes: [], gives: 'group', part: 'groups' },
  lock: { python: '$1', here: '$1.with(', takes: ['lock'], part: 'locks' },
  semaphore: { python: '$1', here: '$1.with(', takes: ['semaphore'], part: 'locks' },
  condition: { python: '$1', here: '$1.with(', takes: ['condition'], part: 'conditions' },
};
