import { afterEach, describe, expect, it } from 'vitest';
import type { CaptureFile } from '../../../app/contract/captures.ts';
import { ContractError } from '../../../app/contract/errors.ts';
import { type RenderedApp, renderApp } from '../../testing/render-app.tsx';

/* Capture files in the window: what a person sees of them, and what is asked of the workbench. */

const aFile = (change: Partial<CaptureFile> = {}): CaptureFile => ({
  id: 'capture-1',
  name: 'trunk.pcap',
  state: 'open',
  progress: 1,
  dialogs: 3,
  messages: 21,
  notes: [],
  ...change,
});

let app: RenderedApp | undefined;
afterEach(async () => {
  await app?.unmount();
  app = undefined;
});

const dropped = (...files: readonly File[]): Event => {
  const event = new Event('drop', { bubbles: true, cancelable: true });
  Object.assign(event, { dataTransfer: { types: ['Files'], files, dropEffect: 'none' } });
  return event;
};

describe('opened captures', () => {
  it('are opened by the dialog of the desktop, shown alone, and said in a sentence', async () => {
    const page = (app = await renderApp({
      hasFileDialogs: true,
      handlers: { 'captures.open': () => aFile({ notes: ['left out: 2 connections encrypted by TLS'] }) },
    }));
    await page.after(() => page.parts.registry.run('traffic.open'));
    expect(page.fake.calls).toContainEqual({
      method: 'files.chooseOpen',
      params: { title: 'Open capture', extensions: ['pcap', 'pcapng', 'cap', 'gz'] },
    });
    expect(page.fake.calls).toContainEqual({ method: 'captures.open', params: { handle: 'h2' } });
    expect(page.parts.traffic.list.store.getState().filter).toBe('node == "trunk.pcap"');
    expect(page.text()).toContain('3 dialogs, 21 messages. Left out: 2 connections encrypted by TLS.');
  });

  it('show their progress, and are closed by the cross beside them', async () => {
    const page = (app = await renderApp());
    await page.after(() => page.parts.registry.run('view.traffic'));
    await page.after(() => {
      page.fake.emit('captures.changed', {
        captures: [aFile(), aFile({ id: 'capture-2', name: 'big.pcap', state: 'opening', progress: 0.42 })],
      });
    });
    expect(page.get('progressbar', 'Opening big.pcap').getAttribute('aria-valuenow')).toBe('42');
    await page.click(page.get('button', /^trunk\.pcap/));
    expect(page.parts.traffic.list.store.getState().filter).toBe('node == "trunk.pcap"');
    await page.click(page.get('button', 'Close trunk.pcap'));
    expect(page.parts.traffic.list.store.getState().filter).toBe('');
    expect(page.fake.calls).toContainEqual({ method: 'captures.close', params: { id: 'capture-1' } });
  });

  it('are sent in parts when they are dropped, and one that is refused says why', async () => {
    const page = (app = await renderApp());
    page.fake.failNext(
      'captures.open',
      new ContractError('file-error', 'letter.pcap cannot be opened: it is no pcapng or pcap file.'),
    );
    await page.after(() => {
      document.body.dispatchEvent(dropped(new File(['Dear Sir'], 'letter.pcap')));
    });
    const textSoon = async (): Promise<string> => {
      await page.after(() => undefined);
      return page.text();
    };
    await expect.poll(textSoon).toContain('it is no pcapng or pcap file.');
    const sent = page.fake.calls.filter(({ method }) => /^(uploads|captures\.open)/.test(method));
    expect(sent).toEqual([
      { method: 'uploads.begin', params: { name: 'letter.pcap', sizeBytes: 8 } },
      { method: 'uploads.append', params: { upload: 'u1', base64: 'RGVhciBTaXI=' } },
      { method: 'captures.open', params: { upload: 'u1' } },
    ]);
  });
});
