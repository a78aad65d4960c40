# Plays programs over one asyncio.StreamReader; reader.ts says what the words mean. Each line of standard input is a
# JSON list of {"limit", "steps"}, answered by a line with the list of their traces.

import asyncio
import json
import sys


class Own(Exception):
    pass


def name_of(error):
    if isinstance(error, asyncio.CancelledError):
        return "cancelled"
    if isinstance(error, asyncio.IncompleteReadError):
        return f"incomplete({error.partial.decode()},{error.expected})"
    if isinstance(error, asyncio.LimitOverrunError):
        return f"overrun({error.consumed})"
    if isinstance(error, Own):
        return "own"
    return {ValueError: "too-long", RuntimeError: "usage"}.get(type(error), type(error).__name__)


def start(reader, word, arg):
    if word == "read":
        return reader.read(int(arg))
    if word == "exactly":
        return reader.readexactly(int(arg))
    if word == "line":
        return reader.readline()
    separators = [text.encode() for text in arg.split("|")]
    return reader.readuntil(separators[0] if len(separators) == 1 else tuple(separators))


async def play(limit, steps):
    reader = asyncio.StreamReader(limit=limit)
    trace = []
    tasks = []

    async def body(number, word, arg):
        try:
            data = await start(reader, word, arg)
            trace.append(f"{number}={data.decode()}")
        except BaseException as error:
            trace.append(f"{number}=!{name_of(error)}")

    for step in steps:
        word, _, arg = step.partition(":")
        if word == "feed":
            reader.feed_data(arg.encode())
        elif word == "eof":
            reader.feed_eof()
        elif word == "except":
            reader.set_exception(Own())
        elif word == "turn":
            await asyncio.sleep(0)
            trace.append(".")
        elif word == "cancel":
            if tasks:
                tasks[-1].cancel()
        elif word == "at":
            trace.append("ended" if reader.at_eof() else "open")
        else:
            tasks.append(asyncio.ensure_future(body(len(tasks), word, arg)))
    for _ in range(3):
        await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return trace


async def main():
    for line in sys.stdin:
        print(json.dumps([await play(one["limit"], one["steps"]) for one in json.loads(line)]))
        sys.stdout.flush()


asyncio.run(main())
