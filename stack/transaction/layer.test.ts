import { describe, expect, it } from 'vitest';
import { createIds } from '../core/seeded-ids.ts';
import { parseMessage } from '../message/parse.ts';
import { toBytes } from '../message/octets.ts';
import { buildResponse } from '../message/response.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { LoopNetwork } from '../testing/loop-network.ts';
import { TransactionLayer } from './layer.ts';
import { DEFAULT_TIMING, type TransactionCore } from './types.ts';

describe('layer smoke', () => {
  it('answers OPTIONS', () => {
    const clock = new ManualClock();
    const network = new LoopNetwork({ clock, ids: createIds('net') });
    const log: string[] = [];
    const core: TransactionCore = {
      onRequest: (t) => {
        log.push(`${clock.now()} request ${t.kind}`);
        t.respond(
          200,
          buildResponse(t.incoming.message, { status: 200, toTag: 'x', source: t.incoming.received.from }),
        );
      },
      onAck: () => undefined,
      onStrayResponse: () => undefined,
    };
    const mk = (port: number) => {
      const transport = network.bind('udp', { host: '10.0.0.1', port });
      const layer = new TransactionLayer({
        clock,
        ids: createIds(String(port)),
        timing: DEFAULT_TIMING,
        core,
      });
      layer.addTransport(transport);
      return { transport, layer };
    };
    const a = mk(5060);
    const b = mk(5070);
    const bytes = toBytes(
      'OPTIONS sip:b@10.0.0.1:5070 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1\r\nFrom: <sip:a@a>;tag=1\r\nTo: <sip:b@b>\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n',
    );
    a.layer.request(
      bytes,
      parseMessage(bytes),
      { transport: a.transport, target: { address: b.transport.local } },
      {
        onResponse: (r) =>
          log.push(
            `${clock.now()} ${r.message.startLine.kind === 'response' ? r.message.startLine.status : ''}`,
          ),
        onTimeout: () => log.push('timeout'),
        onTransportFailed: () => log.push('failed'),
        onTerminated: () => log.push(`${clock.now()} over`),
      },
    );
    clock.runAll(100_000);
    expect(log).toEqual(['0 request non-invite', '0 200', '5000 over']);
    expect(clock.now()).toBe(32000);
    expect(b.layer.stats).toMatchObject({ serverTransactions: 0, completedTransactions: 0 });
  });
});
