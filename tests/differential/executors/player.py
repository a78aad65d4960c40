# Plays programs with a pool of one thread; programs.ts says what the words mean. Each line of standard input is a JSON list
# of programs, answered by a line with the list of their traces.

import asyncio
import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor


class Player:
    def __init__(self):
        self.pool = ThreadPoolExecutor(1)
        self.loop = asyncio.get_running_loop()
        self.ran = []
        self.futures = []
        self.waiting = []  # what has not been waited for: (future, gate or None)
        self.closed = None  # the gate at which the thread stands

    def work(self, word, number, gate):
        self.ran.append(f"{word}:{number}")
        if gate is not None:
            gate["begun"].set()
            gate["opened"].wait()
        if word == "raise":
            raise ValueError(str(number))
        return number * number

    async def submit(self, word, number):
        gate = {"begun": threading.Event(), "opened": threading.Event()} if word == "gate" else None
        try:
            future = self.loop.run_in_executor(self.pool, self.work, word, number, gate)
        except RuntimeError:
            self.futures.append(None)
            return
        self.futures.append(future)
        self.waiting.append((future, gate))
        await self.advance()

    # Waits for all that can end, up to the next gate.
    async def advance(self):
        while self.waiting and self.closed is None:
            future, gate = self.waiting.pop(0)
            if future.cancelled():
                continue
            if gate is None:
                await asyncio.wait([future])
                continue
            await asyncio.to_thread(gate["begun"].wait)
            self.closed = gate

    async def open(self):
        if self.closed is not None:
            self.closed["opened"].set()
            self.closed = None
            await self.advance()

    async def play(self, program):
        for one in program:
            word, _, arg = one.partition(":")
            if word == "open":
                await self.open()
            elif word == "cancel":
                if self.futures[int(arg)] is not None:
                    self.futures[int(arg)].cancel()
                await asyncio.sleep(0)
            elif word == "shutdown":
                self.pool.shutdown(wait=False, cancel_futures=arg == "1")
                await asyncio.sleep(0)
                await asyncio.sleep(0)
            else:
                await self.submit(word, int(arg))
        while self.closed is not None:
            await self.open()
        known = [future for future in self.futures if future is not None]
        if known:
            await asyncio.wait(known)
        await asyncio.to_thread(self.pool.shutdown)
        return self.ran + [outcome(future) for future in self.futures]


def outcome(future):
    if future is None:
        return "refused"
    if future.cancelled():
        return "cancelled"
    error = future.exception()
    return f"error {error}" if error is not None else f"value {future.result()}"


async def main():
    for line in sys.stdin:
        print(json.dumps([await Player().play(program) for program in json.loads(line)]))
        sys.stdout.flush()


asyncio.run(main())
