import { afterEach, describe, expect, it } from 'vitest';
import { type AskedSiphond, startAskedSiphond } from '../fixtures/siphond-api.ts';

/* Verified: the built siphond keeps scenarios, runs them against its own server, and loses no draft when it is killed. */

let running: AskedSiphond | undefined;

afterEach(async () => {
  await running?.siphond.stop();
  running = undefined;
});

const start = async (): Promise<AskedSiphond> => (running = await startAskedSiphond(['--mode', 'full-uas']));

interface Run {
  readonly id: string;
  readonly state: string;
  readonly paused: readonly { readonly stepId: string; readonly line: number }[];
  readonly messages: readonly { readonly title: string; readonly stepId?: string }[];
  readonly verdict?: { readonly outcome: string; readonly reason?: string };
}

const CALL = `version: 1
name: Call
actors:
  alice:
    steps:
      - send: INVITE
      - optional: 100
      - expect: 180
      - expect: 200
      - bye: {}
`;

describe('the scenarios of a siphond with its API', { timeout: 90_000 }, () => {
  it('keeps what was typed over a kill -9, five times', async () => {
    for (let round = 1; round <= 5; round++) {
      const { ask, siphond } = await start();
      const path = 'calls/typed.yaml';
      if (round > 1) {
        const { draft } = await ask<{ draft: { text: string } }>('scenarios.read', { path });
        expect(draft.text).toBe(`typed ${round - 1}\n`.repeat(5000));
      }
      const draft = { path, text: `typed ${round}\n`.repeat(5000), baseRevision: '' };
      await ask('scenarios.keepDraft', draft);
      // Another is on its way when it is killed: the old one or the new one is there, never a part.
      const late = ask('scenarios.keepDraft', { ...draft, path: 'late.yaml' }).catch(() => undefined);
      await siphond.kill();
      await late;
    }
    const { ask } = await start();
    const { files } = await ask<{ files: readonly { path: string; hasDraft: boolean }[] }>('scenarios.list');
    for (const { path, hasDraft } of files) {
      expect(hasDraft).toBe(true);
      const { draft } = await ask<{ draft: { text: string } }>('scenarios.read', { path });
      expect(draft.text).toMatch(/^(typed \d+\n){5000}$/);
    }
    expect(files.map(({ path }) => path)).toContain('calls/typed.yaml');
  });

  it('ships its library with the build', async () => {
    const { ask } = await start();
    const { templates } = await ask<{ templates: readonly { path: string }[] }>('scenarios.list');
    expect(templates.length).toBeGreaterThanOrEqual(40);
    const { text } = await ask<{ text: string }>('scenarios.template', { path: 'calls/basic.yaml' });
    expect(text).toContain('actors:');
  });

  it('runs a scenario against its server and records it; under the debugger it waits before each step', async () => {
    const { ask, target } = await start();
    const order = { path: 'call.yaml', text: CALL, target, variables: {} };
    const { id } = await ask<Run>('scenarios.run', { ...order, debug: false });
    const read = (run: string) => ask<Run>('scenarios.readRun', { run });
    await expect.poll(() => read(id), { timeout: 20_000 }).toMatchObject({ state: 'ended' });
    const run = await read(id);
    expect(run.verdict, run.verdict?.reason).toMatchObject({ outcome: 'pass' });
    expect(run.messages.map(({ title }) => title)).toEqual(
      expect.arrayContaining(['INVITE', '180 Ringing', '200 OK', 'ACK', 'BYE']),
    );
    const { rows } = await ask<{ rows: readonly { id: number }[] }>('dialogs.query', {
      filter: '',
      sort: { by: 'id', descending: false },
      offset: 0,
      limit: 10,
    });
    expect(rows).toHaveLength(1);
    const { lanes } = await ask<{ lanes: readonly { name: string }[] }>('dialogs.ladder', {
      ids: rows.map((row) => row.id),
      limit: 100,
    });
    expect(lanes.map(({ name }) => name)).toContain('alice (Call)');

    const debugged = await ask<Run>('scenarios.run', { ...order, debug: true });
    const steps = [6, 8, 9, 10];
    for (const line of steps) {
      await expect.poll(() => read(debugged.id), { timeout: 20_000 }).toMatchObject({ paused: [{ line }] });
      await ask('scenarios.step', { run: debugged.id });
    }
    await expect
      .poll(() => read(debugged.id), { timeout: 20_000 })
      .toMatchObject({ verdict: { outcome: 'pass' } });
  });
});
