import { isMap, isScalar, parseDocument } from 'yaml';

/** What a scenario calls itself; empty when the text is no scenario. */
export function nameOf(text: string): string {
  if (!/\bactors\b|\bsteps\b/.test(text)) return '';
  const { contents } = parseDocument(text, { prettyErrors: false });
  if (!isMap(contents)) return '';
  const name: unknown = contents.get('name', true);
  return isScalar(name) && typeof name.value === 'string' ? name.value : '';
}
