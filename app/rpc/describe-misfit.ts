interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function issuesOf(error: unknown): readonly Issue[] {
  if (typeof error !== 'object' || error === null || !('issues' in error)) return [];
  return Array.isArray(error.issues) ? (error.issues as readonly Issue[]) : [];
}

/** One sentence about why a value does not fit its schema: the field, and what was expected there. */
export function describeMisfit(error: unknown): string {
  const sentences = issuesOf(error).map(({ path, message }) => {
    const where = path.map(String).join('.');
    return where === '' ? message : `${where}: ${message}`;
  });
  return sentences.length === 0 ? 'the parameters do not fit' : sentences.slice(0, 3).join('; ');
}
