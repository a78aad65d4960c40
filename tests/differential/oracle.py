"""Runs programs of the differential test under Python's asyncio: a JSON object with a program in a line, its
trace in a line. See program.ts for what a program is, and runtime.ts for the other side.

What asyncio leaves open is made definite here, as it is there:
- time is virtual: the selector's wait adds to the clock, and a second is a millisecond of the other side;
- of timers that are due at the same time the first that was made runs first;
- a group cancels its children, and a runner what is left, in the order in which they were made.
"""

import asyncio
import asyncio.base_events
import asyncio.events
import contextvars
import gc
import json
import math
import re
import sys
import warnings

MINOR = sys.version_info[1]
LINES = 2000
REAP_AT = 1000
REAP_EVERY = 10
REAP_UNTIL = 1500
ROUNDS = 10_000

warnings.simplefilter('ignore')


class OrderedTimer(asyncio.events.TimerHandle):
    """Of equal times the first that was made comes first."""

    made = 0

    def __init__(self, *args):
        super().__init__(*args)
        OrderedTimer.made += 1
        self._made = OrderedTimer.made

    def __lt__(self, other):
        return (self._when, self._made) < (other._when, other._made)


asyncio.events.TimerHandle = OrderedTimer


class OrderedSet(dict):
    """What a group keeps its tasks in."""

    def add(self, item):
        self[item] = True

    def discard(self, item):
        self.pop(item, None)


class Timeout(asyncio.timeouts.Timeout):
    """Can be asked whose cancel a task has on its count."""

    entered = []

    async def __aenter__(self):
        Timeout.entered.append(self)
        return await super().__aenter__()

    async def __aexit__(self, *error):
        Timeout.entered.remove(self)
        return await super().__aexit__(*error)

    def has_cancelled(self, task):
        return self._task is task and self.expired()


asyncio.timeouts.Timeout = Timeout


class TaskGroup(asyncio.TaskGroup):
    """Notices what differs: a child that starts eagerly and cancels the group before that knows it, which goes on
    alone; and a cancel from outside that is lost because the group was cancelled itself."""

    def __init__(self, run):
        super().__init__()
        self._tasks = OrderedSet()
        self.run = run
        self.exclude = run.exclude
        self.starting = 0
        Timeout.entered.append(self)

    def has_cancelled(self, task):
        return self._parent_task is task and self._parent_cancel_requested

    def create_task(self, coro, **options):
        self.starting += 1
        try:
            return super().create_task(coro, **options)
        finally:
            self.starting -= 1

    async def __aexit__(self, *error):
        parent = self._parent_task
        try:
            await super().__aexit__(*error)
            if self._parent_cancel_requested and parent.cancelling() > 0:
                self.exclude('a cancel from outside is not lost in a group that is cancelled itself')
            return True
        except BaseExceptionGroup:
            if MINOR < 13 and parent.cancelling() > 0:
                self.exclude('before 3.13 a group that failed did not cancel again who had a cancel on the count')
            raise

    def cancel(self):
        if self.starting > 0:
            self.exclude('an eager child belongs to its group from its first step on')
        parent = self._parent_task
        if parent is not None and parent.cancelling() > 0:
            # The text of the one from outside, see cancels_again.
            self.run.texts = False
            if self._exiting and self._tasks:
                self.exclude('a cancel from outside is not lost in a group that is cancelled itself')
        super().cancel()

    def _on_task_done(self, task):
        waiter = self._on_completed_fut
        super()._on_task_done(task)
        if not self._tasks and self._parent_cancel_requested and waiter is not None and waiter.cancelled():
            self.exclude("a group's parent in the exit is woken by the end of its children alone")

    def _abort(self):
        self.run.together = True
        super()._abort()


class VirtualLoop(asyncio.base_events.BaseEventLoop):
    def __init__(self):
        super().__init__()
        self._now = 0.0
        self._selector = self
        self._clock_resolution = 1e-9
        self.made = []
        self.rounds = 0

    def time(self):
        return self._now

    def select(self, wait):
        self.rounds += 1
        if self.rounds > ROUNDS:
            raise SystemExit('it never ends')
        if wait is None:
            raise SystemExit('nothing can happen any more')
        self._now += wait
        return []

    def create_task(self, coro, **options):
        return self.number(options.get('name'), lambda: super(VirtualLoop, self).create_task(coro, **options))

    def number(self, name, make):
        """Makes a task, which may run at once, and notes that it comes after those before."""
        at = len(self.made)
        self.made.append(name)
        task = self.made[at] = make()
        return task

    def in_order(self, tasks):
        # Until it is made a task is known by its name.
        at = {task if isinstance(task, str) else id(task): at for at, task in enumerate(self.made)}
        return sorted(tasks, key=lambda task: at.get(id(task), at.get(task.get_name(), math.inf)))

    def _process_events(self, events):
        pass

    def _write_to_self(self):
        pass

    def close(self):
        super().close()
        self._selector = None


