// Parsing: messages per second on one thread, beside the npm package `sip` on the same corpus, in a process of their own.
import { measureInChild } from '../measure-in-child.mjs';

const faster = { unit: 'msg/s', yardstick: 'npm sip', ratio: (value, yardstick) => value / yardstick };

export const rows = [
  {
    ...faster,
    id: 'parse-route',
    title: 'parse, ready to route',
    goal: 'at least 4x',
    isMet: (ratio) => ratio >= 4,
    run: () => measureInChild('parse-child.mjs', 'route'),
  },
  {
    ...faster,
    id: 'parse-all',
    title: 'parse, every header typed',
    goal: 'at least 1x',
    isMet: (ratio) => ratio >= 1,
    run: () => measureInChild('parse-child.mjs', 'all'),
  },
];
