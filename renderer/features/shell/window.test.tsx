import { afterEach, describe, expect, it } from 'vitest';
import { aServer } from '../../testing/fake-servers.ts';
import { renderApp, type RenderedApp } from '../../testing/render-app.tsx';

let app: RenderedApp;
afterEach(() => app.unmount());

describe('the window', () => {
  it('goes between the screens that exist, and remembers which', async () => {
    app = await renderApp();
    const current = (): string | null | undefined =>
      document.querySelector('nav [aria-current="page"]')?.textContent;
    expect(current()).toBe('Servers');
    await app.press('2', { ctrlKey: true });
    expect(current()).toBe('Traffic');
    expect(app.parts.preferences.get('screen')).toBe('traffic');
    await app.press('1', { ctrlKey: true });
    expect(current()).toBe('Servers');
  });

  it('does for the native menu what it does for keys', async () => {
    app = await renderApp();
    await app.after(() => {
      app.fake.emit('menu.chosen', { command: 'server.stopAll' });
    });
    expect(app.fake.servers.get('uas').state).toBe('stopped');
  });

  it('finds a command by its name and runs it', async () => {
    app = await renderApp();
    await app.press('k', { ctrlKey: true });
    const input = document.querySelector<HTMLElement>('[cmdk-input]');
    if (input === null) throw new Error('no palette');
    await app.type(input, 'keyb');
    expect(app.get('option', /^Keyboard shortcuts/)).toBeDefined();
    await app.type(input, 'no such thing');
    expect(app.text()).toContain('No command has “no such thing” in its name.');
    await app.type(input, 'stop all');
    await app.click(app.get('option', /^Stop all servers/));
    await app.after(() => undefined);
    expect(app.fake.servers.get('uas').state).toBe('stopped');
  });

  it('lets a pointer choose a command by moving, not by resting where the palette opens', async () => {
    app = await renderApp();
    await app.press('k', { ctrlKey: true });
    const options = [...document.querySelectorAll('[role="option"]')];
    const selected = (): number => options.findIndex((o) => o.getAttribute('aria-selected') === 'true');
    const pointAt = (index: number, clientY: number): Promise<void> =>
      app.after(() => {
        const event = new MouseEvent('pointermove', { clientX: 720, clientY, bubbles: true });
        options[index]?.dispatchEvent(event);
      });
    await pointAt(3, 450);
    await pointAt(4, 450);
    expect(selected()).toBe(0);
    await pointAt(5, 451);
    expect(selected()).toBe(5);
  });

  it('shows every key on the sheet', async () => {
    app = await renderApp();
    await app.press('?');
    const sheet = app.get('dialog', 'Keyboard shortcuts').textContent;
    for (const label of ['Start server', 'Stop all servers', 'Command palette', 'Next pane', 'Next server'])
      expect(sheet).toContain(label);
  });

  it('turns the recording off and on', async () => {
    app = await renderApp();
    const indicator = app.get('button', /^Recording/);
    expect(indicator.getAttribute('aria-pressed')).toBe('true');
    await app.click(indicator);
    expect(app.get('button', /^Not recording/).getAttribute('aria-pressed')).toBe('false');
    await app.press('r', { ctrlKey: true });
    expect(app.find('button', /^Recording/)).toBeDefined();
  });

  it('says who can reach it, what was dropped and how late it is', async () => {
    app = await renderApp({ summary: { dropped: 4206 } });
    const status = (): string => document.querySelector('footer')?.textContent ?? '';
    expect(status()).toContain('Loopback only');
    expect(status()).toContain('Dropped 4\u202f206');
    await app.after(() => {
      const listeners = [{ protocol: 'udp' as const, host: '0.0.0.0', port: 5080 }];
      app.fake.emit('servers.changed', {
        servers: [aServer({ id: 'lan', state: 'running', listeners })],
      });
    });
    expect(status()).toContain('Open to the network: udp 0.0.0.0:5080');
  });

  it('says that the connection is lost, and reads everything anew when it is back', async () => {
    app = await renderApp();
    await app.disconnect();
    expect(app.get('alert', /Connection lost, retrying/).textContent).toContain('last known state');
    await app.reconnect();
    expect(app.find('alert', /Connection lost/)).toBeUndefined();
    expect(app.fake.calls.filter((c) => c.method === 'servers.list')).toHaveLength(2);
  });

  it('keeps the theme and the density that were chosen', async () => {
    app = await renderApp();
    await app.press(',', { ctrlKey: true });
    await app.click(app.get('radio', 'Dark'));
    await app.click(app.get('radio', 'Comfortable'));
    expect(document.documentElement.dataset).toMatchObject({ theme: 'dark', density: 'comfortable' });
    await app.click(app.get('radio', 'High contrast'));
    expect(document.documentElement.dataset['contrast']).toBe('more');
    await app.click(app.get('radio', 'System'));
    expect(document.documentElement.dataset['contrast']).toBeUndefined();
  });
});
