"""asyncio's children: `python.py KEY SIZE REPEATS` prints the samples."""

import asyncio
import json
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE


async def spawn_children(size):
    ended = 0
    for _ in range(size):
        process = await asyncio.create_subprocess_exec("true", stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL)
        ended += await process.wait() == 0
    assert ended == size


async def read_children(size):
    read = 0
    for _ in range(size):
        process = await asyncio.create_subprocess_exec("echo", "hello", stdin=DEVNULL, stdout=PIPE, stderr=PIPE)
        read += len((await process.communicate())[0])
    assert read == 6 * size


WORKS = {"spawn-children": spawn_children, "read-children": read_children}


def main():
    key, size, repeats = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    samples = []
    for _ in range(repeats):
        started = time.perf_counter()
        asyncio.run(WORKS[key](size))
        samples.append({"value": (time.perf_counter() - started) / size * 1e6})
    print(json.dumps(samples))


main()
