/**
 * The eight groups of an IPv6 address without brackets; undefined when it is none. A dotted IPv4 address may be its end, and `:::` before that
 * counts as `::`, as the grammar of RFC 3261 made people write it.
 * @rfc 5954 §4.1, RFC 5118 §4.10
 */
export function ipv6Groups(text: string): readonly number[] | undefined {
  const tail = /^(.*:)(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  const [, before = text, ...octets] = tail ?? [];
  const numbers = octets.map(Number);
  if (numbers.some((octet) => octet > 255)) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = numbers;
  const last = tail === null ? [] : [a * 256 + b, c * 256 + d];
  const head = tail === null ? text : before.replace(/:::$/, '::').replace(/([^:]):$/, '$1');
  const halves = head.split('::');
  const [left, right] = halves.map(groupsOf);
  if (halves.length > 2 || left === undefined) return undefined;
  if (halves.length === 1) return left.length + last.length === 8 ? [...left, ...last] : undefined;
  if (right === undefined) return undefined;
  const missing = 8 - left.length - right.length - last.length;
  return missing < 1 ? undefined : [...left, ...new Array<number>(missing).fill(0), ...right, ...last];
}

/** `2001:db8` as numbers; undefined when a group is malformed. */
function groupsOf(text: string): readonly number[] | undefined {
  if (text === '') return [];
  const groups = text.split(':');
  return groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))
    ? groups.map((group) => parseInt(group, 16))
    : undefined;
}
