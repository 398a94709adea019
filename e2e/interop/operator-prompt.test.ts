import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort, sippCalls, type SippResult } from '../fixtures/peers.ts';
import { missing, onPath, ROOT } from '../fixtures/programs.ts';
import { command, type Siphond, startSiphond } from '../fixtures/siphond.ts';

const hasSipp = onPath('sipp') !== undefined;
const noSipp = hasSipp ? '' : `, skipped: ${missing('sipp')}`;
const script = onPath('script');
const noScript = script === undefined ? ', skipped: script (util-linux) is not installed' : '';
const HELD_CALL = join(ROOT, 'e2e', 'fixtures', 'scenarios', 'uac-held.xml');

let siphond: Siphond | undefined;

afterEach(async () => {
  await siphond?.stop();
  siphond = undefined;
});

const BINDS = ['--tcp-bind', 'none', '--sips-bind', 'none'];

const start = async (...options: readonly string[]): Promise<Siphond> => {
  const udp = ['--udp-bind', `127.0.0.1:${await freePort()}`];
  siphond = await startSiphond(['--mode', 'interactive', '--prompt', ...udp, ...BINDS, ...options], 1);
  return siphond;
};

const call = (desk: Siphond, options: readonly string[] = []): Promise<SippResult> =>
  sippCalls(`127.0.0.1:${desk.port}`, 1, options);

describe.skipIf(!hasSipp)(`the operator's prompt${noSipp}`, { timeout: 90_000 }, () => {
  it.each([
    ['in this process', []],
    ['in a worker, beside the API', ['--api-bind', '127.0.0.1:0']],
  ])('answers one call and rejects the next with 486, the server %s', async (_where, options) => {
    const desk = await start(...options);
    const answered = call(desk);
    expect(await desk.said(/^\[1\] call /)).toMatch(
      /^\[1\] call .*sip:sipp@127\.0\.0\.1:\d+> -> sip:service@127\.0\.0\.1:\d+, audio: .*; ring, early, answer, reject, redirect$/,
    );
    desk.type('answer');
    expect(await answered).toMatchObject({ successful: 1, failed: 0 });
    await desk.said(/^\[1\] over$/);
    const refused = call(desk);
    await desk.said(/^\[2\] call /);
    desk.type('reject 2 486');
    expect(await refused).toMatchObject({ successful: 0, failed: 1 });
    await desk.said(/^\[2\] over$/);
  });

  it('holds, resumes and hangs up a call, and sipp sees sendonly, sendrecv and BYE', async () => {
    const desk = await start();
    const held = call(desk, ['-sf', HELD_CALL]);
    await desk.said(/^\[1\] call /);
    desk.type('ring 1');
    await desk.said(/^\[1\] 180 Ringing$/);
    desk.type('answer 1');
    await desk.said(/^\[1\] answered; hold, transfer, hang-up$/);
    desk.type('hold 1');
    await desk.said(/^\[1\] hold: 200 OK/);
    await desk.said(/^\[1\] held; resume, transfer, hang-up$/);
    desk.type('resume');
    await desk.said(/^\[1\] answered; hold, transfer, hang-up$/);
    desk.type('hangup');
    await desk.said(/^\[1\] over$/);
    const { successful, failed, output } = await held;
    expect([successful, failed], output.slice(-2000)).toEqual([1, 0]);
  });
});

describe("the operator's prompt", { timeout: 60_000 }, () => {
  it('answers bad input in one sentence, lists, helps, and ends siphond on quit', async () => {
    const desk = await start();
    for (const [typed, line] of [
      ['anwser', /^anwser is no command; did you mean answer\?$/],
      ['answer', /^nothing waits$/],
      ['answer 7', /^there is no \[7\]$/],
      ['reject 1 200', /^reject: a code is 300 to 699, not 200$/],
      ['list', /^nothing waits, nobody talks$/],
      ['help', /^ {2}hold \[N\]: /],
    ] as const) {
      desk.type(typed);
      await desk.said(line);
    }
    const ended = desk.ended;
    desk.type('quit');
    expect((await ended).exitCode).toBe(0);
    siphond = undefined;
  });

  it('takes and refuses subscriptions, as they come', async () => {
    const desk = await start();
    const subscribe = (...more: readonly string[]) =>
      command('sipctl', ['subscribe', `sip:bob@127.0.0.1:${desk.port}`, '--event', 'presence', ...more]);
    const taken = subscribe('--count', '1');
    await desk.said(/^\[1\] subscription .*, presence for \d+ s; answer, reject, redirect$/);
    desk.type('accept 1');
    expect((await taken).exitCode).toBe(0);
    const refused = subscribe();
    await desk.said(/^\[2\] subscription /);
    desk.type('reject');
    const { exitCode, stdout } = await refused;
    expect([exitCode, /403/.test(stdout)], stdout).toEqual([1, true]);
  });

  it('is for mode interactive only', async () => {
    const { exitCode, stderr } = await command('siphond', ['--mode', 'full-uas', '--prompt']);
    expect([exitCode, stderr]).toEqual([
      2,
      'siphond: --prompt: only mode interactive asks, and this is full-uas\n',
    ]);
  });

  it.skipIf(script === undefined)(
    `opens by itself on a terminal, and Ctrl+D ends siphond${noScript}`,
    async () => {
      const args = ['--mode', 'interactive', '--udp-bind', '127.0.0.1:0', ...BINDS];
      const line = [process.execPath, join(ROOT, 'bin', 'siphond.mjs'), ...args].join(' ');
      const terminal = spawn(script ?? 'script', ['-qec', line, '/dev/null'], {
        env: { ...process.env, TERM: 'xterm' },
      });
      let shown = '';
      const waitFor = async (text: string): Promise<void> => {
        while (!shown.includes(text))
          await once(terminal.stdout, 'data', { signal: AbortSignal.timeout(20_000) });
      };
      terminal.stdout.on('data', (chunk: Buffer) => (shown += chunk.toString()));
      const ended = once(terminal, 'close');
      await waitFor('listening on udp');
      terminal.stdin.write('dance\r');
      await waitFor('dance is no command; help shows them');
      await waitFor('siphond> ');
      terminal.stdin.write('\u0004');
      expect(await ended).toEqual([0, null]);
    },
  );

  it('stays away where nobody types', async () => {
    const udp = ['--udp-bind', `127.0.0.1:${await freePort()}`];
    siphond = await startSiphond(['--mode', 'interactive', ...udp, ...BINDS], 1);
    siphond.type('quit');
    const { stdout, exitCode } = await siphond.stop();
    siphond = undefined;
    expect([exitCode, stdout.split('\n').length]).toEqual([0, 1]);
  });
});
