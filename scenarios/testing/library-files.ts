import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../library/', import.meta.url));

/** Every scenario that ships: its path below the library, with `/`, and its text. */
export const libraryFiles = (): readonly (readonly [path: string, text: string])[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => [name.replaceAll('\\', '/'), readFileSync(folder + name, 'utf8')] as const);
