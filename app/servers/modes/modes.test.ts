import { afterEach, describe, expect, it } from 'vitest';
import { CredentialStore } from '../../../stack/auth/credential-store.ts';
import { singleAccount } from '../../../stack/auth/account.ts';
import { nodeHashes } from '../../../stack/auth/node/hashes.ts';
import { createIds } from '../../../stack/core/seeded-ids.ts';
import type { RawPeer } from '../../../stack/testing/raw-peer.ts';
import type { ServerConfigInput, ServerMode } from '../../contract/server-config.ts';
import { ServerConfig } from '../../contract/server-config.ts';
import type { ServingMeans } from '../serving.ts';
import { servingLab, type ServingLab } from '../testing/serving-lab.ts';

/*
 * Verified: what each mode answers to each method, what the options do to calls, bindings and subscriptions, and that a turned dial counts
 * from the next request on; in virtual time. Not here: proxy and B2BUA, which have tests of their own, and the library parts.
 */

const labs: ServingLab[] = [];

afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.close();
});

const serve = (
  input: ServerConfigInput,
  means?: Partial<ServingMeans>,
): { lab: ServingLab; peer: RawPeer } => {
  const lab = servingLab(input, means);
  labs.push(lab);
  return { lab, peer: lab.peer('10.0.0.2') };
};

const SDP =
  'v=0\r\no=- 1 1 IN IP4 10.0.0.2\r\ns=-\r\nc=IN IP4 10.0.0.2\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n';
const VIDEO_OFFER = `${SDP}m=video 4002 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n`;
const PIDF =
  '<?xml version="1.0"?><presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:us@10.0.0.1"><tuple id="t"><status><basic>open</basic></status></tuple></presence>';

/** A request outside of any dialog with all that its method needs. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  REGISTER: ['Expires: 600'],
  SUBSCRIBE: ['Event: presence', 'Expires: 600', 'Accept: application/pidf+xml'],
  PUBLISH: ['Event: presence', 'Expires: 600', 'Content-Type: application/pidf+xml'],
  MESSAGE: ['Content-Type: text/plain'],
  INVITE: ['Content-Type: application/sdp'],
  REFER: ['Refer-To: <sip:carol@203.0.113.9>'],
  NOTIFY: ['Event: presence', 'Subscription-State: active'],
  INFO: ['Content-Type: application/dtmf-relay'],
};
const BODIES: Readonly<Record<string, string>> = { INVITE: SDP, PUBLISH: PIDF, MESSAGE: 'hello' };

/** The final status of a request outside of any dialog. */
const statusOf = async (
  { lab, peer }: { lab: ServingLab; peer: RawPeer },
  method: string,
): Promise<number> => {
  const callId = `${method}-${lab.clock.now()}`;
  const before = peer.received.length;
  peer.send({
    method,
    callId,
    branch: `z9hG4bK-${callId}`,
    ...(method === 'REGISTER' ? { uri: 'sip:10.0.0.1' } : {}),
    lines: LINES[method] ?? [],
    body: BODIES[method] ?? '',
  });
  await lab.clock.advanceAsync(5);
  const finals = peer.received
    .slice(before)
    .flatMap(({ startLine }) =>
      startLine.kind === 'response' && startLine.status >= 200 ? [startLine.status] : [],
    );
  return finals[0] ?? 0;
};

const METHODS = [
  'OPTIONS',
  'INVITE',
  'REGISTER',
  'SUBSCRIBE',
  'PUBLISH',
  'REFER',
  'MESSAGE',
  'INFO',
  'UPDATE',
  'NOTIFY',
  'PRACK',
  'BYE',
];

/** What each mode says to each of {@link METHODS}. REGISTER of another user than the sender is 403. */
const SERVED: Readonly<Partial<Record<ServerMode, readonly number[]>>> = {
  minimal: [200, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405],
  'full-uas': [200, 200, 403, 200, 200, 202, 200, 481, 481, 481, 481, 481],
  registrar: [200, 405, 403, 489, 405, 405, 405, 405, 405, 405, 405, 405],
  // It notifies of transfers, so SUBSCRIBE is served: its event packages are what is not.
  'call-server': [200, 200, 405, 489, 405, 202, 200, 481, 481, 405, 481, 481],
  'subscription-server': [200, 405, 405, 200, 200, 405, 405, 405, 405, 481, 405, 405],
};

