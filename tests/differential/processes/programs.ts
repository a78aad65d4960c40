// Random programs with one child each, from a seed: what the child does, a shell script, and what its parent does with
// it, step by step.
//
//   write:TEXT close               on the standard input of the child
//   line exactly:N read errors     reads standard output, to its end; standard error to its end
//   cancelled:WHAT:TURNS           begins a line or a wait, and cancels it some turns later
//   wait signal:N                  the end, asked for twice; a signal to a child that waits for input
//   communicate:TEXT communicate
//
// Child and parent go in lockstep, so that each trace is the only one: whatever is cancelled has nothing to come for,
// signals meet a child that reads, and nobody waits for the other for ever. Signals after the end are not compared:
// asyncio refuses them or drops them, as its threads run.

export interface ProcessProgram {
  readonly shell: boolean;
  readonly file: string;
  readonly args: readonly string[];
  readonly script: string;
  readonly cwd: string | null;
  readonly env: Readonly<Record<string, string>> | null;
  readonly stdin: 'pipe' | 'devnull';
  readonly stdout: 'pipe' | 'devnull';
  readonly stderr: 'pipe' | 'devnull' | 'stdout';
  readonly steps: readonly string[];
}

const WORDS = ['a', 'some words', '0', 'ä€', '-n', '*'];
const SIGNALS = [9, 15, 1, 10];

/** What can't be started, or not with these arguments. (An empty name is refused as such here only.) */
const UNSTARTABLE: readonly Partial<ProcessProgram>[] = [
  { file: '/does/not/exist' },
  { file: 'no-such-program-anywhere' },
  { file: '/' },
  { file: '/etc/passwd' },
  { file: '/etc/passwd/x' },
  { cwd: '/does/not/exist' },
  { cwd: '/etc/passwd' },
  { args: ['a\0b'] },
  { file: 'tr\0ue' },
  { env: { 'A=B': 'x' } },
  { env: { A: 'x\0y' } },
];

export function processProgram(seed: number): ProcessProgram {
  let state = (seed * 2_654_435_761 + 12_345) >>> 0;
  const below = (count: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * count);
  };
  const one = <T>(values: readonly T[]): T => values[below(values.length)] as T;
  const word = one(WORDS);
  const program: ProcessProgram = {
    shell: below(3) === 0,
    file: '/bin/sh',
    args: [],
    script: '',
    cwd: one([null, null, '/', '/usr']),
    env: one([null, null, { A: word }, { A: '', PATH: '/usr/bin:/bin' }]),
    stdin: below(4) > 0 ? 'pipe' : 'devnull',
    stdout: below(6) > 0 ? 'pipe' : 'devnull',
    stderr: one(['pipe', 'pipe', 'devnull', 'stdout'] as const),
    steps: [],
  };
  if (below(12) === 0) return { ...program, shell: false, steps: ['wait'], ...one(UNSTARTABLE) };

  const { stdin, stdout, stderr } = program;
  const script: string[] = [];
  const steps: string[] = [];
  const heard = stdout === 'pipe';
  const say = (text: string, errors: boolean): void => {
    script.push(`printf '%s\\n' '${text}'${errors ? ' >&2' : ''}`);
    if (heard && (!errors || stderr === 'stdout')) steps.push('line');
  };
  const struck = (): string => `cancelled:${one(heard ? ['line', 'wait'] : ['wait'])}:${below(4)}`;

  for (let left = below(5); left > 0; left--) {
    const kind = below(6);
    if (kind < 2) say(one(WORDS), below(3) === 0);
    else if (kind < 3) script.push(`printf '%s' "$A" >&2`);
    else if (kind < 4 && heard) {
      script.push('pwd');
      steps.push('line');
    } else if (stdin === 'pipe' && heard && stderr !== 'stdout') {
      for (let times = below(3); times > 0; times--) steps.push(struck());
      script.push(`read -r x; printf '%s\\n' "<$x>"`);
      steps.push(`write:${one(WORDS)}\n`, 'line');
    }
  }

  if (stdin === 'pipe' && heard && below(4) === 0) {
    // It is told to go, where it waits; the line says that it is there.
    script.push('echo ready', 'read -r x', 'exit 7');
    steps.push(
      'line',
      ...(stderr === 'stdout' ? [] : [struck()]),
      `signal:${one(SIGNALS)}`,
      'wait',
      'read',
    );
    if (stderr === 'pipe') steps.push('errors');
    return { ...program, script: script.join('\n'), steps };
  }

  const size = one([0, 0, 10, 5000, 200_000]);
  if (below(3) > 0) script.push('cat');
  if (size > 0) script.push(`head -c ${size} /dev/zero | tr '\\0' z`);
  if (below(3) === 0) script.push('echo last >&2');
  if (below(4) === 0) script.push('exec 1>&-');
  script.push(one(['exit 0', 'exit 3', 'exit 255', 'kill -9 $$', 'kill -15 $$', 'true', 'false']));

  if (below(2) === 0) {
    const input = one(['', 'x', 'lines\nof\ntext\n', 'y'.repeat(100_000)]);
    // Without input older Pythons leave the pipe open, here it is closed.
    steps.push(stdin === 'pipe' ? `communicate:${input}` : 'communicate');
  } else {
    if (stdin === 'pipe') steps.push(...(below(2) === 0 ? [`write:${one(WORDS)}`] : []), 'close');
    if (heard && size <= 5000 && below(2) === 0) steps.push('wait');
    if (heard && below(3) === 0) steps.push('exactly:3');
    if (heard) steps.push('read');
    if (stderr === 'pipe') steps.push('errors');
  }
  return { ...program, script: script.join('\n'), steps: [...steps, 'wait'] };
}

/** The programs that are smaller by a cancel or by what was given for a child's surroundings: all else is lockstep. */
export function smallerPrograms(program: ProcessProgram): ProcessProgram[] {
  const smaller: ProcessProgram[] = program.steps.flatMap((step, at) =>
    step.startsWith('cancelled') ? [{ ...program, steps: program.steps.toSpliced(at, 1) }] : [],
  );
  if (program.shell) smaller.push({ ...program, shell: false });
  if (program.cwd === '/' || program.cwd === '/usr') smaller.push({ ...program, cwd: null });
  return smaller;
}
