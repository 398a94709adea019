import { ensureBuilt } from './ensure-built.mjs';

/** The suites that run the product's commands want them built once, not by every test at the same time. */
export function setup() {
  ensureBuilt({ renderer: false });
}
