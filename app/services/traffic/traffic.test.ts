import { describe, expect, it } from 'vitest';
import { ContractError } from '../../contract/errors.ts';
import type { TrafficSummary, TreeNode } from '../../contract/traffic.ts';
import { workbench } from '../../contract/workbench.ts';
import { encodeBatch } from './capture-batch.ts';
import { aCall, captured, LOCAL, PEER, requestBytes, responseBytes, START_MS } from './testing/messages.ts';
import { tshark, tsharkMissing } from './testing/pcapng-file.ts';
import type { Traffic, TrafficHandlers } from './traffic-api.ts';
import { createTraffic } from './traffic.ts';

const clock = { now: () => 0, wallMs: () => 0, after: () => ({ cancel: () => undefined }) };
const uas = { id: 's1', name: 'uas' };
const peer = { id: 's2', name: 'proxy' };

function traffic(...batches: ReturnType<typeof aCall>[]): Traffic {
  const created = createTraffic({ clock, limitBytes: 1_000_000 });
  for (const batch of batches) created.ingest(encodeBatch(batch), uas);
  return created;
}

/** Answers as a face gets them: through the checks of the contract and JSON. */
async function ask<M extends keyof TrafficHandlers>(
  { handlers }: Traffic,
  method: M,
  params: Parameters<TrafficHandlers[M]>[0],
): Promise<Awaited<ReturnType<TrafficHandlers[M]>>> {
  const handler = handlers[method] as (p: unknown) => unknown;
  const answer: unknown = JSON.parse(JSON.stringify(await handler(params)));
  return workbench.methods[method].result.parse(answer) as Awaited<ReturnType<TrafficHandlers[M]>>;
}

const everything = { filter: '', sort: { by: 'id', descending: false }, offset: 0, limit: 10 } as const;

async function rejection(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof ContractError ? error.code : `no rejection but ${String(error)}`;
}

const everyNode = (tree: readonly TreeNode[]): readonly TreeNode[] =>
  tree.flatMap((node) => [node, ...everyNode(node.children)]);

async function fileOf(recording: Traffic, scope: Parameters<Traffic['export']>[0]): Promise<Uint8Array> {
  const { chunks } = await recording.export(scope);
  return Buffer.concat([...chunks()]);
}

