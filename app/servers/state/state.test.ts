import { afterEach, describe, expect, it } from 'vitest';
import { subscribe } from '../../../stack/events/subscriber/outgoing-subscription.ts';
import { fromHeader } from '../../../stack/message/headers/name-addr.ts';
import { callId } from '../../../stack/message/headers/simple.ts';
import { octetText } from '../../../stack/message/octets.ts';
import { parseUri } from '../../../stack/message/uri.ts';
import { call } from '../../../stack/server/handlers/call.ts';
import { MAX_STATE_ROWS, NodeState } from '../../contract/state.ts';
import { servingLab, type ServingLab } from '../testing/serving-lab.ts';
import type { ServerConfigInput } from '../../contract/server-config.ts';

/* Verified: what a node says about its state, and what its actions do on the wire; in virtual time. TLS details: connections-node.test.ts. */

const labs: ServingLab[] = [];

afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.close();
});

const serve = (input: ServerConfigInput): ServingLab => {
  const lab = servingLab(input);
  labs.push(lab);
  return lab;
};

const SDP =
  'v=0\r\no=- 1 1 IN IP4 10.0.0.2\r\ns=-\r\nc=IN IP4 10.0.0.2\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n';

/** A call of a phone that the server has answered. */
const callOf = async (lab: ServingLab, host = '10.0.0.2', params = '') => {
  const phone = lab.phone(host);
  const call = phone.call({ target: `sip:bob@10.0.0.1${params}`, sdp: SDP });
  await lab.clock.advanceAsync(10);
  return { phone, call };
};

const registering = async (lab: ServingLab, host: string, contacts: readonly string[]) => {
  const phone = lab.phone(host);
  const sent = phone.request({
    method: 'REGISTER',
    target: 'sip:10.0.0.1',
    from: 'sip:alice@10.0.0.1',
    to: 'sip:alice@10.0.0.1',
    headers: contacts.map((contact) => ['Contact', contact] as const),
  });
  await lab.clock.advanceAsync(10);
  return sent;
};

