# Runs programs of pathlib's calls, one a line as [root, [[method, name, arguments], ...]], and writes what each call gives:
# {"value": ...} or {"error": the name of the errno, or "invalid"}.

import errno
import json
import os
import pathlib
import stat
import sys


def kind(mode):
    return "link" if stat.S_ISLNK(mode) else "folder" if stat.S_ISDIR(mode) else "file" if stat.S_ISREG(mode) else "other"


def call(root, method, name, arguments):
    path = root / name
    seen = lambda found: os.path.relpath(found, root)
    if method in ("rename", "replace"):
        return seen(getattr(path, method)(root / arguments[0]))
    if method in ("hardlink_to", "samefile"):
        return getattr(path, method)(root / arguments[0])
    if method in ("stat", "lstat"):
        found = getattr(path, method)()
        return [kind(found.st_mode), stat.S_IMODE(found.st_mode) if method == "stat" else 0,
                found.st_size if stat.S_ISREG(found.st_mode) else 0]
    if method in ("iterdir", "glob", "rglob"):
        return sorted(seen(found) for found in getattr(path, method)(*arguments))
    if method == "walk":
        return sorted([seen(top), sorted(dirs), sorted(files)] for top, dirs, files in path.walk(top_down=arguments[0]))
    if method == "info":
        again = root / name
        return [path.exists(), path.exists(follow_symlinks=False), path.is_file(), path.is_dir(), path.is_symlink(),
                path.is_fifo(), path.is_mount(), again == path]
    if method == "resolve":
        return seen(path.resolve(strict=arguments[0]))
    if method == "readlink":
        return str(path.readlink())
    if method in ("mkdir", "touch", "unlink"):
        return getattr(path, method)(**arguments[0])
    return getattr(path, method)(*arguments)


for line in sys.stdin:
    root, program = json.loads(line)
    said = []
    for method, name, arguments in program:
        try:
            said.append({"value": call(pathlib.Path(root), method, name, arguments)})
        except OSError as error:
            said.append({"error": errno.errorcode.get(error.errno, "invalid")})
        except (ValueError, NotImplementedError, RuntimeError):
            said.append({"error": "invalid"})
    print(json.dumps(said))