describe('modes', () => {
  it.each(Object.entries(SERVED))(
    '%s answers each method as it should (RFC 3261 §8.2.1)',
    async (mode, expected) => {
      const world = serve({ mode: mode as ServerMode });
      const statuses: number[] = [];
      for (const method of METHODS) statuses.push(await statusOf(world, method));
      expect(statuses).toEqual(expected);
      expect(await statusOf(world, 'DANCE')).toBe(501);
    },
  );

  it('Allow and Allow-Events say what is served, and no more (RFC 3261 §11.2, RFC 6665 §8.2.2)', async () => {
    const told = async (mode: ServerMode): Promise<readonly (string | undefined)[]> => {
      const world = serve({ mode });
      await statusOf(world, 'OPTIONS');
      return [world.peer.last.first('Allow'), world.peer.last.first('Allow-Events')];
    };
    expect(await told('minimal')).toEqual(['OPTIONS', undefined]);
    expect((await told('subscription-server'))[0]).toBe('OPTIONS, SUBSCRIBE, NOTIFY, PUBLISH');
    expect(await told('registrar')).toEqual(['OPTIONS, REGISTER, SUBSCRIBE', 'reg']);
    const [allow, events] = await told('full-uas');
    for (const method of [...METHODS, 'ACK', 'BYE', 'CANCEL', 'PRACK'])
      expect(allow?.split(', ')).toContain(method);
    for (const name of [
      'presence',
      'dialog',
      'message-summary',
      'reg',
      'conference',
      'presence.winfo',
      'refer',
    ])
      expect(events?.split(', ')).toContain(name);
  });

  it.each(['presence', 'dialog', 'message-summary', 'reg', 'conference', 'presence.winfo'])(
    'subscription-server notifies of %s at once (RFC 6665 §4.2.1.2)',
    async (name) => {
      const { lab, peer } = serve({ mode: 'subscription-server' });
      peer.send({ method: 'SUBSCRIBE', lines: [`Event: ${name}`, 'Expires: 600'] });
      await lab.clock.advanceAsync(5);
      const notify = peer.received.find(({ startLine }) => startLine.kind === 'request');
      expect(notify?.first('Event')).toBe(name);
      expect(notify?.first('Subscription-State')).toMatch(/^active/);
    },
  );
});

describe('options of calls', () => {
  const invite = (peer: RawPeer, body = SDP, callId = 'call-1'): void => {
    peer.send({ method: 'INVITE', callId, branch: `z9hG4bK-${callId}`, lines: LINES['INVITE'] ?? [], body });
  };

  it('waits, rings, answers and hangs up when it is told to', async () => {
    const { lab, peer } = serve({
      mode: 'call-server',
      answerDelayMs: 300,
      ringMs: 1000,
      hangUpAfterMs: 2000,
    });
    invite(peer);
    await lab.clock.advanceAsync(1400);
    expect(peer.log).toEqual(['0 100 Trying', '300 180 Ringing', '1300 200 OK']);
    const [tag] = /tag=[^;]+/.exec(peer.last.first('To') ?? '') ?? [];
    peer.send({ method: 'ACK', callId: 'call-1', branch: 'z9hG4bK-ack', toTag: tag?.slice(4) });
    await lab.clock.advanceAsync(2500);
    expect(peer.log.slice(3, 4)).toEqual(['3300 BYE']);
  });

  it('rings with early media', async () => {
    const { lab, peer } = serve({ mode: 'call-server', ringMs: 1000, earlyMedia: true });
    invite(peer);
    await lab.clock.advanceAsync(10);
    expect(peer.take()).toEqual(['100 Trying', '183 Session Progress']);
    expect(peer.lastBody).toContain('m=audio');
  });

  it('requires PRACK, or knows none (RFC 3262 §3)', () => {
    const wanted = serve({ mode: 'call-server', requirePrack: true });
    invite(wanted.peer);
    expect(wanted.peer.take().at(-1)).toBe('421 Extension Required');
    const unknown = serve({ mode: 'call-server', enablePrack: false });
    unknown.peer.send({ method: 'INVITE', lines: ['Require: 100rel'] });
    expect(unknown.peer.take()).toEqual(['420 Bad Extension']);
  });

  it('knows session timers when they are enabled (RFC 4028 §9)', async () => {
    const ask = async (input: ServerConfigInput): Promise<string> => {
      const { lab, peer } = serve({ mode: 'call-server', ...input });
      const lines = [...(LINES['INVITE'] ?? []), 'Supported: timer', 'Session-Expires: 120', 'Min-SE: 90'];
      peer.send({ method: 'INVITE', lines, body: SDP });
      await lab.clock.advanceAsync(5);
      return `${peer.take().at(-1)} ${peer.last.first('Session-Expires') ?? '-'} ${peer.last.first('Min-SE') ?? '-'}`;
    };
    expect(await ask({})).toBe('200 OK - -');
    expect(await ask({ enableSessionTimers: true })).toMatch(/^200 OK 120;refresher=ua[cs] /);
    expect(await ask({ enableSessionTimers: true, minSe: 600, sessionExpires: 900 })).toBe(
      '422 Session Interval Too Small - 600',
    );
  });

  it('answers video with video, or with what a file says (RFC 3264 §6)', async () => {
    const video = serve({ mode: 'call-server' }, { sdpProfile: 'audio-video' });
    invite(video.peer, VIDEO_OFFER);
    await video.lab.clock.advanceAsync(5);
    expect(video.peer.lastBody).toMatch(/m=audio 40000 [^]*m=video 40002 RTP\/AVP 96\r\n/);
    const file = serve({ mode: 'call-server' }, { sdpProfile: { sdp: SDP.replace('4000', '7000') } });
    invite(file.peer);
    await file.lab.clock.advanceAsync(5);
    expect(file.peer.lastBody).toContain('m=audio 7000');
  });

  it('refuses transfers when they are off, and private targets unless they are allowed (RFC 3515 §5.1)', async () => {
    expect(await statusOf(serve({ mode: 'call-server', enableRefer: false }), 'REFER')).toBe(405);
    const refer = async (input: ServerConfigInput): Promise<string | undefined> => {
      const { lab, peer } = serve({ mode: 'call-server', ...input });
      peer.send({ method: 'REFER', lines: ['Refer-To: <sip:carol@10.0.0.7>'] });
      await lab.clock.advanceAsync(5);
      return peer.take()[0];
    };
    expect(await refer({})).toBe('403 Forbidden');
    expect(await refer({ allowPrivateReferTargets: true })).toBe('202 Accepted');
  });
});

