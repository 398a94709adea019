import { afterEach, describe, expect, it } from 'vitest';
import { ContractError } from '../../../app/contract/errors.ts';
import { renderApp, type RenderedApp } from '../../testing/render-app.tsx';

let app: RenderedApp;
afterEach(() => app.unmount());

const row = (name: string): HTMLElement => app.get('button', new RegExp(`^${name}(Full UAS|Minimal)`));
const lastCall = (method: string): unknown =>
  app.fake.calls.filter((c) => c.method === method).at(-1)?.params;

describe('servers screen', () => {
  it('lists servers by how they are', async () => {
    app = await renderApp();
    expect(app.get('region', 'Running').textContent).toContain('edge-uas');
    expect(app.get('region', 'Stopped').textContent).toContain('options-probe');
    expect(app.find('region', 'Problems')).toBeUndefined();
    expect(row('edge-uas').getAttribute('aria-current')).toBe('true');
    expect(app.text()).toContain('udp+tcp 127.0.0.1:5060');
  });

  it('starts with F9 and stops with Shift+F9', async () => {
    app = await renderApp();
    await app.click(row('options-probe'));
    await app.press('F9');
    expect(app.fake.servers.get('probe').state).toBe('running');
    expect(app.get('region', 'Running').textContent).toContain('options-probe');
    await app.press('F9', { shiftKey: true });
    expect(app.fake.servers.get('probe').state).toBe('stopped');
  });

  it('says what is wrong in place, and does not save it', async () => {
    app = await renderApp();
    await app.click(row('options-probe'));
    const port = app.get('textbox', 'Port');
    await app.type(port, '99999');
    expect(port.getAttribute('aria-invalid')).toBe('true');
    const help = document.getElementById(port.getAttribute('aria-describedby') ?? '');
    expect(help?.textContent).toBe('Expected a port from 0 to 65535; 0 takes a free one.');
    expect(app.get('button', 'Save').hasAttribute('disabled')).toBe(true);
    await app.click(app.get('button', 'Discard'));
    expect((app.get('textbox', 'Port') as HTMLInputElement).value).toBe('5099');
  });

  it('keeps edits while one looks elsewhere', async () => {
    app = await renderApp();
    await app.click(row('options-probe'));
    await app.type(app.get('textbox', 'Name'), 'ping');
    await app.click(row('edge-uas'));
    await app.click(app.get('tab', 'Settings'));
    expect((app.get('textbox', 'Name') as HTMLInputElement).value).toBe('edge-uas');
    await app.click(row('options-probe'));
    expect((app.get('textbox', 'Name') as HTMLInputElement).value).toBe('ping');
    await app.click(app.get('button', 'Save'));
    expect(lastCall('servers.update')).toMatchObject({ id: 'probe', config: { name: 'ping' } });
    expect(app.find('button', 'Save')).toBeUndefined();
  });

  it('leads out of a port in use: move and start', async () => {
    app = await renderApp();
    await app.click(row('options-probe'));
    await app.type(app.get('textbox', 'Port'), '5060');
    await app.click(app.get('button', 'Start'));
    expect(app.get('alert', /Cannot start: UDP 127\.0\.0\.1:5060 is in use/).textContent).toContain(
      'edge-uas holds it',
    );
    expect(app.get('textbox', 'Port').getAttribute('aria-invalid')).toBe('true');
    await app.click(app.get('button', 'Use 5062 and start'));
    expect(app.fake.servers.get('probe')).toMatchObject({
      state: 'running',
      config: { udpBind: ['127.0.0.1:5062'] },
    });
    expect(app.find('alert', /Cannot start/)).toBeUndefined();
  });

  it('leads out of a port in use: stop the other one', async () => {
    app = await renderApp();
    await app.click(row('options-probe'));
    await app.type(app.get('textbox', 'Port'), '5060');
    await app.click(app.get('button', 'Start'));
    await app.click(app.get('button', 'Stop edge-uas and start'));
    expect(app.fake.servers.get('uas').state).toBe('stopped');
    expect(app.fake.servers.get('probe').state).toBe('running');
  });

  it('shows only the fields a mode uses', async () => {
    app = await renderApp();
    expect(app.find('textbox', 'Ring time')).toBeDefined();
    await app.click(row('options-probe'));
    expect(app.find('textbox', 'Ring time')).toBeUndefined();
    await app.focus(app.get('combobox', 'Mode'));
    await app.press('Enter');
    await app.click(app.get('option', 'Full UAS'));
    expect(app.find('textbox', 'Ring time')).toBeDefined();
  });

  it('keeps rare fields behind a button that names them', async () => {
    app = await renderApp();
    await app.click(row('options-probe'));
    expect(app.find('textbox', 'T1')).toBeUndefined();
    const more = app.get('button', /^Timers/);
    expect(more.textContent).toContain('T1, T2, T4');
    await app.click(more);
    await app.type(app.get('textbox', 'T1'), '200');
    await app.click(more);
    expect(more.textContent).toContain('changed: T1');
  });

  it('writes a list of overrides and faults with rows, and says what is wrong in the row', async () => {
    app = await renderApp();
    await app.click(row('options-probe'));
    await app.click(app.get('button', /^Faults/));
    await app.click(app.get('button', 'Add an override'));
    await app.click(app.get('button', 'Add a fault'));
    await app.click(app.get('button', 'Save'));
    expect(lastCall('servers.update')).toMatchObject({
      config: { override: ['INVITE=486*1'], fault: ['drop:out/response:2'] },
    });
    const often = app.get('group', 'Response overrides 1').querySelector<HTMLElement>('input');
    if (often === null) throw new Error('an override has no amount');
    await app.type(often, 'x');
    expect(app.get('group', 'Response overrides 1').textContent).toContain('Expected METHOD=STATUS');
    expect(app.get('button', 'Save').hasAttribute('disabled')).toBe(true);
  });

  it('offers algorithms as check boxes', async () => {
    app = await renderApp();
    await app.click(row('options-probe'));
    const section = app.get('region', 'Authentication');
    await app.click(app.get('button', /^MoreRealm/));
    await app.click(app.get('checkbox', 'MD5'));
    expect(section.textContent).toContain('Default: SHA-256, MD5.');
    await app.click(app.get('button', 'Save'));
    expect(lastCall('servers.update')).toMatchObject({ config: { authAlgorithms: ['SHA-256'] } });
  });

  it('warns before a server can be reached from the network, and takes it back', async () => {
    app = await renderApp();
    await app.click(row('options-probe'));
    await app.type(app.get('textbox', 'Address'), '0.0.0.0');
    expect(app.text()).toContain('0.0.0.0 can be reached from the network.');
    await app.click(app.get('button', 'Use 127.0.0.1'));
    expect(app.text()).not.toContain('can be reached from the network');
  });

  it('adds a server from a card', async () => {
    app = await renderApp();
    await app.press('n', { ctrlKey: true });
    await app.click(app.get('button', /^Full UAS/));
    expect(lastCall('servers.create')).toMatchObject({
      config: { name: 'uas', mode: 'full-uas', udpBind: ['127.0.0.1:5062'] },
    });
    expect((app.get('textbox', 'Name') as HTMLInputElement).value).toBe('uas');
  });

  it('offers the cards at once when there is none', async () => {
    app = await renderApp({ servers: [] });
    expect(app.text()).toContain('No servers yet');
    expect(document.activeElement).toBe(app.get('button', /^Minimal/));
  });

  it('deletes with a way back', async () => {
    app = await renderApp();
    await app.click(row('options-probe'));
    await app.after(() => {
      app.parts.servers.getState().select('probe');
    });
    await app.focus(app.get('button', 'More for options-probe'));
    await app.press('Enter');
    await app.click(app.get('menuitem', 'Delete'));
    expect(app.fake.servers.list().map((s) => s.id)).toEqual(['uas']);
    await app.click(app.get('button', 'Undo'));
    expect(app.fake.servers.list().map((s) => s.config.name)).toEqual(['edge-uas', 'options-probe']);
  });

  it('asks before it stops and deletes a running one', async () => {
    app = await renderApp();
    await app.focus(app.get('button', 'More for edge-uas'));
    await app.press('Enter');
    await app.click(app.get('menuitem', 'Stop and delete…'));
    expect(app.get('dialog', 'Stop and delete edge-uas?').textContent).toContain('6 calls');
    await app.click(app.get('button', 'Keep'));
    expect(app.fake.servers.get('uas').state).toBe('running');
  });

  it('shows a refusal as a toast that stays', async () => {
    app = await renderApp();
    app.fake.failNext('servers.stop', new ContractError('internal', 'The worker does not answer.'));
    await app.press('F9', { shiftKey: true });
    expect(app.text()).toContain('edge-uas was not stopped');
    expect(app.text()).toContain('The worker does not answer.');
  });

  it('shows configuration and log', async () => {
    app = await renderApp();
    await app.click(app.get('tab', 'Configuration'));
    expect(app.text()).toContain('siphond --name edge-uas --mode full-uas');
    await app.click(app.get('tab', /^Log/));
    expect(app.text()).toContain('request refused method=REGISTER');
    await app.click(app.get('radio', 'Warnings and errors'));
    expect(app.get('region', 'edge-uas').textContent).not.toContain('call answered');
  });

  it('moves through the list with the arrow keys', async () => {
    app = await renderApp();
    await app.focus(row('edge-uas'));
    await app.press('ArrowDown');
    expect(document.activeElement).toBe(row('options-probe'));
    await app.press('k');
    expect(document.activeElement).toBe(row('edge-uas'));
  });
});
