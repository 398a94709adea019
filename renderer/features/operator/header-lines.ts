const HEADER = /^([A-Za-z0-9!%*_+`'~.-]+)\s*:\s*(\S.*)?$/;

export type HeaderLines =
  | { readonly headers: [string, string][]; readonly error: undefined }
  | { readonly headers: undefined; readonly error: string };

/** Header lines as they were typed, `Name: value` each; what is no header is named with its line. */
export function readHeaderLines(text: string): HeaderLines {
  const headers: [string, string][] = [];
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const match = HEADER.exec(line.trim());
    if (match === null)
      return {
        headers: undefined,
        error: `Line ${at + 1} is no header: expected NAME: VALUE, such as Alert-Info: <urn:alert:tone>.`,
      };
    headers.push([match[1] ?? '', match[2] ?? '']);
  }
  return { headers, error: undefined };
}
