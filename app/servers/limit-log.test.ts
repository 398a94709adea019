import { describe, expect, it } from 'vitest';
import type { Logger } from '../../stack/core/logger.ts';
import { LimitLog } from './limit-log.ts';

function recording(): { readonly log: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  const write = (message: string, fields?: object): void => {
    lines.push(`${message} ${JSON.stringify(fields)}`);
  };
  return { log: { debug: write, info: write, warn: write, error: write }, lines };
}

describe('LimitLog', () => {
  it('counts every refusal by the name of its limit, and logs a limit once in ten seconds', () => {
    const { log, lines } = recording();
    const limits = new LimitLog(log);
    const source = { host: '192.0.2.1', port: 5060 };
    for (let atMs = 0; atMs < 12_000; atMs += 1000) limits.onLimit({ limit: 'packet-rate', source, atMs });
    limits.onLimit({ limit: 'dialogs', atMs: 12_000 });
    expect(limits.counts).toEqual({ 'packet-rate': 12, dialogs: 1 });
    expect(lines).toEqual([
      'limit reached {"limit":"packet-rate","refusals":1,"source":"192.0.2.1:5060"}',
      'limit reached {"limit":"packet-rate","refusals":11,"source":"192.0.2.1:5060"}',
      'limit reached {"limit":"dialogs","refusals":1}',
    ]);
  });
});
