"""Python's os.walk: `python.py KEY SIZE REPEATS` prints the samples. The tree is the one that tree.ts makes."""

import json
import os
import sys
import tempfile
import time

TOP = os.path.join(tempfile.gettempdir(), "asyncio-ts-bench-tree-10-10")
NAMES = 1110 * 11


def walk_tree(size):
    names = 0
    for _ in range(size):
        for _, dirs, files in os.walk(TOP):
            names += len(dirs) + len(files)
    assert names == NAMES * size


def index_tree(size):
    total = 0
    for _ in range(size):
        for folder, _, files in os.walk(TOP):
            for name in files:
                total += os.path.getsize(os.path.join(folder, name))
    assert total == 1110 * 10 * 5 * size


WORKS = {"walk-tree": walk_tree, "index-tree": index_tree}


def main():
    key, size, repeats = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    samples = []
    for _ in range(repeats):
        started = time.perf_counter()
        WORKS[key](size)
        samples.append({"value": (time.perf_counter() - started) / (NAMES * size) * 1e6})
    print(json.dumps(samples))


main()
