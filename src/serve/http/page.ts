/** The page that the browser loads: what lies in dist/web, known by name before anybody asks, so that no path leads out of it. */
import { readdir, readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

export type PageFile = { readonly bytes: Uint8Array<ArrayBuffer>; readonly type: string; readonly lasting: boolean };
/** By path: `/index.html`, `/assets/app-3f2a.js`. */
export type Page = ReadonlyMap<string, PageFile>;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.ttf': 'font/ttf',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

export async function loadPage(folder: URL = new URL('../../web/', import.meta.url)): Promise<Page> {
  const page = new Map<string, PageFile>();
  const root = fileURLToPath(folder);
  const names = await readdir(root, { recursive: true }).catch((): string[] => []);
  for (const name of names.sort()) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const path = `/${name.replaceAll('\\', '/')}`;
    // Names of built files carry their hash.
    page.set(path, { bytes: new Uint8Array(await readFile(`${root}/${name}`)), type, lasting: path.startsWith('/assets/') });
  }
  const index = page.get('/index.html');
  if (index === undefined) page.set('/', { bytes: new TextEncoder().encode(NOT_BUILT), type: TYPES['.txt'] ?? '', lasting: false });
  else page.set('/', index);
  return page;
}

const NOT_BUILT = `plainsight serves its API here (/api/openapi.json, /metrics), but the page is not built: run "npm run build" in its folder.\n`;
