// robots.txt, as RFC 9309 has it: which paths a site asks a crawler to leave alone, and how fast it may be asked.

interface Rule {
  readonly allow: boolean;
  readonly pattern: RegExp;
  /** The more specific rule wins. */
  readonly weight: number;
}

export interface Robots {
  allows(path: string): boolean;
  /** Milliseconds between two requests, where the site says so. */
  readonly delay: number | undefined;
}

interface Group {
  readonly agents: string[];
  readonly rules: Rule[];
  delay?: number;
}

/** The rules of `text` for the crawler `agent`: those of its own name, or else those for all. */
export function parseRobots(text: string, agent: string): Robots {
  const groups: Group[] = [];
  let naming = false;
  for (const line of text.split(/\r\n|\r|\n/)) {
    const [, field = '', value = ''] = /^\s*([\w-]+)\s*:\s*([^#]*?)\s*(?:#.*)?$/.exec(line) ?? [];
    const name = field.toLowerCase();
    if (name === 'user-agent') {
      if (!naming) groups.push({ agents: [], rules: [] });
      groups.at(-1)?.agents.push(value.toLowerCase());
      naming = true;
      continue;
    }
    naming &&= name === '';
    const group = groups.at(-1);
    if ((name === 'allow' || name === 'disallow') && value !== '')
      group?.rules.push({ allow: name === 'allow', pattern: patternOf(value), weight: value.length });
    if (name === 'crawl-delay' && Number(value) >= 0 && group) group.delay = Number(value) * 1000;
  }
  const mine = groups.filter(({ agents }) => agents.includes(agent.toLowerCase()));
  const chosen = mine.length > 0 ? mine : groups.filter(({ agents }) => agents.includes('*'));
  const rules = chosen
    .flatMap((group) => group.rules)
    .sort((a, b) => b.weight - a.weight || Number(b.allow) - Number(a.allow));
  return {
    allows: (path) => rules.find(({ pattern }) => pattern.test(path))?.allow ?? true,
    delay: chosen.find(({ delay }) => delay !== undefined)?.delay,
  };
}

/** `*` stands for anything, `$` for the end. */
function patternOf(path: string): RegExp {
  const text = path.replace(/[.+?^{}()|[\]\\]/g, '\\$&').replaceAll(/\*+/g, '.*?');
  return new RegExp(`^${text.endsWith('$') ? text : text.replaceAll('$', '\\$')}`);
}
