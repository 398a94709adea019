import type { RemovalReason } from '../location-store.ts';
import { asciiJson } from './binding-document.ts';

/** How a change is announced to every process on a store. */
export interface ChangeNote {
  /** Names the update that it tells of. */
  readonly id: string;
  /** Whose bindings changed; undefined: look at everything, because the name did not fit. */
  readonly aor?: string | undefined;
  /** Why those missing now are gone. */
  readonly removal?: RemovalReason | undefined;
  /** The new document, null when there is none any more; undefined: read it, because it did not fit. */
  readonly document?: string | null | undefined;
}

/** Writes as much of a note as there is room for. */
export function formatNote(note: Required<ChangeNote>, maxLength: number): string {
  const { id, aor, removal } = note;
  const texts = [note, { id, aor, removal }, { id }].map((part) => asciiJson(part));
  return texts.find(({ length }) => length <= maxLength) ?? asciiJson({ id });
}

/** Reads a note; undefined for what is none. */
export function parseNote(text: string): ChangeNote | undefined {
  try {
    const note: unknown = JSON.parse(text);
    return typeof note === 'object' && note !== null && 'id' in note ? (note as ChangeNote) : undefined;
  } catch {
    // Somebody else speaks on the channel.
    return undefined;
  }
}
