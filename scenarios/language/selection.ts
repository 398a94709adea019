import type { Outline } from './outline.ts';

/** Ids of steps with those of the steps in them and around them: what has to run so that they do. */
export function withRelatives({ steps }: Outline, ids: Iterable<string>): ReadonlySet<string> {
  const wanted = new Set(ids);
  const chosen = steps.filter(({ id }) => wanted.has(id));
  const related = steps.filter(({ at }) =>
    chosen.some((one) => at === one.at || at.startsWith(`${one.at}.`) || one.at.startsWith(`${at}.`)),
  );
  return new Set(related.map(({ id }) => id));
}
