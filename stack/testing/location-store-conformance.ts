import type { TestKit } from './conformance/bench.ts';
import { startProcess, type StoreCase, type StoreWorld } from './conformance/store-bench.ts';
import { REGISTRAR_CASES } from './conformance/registrar-cases.ts';
import { SHARED_STORE_CASES } from './conformance/shared-store-cases.ts';
import { STORE_CASES } from './conformance/store-cases.ts';

/**
 * Registers the suite that every location store must pass: the contract of `LocationStore` in tests.
 * @param isShared - several processes can open it.
 */
export function describeLocationStore(
  name: string,
  makeWorld: () => Promise<StoreWorld>,
  kit: TestKit,
  isShared: boolean,
): void {
  const register = (title: string, cases: readonly StoreCase[]): void => {
    kit.describe(`${name}: ${title}`, () => {
      for (const [rule, run] of cases) kit.it(rule, () => runCase(makeWorld, kit.expect, run));
    });
  };
  register('any location store', STORE_CASES);
  register('the registrar on it', REGISTRAR_CASES);
  if (isShared) register('two processes on one store', SHARED_STORE_CASES);
}

async function runCase(
  makeWorld: () => Promise<StoreWorld>,
  expect: TestKit['expect'],
  run: StoreCase[1],
): Promise<void> {
  const world = await makeWorld();
  let processes = 0;
  try {
    await run({
      world,
      expect,
      process: async () => startProcess(await world.open(), world.clock, ++processes),
    });
  } finally {
    await world.close();
  }
}
