# Reads calls as JSON lines, [function, arguments], and writes what Python's os.path, pathlib and glob make of each:
# {"value": ...} or {"error": true}.

import glob
import fnmatch
import json
import os
import os.path
import pathlib
import re
import sys

os.environ.clear()
os.environ.update({"HOME": "/home/ada", "A": "1", "A_B": "two", "EMPTY": "", "DOLLAR": "$A", "SLASH": "/x/"})

PURE = pathlib.PurePosixPath


def pure(name, *arguments):
    path = PURE(*arguments[0])
    rest = arguments[1:]
    if name == "parts":
        return list(path.parts)
    if name == "parents":
        return [str(p) for p in path.parents]
    if name in ("name", "stem", "suffix", "root", "anchor", "suffixes"):
        return getattr(path, name)
    if name == "relative_to":
        return str(path.relative_to(rest[0], walk_up=rest[1]))
    value = getattr(path, name)
    value = value(*rest) if callable(value) else value
    return str(value) if isinstance(value, PURE) else value


def call(function, arguments):
    if function.startswith("pure."):
        return pure(function[5:], *arguments)
    if function == "translate":
        pattern, text, recursive, hidden = arguments
        expression = glob.translate(pattern, recursive=recursive, include_hidden=hidden)
        return re.match(expression, text) is not None
    if function == "fnmatch":
        return fnmatch.fnmatchcase(*arguments)
    if function == "escape":
        return glob.escape(*arguments)
    return getattr(os.path, function)(*arguments)


for line in sys.stdin:
    function, arguments = json.loads(line)
    try:
        print(json.dumps({"value": call(function, arguments)}))
    except (ValueError, IndexError, NotImplementedError):
        print(json.dumps({"error": True}))
