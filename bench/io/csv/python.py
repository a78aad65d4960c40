"""Python's csv: `python.py KEY SIZE REPEATS` prints the samples."""

import csv
import io
import json
import os
import sys
import tempfile
import time


def document(size):
    return "".join(
        f'{n},name{n},"a, ""b"" {n}",{n * 1.5},some text here,2026-01-01,x,{n % 7}\r\n' for n in range(size)
    )


def count(source):
    rows = fields = 0
    for row in csv.reader(source):
        rows += 1
        fields += len(row)
    return rows, fields


def main():
    key, size, repeats = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    text = document(size)
    samples = []
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "file.csv")
        with open(path, "w", newline="") as file:
            file.write(text)
        for _ in range(repeats):
            started = time.process_time()
            if key == "csv-text":
                counted = count(io.StringIO(text, newline=""))
            else:
                with open(path, newline="") as file:
                    counted = count(file)
            samples.append({"value": (time.process_time() - started) / size * 1e9})
            assert counted == (size, size * 8)
    print(json.dumps(samples))


main()