def in_order(loop=None, _all_tasks=asyncio.all_tasks):
    loop = loop or asyncio.get_running_loop()
    return loop.in_order(_all_tasks(loop))


# For the runner, which cancels what is left.
asyncio.tasks.all_tasks = in_order


class Condition(asyncio.Condition):
    """Notices when a wait is cancelled while it takes its lock again, where it loses its place to those behind;
    on the other side it keeps it."""

    def __init__(self, lock, exclude):
        super().__init__(lock)
        self.exclude = exclude
        self.inside = set()
        acquire = self.acquire

        async def noticed():
            try:
                return await acquire()
            except asyncio.CancelledError:
                if asyncio.current_task() in self.inside:
                    exclude('a condition keeps the place of who takes its lock again')
                raise

        self.acquire = noticed

    async def wait(self):
        me = asyncio.current_task()
        self.inside.add(me)
        try:
            return await super().wait()
        except BaseException:
            if MINOR < 13 and self._waiters:
                self.exclude('before 3.13 a wait at a condition that failed did not wake another')
            raise
        finally:
            self.inside.discard(me)


class E1(Exception):
    pass


class E2(Exception):
    pass


# The other side has two classes for wrong calls, and draws the line between them elsewhere.
MISUSE = ('RuntimeError', 'LookupError', 'ValueError', 'TypeError')
SAID = ('E1', 'E2', 'CancelledError')


