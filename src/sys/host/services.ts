// Names of services and their ports: the system's own list, read when a name is asked for for the first
// time; a short one of ours where there is none.

import process from 'node:process';

type Protocol = 'tcp' | 'udp';

const wellKnown = `
  echo 7 tcp udp|discard 9 tcp udp|ftp 21 tcp|ssh 22 tcp|telnet 23 tcp|smtp 25 tcp|time 37 tcp udp|
  domain 53 tcp udp|tftp 69 udp|http 80 tcp|pop3 110 tcp|ntp 123 udp|imap2 143 tcp|snmp 161 tcp udp|
  ldap 389 tcp udp|https 443 tcp udp|submission 587 tcp|ldaps 636 tcp udp|imaps 993 tcp|pop3s 995 tcp|
  mysql 3306 tcp|postgresql 5432 tcp|redis 6379 tcp`;

interface Services {
  ports: Map<string, number>;
  names: Map<string, string>;
}

// The system's list, read once, when first needed.
let services: Services | undefined;

/** The port of a service, or undefined. */
export function servicePort(name: string, protocol: Protocol): number | undefined {
  return (services ??= load()).ports.get(`${name}/${protocol}`);
}

/** The name of the service on a port, or undefined. */
export function serviceName(port: number, protocol: Protocol): string | undefined {
  return (services ??= load()).names.get(`${port}/${protocol}`);
}

function load(): Services {
  const all: Services = { ports: new Map(), names: new Map() };
  try {
    readSystemList(all);
  } catch {
    // No such file, or no permission to read it.
  }
  if (all.ports.size > 0) return all;
  for (const entry of wellKnown.split('|')) {
    const [name, port, ...protocols] = entry.trim().split(' ');
    for (const protocol of protocols) add(all, [name as string], Number(port), protocol);
  }
  return all;
}

function readSystemList(all: Services): void {
  const { readFileSync } = process.getBuiltinModule('node:fs');
  const folder =
    process.platform === 'win32'
      ? `${process.env['SystemRoot'] ?? 'C:\\Windows'}\\System32\\drivers\\etc`
      : '/etc';
  for (const line of readFileSync(`${folder}/services`, 'utf8').split('\n')) {
    const match = /^(\S+)\s+(\d+)\/(\w+)([^#]*)/.exec(line.replace(/^#.*/, ''));
    if (match === null) continue;
    const [, name = '', port, protocol = '', aliases = ''] = match;
    add(all, [name, ...aliases.trim().split(/\s+/)], Number(port), protocol);
  }
}

function add({ ports, names }: Services, all: string[], port: number, protocol: string): void {
  for (const name of all) {
    const key = `${name}/${protocol}`;
    if (name !== '' && !ports.has(key)) ports.set(key, port);
  }
  const key = `${port}/${protocol}`;
  if (!names.has(key)) names.set(key, all[0] as string);
}
