import type { Transport } from '../transport/transport.ts';
import {
  listen,
  type Bench,
  type Case,
  type Listening,
  type TestKit,
  type TransportWorld,
} from './conformance/bench.ts';
import { COMMON_CASES } from './conformance/common-cases.ts';
import { DATAGRAM_CASES } from './conformance/datagram-cases.ts';
import { MESSAGE_STREAM_CASES, OCTET_STREAM_CASES, STREAM_CASES } from './conformance/stream-cases.ts';

/** Registers the suite that every transport must pass: the contract of `Transport` in tests. */
export function describeTransport(
  name: string,
  makeWorld: () => Promise<TransportWorld>,
  kit: TestKit,
): void {
  const register = (title: string, cases: readonly Case[]): void => {
    kit.describe(`${name}: ${title}`, () => {
      for (const [rule, run] of cases) kit.it(rule, () => runCase(makeWorld, kit.expect, run));
    });
  };
  register('any transport', COMMON_CASES);
  if (/\budp\b/.test(name)) {
    register('datagrams', DATAGRAM_CASES);
  } else {
    register('streams', STREAM_CASES);
    if (/\bwss?\b/.test(name)) register('streams of messages', MESSAGE_STREAM_CASES);
    else register('streams of octets', OCTET_STREAM_CASES);
  }
}

async function runCase(
  makeWorld: () => Promise<TransportWorld>,
  expect: TestKit['expect'],
  run: (bench: Bench) => Promise<void>,
): Promise<void> {
  const world = await makeWorld();
  const bound: Transport[] = [];
  const bind = async (port = 0): Promise<Listening> => {
    const transport = await world.bind(port);
    bound.push(transport);
    return listen(transport, world);
  };
  try {
    await run({ world, expect, bind });
  } finally {
    for (const transport of bound) await transport.close();
  }
  await world.until(() => world.leaks().length === 0).catch(() => undefined);
  expect(world.leaks()).toEqual([]);
}
