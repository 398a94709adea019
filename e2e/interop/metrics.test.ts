import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort, sippCalls } from '../fixtures/peers.ts';
import { missing, onPath } from '../fixtures/programs.ts';
import { command, type Siphond, startMisbehavingSiphond, startSiphond } from '../fixtures/siphond.ts';

/* Verified: the figures of /metrics after real traffic, of a server in this process, beside the API, and of several. */

const hasSipp = onPath('sipp') !== undefined;
const why = hasSipp ? '' : `, skipped: ${missing('sipp')}`;

let siphond: Siphond | undefined;

afterEach(async () => {
  await siphond?.stop();
  siphond = undefined;
});

const PORTS = ['--udp-bind', '127.0.0.1:0', '--tcp-bind', 'none', '--sips-bind', 'none'];

const scraped = (port: number) => async (): Promise<readonly string[]> =>
  (await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).split('\n');

describe('metrics of siphond', { timeout: 60_000 }, () => {
  it.skipIf(!hasSipp).each([
    ['in this process', []],
    ['in a worker, beside the API', ['--api-bind', '127.0.0.1:0']],
  ])(`count sipp's calls and time them, the server %s${why}`, async (_where, options) => {
    const port = await freePort();
    const bind = ['--metrics-bind', `127.0.0.1:${port}`];
    siphond = await startSiphond(['--mode', 'full-uas', '--ring-ms', '60', ...PORTS, ...bind, ...options], 1);
    expect(await sippCalls(`127.0.0.1:${siphond.port}`, 5)).toMatchObject({ successful: 5 });
    const register = ['register', `sip:alice@127.0.0.1:${siphond.port}`];
    expect((await command('sipctl', register)).exitCode).toBe(0);
    const lines = scraped(port);
    await expect
      .poll(lines, { timeout: 20_000 })
      .toContain('siphon_sip_responses_total{direction="out",method="BYE",code="200"} 5');
    const now = await lines();
    for (const line of [
      'siphon_sip_requests_total{direction="in",method="INVITE",transport="udp"} 5',
      'siphon_sip_response_seconds_count{direction="in",method="INVITE"} 5',
      'siphon_sip_response_seconds_bucket{direction="in",method="INVITE",le="0.05"} 0',
      'siphon_call_setup_seconds_count{direction="in"} 5',
      'siphon_registrations_active 1',
      'siphon_dialogs_active 0',
    ])
      expect(now).toContain(line);
    expect(now.some((line) => /^siphon_event_loop_lag_seconds \d/.test(line))).toBe(true);
    expect((await fetch(`http://127.0.0.1:${port}/ready`)).status).toBe(200);
  });

  it('of several servers say whose they are, and one that crashed is not ready', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'siphon-metrics-'));
    const port = await freePort();
    const file = join(dir, 'lab.yaml');
    await writeFile(
      file,
      `metricsBind: 127.0.0.1:${port}\nudpBind: 127.0.0.1:0\ntcpBind: none\nsipsBind: none\nservers:\n  - name: uas\n  - name: desk\n`,
    );
    try {
      siphond = await startMisbehavingSiphond(['--config', file], 2);
      const [uas] = siphond.listeners;
      await command('sipctl', ['options', `sip:127.0.0.1:${uas?.port}`]);
      const counted =
        'siphon_sip_requests_total{node="uas",direction="in",method="OPTIONS",transport="udp"} 1';
      await expect.poll(scraped(port), { timeout: 20_000 }).toContain(counted);
      const ready = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/ready`)).text();
      expect(await ready()).toBe('ready\n');
      siphond.misbehave('throw@desk');
      await expect.poll(ready, { timeout: 20_000 }).toBe('desk: not every listener is bound\n');
      expect(await scraped(port)()).toContain('siphon_dialogs_active{node="uas"} 0');
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});
