import { afterEach, describe, expect, it } from 'vitest';
import { ContractError } from '../../../app/contract/errors.ts';
import { renderApp, type RenderedApp } from '../../testing/render-app.tsx';

let app: RenderedApp;
afterEach(() => app.unmount());

const bar = (): string => app.find('region', 'Living lab')?.textContent ?? '';

describe('lab bar', () => {
  it('is not there before the lab is, comes with it, and leads to the ladder', async () => {
    app = await renderApp();
    expect(bar()).toBe('');
    await app.after(() => app.parts.registry.run('lab.start'));
    expect(bar()).toContain('Alice127.0.0.1:40001');
    expect(bar()).toContain('Alice → Bob: calling');
    expect(document.querySelector('nav [aria-current="page"]')?.textContent).toBe('Traffic');
    expect(app.parts.registry.run('lab.start')).toBe(false);
  });

  it('offers what fits the call', async () => {
    app = await renderApp();
    await app.after(() => app.parts.registry.run('lab.start'));
    expect(app.find('button', 'Bob calls')).toBeUndefined();
    await app.click(app.get('button', 'Hang up'));
    expect(bar()).toContain('Alice → Bob: ended, alice hung up');
    await app.click(app.get('button', 'Bob calls'));
    expect(bar()).toContain('Bob → Alice: calling');
    expect(app.find('button', 'Alice calls')).toBeUndefined();
  });

  it('shows the proxy where servers are, says what is wrong, and goes when the lab is stopped', async () => {
    app = await renderApp();
    await app.after(() => app.parts.registry.run('lab.start'));
    await app.click(app.get('button', 'Proxy'));
    expect(app.parts.servers.getState().selectedId).toBe('uas');
    expect(document.querySelector('nav [aria-current="page"]')?.textContent).toBe('Servers');
    await app.after(() =>
      app.fake.lab.set({ problem: 'Lab proxy does not run: start it again, or stop the lab.' }),
    );
    expect(bar()).toContain('Lab proxy does not run: start it again, or stop the lab.');
    expect(app.find('button', 'Hang up')).toBeUndefined();
    await app.click(app.get('button', 'Stop lab'));
    expect(bar()).toBe('');
  });

  it('says why the lab was not started', async () => {
    app = await renderApp();
    app.fake.failNext('lab.start', new ContractError('port-in-use', 'udp 127.0.0.1:5060 is in use.'));
    await app.after(() => app.parts.registry.run('lab.start'));
    expect(app.text()).toContain('The lab was not started');
    expect(app.text()).toContain('udp 127.0.0.1:5060 is in use.');
    expect(bar()).toBe('');
  });
});
