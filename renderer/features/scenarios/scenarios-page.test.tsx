import { afterEach, describe, expect, it, vi } from 'vitest';
import { ContractError } from '../../../app/contract/errors.ts';
import type { RunStep } from '../../../app/contract/scenario-run.ts';
import type { FakeOptions } from '../../testing/fake-backend.ts';
import { SAMPLE_SCENARIO } from '../../testing/fake-scenarios.ts';
import { renderApp, type RenderedApp } from '../../testing/render-app.tsx';
import type { CodeEditorProps } from '../../ui/code-editor.tsx';

// Monaco needs a real browser: e2e/specs/scenarios.spec.ts shows it. Here a text field takes its place.
vi.mock('../../ui/code-editor.tsx', async () => {
  const { createElement, useSyncExternalStore } = await import('react');
  return {
    CodeEditor: ({ source, label, markers = [] }: CodeEditorProps) =>
      createElement('textarea', {
        'aria-label': label,
        'data-markers': markers.map((m) => `${String(m.line)} ${m.message}`).join(),
        value: useSyncExternalStore(
          (listener) => source.onChanged(listener),
          () => source.read(),
        ),
        onChange: (event: { target: { value: string } }) => {
          source.write(event.target.value);
        },
      }),
    CodeDiff: ({ original, modified }: { original: string; modified: string }) =>
      createElement('pre', {}, `${original}|${modified}`),
  };
});

// The whole window is drawn in each test, on machines that do other things too.
vi.setConfig({ testTimeout: 30_000 });

const PATH = 'calls/busy.yaml';
let app: RenderedApp;

async function open(options: FakeOptions = {}): Promise<void> {
  // Wide enough for all views side by side.
  vi.spyOn(window, 'matchMedia').mockImplementation(
    (media) => Object.assign(new EventTarget(), { media, matches: media === '(min-width: 1240px)' }) as never,
  );
  app = await renderApp(options);
  await app.click(app.get('button', 'Scenarios'));
  await app.click(app.get('treeitem', /busy\.yaml/));
  // The editor is loaded by a lazy import.
  await vi.waitFor(() => app.get('textarea', `${PATH}, text`));
}
const editor = (): HTMLTextAreaElement => app.get('textarea', `${PATH}, text`) as HTMLTextAreaElement;
const steps = (): readonly string[] =>
  [...document.querySelectorAll('.scstep > .line')].map((line) => line.textContent);
const arrows = (): readonly string[] =>
  [...document.querySelectorAll('.scrow > .sr')].map((row) => row.textContent);
const selected = (): readonly string[] =>
  [...document.querySelectorAll('.scstep.sel > .line, .scrow.chosen > .sr')].map((e) => e.textContent);
const result = (at: string, more: Partial<RunStep> = {}): RunStep => ({
  id: at,
  actor: 'alice',
  title: '',
  line: 1,
  outcome: 'pass',
  atMs: 14,
  tookMs: 2,
  ...more,
});

afterEach(async () => {
  await app.unmount();
  vi.restoreAllMocks();
});