class Run:
    """One program."""

    def __init__(self, order):
        self.trace = []
        self.order = order
        self.loop = None
        self.excluded = None
        # Whether several were cancelled together.
        self.together = False
        # Whether the texts of cancels are compared.
        self.texts = order['texts']
        # Of futures by their id, and what keeps an id from being used again.
        self.names = {}
        self.held = []
        self.count = 0

    def run(self):
        order = self.order
        runner = asyncio.Runner(loop_factory=VirtualLoop)
        self.loop = loop = runner.get_loop()
        loop.set_exception_handler(self.handle)
        space = self.space()
        exec(compile(order['source'], 'program', 'exec'), space)
        loop.call_at(REAP_AT, self.reap)
        for main in order['mains']:
            try:
                self.say(main, runner.run(space[main]()))
            except SystemExit as error:
                self.say(main, str(error))
                return
            except BaseException as error:
                self.say(main, error)
        try:
            # The other side's runner also cancels what starts while it cancels.
            self.together = True
            while in_order(loop):
                self.cancels_again()
                asyncio.runners._cancel_all_tasks(loop)
            runner.close()
        except SystemExit as error:
            self.say('close', str(error))
        self.say('closed')

    def space(self):
        order, loop = self.order, self.loop
        space = {
            name: getattr(self, name)
            for name in dir(self)
            if not name.startswith('_') and callable(getattr(self, name))
        }
        space.update(asyncio=asyncio, contextvars=contextvars, E1=E1, E2=E2)
        space['loop'] = lambda: loop
        for i in range(3):
            space[f'f{i}'] = loop.create_future()
            self.names[id(space[f'f{i}'])] = f'f{i}'
        for i in range(2):
            space[f'l{i}'] = asyncio.Lock()
            space[f'e{i}'] = asyncio.Event()
            space[f'v{i}'] = contextvars.ContextVar(f'v{i}')
        space['s0'] = asyncio.Semaphore(order['permits'])
        space['s1'] = asyncio.BoundedSemaphore(order['permits'])
        space['c0'] = Condition(None, self.exclude)
        space['c1'] = Condition(space['l1'], self.exclude)
        space['b0'] = asyncio.Barrier(order['parties'])
        kinds = (asyncio.Queue, asyncio.LifoQueue, asyncio.PriorityQueue)
        for i, (kind, size) in enumerate(zip(kinds, order['queues'])):
            space[f'q{i}'] = kind(size)
        self.space_ = space
        return space

    # -- what a program calls

    def say(self, where, *what):
        if len(self.trace) < LINES:
            text = ' '.join(self.show(one) for one in what)
            self.trace.append(f'{int(self.loop.time())} {where} {text}'.rstrip())

    def attempt(self, where, work):
        try:
            result = work()
        except Exception as error:
            self.say(where, error)
            return None
        if isinstance(result, asyncio.Future):
            self.names.setdefault(id(result), f'a{where}')
            self.held.append(result)
        self.say(where, result)
        return result

    def need(self, value):
        if value is None:
            raise E1('none')
        return value

    def some(self, given):
        given = [one for one in given if one is not None]
        if not given:
            raise E1('none')
        return given

    def once(self, given):
        """For as_completed, which takes those that are done already in the order of a set."""
        given = list(dict.fromkeys(self.some(given)))
        if sum(one.done() for one in given) > 1:
            raise E1('several are done')
        return given

    def state(self, future):
        if not future.done():
            return ['pending', future.cancelled()]
        if future.cancelled():
            return ['cancelled', future.cancelled()]
        return future.exception() or future.result()

    def me(self):
        return self.need(asyncio.current_task(self.loop))

    def current(self):
        task = asyncio.current_task(self.loop)
        return None if task is None else self.name(task)

    def all_tasks(self):
        return [self.name(task) for task in in_order(self.loop)]

    def keep(self, callback):
        self.kept_ = callback

    kept_ = None

    def kept(self):
        return self.need(self.kept_)

    def fail(self, text):
        raise E1(text)

    def fail_other(self, text):
        raise E2(text)

    def fail_group(self, text):
        raise ExceptionGroup(text, [E1(text), ExceptionGroup('inner', [E2(text)])])

    def fail_cancelled(self, text):
        raise asyncio.CancelledError(text)

    def add(self, number):
        self.count += number

    def more_than(self, number):
        return self.count > number

    def task_group(self):
        return TaskGroup(self)

    def uncancel(self, task):
        if any(block.has_cancelled(task) for block in Timeout.entered):
            self.exclude('a timeout and a group know their own cancel, whoever takes it back')
        self.cancelling(task)
        return task.uncancel()

    def cancelling(self, task):
        if self.together and task.cancelling() > 1:
            self.exclude('who is cancelled with others, and by one of them, counts that as one cancel')
        return task.cancelling()

    def eager_task(self, coro, name):
        loop = self.loop
        return loop.number(name, lambda: asyncio.Task(coro, loop=loop, name=name, eager_start=True))

    # -- the rest

    def exclude(self, rule):
        """The program came to something that differs on purpose."""
        self.excluded = self.excluded or rule

    def name(self, future):
        get_name = getattr(future, 'get_name', None)
        if get_name is not None:
            name = get_name()
            return '*' if name.startswith('Task-') else name
        return self.names.get(id(future), 'future')

    def show(self, value):
        if value is None or isinstance(value, (bool, int, str)):
            return str(value)
        if isinstance(value, float):
            return str(int(value))
        if isinstance(value, BaseExceptionGroup):
            return f'{type(value).__name__}({value.message}: {self.show(value.exceptions)})'
        if isinstance(value, BaseException):
            name = type(value).__name__
            if name in MISUSE:
                return 'misuse'
            return f'{name}({value})' if name in SAID else name
        if isinstance(value, (list, tuple)):
            return f"[{', '.join(self.show(one) for one in value)}]"
        if isinstance(value, (set, frozenset)):
            return f"{{{', '.join(sorted(self.show(one) for one in value))}}}"
        if isinstance(value, asyncio.Future):
            return self.name(value)
        return '-'

    def handle(self, loop, context):
        message = context['message']
        # The other side tells of a failure that was shielded when nobody asks for it, and not at once.
        if 'never retrieved' in message or 'was destroyed' in message or 'shielded' in message:
            return
        kind = (
            'callback'
            if message.startswith('Exception in callback')
            else 'shutdown'
            if message.startswith('unhandled exception during')
            else message
        )
        self.say('handler', kind, context.get('exception'))

    def cancels_again(self):
        """Of two cancels the text of the last counts there, if it has one: here it depends. So no texts then."""
        if any(task.cancelling() > 0 for task in in_order(self.loop)):
            self.texts = False

    def reap(self):
        if self.loop.time() > REAP_UNTIL:
            raise SystemExit('stuck')
        # Who is cancelled while it waits at a condition waits for its lock first.
        for name in ('c0', 'c1'):
            if self.space_[name].locked():
                self.space_[name].release()
        self.cancels_again()
        for task in in_order(self.loop):
            task.cancel('reaped')
        self.loop.call_at(self.loop.time() + REAP_EVERY, self.reap)


def is_cancelled_gather(future):
    """It has the CancelledError as its exception."""
    if isinstance(future, asyncio.Task) or not future.done() or future.cancelled():
        return False
    return isinstance(future.exception(), asyncio.CancelledError)


gc.disable()
answered = 0


def answer(line):
    """What the other side reads for what it sent."""
    global answered
    answered += 1
    if answered % 200 == 0:
        gc.collect()
    order = json.loads(line)
    if order.get('ask') == 'version':
        return json.dumps({'version': '.'.join(map(str, sys.version_info[:3])), 'minor': MINOR})
    run = Run(order)
    Timeout.entered.clear()
    try:
        run.run()
    except BaseException as error:
        run.trace.append(f'oracle: {type(error).__name__}: {error}')
    if any(is_cancelled_gather(future) for future in run.held):
        run.exclude('a gather that was cancelled is cancelled')
    trace = run.trace
    if not run.texts:
        trace = [re.sub(r'CancelledError\(.*?\)', 'CancelledError', line) for line in trace]
    return json.dumps({'trace': trace, 'excluded': run.excluded, 'texts': run.texts})


if __name__ == '__main__':
    for line in sys.stdin:
        print(answer(line), flush=True)
