/** An address of four or sixteen octets as people write it. @rfc 5952 §4 */
export function ipText(ip: Uint8Array): string {
  if (ip.length === 4) return ip.join('.');
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((ip[2 * i] ?? 0) << 8) | (ip[2 * i + 1] ?? 0)).toString(16),
  ).join(':');
  const runs = [...groups.matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].map(([run]) => run);
  const [longest] = runs.sort((a, b) => b.length - a.length);
  return longest === undefined
    ? groups
    : groups
        .replace(longest, ':')
        .replace(/^:(?!:)|:$/, '::')
        .replace(':::', '::');
}
