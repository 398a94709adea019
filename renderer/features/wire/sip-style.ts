import type { IconName } from '../../ui/icon.tsx';

/** Classes that carry a protocol colour (`--c`, `--ct`) for each method the palette knows. */
const METHOD_CLASSES: ReadonlySet<string> = new Set([
  'INVITE',
  'ACK',
  'BYE',
  'CANCEL',
  'REGISTER',
  'OPTIONS',
  'SUBSCRIBE',
  'NOTIFY',
  'PUBLISH',
  'MESSAGE',
  'INFO',
  'REFER',
  'UPDATE',
  'PRACK',
]);

/** The colour class of a method; unknown ones look like OPTIONS, which is grey. */
export function methodClass(method: string): string {
  return METHOD_CLASSES.has(method) ? method : 'OPTIONS';
}

/** The colour class of a status code: `s2` for 200. What is no status at all looks like a server error. */
export function statusClass(status: number): string {
  const digit = Math.floor(status / 100);
  return digit >= 1 && digit <= 6 ? `s${String(digit)}` : 's5';
}

/** The icon that repeats a status class: dots, tick, turn, mark, cross, barred circle. */
export function statusIcon(status: number): IconName {
  const icons: readonly IconName[] = ['dots', 'check', 'turn', 'alert', 'cross', 'barred'];
  return icons[Math.floor(status / 100) - 1] ?? 'cross';
}
