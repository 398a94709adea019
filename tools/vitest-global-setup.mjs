import { ensureBuilt } from './ensure-built.mjs';

/** The suites that run the product's commands want them built once, not by every test at the same time. Those of the library never do. */
export function setup() {
  const filters = process.argv
    .filter((argument) => argument.includes('/') && !argument.startsWith('-'))
    .slice(2);
  const isLibraryOnly = filters.length > 0 && filters.every((filter) => filter.startsWith('stack/'));
  if (!isLibraryOnly) ensureBuilt({ renderer: false });
}