describe('dials of a running server', () => {
  it('count from the next request on, and leave alone what is under way', async () => {
    const { lab, peer } = serve({ mode: 'full-uas', ringMs: 1000 });
    peer.send({
      method: 'INVITE',
      callId: 'first',
      branch: 'z9hG4bK-1',
      lines: LINES['INVITE'] ?? [],
      body: SDP,
    });
    lab.serving.reconfigure({
      ...lab.serving.config,
      autoAcceptCalls: false,
      autoAcceptRegistrations: false,
    });
    peer.send({
      method: 'INVITE',
      callId: 'second',
      branch: 'z9hG4bK-2',
      lines: LINES['INVITE'] ?? [],
      body: SDP,
    });
    await lab.clock.advanceAsync(1100);
    const say = (id: string): readonly string[] =>
      peer.received
        .filter((message) => message.first('Call-ID') === id)
        .map(({ startLine }) => (startLine.kind === 'response' ? String(startLine.status) : ''));
    expect([say('first'), say('second')]).toEqual([
      ['100', '180', '200'],
      // Sent again for want of an ACK.
      ['480', '480'],
    ]);
    expect(await statusOf({ lab, peer }, 'REGISTER')).toBe(403);
  });

  it('bound the time of bindings (RFC 3261 §10.3)', async () => {
    const { lab, peer } = serve({ mode: 'registrar', regMinExpiry: 30 });
    const register = async (expires: number, cseq: number): Promise<string> => {
      peer.sendText(
        peer
          .write({ method: 'REGISTER', uri: 'sip:10.0.0.1', cseq, lines: [`Expires: ${expires}`] })
          .replace('From: <sip:peer@10.0.0.2>', 'From: <sip:us@10.0.0.1>'),
      );
      await lab.clock.advanceAsync(5);
      return `${peer.take()[0]} ${peer.last.first('Min-Expires') ?? ''}`.trim();
    };
    expect(await register(40, 1)).toBe('200 OK');
    lab.serving.reconfigure({ ...lab.serving.config, regMinExpiry: 60 });
    expect(await register(40, 2)).toBe('423 Interval Too Brief 60');
    expect(await register(70, 3)).toBe('200 OK');
  });
});

describe('digest', () => {
  const users: ServingMeans['users'] = (name) => (name === 'alice' ? { password: 'secret' } : undefined);
  const withAuth: ServerConfigInput = {
    mode: 'full-uas',
    auth: true,
    authUsers: 'users.json',
    authRealm: 'lab',
  };

  const asAlice = async (password: string): Promise<number> => {
    const { lab } = serve(withAuth, { users });
    const phone = lab.agent('10.0.0.3', undefined, {
      credentials: new CredentialStore({
        accounts: singleAccount('alice', password),
        hashes: nodeHashes,
        ids: createIds('alice'),
      }),
    });
    const answer = phone.request({
      method: 'REGISTER',
      target: 'sip:10.0.0.1',
      from: 'sip:alice@10.0.0.1',
      to: 'sip:alice@10.0.0.1',
      headers: [['Contact', '<sip:alice@10.0.0.3>']],
    });
    await lab.clock.advanceAsync(50);
    const result = await answer;
    return result.kind === 'response' ? result.status : 0;
  };

  it('lets in who knows the password, and nobody else (RFC 3261 §22.2, RFC 7616 §3.4)', async () => {
    expect([await asAlice('secret'), await asAlice('guess')]).toEqual([200, 401]);
  });

  it('is asked for outside of dialogs, but not of OPTIONS (RFC 3261 §22.1)', async () => {
    const world = serve(withAuth, { users });
    expect(await statusOf(world, 'INVITE')).toBe(401);
    expect(world.peer.last.all('WWW-Authenticate').join()).toContain('realm="lab"');
    expect(await statusOf(world, 'OPTIONS')).toBe(200);
    world.lab.serving.reconfigure(ServerConfig.parse({ ...withAuth, auth: false }));
    expect(await statusOf(world, 'MESSAGE')).toBe(200);
  });
});
