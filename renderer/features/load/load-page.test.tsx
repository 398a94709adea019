import { afterEach, describe, expect, it, vi } from 'vitest';
import { ContractError } from '../../../app/contract/errors.ts';
import { aRun } from '../../testing/fake-load.ts';
import type { FakeOptions } from '../../testing/fake-backend.ts';
import { renderApp, type RenderedApp } from '../../testing/render-app.tsx';
import { SAMPLE_SOURCES, sampleRun } from '../../testing/sample-load.ts';

/* Verified: the Load screen in a document, on a fake workbench: form, keys, figures, failures. Drawings: e2e/specs/load.spec.ts. */

// The whole application is drawn, and the machine may be busy.
vi.setConfig({ testTimeout: 30_000 });

let app: RenderedApp;
afterEach(() => app.unmount());

const open = async (options: FakeOptions = {}): Promise<void> => {
  app = await renderApp({ handlers: SAMPLE_SOURCES, ...options });
  await app.after(() => void app.parts.registry.run('view.load'));
};
const asked = (method: string): readonly unknown[] =>
  app.fake.calls.filter((call) => call.method === method).map(({ params }) => params);
const rate = (): string | undefined => document.querySelector('.ldrate output')?.textContent;
const field = (name: string): HTMLElement => app.get('textbox', name);

describe('the form of a load run', () => {
  it('starts what it says, with the text of the scenario that is chosen', async () => {
    await open();
    expect(app.text()).toContain('No load has run yet');
    await app.click(app.get('radio', 'Ramp'));
    await app.type(field('Target'), 'sip:bob@127.0.0.1:5070');
    await app.type(field('Start'), '5');
    await app.press('Enter', { ctrlKey: true });
    expect(asked('load.start')).toEqual([
      {
        text: 'version: 1\nname: calls/basic.yaml\n',
        origin: { kind: 'template', path: 'calls/basic.yaml' },
        target: 'sip:bob@127.0.0.1:5070',
        variables: {},
        ownsTarget: false,
        plan: {
          profile: { shape: 'ramp', fromPerSec: 5, toPerSec: 100, rampSec: 30 },
          limits: { maxConcurrent: 1000, durationSec: 60 },
          stopWhen: { successBelowPercent: 90 },
          workers: 1,
        },
      },
    ]);
    expect(app.text()).toContain('Running');
  });

  it('starts nothing while a field is wrong, says what is wrong, and goes there', async () => {
    await open();
    await app.type(field('Rate'), 'many');
    expect(app.text()).toContain('Rate has to be a number.');
    await app.click(app.get('button', 'Start'));
    expect(document.activeElement).toBe(field('Rate'));
    await app.type(field('Rate'), '0');
    expect(app.text()).toContain('Rate has to be from 0.01 to 20000.');
    expect(asked('load.start')).toEqual([]);
  });

  it('asks once before it calls a machine that is not this one', async () => {
    await open();
    await app.type(field('Target'), 'sip:bob@192.0.2.7');
    expect(app.text()).toContain('192.0.2.7 is not this machine.');
    await app.click(app.get('button', 'Start'));
    expect(asked('load.start')).toEqual([]);
    const box = document.querySelector<HTMLElement>('.ldtarget [role="checkbox"]');
    expect(document.activeElement).toBe(box);
    if (box !== null) await app.click(box);
    await app.click(app.get('button', 'Start'));
    expect(asked('load.start')).toMatchObject([{ target: 'sip:bob@192.0.2.7', ownsTarget: true }]);
    expect(app.parts.preferences.get('load.owned')).toEqual(['192.0.2.7']);
  });

  it('offers servers that run as the target', async () => {
    await open();
    await app.type(field('Target'), 'sip:x@127.0.0.1:1');
    await app.click(app.get('button', 'Use edge-uas'));
    expect((field('Target') as HTMLInputElement).value).toBe('sip:bob@127.0.0.1:5060');
  });

  it('says in one sentence why a run was refused', async () => {
    await open();
    app.fake.failNext('load.start', new ContractError('invalid-config', 'calls/basic.yaml:3:1: no actors.'));
    await app.click(app.get('button', 'Start'));
    expect(app.text()).toContain('The load was not started');
    expect(app.text()).toContain('calls/basic.yaml:3:1: no actors.');
  });
});

