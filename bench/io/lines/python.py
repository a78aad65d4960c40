"""Python's files: `python.py KEY SIZE REPEATS` prints the samples."""

import json
import os
import sys
import tempfile
import time


def main():
    size, repeats = int(sys.argv[2]), int(sys.argv[3])
    samples = []
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "file")
        with open(path, "w") as file:
            for index in range(size):
                file.write("x" * (20 + index * 37 % 81) + "\n")
        for _ in range(repeats):
            started = time.perf_counter()
            lines = characters = 0
            with open(path, encoding="utf-8") as file:
                for line in file:
                    lines += 1
                    characters += len(line) - 1
            samples.append({"value": (time.perf_counter() - started) / size * 1e9})
            assert lines == size
    print(json.dumps(samples))


main()