describe('traffic', () => {
  it('tells what it holds, and that it changed', async () => {
    const recording = traffic();
    const seen: TrafficSummary[] = [];
    const stop = recording.onChanged((summary) => seen.push(summary));
    recording.ingest(encodeBatch(aCall()), uas);
    expect(await ask(recording, 'traffic.record', { isOn: false })).toMatchObject({
      isRecording: false,
      messages: 7,
    });
    recording.ingest(encodeBatch(aCall({ callId: 'unheard' })), uas);
    await ask(recording, 'traffic.record', { isOn: true });
    recording.ingest(encodeBatch(aCall({ callId: 'heard' })), uas);
    expect(await ask(recording, 'traffic.clear', {})).toMatchObject({
      dialogs: 0,
      messages: 0,
      sizeBytes: 0,
      dropped: 0,
    });
    stop();
    recording.ingest(encodeBatch(aCall()), uas);
    expect(seen.map(({ dialogs, messages, isRecording }) => [dialogs, messages, isRecording])).toEqual([
      [1, 7, true],
      [1, 7, false],
      [1, 7, true],
      [2, 14, true],
      [0, 0, true],
    ]);
    expect(seen.map(({ revision }) => revision)).toEqual([1, 2, 3, 4, 5]);
    expect(seen[0]).toMatchObject({ limitBytes: 1_000_000, lastAtMs: START_MS + 2525 });
  });

  it('counts what it dropped', () => {
    const recording = createTraffic({ clock, limitBytes: 20_000 });
    for (let n = 0; n < 20; n += 1) recording.ingest(encodeBatch(aCall({ callId: `c${n}` })), uas);
    const { messages, dropped, sizeBytes } = recording.summary;
    expect(messages + dropped).toBe(140);
    expect(dropped).toBeGreaterThan(0);
    expect(sizeBytes).toBeLessThanOrEqual(20_000);
  });

  it('shows dialogs with names in Unicode', async () => {
    const recording = traffic(aCall({ from: '<sip:j%C3%BCrgen@lab>', to: '<tel:+4930123>' }));
    const { rows } = await ask(recording, 'dialogs.query', everything);
    expect(rows).toEqual([
      {
        id: 1,
        callId: 'call-1@127.0.0.1',
        state: 'completed',
        method: 'INVITE',
        fromUser: 'jürgen',
        toUser: '+4930123',
        fromUri: 'sip:j%C3%BCrgen@lab',
        toUri: 'tel:+4930123',
        source: '127.0.0.1:5071',
        destination: '127.0.0.1:5060',
        protocol: 'udp',
        startedAtMs: START_MS,
        lastAtMs: START_MS + 2525,
        messages: 7,
        retransmissions: 0,
        setupMs: 20,
        durationMs: 2000,
        result: { status: 200, reason: 'OK' },
        findings: 3,
        serverId: 's1',
      },
    ]);
  });

  it('draws a ladder: lanes by first appearance, servers by name, peers by whom they speak for', async () => {
    const proxy = { host: '127.0.0.1', port: 5080 };
    const hop = { remote: proxy, atMs: 1 };
    const recording = traffic([
      captured('in', requestBytes('INVITE')),
      captured('out', requestBytes('INVITE', { branch: 'z9hG4bKhop' }), hop),
      captured('in', responseBytes('200 OK'), { ...hop, atMs: 4 }),
      captured('out', responseBytes('200 OK'), { atMs: 5 }),
    ]);
    const bound = (host: string, port: number) => [{ protocol: 'udp', host, port }] as const;
    recording.setServers([
      { ...uas, name: 'edge', listeners: [...bound(LOCAL.host, LOCAL.port)] },
      { ...peer, listeners: [...bound('0.0.0.0', 5080)] },
    ]);
    const ladder = await ask(recording, 'dialogs.ladder', { ids: [1, 99], limit: 3 });
    expect(ladder.lanes).toEqual([
      { address: '127.0.0.1:5071', name: 'alice', kind: 'peer' },
      { address: '127.0.0.1:5060', name: 'edge', kind: 'server', serverId: 's1' },
      { address: '127.0.0.1:5080', name: 'proxy', kind: 'server', serverId: 's2' },
    ]);
    expect(
      ladder.messages.map(({ id, source, destination, method, status }) => [
        id,
        source,
        destination,
        method,
        status,
      ]),
    ).toEqual([
      [1, '127.0.0.1:5071', '127.0.0.1:5060', 'INVITE', undefined],
      [2, '127.0.0.1:5060', '127.0.0.1:5080', 'INVITE', undefined],
      [3, '127.0.0.1:5080', '127.0.0.1:5060', 'INVITE', 200],
    ]);
    expect([ladder.isCut, ladder.dialogs.length]).toEqual([true, 1]);
  });

  it('names the one called where a proxy sent the request, also when it forks', async () => {
    const to = (port: number, atMs: number) => ({ remote: { host: '127.0.0.1', port }, atMs });
    const recording = traffic([
      captured('in', requestBytes('INVITE')),
      captured('out', requestBytes('INVITE', { branch: 'z9hG4bKa' }), to(5091, 1)),
      captured('out', requestBytes('INVITE', { branch: 'z9hG4bKb' }), to(5092, 2)),
      captured('in', responseBytes('200 OK'), to(5092, 3)),
    ]);
    const { lanes } = await ask(recording, 'dialogs.ladder', { ids: [1], limit: 10 });
    expect(lanes.map(({ address, name }) => `${address} ${name}`)).toEqual([
      '127.0.0.1:5071 alice',
      expect.stringMatching(/^127\.0\.0\.1:5060 /),
      '127.0.0.1:5091 bob',
      '127.0.0.1:5092 bob',
    ]);
  });

  it('merges ladders in order of time', async () => {
    const recording = traffic(aCall({ callId: 'one' }), aCall({ callId: 'two', atMs: 10 }));
    const { messages, isCut } = await ask(recording, 'dialogs.ladder', { ids: [2, 1], limit: 100 });
    const times = messages.map(({ atMs }) => atMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect([messages.length, isCut]).toEqual([14, false]);
    expect(messages[0]).toMatchObject({
      dialogId: 1,
      direction: 'in',
      kind: 'request',
      cseq: 1,
      branch: 'z9hG4bK1-INVITE',
      hasToTag: false,
      sdp: { codecs: 'PCMU, PCMA', direction: 'sendrecv' },
    });
  });

  it('names what was retransmitted and what cannot be parsed', async () => {
    const recording = traffic([
      captured('in', requestBytes('OPTIONS')),
      captured('in', requestBytes('OPTIONS'), { atMs: 500 }),
    ]);
    recording.ingest(encodeBatch([captured('in', '\u0000junk')]), uas);
    const { messages } = await ask(recording, 'dialogs.ladder', { ids: [1, 2], limit: 10 });
    expect(messages.map(({ kind, retransmissionOf }) => [kind, retransmissionOf])).toEqual([
      ['request', undefined],
      ['invalid', undefined],
      ['request', 1],
    ]);
    expect(messages[1]?.findings).toBeGreaterThan(0);
  });

  it('opens a message with its octets, and says so when it is gone', async () => {
    const recording = traffic(aCall());
    const inspection = await ask(recording, 'messages.inspect', { id: 1 });
    const octets = Buffer.from(inspection.base64, 'base64');
    expect(octets.equals(aCall()[0]?.bytes ?? Buffer.alloc(0))).toBe(true);
    const [startLine, ...headers] = inspection.tree.filter(({ kind }) => kind !== 'body');
    expect(startLine).toMatchObject({
      kind: 'start-line',
      start: 0,
      value: 'INVITE sip:bob@127.0.0.1:5060 SIP/2.0',
    });
    expect(headers.map(({ kind, label }) => `${kind} ${label}`)).toEqual(
      ['Via', 'From', 'To', 'Call-ID', 'CSeq', 'Max-Forwards', 'Content-Type', 'Content-Length'].map(
        (name) => `header ${name}`,
      ),
    );
    expect(inspection.tree.at(-1)).toMatchObject({ kind: 'body', end: octets.length });
    expect(
      everyNode(inspection.tree).every(
        ({ start, end }) => start >= 0 && start <= end && end <= octets.length,
      ),
    ).toBe(true);
    expect(inspection.findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      'error contact-missing',
    ]);
    expect(await rejection(ask(recording, 'messages.inspect', { id: 99 }))).toBe('gone');
    expect(await rejection(ask(recording, 'messages.compare', { a: 1, b: 99 }))).toBe('gone');
    const { rows } = await ask(recording, 'messages.compare', { a: 1, b: 5 });
    expect(rows.find(({ label }) => label === 'Method')).toMatchObject({
      difference: 'changed',
      isExpected: false,
    });
  });

  it('tells what the rules say about a message, instead of what the octets alone show', async () => {
    const recording = traffic(aCall());
    const { messages, dialogs } = await ask(recording, 'dialogs.ladder', { ids: [1], limit: 10 });
    expect(messages.map(({ findings, worst }) => [findings, worst])).toEqual([
      [1, 'error'],
      [0, undefined],
      [1, 'warning'],
      [1, 'error'],
      [0, undefined],
      [0, undefined],
      [0, undefined],
    ]);
    expect(dialogs[0]?.findings).toBe(3);
    const { findings } = await ask(recording, 'messages.inspect', { id: 4 });
    expect(findings).toEqual([
      {
        severity: 'error',
        code: 'D9',
        message: 'The 200 to INVITE has no Contact.',
        rfc: 'RFC 3261 §12.1.1',
        start: 0,
        end: 14,
        advice: expect.stringMatching(/^Put a Contact/) as string,
        by: 'local',
      },
    ]);
  });

  it('filters by the name a server has now', async () => {
    const recording = traffic(aCall());
    const matched = async (): Promise<number> =>
      (await ask(recording, 'dialogs.query', { ...everything, filter: 'node == edge' })).matched;
    expect(await matched()).toBe(0);
    recording.setServers([{ ...uas, name: 'edge', listeners: [] }]);
    expect(await matched()).toBe(1);
  });
});

