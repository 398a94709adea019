import { startServer } from '../child.mjs';
import { startKamailioProxy } from '../kamailio.mjs';
import { routedCallCost } from '../routed-calls.mjs';
import { siphond } from './options.mjs';

async function costOf(starting) {
  const server = await starting;
  try {
    return await routedCallCost(server);
  } finally {
    await server.stop();
  }
}

const own = (mode) => costOf(startServer(...siphond(mode)));
const ratio = (value, yardstick) => value / yardstick;

export const rows = [
  {
    id: 'proxy',
    title: 'call through the proxy, registered callee, Record-Route',
    unit: 'us CPU',
    yardstick: 'Kamailio as Debian ships it, one worker, doing the same',
    goal: 'at most 1x',
    ratio,
    isMet: (r) => r <= 1,
    run: async () => ({ yardstick: await costOf(startKamailioProxy()), value: await own('proxy') }),
  },
  {
    id: 'b2bua',
    title: 'the same call through the b2bua',
    unit: 'us CPU',
    yardstick: 'our own proxy',
    goal: 'at most 2x',
    ratio,
    isMet: (r) => r <= 2,
    run: async () => ({ yardstick: await own('proxy'), value: await own('b2bua') }),
  },
];
