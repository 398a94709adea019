import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../stack/core/logger.ts';
import { call } from '../../stack/server/handlers/call.ts';
import { openCallRecords } from './cdr.ts';
import { servingLab } from './testing/serving-lab.ts';

/* Verified: what is recorded of calls that were answered, given up or refused; in virtual time. */

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-cdr-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

const SDP =
  'v=0\r\no=- 1 1 IN IP4 10.0.0.2\r\ns=-\r\nc=IN IP4 10.0.0.2\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n';

describe('call records', () => {
  it('have a line for each call with a dialog, when it is over', async () => {
    const file = join(dir, 'calls.ndjson');
    const lab = servingLab({ mode: 'call-server', ringMs: 2000 });
    const records = openCallRecords(file, silentLogger);
    records.watch(lab.serving.agent, { server: 'edge', bridge: () => lab.serving.mode.bridge });
    const phone = lab.phone('10.0.0.2');
    const dial = () => phone.call({ target: 'sip:bob@10.0.0.1', from: 'sip:alice@10.0.0.2', sdp: SDP });
    const answered = dial();
    await lab.clock.advanceAsync(3000);
    await lab.clock.advanceAsync(5000);
    answered.session?.hangUp();
    await lab.clock.advanceAsync(100);
    const cancelled = dial();
    await lab.clock.advanceAsync(500);
    cancelled.hangUp();
    await lab.clock.advanceAsync(100);
    await lab.close();
    await records.close();
    const lines = (await readFile(file, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines).toMatchObject([
      {
        server: 'edge',
        direction: 'in',
        remote: 'sip:alice@10.0.0.2',
        local: 'sip:bob@10.0.0.1',
        protocol: 'udp',
        peer: '10.0.0.2:5060',
        setupMs: 2000,
        durationMs: 6000,
        endedBy: 'remote',
      },
      { direction: 'in', durationMs: 0 },
    ]);
    expect(lines[1]).not.toHaveProperty('answeredAt');
  });

  it('name the other leg of a bridged call, and calls that a stop cuts off', async () => {
    const file = join(dir, 'legs.ndjson');
    const lab = servingLab({ mode: 'b2bua', nextHop: 'sip:10.0.0.4' });
    const records = openCallRecords(file, silentLogger);
    records.watch(lab.serving.agent, { server: 'edge', bridge: () => lab.serving.mode.bridge });
    lab.agent('10.0.0.4', call({ isAccepting: true, ringMs: 0, sdpProfile: 'audio-only' }));
    lab.phone('10.0.0.2').call({ target: 'sip:bob@10.0.0.1', from: 'sip:alice@10.0.0.2', sdp: SDP });
    await lab.clock.advanceAsync(1000);
    // Nobody answers the BYE of the stop any more.
    lab.network.dropIf(() => true);
    await lab.close();
    await records.close();
    const lines = (await readFile(file, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { callId: string; otherCallId: string; direction: string });
    expect(lines.map(({ direction }) => direction).sort()).toEqual(['in', 'out']);
    const [one, other] = lines;
    expect([one?.otherCallId, other?.otherCallId]).toEqual([other?.callId, one?.callId]);
  });

  it('refuse a file that cannot be written, in one sentence', () => {
    expect(() => openCallRecords(join(dir, 'no', 'such', 'folder'), silentLogger)).toThrow(
      /^The call records cannot be written to .*folder: /,
    );
  });
});
