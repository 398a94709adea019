import { afterEach, describe, expect, it } from 'vitest';
import { ContractError } from '../../../app/contract/errors.ts';
import { aConfig, aServer, listenersOf } from '../../testing/fake-servers.ts';
import { anItem } from '../../testing/fake-operator.ts';
import { renderApp, type RenderedApp } from '../../testing/render-app.tsx';

let app: RenderedApp;
afterEach(() => app.unmount());

const config = aConfig({ name: 'bob-desk', mode: 'interactive' });
const desk = aServer({ id: 'desk', config, state: 'running', listeners: listenersOf(config) });
const start = (...waiting: ReturnType<typeof anItem>[]): Promise<RenderedApp> =>
  renderApp({ servers: [desk], waiting });
const decisions = (): unknown[] =>
  app.fake.calls.filter((c) => c.method === 'operator.decide').map((c) => c.params);
const decided = (decision: object): object => ({ server: 'desk', item: 'call-1', decision });

describe('what waits for a person', () => {
  it('says who calls whom, what is offered, and what was sent so far', async () => {
    app = await start(anItem());
    const card = app.get('article', 'Alice is calling bob');
    for (const text of [
      'INVITE',
      'to bob-desk, udp',
      'sip:alice@lab.test → sip:bob@127.0.0.1:5072',
      'PCMU, PCMA, telephone-event on 127.0.0.1:40002, sendrecv',
      '127.0.0.1:5071 2 hops',
      '100rel, timer',
      '180 Ringing',
    ])
      expect(card.textContent).toContain(text);
    expect(app.get('timer', /seconds left to decide$/)).toBeDefined();
  });

  it('takes no focus when it comes, is announced, and F7 leads to it', async () => {
    app = await start();
    await app.focus(app.get('button', /^bob-deskInteractive/));
    const before = document.activeElement;
    await app.after(() => {
      app.fake.operator.put(anItem());
    });
    expect(document.activeElement).toBe(before);
    expect(app.text()).toContain('Alice is calling bob. 1 request waiting. F7 goes there.');
    await app.press('F7');
    expect(document.activeElement?.textContent).toBe('200Answer');
  });

  it('answers, and the call shrinks to a strip with hold, resume and hang up', async () => {
    app = await start(anItem());
    await app.click(app.get('button', '200Answer'));
    expect(decisions()).toEqual([decided({ kind: 'answer' })]);
    await app.click(app.get('button', 'Hold'));
    expect(app.get('article', 'Call with Alice, on hold')).toBeDefined();
    await app.click(app.get('button', 'Resume'));
    await app.click(app.get('button', 'Hang up'));
    expect(app.find('article', /Alice/)).toBeUndefined();
    expect(decisions().slice(1)).toEqual(['hold', 'resume', 'hang-up'].map((kind) => decided({ kind })));
  });

  it.each([
    ['183Early media', { kind: 'early' }],
    ['486Busy', { kind: 'reject', status: 486 }],
    ['603Decline', { kind: 'reject', status: 603 }],
  ])('%s sends that', async (name, decision) => {
    app = await start(anItem());
    await app.click(app.get('button', name));
    expect(decisions()).toEqual([decided(decision)]);
  });

  it('redirects to a SIP URI, and to nothing else', async () => {
    app = await start(anItem());
    await app.click(app.get('button', '302Redirect…'));
    const target = app.get('textbox', 'Redirect to');
    expect(document.activeElement).toBe(target);
    await app.type(target, 'carol');
    await app.click(app.get('button', 'Redirect'));
    expect(app.text()).toContain('Expected a SIP URI');
    expect(decisions()).toEqual([]);
    await app.type(target, 'sip:carol@127.0.0.1');
    await app.click(app.get('button', 'Redirect'));
    expect(decisions()).toEqual([decided({ kind: 'redirect', status: 302, target: 'sip:carol@127.0.0.1' })]);
  });

  it('rejects with any other response and its own reason', async () => {
    app = await start(anItem());
    await app.click(app.get('button', 'Other…'));
    await app.type(app.get('textbox', 'Reason'), 'At lunch');
    await app.click(app.get('button', 'Reject'));
    expect(decisions()).toEqual([decided({ kind: 'reject', status: 480, reason: 'At lunch' })]);
  });

  it('sends what was edited, and says which line is no header', async () => {
    app = await start(anItem());
    await app.click(app.get('button', 'Edit reply'));
    const headers = app.get('textarea', 'Headers of the response');
    await app.type(headers, 'no header');
    await app.click(app.get('button', '200Answer'));
    expect(app.text()).toContain('Line 1 is no header');
    expect(decisions()).toEqual([]);
    await app.type(headers, 'X-Note: on purpose');
    await app.type(app.get('textarea', 'Session description of 183 and 200'), 'v=0\ns=-');
    await app.click(app.get('checkbox', 'Same for Alice next time'));
    await app.click(app.get('button', '200Answer'));
    expect(decisions()).toEqual([
      decided({
        kind: 'answer',
        headers: [['X-Note', 'on purpose']],
        sdp: 'v=0\r\ns=-\r\n',
        isRemembered: true,
      }),
    ]);
  });

  it('keeps a refusal on the card', async () => {
    app = await start(anItem());
    app.fake.failNext('operator.decide', new ContractError('gone', 'The caller has given up already.'));
    await app.click(app.get('button', '200Answer'));
    expect(app.get('alert', 'The caller has given up already.')).toBeDefined();
    expect(app.find('article', 'Alice is calling bob')).toBeDefined();
  });

  it('opens one card; the others are lines that open', async () => {
    app = await start(
      anItem(),
      anItem({ id: 's', kind: 'subscription', method: 'SUBSCRIBE', fromName: 'Erin', summary: 'presence' }),
    );
    await app.click(app.get('button', /^Erin subscribes to bob/));
    const card = app.get('article', 'Erin subscribes to bob');
    expect(card.textContent).toContain('Eventpresence');
    expect(card.textContent).toContain('489Bad Event');
    expect(app.find('article', 'Alice is calling bob')).toBeUndefined();
  });

  it('stays over the traffic screen, and opens its dialog there', async () => {
    app = await start(anItem());
    await app.click(app.get('button', 'open in Traffic'));
    expect(app.parts.traffic.list.store.getState().filter).toBe(
      'sip.Call-ID == "0f1e2d3c-4b5a-4687@127.0.0.1"',
    );
    expect(app.find('article', 'Alice is calling bob')).toBeDefined();
  });
});

describe('what was decided at a server', () => {
  it('is listed with what waits, the newest first', async () => {
    app = await start(anItem());
    const store = app.parts.operator.getState();
    expect(store.items).toHaveLength(1);
    await app.click(app.get('button', '486Busy'));
    await app.after(() => {
      app.fake.operator.put(anItem({ id: 'call-2', fromName: 'Carol' }));
      app.fake.operator.remove('call-2');
    });
    expect(app.parts.operator.getState().decided.map((d) => d.outcome)).toEqual([
      { text: 'given up by the caller', status: undefined },
      { text: 'you rejected', status: 486 },
    ]);
  });
});
