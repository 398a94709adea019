import { parsePidf, type Pidf } from '../../message/bodies/pidf.ts';

/**
 * One presence document of several, the latest first: where two have a tuple or person of the same id, the later one counts. Without any document
 * the presentity is closed. @rfc 3903 §4, RFC 3856 §6.6
 */
export function composePresence(entity: string, documents: readonly string[]): Pidf {
  const parsed = documents.map(parsePidf).flatMap((p) => (p.kind === 'ok' ? [p.value] : []));
  if (parsed.length === 0) {
    return { entity, tuples: [{ id: 'none', basic: 'closed', notes: [] }], persons: [], notes: [] };
  }
  return {
    entity,
    tuples: firstOfEachId(parsed.flatMap((pidf) => pidf.tuples)),
    persons: firstOfEachId(parsed.flatMap((pidf) => pidf.persons)),
    notes: parsed.flatMap((pidf) => pidf.notes),
  };
}

function firstOfEachId<T extends { readonly id: string }>(items: readonly T[]): readonly T[] {
  const seen = new Set<string>();
  return items.filter(({ id }) => !seen.has(id) && seen.add(id));
}
