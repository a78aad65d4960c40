// What a program printed, without what differs from machine to machine: folders, ports, the lines of the library and
// of the runtime in a stack, and the host's own error below ours.

const FOLDER = /(?:file:\/\/)?\/\S*?\/tests\/mistakes\/programs\//g;
const ESCAPES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

export function shown(text: string): string {
  return text
    .replaceAll(ESCAPES, '')
    .replaceAll(FOLDER, '')
    .replace(/^\S*(?:\/src\/|node:)\S*:\d+\n.*\n *\^+\n\n/, '(no line of the program)\n\n')
    .replaceAll(/^ *at .*(?:\/src\/|node:|native|ext:).*?( \{)?\n/gm, (_, open: string | undefined) =>
      open === undefined ? '' : '{\n',
    )
    .replaceAll('\n{\n', ' {\n')
    .replaceAll(/; if the root CA[^']*/g, '')
    .replace(/,\n {2}\[cause\]: [^]*?\n {2}\}/, '')
    .replace(/\n\nNode\.js v\S+\n$/, '\n')
    .replaceAll(/:\d{4,5}\b/g, ':PORT')
    .replaceAll(/(\bport: )\d{4,5}/g, '$1PORT')
    .replaceAll(/(\bfd=)\d+/g, '$1FD')
    .replaceAll(/(\bconsumed: )\d+/g, '$1COUNT')
    .replaceAll(/\d+( bytes to write)/g, 'COUNT$1');
}
