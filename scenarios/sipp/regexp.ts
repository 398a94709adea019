const CLASSES: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  digit: '0-9',
  xdigit: '0-9A-Fa-f',
  lower: 'a-z',
  upper: 'A-Z',
  space: '\\s',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`{-~',
  print: ' -~',
  graph: '!-~',
  cntrl: '\\x00-\\x1f\\x7f',
};

/**
 * A POSIX extended regular expression as one of ours. `names`: of the whole match, then of each group; a group without a name is not kept.
 * @returns undefined when it cannot be read.
 */
export function fromPosix(posix: string, names: readonly string[]): string | undefined {
  let out = '';
  let group = 0;
  for (let i = 0; i < posix.length; i++) {
    const char = posix.charAt(i);
    if (char === '\\') out += char + posix.charAt(++i);
    else if (char === '(') {
      const name = names[++group];
      out += name === undefined ? '(?:' : `(?<${name}>`;
    } else if (char === '[') {
      const end = endOfBracket(posix, i);
      if (end === undefined) return undefined;
      out += bracket(posix.slice(i + 1, end));
      i = end;
    } else out += char;
  }
  const [whole] = names;
  const pattern = whole === undefined ? out : `(?<${whole}>${out})`;
  try {
    new RegExp(pattern);
    return pattern;
  } catch {
    return undefined;
  }
}

function endOfBracket(text: string, start: number): number | undefined {
  let i = start + 1;
  if (text.charAt(i) === '^') i++;
  if (text.charAt(i) === ']') i++;
  for (; i < text.length; i++) {
    if (text.startsWith('[:', i)) i = text.indexOf(':]', i) + 1;
    else if (text.charAt(i) === ']') return i;
    if (i === 0) return undefined;
  }
  return undefined;
}

/** In POSIX a backslash in brackets is a backslash, and a bracket that comes first is one of the characters. */
function bracket(inside: string): string {
  const isNot = inside.startsWith('^');
  const escaped = (isNot ? inside.slice(1) : inside).replace(/\[:(\w+):\]|[\\\][]/g, (char, name?: string) =>
    name === undefined ? `\\${char}` : (CLASSES[name] ?? ''),
  );
  return `[${isNot ? '^' : ''}${escaped}]`;
}
