// What a file holds, by the end of its name: the formats that the web has. All else is `application/octet-stream`, which a
// browser saves.

const types: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'text/html; charset=utf-8': 'html htm',
    'text/css; charset=utf-8': 'css',
    'text/javascript; charset=utf-8': 'js mjs cjs',
    'text/plain; charset=utf-8': 'txt text log md',
    'text/csv; charset=utf-8': 'csv',
    'text/xml; charset=utf-8': 'xml',
    'text/vtt; charset=utf-8': 'vtt',
    'application/json': 'json map',
    'application/manifest+json': 'webmanifest',
    'application/xhtml+xml': 'xhtml',
    'application/atom+xml': 'atom',
    'application/rss+xml': 'rss',
    'application/wasm': 'wasm',
    'application/pdf': 'pdf',
    'application/zip': 'zip',
    'application/gzip': 'gz',
    'application/zstd': 'zst',
    'image/svg+xml': 'svg',
    'image/png': 'png',
    'image/jpeg': 'jpg jpeg',
    'image/gif': 'gif',
    'image/webp': 'webp',
    'image/avif': 'avif',
    'image/bmp': 'bmp',
    'image/x-icon': 'ico',
    'font/woff': 'woff',
    'font/woff2': 'woff2',
    'font/ttf': 'ttf',
    'font/otf': 'otf',
    'audio/mpeg': 'mp3',
    'audio/ogg': 'ogg oga opus',
    'audio/wav': 'wav',
    'audio/flac': 'flac',
    'audio/mp4': 'm4a',
    'video/mp4': 'mp4 m4v',
    'video/webm': 'webm',
    'video/ogg': 'ogv',
    'video/quicktime': 'mov',
  }).flatMap(([type, ends]) => ends.split(' ').map((end) => [end, type] as const)),
);

export function mediaTypeOf(name: string): string {
  const end = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase();
  return (end === undefined ? undefined : types.get(end)) ?? 'application/octet-stream';
}
