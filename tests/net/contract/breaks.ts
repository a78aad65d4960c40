// What one connection tells when its peer resets, ends or closes it, in every order of reading, writing, pausing
// and closing: scripts and their traces, the same on both backends. Where CPython's differs, its trace stands
// beside it; why it does is in docs/design/network.md.

export interface Break {
  readonly carrier: 'tcp' | 'unix';
  readonly level: 'protocol' | 'streams';
  readonly steps: string;
  readonly trace: string;
  readonly cpython?: string;
  /** Where the host reads ahead, or learns of a reset a turn later. */
  readonly host?: string;
  /** Where Node 22's host learns of it elsewhere than later ones. */
  readonly node22?: string;
}

export const breaks: readonly Break[] = [
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'sends:a resets settle ?',
    trace: 'data:a lost:ECONNRESET . closing .',
  },
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'pause sends:a resets settle ? resume settle ?',
    trace: '. open data:a lost:ECONNRESET . closing .',
  },
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'pause sends:a resets settle write:x ? turn ?',
    trace: '. closing lost:ECONNRESET closing .',
  },
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'pause sends:a resets settle close settle',
    trace: '. lost:none . .',
  },
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'pause sends:a resets settle abort settle',
    trace: '. lost:none . .',
  },
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'pause sends:a resets settle writeEof ? settle',
    trace: '. closing lost:ECONNRESET . .',
    cpython: '. writeEof!ENOTCONN open . . lost:none',
    node22: '. open . . lost:none',
  },
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'sends:a resets write:x ? settle ?',
    trace: 'closing data:a lost:ECONNRESET . closing .',
    cpython: 'closing lost:ECONNRESET . closing .',
  },
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'sends:a resets writeEof ? settle ?',
    trace: 'closing data:a lost:ECONNRESET . closing .',
    cpython: 'writeEof!ENOTCONN open data:a lost:ECONNRESET . closing .',
    host: 'open data:a lost:ECONNRESET . closing .',
  },
  { carrier: 'tcp', level: 'protocol', steps: 'sends:a resets close settle', trace: 'lost:none . .' },
  { carrier: 'tcp', level: 'protocol', steps: 'sends:a resets abort settle', trace: 'lost:none . .' },
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'sends:a ends settle resets settle ? write:x ? settle',
    trace: 'data:a eof . . open closing lost:EPIPE . .',
  },
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'sends:a closes settle write:x ? settle ? write:y ? settle',
    trace: 'data:a eof . open . open closing lost:EPIPE . .',
  },
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'sends:a closes write:x write:y ? settle',
    trace: 'closing data:a eof lost:EPIPE . .',
    cpython: 'closing lost:EPIPE . .',
  },
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'drops sends:a closes settle ? write:x settle',
    trace: 'data:a eof lost:none . closing . .',
  },
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'resets write:x ? turn ? write:y settle',
    trace: 'closing lost:ECONNRESET closing . .',
  },
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'write:x settle resets writeEof ? settle ?',
    trace: '. closing lost:ECONNRESET . closing .',
    cpython: '. writeEof!ENOTCONN open lost:ECONNRESET . closing .',
    host: '. open lost:ECONNRESET . closing .',
  },
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'writeEof resets settle ?',
    trace: 'lost:ECONNRESET . closing .',
  },
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'writeEof sends:a resets settle ?',
    trace: 'data:a lost:ECONNRESET . closing .',
  },
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'writeEof sends:a ends settle ? close settle',
    trace: 'data:a eof . open lost:none . .',
  },
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'writeEof settle reads sends:a settle',
    trace: '. got:+eof data:a . . lost:none',
  },
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'flood settle sends:a resets settle ?',
    trace: 'paused . data:a lost:ECONNRESET . closing .',
  },
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'pause flood settle sends:a resets settle ?',
    trace: 'paused . lost:ECONNRESET . closing .',
  },
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'flood writeEof settle resets settle ?',
    trace: 'paused . lost:ECONNRESET . closing .',
  },
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'flood close settle sends:a resets settle',
    trace: 'paused . lost:ECONNRESET . .',
  },
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'flood settle abort ? settle reads',
    trace: 'paused . closing lost:none . got:much+eof .',
  },
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'flood writeEof reads settle ?',
    trace: 'paused resumed got:much+eof . open . lost:none',
  },
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'flood close reads settle',
    trace: 'paused resumed lost:none got:much+eof . .',
  },
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'pause sends:a ends settle ? resume settle ?',
    trace: '. open data:a eof . open . lost:none',
  },
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'pause sends:a closes settle write:x settle write:y ? settle resume settle',
    trace: '. . closing lost:EPIPE . . .',
  },
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'sends:a turn pause sends:b settle resume settle',
    trace: '. data:ab . . lost:none',
  },
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'write:x close ? settle reads',
    trace: 'closing lost:none . got:x+eof .',
  },
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'write:x abort ? settle reads',
    trace: 'closing lost:none . got:x+eof .',
  },
  {
    carrier: 'tcp',
    level: 'protocol',
    steps: 'sends:a pause settle close settle reads',
    trace: '. lost:none . got:+ECONNRESET .',
    host: '. lost:none . got:+eof .',
  },
  {
    carrier: 'tcp',
    level: 'streams',
    steps: 'sends:one/two/thr resets settle drain readline readline readline read:2 read:9 read:9',
    trace:
      '. drain=!ECONNRESET readline=one/ readline=two/ readline=!ECONNRESET read=th read=r read=!ECONNRESET .',
    cpython:
      '. drain=!ECONNRESET readline=!ECONNRESET readline=!ECONNRESET readline=!ECONNRESET read=!ECONNRESET read=!ECONNRESET read=!ECONNRESET .',
  },
  {
    carrier: 'tcp',
    level: 'streams',
    steps: 'sends:one/two/thr resets write:x ? drain readline readline readline read:9 readline',
    trace:
      'closing drain=!ECONNRESET readline=one/ readline=two/ readline=!ECONNRESET read=thr readline=!ECONNRESET .',
    cpython:
      'closing drain=!ECONNRESET readline=!ECONNRESET readline=!ECONNRESET readline=!ECONNRESET read=!ECONNRESET readline=!ECONNRESET .',
  },
  {
    carrier: 'tcp',
    level: 'streams',
    steps: 'sends:one/two/thr closes write:x write:y ? drain readline read:-1 read:-1',
    trace: 'closing drain=!EPIPE readline=one/ read=two/thr read= .',
    cpython: 'closing drain=!EPIPE readline=!EPIPE read=!EPIPE read=!EPIPE .',
  },
  {
    carrier: 'tcp',
    level: 'streams',
    steps:
      'sends:one/two/thr closes settle write:x settle write:y drain readline readline readline readline',
    trace: '. . drain=!EPIPE readline=one/ readline=two/ readline=thr readline= .',
    cpython: '. . drain=!EPIPE readline=!EPIPE readline=!EPIPE readline=!EPIPE readline=!EPIPE .',
  },
  {
    carrier: 'tcp',
    level: 'streams',
    steps: 'pause sends:one/ resets settle write:x ? drain readline readline',
    trace: '. closing drain=!ECONNRESET readline=one/ readline=!ECONNRESET .',
    cpython: '. closing drain=!ECONNRESET readline=!ECONNRESET readline=!ECONNRESET .',
  },
  {
    carrier: 'tcp',
    level: 'streams',
    steps: 'pause sends:one/ resets settle readline resume readline readline',
    trace: '. readline=waits readline=one/ readline=!ECONNRESET .',
  },
  {
    carrier: 'tcp',
    level: 'streams',
    steps: 'pause sends:one/ settle sends:two/ resets settle resume readline readline readline',
    trace: '. . readline=one/ readline=two/ readline=!ECONNRESET .',
    cpython: '. . readline=one/ readline=!ECONNRESET readline=!ECONNRESET .',
  },
  {
    carrier: 'tcp',
    level: 'streams',
    steps: 'sends:12345 resets settle exactly:3 exactly:3 exactly:2 exactly:1',
    trace: '. exactly=123 exactly=!ECONNRESET exactly=45 exactly=!ECONNRESET .',
    cpython: '. exactly=!ECONNRESET exactly=!ECONNRESET exactly=!ECONNRESET exactly=!ECONNRESET .',
  },
  {
    carrier: 'tcp',
    level: 'streams',
    steps: 'sends:a;b resets settle until until read:1 read:1',
    trace: '. until=a; until=!ECONNRESET read=b read=!ECONNRESET .',
    cpython: '. until=!ECONNRESET until=!ECONNRESET read=!ECONNRESET read=!ECONNRESET .',
  },
  {
    carrier: 'tcp',
    level: 'streams',
    steps: 'sends:one/ resets writeEof ? readline readline drain',
    trace: 'closing readline=one/ readline=!ECONNRESET drain=!ECONNRESET .',
    cpython: 'writeEof!ENOTCONN open readline=one/ readline=!ECONNRESET drain=!ECONNRESET .',
    host: 'open readline=one/ readline=!ECONNRESET drain=!ECONNRESET .',
  },
  {
    carrier: 'tcp',
    level: 'streams',
    steps: 'sends:one/ resets close ? readline drain',
    trace: 'closing readline= drain=!ECONNABORTED .',
    cpython: 'closing readline= drain=!ECONNRESET .',
  },
  {
    carrier: 'tcp',
    level: 'streams',
    steps: 'sends:one/ resets abort ? readline drain',
    trace: 'closing readline= drain=!ECONNABORTED .',
    cpython: 'closing readline= drain=!ECONNRESET .',
  },
  {
    carrier: 'tcp',
    level: 'streams',
    steps: 'flood sends:one/ settle drain resets drain readline readline',
    trace: '. drain=waits drain=!ECONNRESET readline=one/ readline=!ECONNRESET .',
    cpython: '. drain=waits drain=!ECONNRESET readline=!ECONNRESET readline=!ECONNRESET .',
  },
  {
    carrier: 'tcp',
    level: 'streams',
    steps: 'sends:part resets settle read:-1 read:9',
    trace: '. read=!ECONNRESET read=part .',
    cpython: '. read=!ECONNRESET read=!ECONNRESET .',
  },
  {
    carrier: 'tcp',
    level: 'streams',
    steps: 'sends:0123456789012345678901234567890123456789 settle sends:/next/ readline readline',
    trace: '. readline=!too-long readline=next/ .',
    cpython: '. readline=!too-long readline=/ .',
  },
  {
    carrier: 'tcp',
    level: 'streams',
    steps:
      'sends:0123456789012345678901234567890123456789012 settle sends:one/two/ settle resets settle write:x drain readline read:99 read:99',
    trace: '. . . drain=!ECONNRESET readline=!too-long read=two/ read=!ECONNRESET .',
    cpython: '. . . drain=!ECONNRESET readline=!ECONNRESET read=!ECONNRESET read=!ECONNRESET .',
  },
  {
    carrier: 'unix',
    level: 'protocol',
    steps: 'sends:a closes settle ? write:x ? settle',
    trace: 'data:a eof . open closing lost:EPIPE . .',
  },
  {
    carrier: 'unix',
    level: 'protocol',
    steps: 'write:x settle sends:a closes settle ?',
    trace: '. data:a lost:ECONNRESET . closing .',
  },
  {
    carrier: 'unix',
    level: 'protocol',
    steps: 'write:x settle sends:a closes write:y ? settle',
    trace: '. closing data:a lost:EPIPE . .',
    cpython: '. closing lost:EPIPE . .',
  },
  {
    carrier: 'unix',
    level: 'protocol',
    steps: 'pause write:x settle sends:a closes settle ? resume settle ?',
    trace: '. . open data:a lost:ECONNRESET . closing .',
  },
  {
    carrier: 'unix',
    level: 'protocol',
    steps: 'pause write:x settle sends:a closes settle write:y ? settle',
    trace: '. . closing lost:EPIPE . .',
    host: '. . closing lost:ECONNRESET . .',
    node22: '. . closing lost:EPIPE . .',
  },
  {
    carrier: 'unix',
    level: 'protocol',
    steps: 'sends:a closes write:x ? settle',
    trace: 'closing data:a eof lost:EPIPE . .',
    cpython: 'closing lost:EPIPE . .',
  },
  {
    carrier: 'unix',
    level: 'protocol',
    steps: 'sends:a closes writeEof ? settle',
    trace: 'open data:a eof . . lost:none',
  },
  {
    carrier: 'unix',
    level: 'protocol',
    steps: 'flood settle sends:a closes settle ?',
    trace: 'paused . data:a lost:EPIPE . closing .',
    node22: 'paused . data:a lost:ECONNRESET . closing .',
  },
  {
    carrier: 'unix',
    level: 'protocol',
    steps: 'flood writeEof reads settle ?',
    trace: 'paused resumed got:much+eof . open . lost:none',
  },
  {
    carrier: 'unix',
    level: 'streams',
    steps: 'write:x settle sends:one/thr closes write:y ? drain readline readline read:9',
    trace: '. closing drain=!EPIPE readline=one/ readline=!EPIPE read=thr .',
    cpython: '. closing drain=!EPIPE readline=!EPIPE readline=!EPIPE read=!EPIPE .',
  },
  {
    carrier: 'unix',
    level: 'streams',
    steps: 'write:x settle sends:one/thr closes settle drain readline readline read:9',
    trace: '. . drain=!ECONNRESET readline=one/ readline=!ECONNRESET read=thr .',
    cpython: '. . drain=!ECONNRESET readline=!ECONNRESET readline=!ECONNRESET read=!ECONNRESET .',
  },
  {
    carrier: 'unix',
    level: 'streams',
    steps: 'sends:one/thr closes write:y ? drain readline readline readline',
    trace: 'closing drain=!EPIPE readline=one/ readline=thr readline= .',
    cpython: 'closing drain=!EPIPE readline=!EPIPE readline=!EPIPE readline=!EPIPE .',
  },
];