describe('the views of a scenario', () => {
  it('show its steps, its flow and its text', async () => {
    await open();
    expect(steps().slice(0, 2)).toEqual(['1sendINVITEto bob', '2expect180from bob']);
    expect(arrows()).toEqual([
      'step 1, INVITE from alice to bob',
      'step 6, 180 from bob to alice',
      'step 7, 486 from bob to alice',
      'step 4, alice: wait 1 s',
    ]);
    expect(editor().value).toBe(SAMPLE_SCENARIO);
  });

  it('follow what is typed, and mark what is wrong with it', async () => {
    await open();
    await app.type(editor(), SAMPLE_SCENARIO.replace('expect: 180', 'expect: 183').replace('wait', 'oops'));
    await app.after(() => void app.clock.fireNext());
    expect(steps()[1]).toBe('2expect183from bob');
    expect(editor().dataset['markers']).toBe('14 oops is no step. Did you mean send?');
    expect(app.find('button', /oops is no step.*line 14/)).toBeDefined();
    expect(app.text()).toContain('not saved');
  });

  it('mend by a button what is obvious, and nothing in a text that has gone on', async () => {
    await open();
    await app.type(editor(), SAMPLE_SCENARIO.replace('wait: 1 s', 'oops: BYE'));
    await app.after(() => void app.clock.fireNext());
    await app.type(editor(), SAMPLE_SCENARIO.replace('wait: 1 s', 'more: 1\n      - oops: BYE'));
    await app.click(app.get('button', 'Change oops to send'));
    expect(app.text()).toContain('The text was changed meanwhile; nothing was mended.');
    expect(editor().value).toContain('oops');
    await app.after(() => void app.clock.fireNext());
    await app.click(app.get('button', 'Change oops to send'));
    expect(editor().value).toBe(SAMPLE_SCENARIO.replace('wait: 1 s', 'more: 1\n      - send: BYE'));
    expect(app.find('region', 'Problems')).toBeUndefined();
  });

  it('share what is selected', async () => {
    await open();
    await app.click(app.get('option', /^step 6, 180/));
    expect(selected()).toEqual(['6send180to alice', 'step 6, 180 from bob to alice']);
    await app.focus(app.get('listbox', /^Steps of/));
    await app.press('ArrowUp');
    expect(selected()[0]).toBe('5expectINVITEfrom alice');
    expect(selected()[1]).toBe('step 1, INVITE from alice to bob');
  });

  it('edit steps by keys, and keep comments', async () => {
    await open();
    await app.focus(app.get('listbox', /^Steps of/));
    await app.press('Home');
    await app.press('ArrowDown');
    await app.press('ArrowDown', { altKey: true });
    expect(steps().slice(1, 3)).toEqual(['2expect486from bob', '3expect180from bob']);
    expect(selected()[0]).toBe('3expect180from bob');
    await app.press('Enter');
    const form = app.get('region', 'Step 3: expect');
    const value = form.querySelector('input');
    if (value === null) throw new Error('the form has no field');
    await app.type(value, '183');
    await app.press('Enter');
    expect(steps()[2]).toBe('3expect183from bob');
    await app.press('Delete');
    expect(steps()[2]).toBe('3wait1 s');
    expect(editor().value).toContain('# the call');
  });

  it('move a step by dragging its card, and say where it would go', async () => {
    await open();
    const card = (name: RegExp): HTMLElement => app.get('option', name);
    const drag = (type: string, on: HTMLElement): Promise<void> =>
      app.after(() => {
        const event = new Event(type, { bubbles: true, cancelable: true });
        Object.assign(event, {
          clientY: 10,
          dataTransfer: { types: ['text/plain'], setData: () => undefined },
        });
        on.dispatchEvent(event);
      });
    await drag('dragstart', card(/^4wait/));
    await drag('dragover', card(/^1send/));
    expect(document.querySelector('.drop-after')?.textContent).toMatch(/^1send/);
    // It cannot go beside itself.
    await drag('dragover', card(/^4wait/));
    expect(document.querySelector('.drop-after')).toBeNull();
    await drag('dragover', card(/^1send/));
    await drag('drop', card(/^1send/));
    expect(steps().slice(0, 3)).toEqual(['1sendINVITEto bob', '2wait1 s', '3expect180from bob']);
    expect(selected()[0]).toBe('2wait1 s');
    expect(document.querySelector('.dragged')).toBeNull();
  });

  it('add a message between two lanes', async () => {
    await open();
    await app.click(app.get('button', 'Message'));
    await app.type(app.get('textbox', 'Method or status'), 'BYE');
    await app.click(app.get('button', 'Add'));
    expect(arrows()).toContain('step 5, BYE from alice to bob');
    expect(editor().value).toContain('- send: BYE');
    expect(editor().value).toContain('- expect: BYE');
  });
});

