/**
 * Rewrites `--x=true`, `--x=false`, `--no-x=true` and `--no-x=false` to `--x` or `--no-x`, which is what commander understands.
 * A flag with an optional value would do it too, but then `--x file` swallows the file.
 * @param flags - the boolean flags, with their dashes.
 * @returns the arguments, and the first one whose value is neither true nor false.
 */
export function rewriteBooleans(
  argv: readonly string[],
  flags: readonly string[],
): { readonly argv: readonly string[]; readonly bad: string | undefined } {
  let bad: string | undefined;
  const end = argv.indexOf('--');
  const rewritten = argv.map((argument, i) => {
    const [, flag = '', value = ''] = /^(--[^=]+)=(.*)$/.exec(argument) ?? [];
    const positive = flag.replace(/^--no-/, '--');
    if ((end !== -1 && i >= end) || !flags.includes(positive)) return argument;
    if (value !== 'true' && value !== 'false') {
      bad ??= `${flag} takes true or false, not ${value === '' ? 'nothing' : value}`;
      return argument;
    }
    const isOn = (value === 'true') === (flag === positive);
    return isOn ? positive : positive.replace(/^--/, '--no-');
  });
  return { argv: rewritten, bad };
}