describe('the state of a node', () => {
  it('shows bindings with their expiry, q and sender', async () => {
    const lab = serve({ mode: 'registrar' });
    await registering(lab, '10.0.0.2', ['<sip:alice@10.0.0.2>;q=0.7;expires=120']);
    const { registrations } = NodeState.parse(await lab.state['state.read'](undefined));
    expect(registrations).toMatchObject({
      total: 1,
      rows: [
        {
          aor: 'sip:alice@10.0.0.1',
          contact: 'sip:alice@10.0.0.2',
          grantedSec: 120,
          q: 0.7,
          source: '10.0.0.2:5060',
        },
      ],
    });
  });

  it('sends no more bindings than a person reads, and says how many there are', async () => {
    const lab = serve({ mode: 'registrar' });
    const { store } = lab.serving.mode.registrar ?? {};
    if (store === undefined) throw new Error('a registrar without a store');
    for (let user = 0; user < MAX_STATE_ROWS + 100; user++) {
      const binding = {
        id: String(user),
        aor: `sip:u${user}@x`,
        contactUri: 'sip:u@y',
        q: 1,
        expiresAtMs: lab.clock.wallMs() + 60_000,
        registeredAtMs: lab.clock.wallMs(),
        updatedAtMs: lab.clock.wallMs(),
        callId: 'c',
        cseq: 1,
        path: [],
        displayName: undefined,
        params: '',
      };
      await store.update(binding.aor, () => ({ bindings: [binding], result: undefined }));
    }
    const { registrations } = await lab.state['state.read'](undefined);
    expect([registrations.total, registrations.rows.length]).toEqual([MAX_STATE_ROWS + 100, MAX_STATE_ROWS]);
  });

  it('ends a binding by decree, and says so when there is none', async () => {
    const lab = serve({ mode: 'registrar' });
    await registering(lab, '10.0.0.2', ['<sip:alice@10.0.0.2>', '<sip:alice@10.0.0.3>']);
    const aor = 'sip:alice@10.0.0.1';
    const act = lab.state['state.act'];
    await act({ kind: 'expire-binding', aor, contact: 'sip:alice@10.0.0.2' });
    const { registrations } = await lab.state['state.read'](undefined);
    expect(registrations.rows.map(({ contact }) => contact)).toEqual(['sip:alice@10.0.0.3']);
    await expect(act({ kind: 'expire-binding', aor, contact: 'sip:alice@10.0.0.2' })).rejects.toMatchObject({
      code: 'gone',
    });
    await act({ kind: 'expire-binding', aor });
    await expect(act({ kind: 'expire-binding', aor })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('shows a call, and ends it with BYE', async () => {
    const lab = serve({ mode: 'call-server' });
    const { call } = await callOf(lab);
    const { dialogs } = NodeState.parse(await lab.state['state.read'](undefined));
    expect(dialogs).toMatchObject({
      total: 1,
      rows: [{ state: 'confirmed', role: 'uas', peer: '10.0.0.2:5060', protocol: 'udp' }],
    });
    const ends: string[] = [];
    call.onEnded(({ by }) => ends.push(by));
    const id = dialogs.rows[0]?.id ?? '';
    await lab.state['state.act']({ kind: 'end-dialog', id, how: 'bye' });
    await lab.clock.advanceAsync(10);
    expect(ends).toEqual(['remote']);
    await expect(lab.state['state.act']({ kind: 'end-dialog', id, how: 'bye' })).rejects.toMatchObject({
      code: 'gone',
    });
  });

  it('drops a call without a word: what the peer sends then gets 481 (RFC 3261 §12.2.2)', async () => {
    const lab = serve({ mode: 'call-server' });
    const { call } = await callOf(lab);
    const { dialogs } = await lab.state['state.read'](undefined);
    await lab.state['state.act']({ kind: 'end-dialog', id: dialogs.rows[0]?.id ?? '', how: 'silently' });
    const answer = call.request('INFO', { contentType: 'text/plain', body: 'x' });
    await lab.clock.advanceAsync(10);
    expect(await answer).toMatchObject({ status: 481 });
  });

  it('refuses to drop a call silently that is not answered, and refuses it with 480 by BYE', async () => {
    const lab = serve({ mode: 'call-server', ringMs: 60_000 });
    const { call } = await callOf(lab);
    const { dialogs } = await lab.state['state.read'](undefined);
    const id = dialogs.rows[0]?.id ?? '';
    expect(dialogs.rows[0]?.state).toBe('early');
    await expect(lab.state['state.act']({ kind: 'end-dialog', id, how: 'silently' })).rejects.toMatchObject({
      code: 'conflict',
    });
    const failures: unknown[] = [];
    call.onFailed((result) => failures.push(result.kind === 'response' && result.status));
    await lab.state['state.act']({ kind: 'end-dialog', id, how: 'bye' });
    await lab.clock.advanceAsync(10);
    expect(failures).toEqual([480]);
  });

  it('shows transactions with their timers, and their history from the first look on (RFC 3261 §17)', async () => {
    const lab = serve({ mode: 'call-server', ringMs: 60_000 });
    const before = await lab.state['state.read'](undefined);
    expect(before.transactions).toEqual({ total: 0, rows: [] });
    const { call } = await callOf(lab);
    const ringing = NodeState.parse(await lab.state['state.read'](undefined)).transactions;
    expect(ringing.rows).toMatchObject([
      { method: 'INVITE', side: 'server', state: 'proceeding', peer: '10.0.0.2:5060' },
    ]);
    expect(ringing.rows[0]?.callId).toBe(call.ids.callId);
    call.cancel();
    await lab.clock.advanceAsync(10);
    const { rows } = (await lab.state['state.read'](undefined)).transactions;
    const invite = rows.find(({ method }) => method === 'INVITE');
    expect(invite?.state).toBe('confirmed');
    expect(invite?.timers.map(({ name, delayMs }) => [name, delayMs])).toEqual([['I', 5000]]);
    expect(invite?.history.map(({ from, input, to }) => `${from} ${input} ${to}`)).toEqual([
      'idle recv-request proceeding',
      'proceeding send-1xx proceeding',
      'proceeding send-1xx proceeding',
      'proceeding send-3xx-6xx completed',
      'completed recv-ack confirmed',
    ]);
  });

  it('stops noting transitions when nobody looks any more', async () => {
    const lab = serve({ mode: 'call-server' });
    await lab.state['state.read'](undefined);
    await lab.clock.advanceAsync(60_000);
    await callOf(lab);
    const { transactions } = await lab.state['state.read'](undefined);
    expect(transactions.rows.length).toBeGreaterThan(0);
    expect(transactions.rows.every(({ history }) => history.length === 0)).toBe(true);
    expect(transactions.rows[0]?.startedAtMs).toBeGreaterThan(0);
  });

  it('shows both legs of a bridged call and which belong together', async () => {
    const lab = serve({ mode: 'b2bua' });
    await registering(lab, '10.0.0.3', ['<sip:bob@10.0.0.4>']);
    lab.agent('10.0.0.4', call({ isAccepting: true, ringMs: 0, sdpProfile: 'audio-only' }));
    const phone = lab.phone('10.0.0.2');
    phone.call({ target: 'sip:alice@10.0.0.1', sdp: SDP });
    await lab.clock.advanceAsync(50);
    const { dialogs } = await lab.state['state.read'](undefined);
    expect(dialogs.rows.map(({ role }) => role).sort()).toEqual(['uac', 'uas']);
    const [one, other] = dialogs.rows;
    expect([one?.bridgedTo, other?.bridgedTo]).toEqual([other?.id, one?.id]);
  });

  it('shows connections and cuts one', async () => {
    const lab = serve({ mode: 'call-server' });
    await callOf(lab, '10.0.0.2', ';transport=tcp');
    const { connections } = NodeState.parse(await lab.state['state.read'](undefined));
    expect(connections).toMatchObject({ total: 1, rows: [{ protocol: 'tcp', direction: 'in' }] });
    const id = connections.rows[0]?.id ?? '';
    await lab.state['state.act']({ kind: 'drop-connection', id });
    await lab.clock.advanceAsync(10);
    expect((await lab.state['state.read'](undefined)).connections.total).toBe(0);
    await expect(lab.state['state.act']({ kind: 'drop-connection', id })).rejects.toMatchObject({
      code: 'gone',
    });
  });

  it('remembers the searches that asked a name server, step by step (RFC 3263)', async () => {
    const lab = serve({ mode: 'minimal' });
    const { resolver } = lab.serving.agent.context;
    await resolver?.resolve(parseUri('sip:bob@nowhere.example'), ['udp', 'tcp']);
    await resolver?.resolve(parseUri('sip:bob@10.0.0.9'), ['udp', 'tcp']);
    const { lookups } = NodeState.parse(await lab.state['state.read'](undefined));
    expect(lookups.total).toBe(1);
    expect(lookups.rows[0]).toMatchObject({ target: 'sip:bob@nowhere.example', hops: [] });
    expect(lookups.rows[0]?.steps[0]).toMatchObject({
      text: 'NAPTR nowhere.example: no such record (RFC 3263 §4.1)',
      isFailure: true,
    });
    expect(lookups.rows[0]?.steps.at(-1)?.text).toBe('nowhere.example cannot be found');
  });

  it('shows a watcher, tells it the whole state again, and ends its subscription for a reason (RFC 6665 §4.1.3)', async () => {
    const lab = serve({ mode: 'subscription-server' });
    const watcher = lab.peer('10.0.0.2');
    const act = lab.state['state.act'];
    /** The NOTIFYs that come now, each answered; then so much time passes that a package allows the next one. */
    const notified = async (): Promise<readonly { readonly state: string; readonly body: string }[]> => {
      await lab.clock.advanceAsync(10);
      const told = watcher.received.splice(0).flatMap((message) => {
        if (message.startLine.kind !== 'request') return [];
        watcher.respond(message, '200 OK');
        const body = octetText(message.bytes, message.body.start, message.body.end);
        return [{ state: message.first('Subscription-State') ?? '', body }];
      });
      await lab.clock.advanceAsync(10_000);
      return told;
    };
    watcher.send({
      method: 'SUBSCRIBE',
      uri: 'sip:bob@10.0.0.1',
      lines: ['Event: presence', 'Expires: 600', 'Accept: application/pidf+xml'],
    });
    const [first] = await notified();
    expect(first?.state).toMatch(/^active;expires=/);
    const [row] = NodeState.parse(await lab.state['state.read'](undefined)).subscriptions.rows;
    expect(row).toMatchObject({
      package: 'presence',
      resource: 'sip:bob@10.0.0.1',
      watcher: 'sip:peer@10.0.0.2',
      role: 'notifier',
      state: 'active',
      callId: 'raw-call',
      notifies: 1,
    });
    expect((row?.expiresAtMs ?? 0) - lab.clock.wallMs()).toBe(589_990);

    const id = row?.id ?? '';
    await act({ kind: 'notify', id });
    const again = await notified();
    expect(again.map(({ body }) => body)).toEqual([first?.body]);
    expect((await lab.state['state.read'](undefined)).subscriptions.rows[0]?.notifies).toBe(2);

    await act({ kind: 'end-subscription', id, reason: 'noresource' });
    expect(await notified()).toMatchObject([{ state: 'terminated;reason=noresource' }]);
    expect((await lab.state['state.read'](undefined)).subscriptions).toEqual({ total: 0, rows: [] });
    for (const action of [
      { kind: 'notify', id },
      { kind: 'end-subscription', id, reason: 'rejected' },
    ] as const)
      await expect(act(action)).rejects.toMatchObject({ code: 'gone' });
  });

  it('shows a subscription of its own, has nothing to tell in it, and leaves it (RFC 6665 §4.1.2.3)', async () => {
    const lab = serve({ mode: 'full-uas' });
    const notifier = lab.peer('10.0.0.9');
    const act = lab.state['state.act'];
    subscribe(lab.serving.agent, { target: 'sip:bob@10.0.0.9', event: 'presence', expiresSec: 600 });
    await lab.clock.advanceAsync(0);
    const rowNow = async () =>
      NodeState.parse(await lab.state['state.read'](undefined)).subscriptions.rows[0];
    const asked = notifier.last;
    expect(await rowNow()).toMatchObject({
      role: 'subscriber',
      state: 'pending',
      resource: 'sip:bob@10.0.0.9',
    });
    expect(await rowNow()).not.toHaveProperty('expiresAtMs');
    notifier.respond(asked, '200 OK', ['Expires: 600', 'Contact: <sip:bob@10.0.0.9>'], 'n1');
    notifier.send({
      method: 'NOTIFY',
      uri: 'sip:siphon@10.0.0.1',
      callId: callId(asked) ?? '',
      fromTag: 'n1',
      toTag: fromHeader(asked)?.tag,
      lines: ['Event: presence', 'Subscription-State: active;expires=600'],
    });
    await lab.clock.advanceAsync(10);
    const row = await rowNow();
    expect(row).toMatchObject({ state: 'active', notifies: 1 });
    expect((row?.expiresAtMs ?? 0) - lab.clock.wallMs()).toBe(599_990);

    const id = row?.id ?? '';
    await expect(act({ kind: 'notify', id })).rejects.toMatchObject({ code: 'conflict' });
    await act({ kind: 'end-subscription', id, reason: 'deactivated' });
    await lab.clock.advanceAsync(10);
    expect([notifier.last.startLine, notifier.last.first('Expires')]).toMatchObject([
      { method: 'SUBSCRIBE' },
      '0',
    ]);
  });

  it('refuses to touch what is not there', async () => {
    const lab = serve({ mode: 'minimal' });
    const act = lab.state['state.act'];
    for (const action of [
      { kind: 'end-dialog', id: 'x', how: 'bye' },
      { kind: 'notify', id: 'x' },
      { kind: 'end-subscription', id: 'x', reason: 'deactivated' },
    ] as const)
      await expect(act(action)).rejects.toMatchObject({ code: 'gone' });
    await expect(act({ kind: 'expire-binding', aor: 'sip:a@b' })).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});