describe('a load run', () => {
  it('is steered by the keys of sipp', async () => {
    await open({ runs: [aRun()] });
    for (const key of ['+', '+', '*', '-']) await app.press(key);
    expect(rate()).toBe('21 cps');
    await app.press('/');
    expect(rate()).toBe('11 cps');
    await app.press('p');
    expect(app.text()).toContain('Paused');
    await app.press('p');
    await app.press('q');
    expect(app.text()).toContain('Draining');
    await app.press('Q');
    expect(app.text()).toContain('Ended');
    expect(['load.pause', 'load.resume', 'load.drain', 'load.stop'].map((m) => asked(m).length)).toEqual([
      1, 1, 1, 1,
    ]);
  });

  it('leaves letters to a text field that has the focus', async () => {
    await open({ runs: [aRun()] });
    await app.focus(field('Target'));
    for (const key of ['+', 'p', 'q', 'Q']) await app.press(key);
    expect(rate()).toBe('10 cps');
    expect(app.text()).toContain('Running');
  });

  it('has no rate to set when users make it', async () => {
    await open({ runs: [aRun({ plan: { ...aRun().plan, profile: { shape: 'users', users: 20 } } })] });
    await app.press('+');
    expect(rate()).toBeUndefined();
    expect(asked('load.setRate')).toEqual([]);
    expect(app.text()).toContain('Basic call × 20 users');
  });

  it('lists its keys in the sheet and in the palette', async () => {
    await open({ runs: [aRun()] });
    await app.press('?');
    const sheet = app.get('dialog', 'Keyboard shortcuts').textContent;
    for (const label of ['10 calls per second more', 'Pause the load', 'Drain', 'Stop the load now'])
      expect(sheet).toContain(label);
    await app.press('Escape');
    await app.press('k', { ctrlKey: true });
    expect(app.get('dialog', 'Command palette').textContent).toContain('1 call per second less');
  });

  it('shows its figures, and what a person should know', async () => {
    await open({ runs: [sampleRun(88)] });
    const figures = document.querySelector('.ldfigures')?.textContent ?? '';
    for (const text of ['Attempts14\u202f703', 'Failed757', '5.1 %', 'Setup p9541 ms'])
      expect(figures).toContain(text);
    expect(app.text()).toContain('Success fell to 67.2 % between 1:02 and 1:14.');
    expect(app.text()).toContain('1:28 of 5:00');
  });

  it('draws six charts, each with its figures in a sentence, and reads them by keyboard with one crosshair', async () => {
    await open({ runs: [sampleRun(88)] });
    expect([...document.querySelectorAll('.ldchart h3')].map((h) => h.textContent)).toEqual([
      'Calls per second',
      'Setup time',
      'Failures by cause',
      'Success',
      'Retransmissions',
      'Event-loop lag',
    ]);
    expect(
      app.find('img', /^Success until 1:28: succeeded from 67\.2 to 100 %; last succeeded/),
    ).toBeDefined();
    const cross = app.get('slider', 'Setup time, second');
    await app.focus(cross);
    await app.press('Home');
    for (let i = 0; i < 7; i++) await app.press('PageDown');
    await app.press('ArrowLeft');
    expect(cross.getAttribute('aria-valuetext')).toMatch(/^1:10: p50 \d+ ms, p95 \d+ ms, p99 \d+ ms$/);
    expect([...document.querySelectorAll('.ldfigure.at span')].map((s) => s.textContent)).toEqual(
      Array.from({ length: 6 }, () => 'at 1:10'),
    );
    await app.press('Escape');
    expect(document.querySelector('.ldfigure.at')).toBeNull();
  });

  it('has every value in a table too', async () => {
    await open({ runs: [sampleRun(88)] });
    await app.click(app.get('radio', 'Table'));
    expect(document.querySelectorAll('.ldtable tbody tr')).toHaveLength(88);
    expect(document.querySelector('.ldtable thead')?.textContent).toContain('503 Service Unavailable');
    expect(document.querySelector('.ldtable tbody th')?.textContent).toBe('1:28');
  });

  it('opens the call that stands for a cause, and the message in full', async () => {
    await open({ runs: [sampleRun(88)] });
    await app.click(app.get('button', /^503 Service Unavailable4\d\d/));
    const example = document.querySelector('.ldexample');
    expect([...(example?.querySelectorAll('.ldmsg') ?? [])].map((m) => m.textContent)).toEqual([
      '0.000INVITE from alice to 127.0.0.1:5060',
      '0.004100 Trying (INVITE) from 127.0.0.1:5060 to alice',
      '0.032503 Service Unavailable (INVITE) from 127.0.0.1:5060 to alice',
      '0.032ACK from alice to 127.0.0.1:5060',
    ]);
    expect(example?.querySelector('pre')?.textContent).toMatch(/^SIP\/2\.0 503/);
    await app.click(app.get('button', /^0\.000INVITE/));
    expect(example?.querySelector('pre')?.textContent).toMatch(/^INVITE sip:bob/);
    await app.press('Escape');
    expect(document.querySelector('.ldexample')).toBeNull();
  });

  it('says why it stopped or could not run, and keeps earlier runs to choose from', async () => {
    await open({
      runs: [
        aRun({ id: 'b', state: 'ended', problem: 'alice: udp 127.0.0.1:5060 is in use.' }),
        sampleRun(74, { id: 'a', state: 'ended', stoppedBecause: 'success fell below 90 %' }),
      ],
    });
    expect(app.text()).toContain('alice: udp 127.0.0.1:5060 is in use.');
    await app.click(app.get('combobox', 'Run'));
    await app.click(app.get('option', /ramp 200/));
    expect(app.text()).toContain('Stopped at 1:14: success fell below 90 %.');
  });
});
