import { afterEach, describe, expect, it } from 'vitest';
import { ContractError } from '../../../../app/contract/errors.ts';
import { renderApp, type RenderedApp } from '../../../testing/render-app.tsx';

let app: RenderedApp;
afterEach(() => app.unmount());

const changes = (): unknown[] =>
  app.fake.calls
    .filter((c) => c.method === 'dials.change')
    .map((c) => (c.params as { readonly changes: unknown }).changes);
const box = (name: string): HTMLInputElement => app.get('textbox', name) as HTMLInputElement;

/** Types into a dial and leaves it with Enter. */
async function turn(name: string, text: string): Promise<void> {
  await app.focus(box(name));
  await app.type(box(name), text);
  await app.press('Enter');
}

describe('behaviour of a running server', () => {
  it('is its first tab, and only while it runs', async () => {
    app = await renderApp();
    expect(app.get('tab', 'Behaviour').getAttribute('aria-selected')).toBe('true');
    expect(box('Ring time').value).toBe('700 ms');
    await app.press('F9', { shiftKey: true });
    expect(app.find('tab', 'Behaviour')).toBeUndefined();
    expect(app.get('tab', 'Settings').getAttribute('aria-selected')).toBe('true');
  });

  it('turns a dial at once, and leaves the configuration as it was', async () => {
    app = await renderApp();
    await turn('Ring time', '5 s');
    await app.click(app.get('switch', 'Accept calls'));
    expect(changes()).toEqual([{ ringMs: 5000 }, { autoAcceptCalls: false }]);
    expect(app.fake.servers.get('uas').config.ringMs).toBe(700);
    expect(app.text()).toContain('Turned: the settings say 700 ms.');
    expect(app.text()).toContain('2 dials are turned.');
  });

  it('slides from stop to stop', async () => {
    app = await renderApp();
    await app.focus(app.get('slider', 'Ring time'));
    await app.press('ArrowRight');
    expect(changes()).toEqual([{ ringMs: 1000 }]);
    expect(app.get('slider', 'Ring time').getAttribute('aria-valuetext')).toBe('1 s');
  });

  it('says what was refused, and what is in force', async () => {
    app = await renderApp();
    await turn('Ring time', '5 days');
    expect(app.text()).toContain(
      'Expected a time from 0 ms to 3 min, such as 700 ms or 2 s. 700 ms is in force.',
    );
    app.fake.failNext('dials.change', new ContractError('conflict', 'edge-uas does not run'));
    await app.click(app.get('switch', 'Early media'));
    expect(app.text()).toContain('Edge-uas does not run. off is in force.');
    expect(app.get('switch', 'Early media').getAttribute('aria-checked')).toBe('false');
  });

  it('keeps what was turned in the settings, until the next start', async () => {
    app = await renderApp();
    await turn('Ring time', '5 s');
    await app.click(app.get('button', 'Keep in configuration'));
    expect(app.text()).not.toContain('turned');
    await app.click(app.get('tab', 'Settings'));
    expect(box('Ring time').value).toBe('5 s');
    expect(app.text()).toContain('Kept until the restart');
  });

  it('goes back to the configuration', async () => {
    app = await renderApp();
    await turn('Ring time', '5 s');
    await app.click(app.get('button', 'Back to configuration'));
    expect(changes().at(-1)).toEqual({ ringMs: 700 });
    expect(box('Ring time').value).toBe('700 ms');
    expect(app.find('button', 'Back to configuration')).toBeUndefined();
  });

  it('arms a response, counts what it hit, and arms it anew when it is used up', async () => {
    app = await renderApp();
    const overrides = app.get('region', 'Override the next response');
    await app.click(app.get('button', 'Add a header or a reason'));
    await app.type(app.get('textbox', 'Reason'), 'Not now');
    const arm = overrides.querySelector<HTMLElement>('.arming > .btn');
    if (arm === null) throw new Error('there is no Arm');
    await app.click(arm);
    expect(changes()).toEqual([{ override: ['INVITE=486 Not now*1'] }]);
    expect(overrides.textContent).toContain('INVITE gets 486 Not now, next 10 hits1 left');

    app.fake.dials.strike('uas', 'INVITE=486 Not now*1', 1);
    await app.click(app.get('tab', 'Settings'));
    await app.click(app.get('tab', 'Behaviour'));
    expect(app.get('region', 'Override the next response').textContent).toContain('1 hitdone');
  });

  it('arms a fault and disarms it', async () => {
    app = await renderApp();
    const faults = app.get('region', 'Break on purpose');
    const arm = faults.querySelector<HTMLElement>('.arming > .btn');
    if (arm === null) throw new Error('there is no Arm');
    await app.click(arm);
    expect(faults.textContent).toContain('Drop responses sent, next 2');
    await app.click(app.get('button', /^Disarm fault/));
    expect(changes()).toEqual([{ fault: ['drop:out/response:2'] }, { fault: [] }]);
  });

  it('shows a server that does not respond as that, with what it means', async () => {
    app = await renderApp();
    const message = 'edge-uas has not been heard of for some seconds.';
    await app.after(() => {
      app.fake.servers.set('uas', {
        problem: { code: 'not-responding', message, hint: 'It may be overloaded.' },
      });
    });
    expect(app.get('alert', /has not been heard of/).textContent).not.toContain('Cannot start');
    expect(app.get('region', 'Running').textContent).toContain('Not responding');
  });

  it('says when the dials cannot be read, and tries again', async () => {
    let isDown = true;
    app = await renderApp({
      handlers: {
        'dials.read': () => {
          if (isDown) throw new ContractError('gone', 'The server ended.');
          return { values: { earlyMedia: false }, overrides: [], faults: [] };
        },
      },
    });
    expect(app.get('alert', /The server ended\./).textContent).toContain('are not known');
    isDown = false;
    await app.click(app.get('button', 'Try again'));
    expect(app.find('switch', 'Early media')).toBeDefined();
  });
});