describe('a run', () => {
  it('shows a verdict at each step, and why one failed', async () => {
    await open();
    await app.press('F5');
    expect(app.text()).toContain('Running');
    await app.after(() => {
      app.fake.scenarios.setRun({
        state: 'ended',
        steps: [
          result('actors.alice.steps[0]'),
          result('actors.alice.steps[1]', {
            outcome: 'fail',
            reason: 'Expected 180, but 404 Not Found came.',
            hint: 'Is bob registered?',
          }),
        ],
        verdict: { outcome: 'fail', reason: 'Expected 180, but 404 Not Found came.', tookMs: 2020 },
      });
    });
    expect(app.text()).toContain('Failed at step 2 of 7');
    expect(app.get('option', /^2expect/).textContent).toContain(
      'failedExpected 180, but 404 Not Found came.Is bob registered?',
    );
    expect(app.get('region', 'Last run').textContent).toContain('1 passed, 1 failed, 5 left');
    expect(app.get('treeitem', /busy\.yaml/).textContent).toContain('failed');
  });

  it('is held before each step, gone on and stopped by keys', async () => {
    await open();
    await app.press('F5', { shiftKey: true });
    expect(app.text()).toContain('Held before a step');
    await app.press('F10');
    await app.press('F8');
    expect(app.text()).toContain('Running');
    await app.press('Escape');
    await app.press('Escape');
    expect(app.text()).toContain('Stopped');
    expect(app.fake.calls.map((c) => c.method).filter((m) => /step|continue|stop/.test(m))).toEqual([
      'scenarios.step',
      'scenarios.continue',
      'scenarios.stop',
    ]);
  });

  it('goes through all rows of a dataset, and shows those that failed', async () => {
    const text = SAMPLE_SCENARIO.replace(
      'variables:',
      'datasets: { users: { file: users.csv } }\nvariables:',
    );
    await open({ scenarios: { files: { [PATH]: text } } });
    await app.click(app.get('button', 'All 3 rows'));
    expect(app.fake.calls.at(-1)).toMatchObject({ method: 'scenarios.run', params: { allRows: true } });
    expect(app.text()).toContain('Row 1 of 3');
    await app.after(() => {
      app.fake.scenarios.setRun({
        state: 'ended',
        series: {
          total: 3,
          kept: [2, 3],
          shown: 2,
          rows: [
            { number: 1, name: 'row 1 of users.csv: alice', outcome: 'pass', tookMs: 12 },
            {
              number: 2,
              name: 'row 2 of users.csv: bob',
              outcome: 'fail',
              reason: 'expected 180, and 404 came; row 2 of users.csv: bob',
              tookMs: 14,
            },
            { number: 3, name: 'row 3 of users.csv: carol', outcome: 'fail', reason: 'no', tookMs: 9 },
          ],
        },
        verdict: { outcome: 'fail', tookMs: 35 },
      });
    });
    expect(app.text()).toContain('1 of 3 rows passed');
    expect(app.get('region', 'Last run').textContent).toContain('1 passed, 2 failed, 0 left, of its rows');
    const bob = app.get('button', /row 2 of users\.csv: bob/);
    expect(bob.textContent).toBe('failedrow 2 of users.csv: bobexpected 180, and 404 came14 ms');
    expect(bob.getAttribute('aria-pressed')).toBe('true');
    expect(app.text()).not.toContain('alice12 ms');
    await app.click(app.get('button', /row 3 of users\.csv: carol/));
    expect(app.fake.calls.at(-1)).toMatchObject({ method: 'scenarios.readRun', params: { row: 3 } });
    expect(app.get('button', /row 3 of/).getAttribute('aria-pressed')).toBe('true');
    await app.click(app.get('radio', 'All 3 of 3'));
    // Of what passed nothing is kept.
    expect(app.find('button', /row 1 of/)).toBeUndefined();
    expect(app.text()).toContain('row 1 of users.csv: alice');
  });

  it('has no rows to go through where there is no dataset', async () => {
    await open();
    expect(app.find('button', /rows$/)).toBeUndefined();
    await app.press('F5', { ctrlKey: true });
    expect(app.fake.calls.filter(({ method }) => method === 'scenarios.run')).toEqual([]);
  });

  it('that cannot begin says why', async () => {
    await open();
    app.fake.failNext('scenarios.run', new ContractError('invalid-config', 'The target is no URI.'));
    await app.press('F5');
    expect(app.text()).toContain('It was not run');
    expect(app.text()).toContain('The target is no URI.');
  });
});

describe('files', () => {
  it('are begun with a shipped scenario', async () => {
    app = await renderApp({ scenarios: { files: {} } });
    await app.click(app.get('button', 'Scenarios'));
    expect(app.text()).toContain('No scenarios yet');
    await app.click(app.get('button', /^Basic call/));
    await vi.waitFor(() => app.get('textarea', 'calls/basic.yaml, text'));
    expect([...app.fake.scenarios.files.keys()]).toEqual(['calls/basic.yaml']);
  });

  it('that changed on the disk under a typed text are asked about', async () => {
    await open();
    await app.type(editor(), 'name: mine\n');
    await app.after(() => {
      app.fake.scenarios.writeOutside(PATH, 'name: theirs\n');
    });
    expect(app.get('alert', /has changed on the disk/)).toBeDefined();
    await app.click(app.get('button', 'See both'));
    await vi.waitFor(() => {
      expect(app.text()).toContain('name: theirs\n|name: mine\n');
    });
    await app.press('Escape');
    await app.click(app.get('button', 'Take that of the disk'));
    expect(editor().value).toBe('name: theirs\n');
  });

  it('that cannot be written keep their text, and are tried again', async () => {
    await open();
    await app.type(editor(), 'name: mine\n');
    app.fake.failNext('scenarios.save', new ContractError('file-error', 'The disk is full.'));
    await app.press('s', { ctrlKey: true });
    expect(app.get('alert', /was not written/).textContent).toContain('The disk is full.');
    await app.click(app.get('button', 'Try again'));
    expect(app.fake.scenarios.files.get(PATH)).toBe('name: mine\n');
    expect(app.find('alert', /was not written/)).toBeUndefined();
  });

  it('are deleted with a way back', async () => {
    await open();
    await app.focus(app.get('treeitem', /busy\.yaml/));
    await app.press('Delete');
    expect(app.fake.scenarios.files.size).toBe(0);
    await app.click(app.get('button', 'Undo'));
    expect(app.fake.scenarios.files.get(PATH)).toBe(SAMPLE_SCENARIO);
  });

  it('keep what was typed while another screen is shown', async () => {
    await open();
    await app.type(editor(), 'name: mine\n');
    await app.click(app.get('button', 'Servers'));
    await app.click(app.get('button', 'Scenarios'));
    expect(editor().value).toBe('name: mine\n');
  });
});
