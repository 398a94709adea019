// Delay of the event loop under 100,000 live client transactions, beside the idle loop.
import { measureInChild } from '../measure-in-child.mjs';

export const rows = [
  {
    id: 'transactions',
    title: '100,000 client transactions, loop delay p99',
    unit: 'ms',
    yardstick: 'idle loop',
    goal: 'at most 10 ms more',
    ratio: (value, yardstick) => value - yardstick,
    ratioUnit: ' ms',
    isMet: (more) => more <= 10,
    run: () => measureInChild('transactions-child.mjs'),
  },
];
