import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CONTRACT_VERSION } from '../../app/contract/workbench.ts';
import { settled } from '../testing/manual-schedule.ts';
import { pickBackend } from './open-backend.ts';

/** A socket that opens at once and welcomes whoever says hello. */
class FakeSocket extends EventTarget {
  static readonly opened: { readonly url: string; readonly frames: unknown[] }[] = [];
  readonly readyState = 1;
  readonly #frames: unknown[] = [];

  constructor(url: URL) {
    super();
    FakeSocket.opened.push({ url: url.href, frames: this.#frames });
  }

  send(text: string): void {
    this.#frames.push(JSON.parse(text));
    const welcome = JSON.stringify({ t: 'welcome', contractVersion: CONTRACT_VERSION });
    queueMicrotask(() => this.dispatchEvent(new MessageEvent('message', { data: welcome })));
  }

  close(): void {
    this.dispatchEvent(new Event('close'));
  }
}

describe('picking the backend', () => {
  beforeEach(() => {
    FakeSocket.opened.length = 0;
    vi.stubGlobal('WebSocket', FakeSocket);
    window.sessionStorage.clear();
    window.location.href = 'http://127.0.0.1:4321/';
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('goes back where the page came from, with the token of the address', async () => {
    window.location.hash = '#token=s3cret';
    await pickBackend(window)();
    expect(FakeSocket.opened).toEqual([
      {
        url: 'ws://127.0.0.1:4321/rpc',
        frames: [{ t: 'hello', contractVersion: CONTRACT_VERSION, token: 's3cret' }],
      },
    ]);
  });

  it('takes the token out of the address and keeps it for a reload', async () => {
    window.location.hash = '#token=s3cret';
    pickBackend(window);
    expect(window.location.href).toBe('http://127.0.0.1:4321/');
    await pickBackend(window)();
    expect(FakeSocket.opened[0]?.frames).toEqual([
      { t: 'hello', contractVersion: CONTRACT_VERSION, token: 's3cret' },
    ]);
  });

  it('listens for the port before it asks the desktop shell', async () => {
    const { port1, port2 } = new MessageChannel();
    const offer = { data: 'workbench-port', ports: [port1] };
    const hello = vi.fn(() => {
      page.dispatchEvent(Object.assign(new Event('message'), offer, { source: window }));
      page.dispatchEvent(Object.assign(new Event('message'), offer, { source: page }));
    });
    const page = Object.assign(new EventTarget(), { shell: { hello }, setTimeout, clearTimeout });
    const answered = new Promise((resolve) => {
      port2.onmessage = (event: MessageEvent): void => {
        port2.postMessage(JSON.stringify({ t: 'welcome', contractVersion: CONTRACT_VERSION }));
        resolve(event.data);
      };
    });
    const backend = pickBackend(page as unknown as Window)();
    await settled();
    expect(hello).toHaveBeenCalledTimes(1);
    expect(JSON.parse(String(await answered))).toEqual({ t: 'hello', contractVersion: CONTRACT_VERSION });
    (await backend).close();
    port1.close();
    port2.close();
    expect(FakeSocket.opened).toEqual([]);
  });
});
