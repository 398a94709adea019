/** Text of a file that a scenario names, or why there is none. */
export type FileText = { readonly text: string } | { readonly reason: string };

/**
 * Reads a file that a scenario names: a dataset, another scenario.
 * @param path - relative to the folder of the scenario, with `/` and perhaps `..`.
 */
export type ReadFile = (path: string) => FileText;

/** Where a scenario has no folder, as on standard input. */
export const NO_FILES: ReadFile = () => ({ reason: 'there is no folder to read files from here' });

/** Gives texts that were read before, by their paths: a thread that may not read files is handed them. */
export const fromTexts =
  (texts: Readonly<Record<string, string>>): ReadFile =>
  (path) => {
    const text = texts[path];
    return text === undefined ? NO_FILES(path) : { text };
  };

/** Reads files, and keeps their texts by their paths, for `fromTexts`. */
export const keepingTexts =
  (readFile: ReadFile, texts: Record<string, string>): ReadFile =>
  (path) => {
    const read = readFile(path);
    if ('text' in read) texts[path] = read.text;
    return read;
  };

/** The path of a file that another one names, with `.` and `..` worked out; a path from the root stays what it is. */
export function joinedPath(from: string, path: string): string {
  if (path.startsWith('/')) return path;
  const parts: string[] = [];
  for (const part of [...from.split('/').slice(0, -1), ...path.split('/')])
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  return parts.join('/');
}
