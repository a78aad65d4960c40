# Makes the tree of each line, looks for its patterns by glob and pathlib, and writes what is found, sorted.

import glob
import json
import os
import pathlib
import sys


def by_pathlib(root, pattern, options):
    try:
        return sorted(os.path.relpath(p, root) for p in pathlib.Path(root).glob(pattern, **options))
    except (ValueError, NotImplementedError):
        return None


for line in sys.stdin:
    root, searches = json.loads(line)
    found = []
    for kind, pattern, options in searches:
        if kind == "glob":
            found.append(sorted(glob.glob(pattern, root_dir=root, **options)))
        elif kind == "walk":
            found.append(sorted([os.path.relpath(top, root), sorted(dirs), sorted(files)] for top, dirs, files in os.walk(root, **options)))
        else:
            found.append(by_pathlib(root, pattern, options))
    print(json.dumps(found))
