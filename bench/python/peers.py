"""asyncio and uvloop: the same works as bench/peers/bare.ts.

python3 peers.py LOOP WORK SIZE REPEATS   prints one line of JSON: {"version": …, "samples": [{…}, …]}
LOOP is asyncio or uvloop. With WORK = probe it only says its version. Python 3.8 and later.
"""

import asyncio
import gc
import json
import sys
import time
import tracemalloc

LONG = 1000.0
now = time.perf_counter


def each(started, count):
    """Microseconds for each of `count` operations since `started`."""
    return (now() - started) * 1e6 / count


async def suspend_once(i):
    await asyncio.sleep(0)
    return i


async def empty(i):
    return i


async def spawn_all(n, body):
    started = now()
    if hasattr(asyncio, "TaskGroup"):
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(body(i)) for i in range(n)]
    else:
        tasks = [asyncio.create_task(body(i)) for i in range(n)]
        await asyncio.gather(*tasks)
    total = sum(task.result() for task in tasks)
    value = each(started, n)
    assert total == n * (n - 1) // 2
    return {"value": value}


async def spawn(n):
    return await spawn_all(n, suspend_once)


async def spawn_empty(n):
    return await spawn_all(n, empty)


async def long_sleep():
    await asyncio.sleep(LONG)


async def cancel(n):
    started = now()
    tasks = [asyncio.create_task(long_sleep()) for _ in range(n)]
    await asyncio.sleep(0)
    cancelled = now()
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    sample = {"value": each(started, n), "cancelOnly": each(cancelled, n)}
    assert all(task.cancelled() for task in tasks)
    return sample


async def sleep_zero(n):
    started = now()
    for _ in range(n):
        await asyncio.sleep(0)
    return {"value": each(started, n)}


async def sleep_zero_many(n):
    async def loop():
        for _ in range(n // 1000):
            await asyncio.sleep(0)

    started = now()
    await asyncio.gather(*(loop() for _ in range(1000)))
    return {"value": each(started, n)}


async def queue(n):
    there = asyncio.Queue()
    back = asyncio.Queue()
    trips = n // 2

    async def echo():
        for _ in range(trips):
            await back.put(await there.get() + 1)

    started = now()
    task = asyncio.create_task(echo())
    value = 0
    for _ in range(trips):
        await there.put(value)
        value = await back.get()
    await task
    sample = {"value": each(started, n)}
    assert value == trips
    return sample


async def queue_bounded(n):
    items = asyncio.Queue(1)

    async def produce():
        for i in range(n):
            await items.put(i)

    started = now()
    task = asyncio.create_task(produce())
    total = 0
    for _ in range(n):
        total += await items.get()
    await task
    sample = {"value": each(started, n)}
    assert total == n * (n - 1) // 2
    return sample


async def contend(n, held):
    mutex = asyncio.Lock()
    counted = 0

    async def worker():
        nonlocal counted
        for _ in range(n // 100):
            async with mutex:
                if held:
                    await asyncio.sleep(0)
                counted += 1

    await mutex.acquire()
    tasks = [asyncio.create_task(worker()) for _ in range(100)]
    await asyncio.sleep(0)
    started = now()
    mutex.release()
    await asyncio.gather(*tasks)
    sample = {"value": each(started, n)}
    assert counted == n
    return sample


async def lock(n):
    return await contend(n, False)


async def lock_held(n):
    return await contend(n, True)


async def semaphore(n):
    permits = asyncio.Semaphore(100)

    async def job(i):
        async with permits:
            return await suspend_once(i)

    return await spawn_all(n, job)


async def timers(n):
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    kept = n // 10
    fired = 0

    def fire():
        nonlocal fired
        fired += 1
        if fired == kept:
            done.set_result(None)

    used = time.process_time()
    started = now()
    handles = [loop.call_later((1 + i * 7919 % 100) / 1000, fire) for i in range(n)]
    for i, handle in enumerate(handles):
        if i % 10 != 0:
            handle.cancel()
    arming = each(started, n)
    await done
    return {"value": (time.process_time() - used) * 1e6 / n, "arming": arming}


async def heap(n):
    parked = [None] * n
    warm = [asyncio.create_task(long_sleep()) for _ in range(100)]
    await asyncio.sleep(0)
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for i in range(n):
        parked[i] = asyncio.create_task(long_sleep())
    await asyncio.sleep(0)
    gc.collect()
    used = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert len(warm) == 100
    return {"value": used / n}


async def starvation(n):
    loop = asyncio.get_running_loop()
    end = now() + 1.5
    hand_overs = 0
    late = []

    async def echo(there, back):
        nonlocal hand_overs
        value = 0
        while value >= 0:
            value = await there.get()
            await back.put(value)
            hand_overs += 1

    async def ask(there, back):
        while now() < end:
            await there.put(1)
            await back.get()
        await there.put(-1)

    started = now()
    tasks = []
    for _ in range(n // 2):
        there, back = asyncio.Queue(), asyncio.Queue()
        tasks.append(asyncio.create_task(echo(there, back)))
        tasks.append(asyncio.create_task(ask(there, back)))
    await asyncio.sleep(0)

    def again():
        due = now() + 0.01

        def fired():
            late.append(max(0.0, now() - due) * 1000)
            if now() < end:
                again()

        loop.call_later(0.01, fired)

    again()
    await asyncio.gather(*tasks)
    per_hand_over = each(started, hand_overs * 2)
    await asyncio.sleep(0.02)
    late.sort()
    return {
        "value": None,
        "loop": late[-(-len(late) * 95 // 100) - 1],
        "loopMedian": late[len(late) // 2],
        "loopMax": late[-1],
        "each": per_hand_over,
    }


WORKS = {
    "spawn": spawn,
    "spawn-yield": spawn,
    "spawn-empty": spawn_empty,
    "cancel": cancel,
    "sleep-zero": sleep_zero,
    "sleep-zero-many": sleep_zero_many,
    "queue": queue,
    "queue-bounded": queue_bounded,
    "lock": lock,
    "lock-held": lock_held,
    "semaphore": semaphore,
    "timers": timers,
    "heap": heap,
    "starvation": starvation,
}
ONCE = {"heap", "starvation"}


def main():
    loop_name, work, size, repeats = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    python = "Python %d.%d.%d" % sys.version_info[:3]
    if loop_name == "uvloop":
        import uvloop

        new_loop = uvloop.new_event_loop
        version = "%s on %s" % (uvloop.__version__, python)
    else:
        new_loop = asyncio.new_event_loop
        version = python
    samples = []
    if work != "probe":
        loop = new_loop()
        if work not in ONCE:
            loop.run_until_complete(WORKS[work](max(1000, size // 10)))
        for _ in range(repeats):
            gc.collect()
            samples.append(loop.run_until_complete(WORKS[work](size)))
    print(json.dumps({"version": version, "samples": samples}))
    sys.stdout.flush()
    import os

    os._exit(0)  # tasks that are parked for good need no farewell


main()
