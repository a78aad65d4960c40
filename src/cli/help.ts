// What the command prints about itself.

const GENERAL = `asyncio: runs programs written with asyncio-ts

Usage:
  asyncio run FILE [options] [-- arguments]   run the function that FILE exports as main
  asyncio top PID|NAME                        a live table of the tasks of a process
  asyncio dash PID|NAME|URL                   the same and more in a browser
  asyncio repl [PID|NAME]                     a prompt under the loop, or in a live process
  asyncio trace FILE|PID [-o OUT.json]        write what the tasks of a program do as a trace for Perfetto
  asyncio record FILE [-o OUT.json]           run it, and write its last seconds when it fails or hangs
  asyncio ps [PID|NAME]                       the tasks of a running program: what each waits for
  asyncio pstree [PID|NAME]                   the same as a tree, with who waits for whom
  asyncio doctor [--json]                     say what this machine offers and what is missing
  asyncio --help, --version

asyncio help COMMAND says more of one.`;

const RUN = `asyncio run FILE [options] [-- arguments]

Imports FILE (JavaScript, or TypeScript that needs no more than its types removed) and runs the function
that it exports as main, as run(main) does: Ctrl-C and SIGTERM cancel it, a second signal ends it at once.
main gets the arguments as one array of strings; they are in process.argv too.

Options:
  --debug                  debug mode: slow steps, forgotten errors, places of creation and waiting
  --everywhere             every await a cancel point, of other libraries' promises too (docs/everywhere.md)
  --shutdown-timeout MS    how long everything may take to stop (10000)
  --no-signals             leave SIGINT and SIGTERM alone

Exit codes: 0 main returned, 1 it threw, 2 the command line was wrong, 130 SIGINT, 143 SIGTERM`;

const TOP = `asyncio top PID|NAME [options]

A live table of the tasks of a running program, its threads and children: what uses the processor, what waits
for what, who is stuck. The program needs no preparation on Node; Bun and Deno are started with
ASYNCIO_INSPECT=1. Keys are htop's; F1 lists them. F9 cancels the task under the cursor, after a question.

Options:
  -i, --interval SECONDS   between two looks (1)
  -t, --tree               begin with the tree
  -f, --filter TEXT        only tasks whose name, state or wait contain it
      --json               no table: each look as a line of JSON

NO_COLOR turns colours off. Exit codes: 0 left, 1 it can't be looked at, 2 the command line was wrong`;

const DASH = `asyncio dash PID|NAME|URL [options]

Serves a page on this machine that shows a running program: its tasks as a tree, a timeline of what each did,
the loop's load and delay, and of a chosen task the await stack with its source. URL is that of an inspector
on this machine. The page's address has a token in it; without that there is an empty page, and the server listens
on the loopback only. While no page is open the program is not looked at. Ctrl-C ends it.

Options:
  -p, --port NUMBER        the port (a free one)
  -i, --interval SECONDS   between two looks (0.5)
      --read-only          the page can't cancel tasks`;

const REPL = `asyncio repl [PID|NAME] [options]

A prompt under the loop: await works at the top, tasks go on between inputs, TypeScript is accepted where no
more than its types have to be removed. The library's names are global, and in asyncio. A const can be
declared again. Static imports work; paths are those of the current folder.

Ctrl-C cancels the running input, and only that; a second one brings the prompt back without waiting for it.
Tab completes, .help lists the prompt's own commands, Ctrl-D leaves: what still runs is cancelled.

With a process the prompt is in that process: asyncio.tasks and asyncio.loops are what runs there. Code that
would change something is refused by the engine, unless --write allows it. Node only, and Deno by its socket.

Options:
  --debug      debug mode: slow steps, forgotten errors, places of creation and waiting
  --write      what is typed may change the process
  --thread N   the number of a worker thread, as ps shows it (0, the main thread)

The inputs of earlier times are kept in ~/.asyncio_repl_history, or in the file that ASYNCIO_REPL_HISTORY
names; empty, they are not kept.`;

const TRACE = `asyncio trace FILE [options] [-- arguments]
asyncio trace PID [-o FILE] [--for SECONDS]

Writes what tasks do into a file that ui.perfetto.dev and chrome://tracing show: each task as a bar, its steps
and what it waits for within, arrows from who started and woke whom. Worker threads and child Node processes
are in the same file.

FILE is run as "asyncio run FILE" does, with the same options. With a number a live process is traced, until
Ctrl-C or for so many seconds.

Options beside those of "asyncio run":
  -o, --output FILE    where to write (asyncio-trace-PID.json)
  --for SECONDS        of a live process: for how long (until Ctrl-C)
  --no-children        leave workers and child processes out`;

const RECORD = `asyncio record FILE [options] [-- arguments]

Runs FILE as "asyncio run FILE" does, with the same options, and keeps the last seconds of what its tasks do in
memory. They are written, as "asyncio trace" writes, when the program ends with another code than 0, when it
gets the signal, and when its loop hangs, with the function in which it does.

Options beside those of "asyncio run":
  -o, --output FILE    where to write (asyncio-record-PID.json)
  --last MS            how far back it goes (30000)
  --hang MS            after how long the loop is taken to hang; Infinity for never (5000)
  --signal NAME        the signal, or none (SIGUSR2)`;

const DOCTOR = `asyncio doctor [--json]

Says which runtime this is, what of it the library uses, and what is missing and why.
Exit code: 0 when everything that the library needs is there, else 1.`;

const LOOK = `
The program needs no preparation on Node: it is asked by SIGUSR1, and its inspector is open for some milliseconds,
of which it writes two lines to its standard error. Bun and Deno, containers and what was started with
--disable-sigusr1 have to be started with ASYNCIO_INSPECT=1. Only processes of the same user are looked at.
Without PID and NAME: a list of the processes that could be. NAME is that of the script: server.ts, or server.

Options:
  --stacks           the await stack of each task
  --watch[=SECONDS]  again and again; every second by default
  --json             for programs; with --watch a line for each look
  --patience SECONDS how long a thread may take to answer before it counts as hung (1)
  --no-children      the process alone, without those below it
  --no-signal        no SIGUSR1: only what has opened a socket by itself

Exit codes: 0 nothing is wrong, 1 it can't be looked at, 2 the command line was wrong,
3 there is a circle of waits, or a thread that hangs`;

const PS = `asyncio ps [PID|NAME] [options]

Shows the tasks of a running program in all its threads and in the processes below it: what each waits for, and
where. Circles of waits come first. A loop that hangs is told apart: since when, and in which function it spins.
${LOOK}`;

const PSTREE = `asyncio pstree [PID|NAME] [options]

As asyncio ps, as a tree: the tasks of a group stand below the task that waits for it.
${LOOK}`;

const TEXTS: Readonly<Record<string, string>> = {
  run: RUN,
  trace: TRACE,
  record: RECORD,
  top: TOP,
  dash: DASH,
  repl: REPL,
  ps: PS,
  pstree: PSTREE,
  doctor: DOCTOR,
};

export const COMMANDS: readonly string[] = Object.keys(TEXTS);

export function helpText(command: string = ''): string {
  return Object.hasOwn(TEXTS, command) ? (TEXTS[command] as string) : GENERAL;
}
