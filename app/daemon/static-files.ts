import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { SECURITY_HEADERS } from './headers.ts';

/** The kinds of files a build of the renderer has; anything else is not served. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
};

export interface StaticAnswer {
  readonly status: 200 | 400 | 404 | 405;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
}

const refuse = (status: 400 | 404 | 405): StaticAnswer => ({
  status,
  headers: { ...SECURITY_HEADERS, ...(status === 405 ? { Allow: 'GET, HEAD' } : {}) },
  body: undefined,
});

/** The path as a file name below a root; undefined for every trick with escapes, dots and separators. */
function toRelative(path: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  if (!decoded.startsWith('/') || decoded.includes('\\') || decoded.includes('\0') || decoded.includes(':'))
    return undefined;
  const parts = decoded.slice(1).split('/');
  if (parts.some((part) => part.startsWith('.'))) return undefined;
  return decoded === '/' ? 'index.html' : parts.join(sep);
}

/**
 * Answers a request for a file of the built page, with the headers of every answer.
 * @param path - of the URL, still escaped, without query.
 */
export async function serveStatic(rootDir: string, method: string, path: string): Promise<StaticAnswer> {
  if (method !== 'GET' && method !== 'HEAD') return refuse(405);
  const relative = toRelative(path);
  if (relative === undefined) return refuse(400);
  const type = TYPES[extname(relative)];
  if (type === undefined) return refuse(404);
  try {
    const root = await realpath(rootDir);
    const file = await realpath(join(root, relative));
    if (!file.startsWith(root + sep)) return refuse(404);
    const body = new Uint8Array(await readFile(file));
    // Names below assets/ carry a hash of their content.
    const isHashed = relative.startsWith(`assets${sep}`);
    return {
      status: 200,
      headers: {
        ...SECURITY_HEADERS,
        'Content-Type': type,
        'Content-Length': String(body.length),
        'Cache-Control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      },
      body: method === 'HEAD' ? undefined : body,
    };
  } catch {
    // Missing, a folder, not readable: none of it is the page's business.
    return refuse(404);
  }
}
