import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../fixtures/peers.ts';
import { command, type Ended, type Siphond, startSiphond } from '../fixtures/siphond.ts';

const TOKEN = 'dials-token';

let siphond: Siphond;
let api: string;

beforeAll(async () => {
  const apiPort = await freePort();
  api = `http://127.0.0.1:${apiPort}`;
  siphond = await startSiphond(
    [
      ...['--name', 'uas', '--mode', 'full-uas', '--ring-ms', '50', '--api-bind', `127.0.0.1:${apiPort}`],
      ...['--api-token', TOKEN, '--udp-bind', '127.0.0.1:0', '--tcp-bind', 'none', '--sips-bind', 'none'],
    ],
    1,
  );
});

afterAll(() => siphond.stop());

const dials = (...words: readonly string[]): Promise<Ended> =>
  command('sipctl', ['dials', '--api', api, '--token', TOKEN, ...words]);

describe('sipctl dials', { timeout: 60_000 }, () => {
  it('shows the dials of the node, in words and as JSON', async () => {
    const { exitCode, stdout } = await dials();
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^uas, full-uas\n/);
    expect(stdout).toMatch(/^ {2}ring +50 ms +Ring time$/m);
    expect(stdout).toMatch(/^ {2}auto-accept-calls +on /m);
    const json = await dials('uas', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      event: 'dials',
      server: { name: 'uas' },
      values: { ringMs: 50, autoAcceptCalls: true },
      overrides: [],
    });
  });

  it('turns them, and the next call meets what was turned', async () => {
    const turned = await dials('uas', 'ring=0ms', 'override=INVITE=486*1');
    expect([turned.exitCode, turned.stderr]).toEqual([0, '']);
    expect(turned.stdout).toMatch(/^ {2}ring +0 ms /m);
    expect(turned.stdout).toMatch(/^ {2}override +INVITE=486\*1 +0 +1$/m);
    const call = ['call', `sip:bob@127.0.0.1:${siphond.port}`, '--duration', '10'];
    const busy = await command('sipctl', call);
    expect([busy.exitCode, /486/.test(busy.stdout)], busy.stdout).toEqual([1, true]);
    expect((await command('sipctl', call)).exitCode).toBe(0);
    expect((await dials()).stdout).toMatch(/^ {2}override +INVITE=486\*1 +1 +0$/m);
    expect(JSON.parse((await dials('override=none', '--json')).stdout)).toMatchObject({ overrides: [] });
  });

  it.each([
    [['nobody'], 1, 'sipctl: there is no node nobody; running: uas'],
    [['ring=4min'], 2, 'sipctl: ring: expected 0 ms to 3 min, not 4min'],
    [['session-expires=90s', 'enable-session-timers=on', 'min-se=2min'], 2, /^sipctl: .*session interval/],
    [['rng=1s'], 2, 'sipctl: rng is no dial; did you mean ring?'],
    [['uas', 'other'], 2, 'sipctl: other is no dial with a value, such as answer-delay=2s'],
    [['override=INVITE=900'], 2, /^sipctl: override: .+/],
    [['--token', 'wrong'], 2, /^sipctl: the API at \S+ does not take this token/],
    [['--api', 'http://127.0.0.1:1'], 3, /^sipctl: no API answers at \S+/],
  ] as const)('%j is refused with %i in one sentence', async (words, code, line) => {
    const { exitCode, stdout, stderr } = await dials(...words);
    expect([exitCode, stdout, stderr.trim().split('\n').length], stderr).toEqual([code, '', 1]);
    if (typeof line === 'string') expect(stderr.trim()).toBe(line);
    else expect(stderr).toMatch(line);
  });
});
