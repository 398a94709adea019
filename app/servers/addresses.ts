import { lookup } from 'node:dns/promises';

/** IP literals of a name, or the literal itself. */
export async function addressesOf(host: string): Promise<readonly string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch {
    // A name without address is an answer, not a failure: the caller says what it means.
    return [];
  }
}
