/** One header line of a message as it stands in a SIPp file. */
export interface HeaderLine {
  readonly name: string;
  /** With its [keywords]. */
  readonly value: string;
  /** `[last_NAME:]`: taken over from the last message with its name. */
  readonly isCopied: boolean;
  readonly line: number;
}

/** A message as it stands in a SIPp file, its [keywords] not replaced. */
export interface MessageText {
  readonly startLine: string;
  readonly headers: readonly HeaderLine[];
  /** Lines that are no headers: `[routes]`, `[authentication]`, `[$1]`. */
  readonly others: readonly { readonly text: string; readonly line: number }[];
  /** Empty when there is none; else each line ends in `\n`. */
  readonly body: string;
  readonly line: number;
}

const COPIED = /^\[last_([\w-]+):?\](.*)$/;
const HEADER = /^([\w!%.*+`'~-]+)\s*:\s*(.*)$/;

/** Takes a message apart as SIPp reads it: indentation and blank lines around it do not count. */
export function readMessageText(text: string, firstLine: number): MessageText {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const begin = Math.max(
    0,
    lines.findIndex((line) => line !== ''),
  );
  const blank = lines.indexOf('', begin);
  const end = blank === -1 ? lines.length : blank;
  const headers: HeaderLine[] = [];
  const others: { text: string; line: number }[] = [];
  for (let i = begin + 1; i < end; i++) {
    const written = lines[i] ?? '';
    const line = firstLine + i;
    const [, copied, rest = ''] = COPIED.exec(written) ?? [];
    const [, name, value = ''] = HEADER.exec(written) ?? [];
    if (copied !== undefined)
      headers.push({ name: copied, value: `[last_${copied}:]${rest}`, isCopied: true, line });
    else if (name !== undefined) headers.push({ name, value, isCopied: false, line });
    else others.push({ text: written, line });
  }
  const body = lines.slice(end + 1);
  while (body.at(-1) === '') body.pop();
  while (body[0] === '') body.shift();
  return {
    startLine: lines[begin] ?? '',
    headers,
    others,
    body: body.map((line) => `${line}\n`).join(''),
    line: firstLine + begin,
  };
}
