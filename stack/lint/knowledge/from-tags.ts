/** Tags remembered; the older half is forgotten beyond it. */
const MAX_TAGS = 20_000;

/** Which Call-ID each From tag of a request outside dialogs belongs to. @rfc 3261 §19.3 */
export class FromTags {
  #recent = new Map<string, number>();
  #older: ReadonlyMap<string, number> = new Map();

  /**
   * Takes the tag of a request without To tag.
   * @param from - URI of From: two senders may well draw the same short tag.
   * @returns whether it was seen with another Call-ID before.
   */
  isReused(tag: string, from: string, callId: string): boolean {
    const key = `${tag} ${from}`;
    const call = hash(callId);
    const known = this.#recent.get(key) ?? this.#older.get(key);
    if (known !== undefined) return known !== call;
    if (this.#recent.size >= MAX_TAGS / 2) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(key, call);
    return false;
  }
}

/** FNV-1a: a number keeps no message in memory, as a text cut out of it would. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