const missing = tsharkMissing();

describe('exports', () => {
  const three = () =>
    traffic(aCall({ callId: 'a' }), aCall({ callId: 'b', atMs: 3 }), aCall({ callId: 'c' }).slice(0, 2));

  it('count what is in scope', async () => {
    const recording = three();
    const counts = async (scope: Parameters<Traffic['export']>[0]) => {
      const { messages, dialogs, fileName } = await recording.export(scope);
      expect(fileName).toMatch(/^siphon-2026-\d\d-\d\d-\d{6}\.pcapng$/);
      return [dialogs, messages];
    };
    expect(await counts({ kind: 'all' })).toEqual([3, 16]);
    expect(await counts({ kind: 'dialogs', ids: [2, 2, 77] })).toEqual([1, 7]);
    expect(await counts({ kind: 'filter', filter: 'sip.Method == BYE' })).toEqual([2, 14]);
  });

  it('refuse an empty scope and a wrong filter', async () => {
    const recording = three();
    expect(await rejection(recording.export({ kind: 'filter', filter: 'nobody' }))).toBe('not-found');
    expect(await rejection(recording.export({ kind: 'dialogs', ids: [99] }))).toBe('not-found');
    expect(await rejection(recording.export({ kind: 'filter', filter: 'sip.Metod == x' }))).toBe(
      'filter-syntax',
    );
    expect(await rejection(createTraffic({ clock }).export({ kind: 'all' }))).toBe('not-found');
  });

  it('write what was in scope although it is dropped while they write', async () => {
    const recording = createTraffic({ clock, limitBytes: 60_000 });
    for (let n = 0; n < 6; n += 1) recording.ingest(encodeBatch(aCall({ callId: `old-${n}` })), uas);
    const { chunks } = await recording.export({ kind: 'all' });
    for (let n = 0; n < 50; n += 1) recording.ingest(encodeBatch(aCall({ callId: `new-${n}` })), uas);
    const text = Buffer.concat([...chunks()]).toString('latin1');
    expect(text.match(/Call-ID: old-\d/g)).toHaveLength(42);
    expect(text).not.toContain('new-');
  });

  it.skipIf(missing)(
    `are read back by tshark${missing ? ` (${missing})` : ''}`,
    { timeout: 60_000 },
    async () => {
      const recording = three();
      const tcp = {
        callId: 't',
        protocol: 'tcp',
        connectionId: '7',
        remote: { ...PEER, port: 33_000 },
      } as const;
      recording.ingest(encodeBatch(aCall(tcp)), uas);
      const rows = tshark(await fileOf(recording, { kind: 'all' }), 'sip', ['sip.Call-ID', 'ip.proto']);
      const count = (id: string, protocol: string): number =>
        rows.filter(([a, b]) => a === id && b === protocol).length;
      expect([count('a', '17'), count('b', '17'), count('c', '17'), count('t', '6'), rows.length]).toEqual([
        7, 7, 2, 7, 23,
      ]);
      expect(tshark(await fileOf(recording, { kind: 'all' }), '_ws.malformed', ['frame.number'])).toEqual([]);
    },
  );
});
