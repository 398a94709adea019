import { describe, expect, it } from 'vitest';
import type { LimitHit } from '../../core/limits.ts';
import { formatPidf, parsePidf, type Pidf } from '../../message/bodies/pidf.ts';
import { callId } from '../../message/headers/simple.ts';
import { compose } from '../../server/handler.ts';
import { publish as publishHandler } from '../../server/handlers/publish.ts';
import { subscribe as subscribeHandler } from '../../server/handlers/subscribe.ts';
import { createAgentLab } from '../../testing/agent-lab.ts';
import type { RawRequest } from '../../testing/raw-peer.ts';
import { Notifier } from '../notifier/notifier.ts';
import { presencePackage, presencePublication } from '../packages/presence.ts';
import { subscribe } from '../subscriber/outgoing-subscription.ts';
import { Compositor, type CompositorOptions } from './compositor.ts';
import { publish, type PublishOptions } from './publisher.ts';

/*
 * Verified: publications on both sides, and what watchers see of them, in exact virtual time.
 */

const BOB = 'sip:bob@10.0.0.1';

const document = (id: string, basic: 'open' | 'closed', note?: string): string =>
  formatPidf({
    entity: BOB,
    tuples: [{ id, basic, notes: note === undefined ? [] : [{ text: note }] }],
    persons: [],
    notes: [],
  });

/** `desk open`: what a document says of each tuple. */
const tuplesOf = (text: string): readonly string[] => {
  const parsed = parsePidf(text);
  return parsed.kind === 'ok'
    ? parsed.value.tuples.map(({ id, basic }) => `${id} ${basic ?? '-'}`)
    : ['unreadable'];
};

const presenceAgent = (options: Partial<CompositorOptions> = {}) => {
  const lab = createAgentLab();
  const ua = lab.agent('10.0.0.1');
  const compositor = new Compositor(ua.context, { packages: [presencePublication], ...options });
  const notifier = new Notifier(ua.context, [presencePackage(compositor.state)]);
  ua.serve(compose([subscribeHandler(notifier), publishHandler(compositor)]));
  return { ...lab, ua, compositor, notifier };
};

describe('an event state compositor (RFC 3903 §6)', () => {
  const setUp = (options: Partial<CompositorOptions> = {}) => {
    const it_ = presenceAgent(options);
    const source = it_.peer('10.0.0.9');
    let number = 0;
    /** Publishes and says what came of it: the status line, and the entity-tag. */
    const send = (
      lines: readonly string[],
      body = '',
      request: Partial<RawRequest> = {},
    ): readonly [string, string] => {
      const type = body === '' ? [] : ['Content-Type: application/pidf+xml'];
      number++;
      source.send({
        method: 'PUBLISH',
        uri: BOB,
        callId: `p${number}`,
        branch: `z9hG4bK-p${number}`,
        contact: false,
        lines: ['Event: presence', ...type, ...lines],
        body,
        ...request,
      });
      return [source.take().at(-1) ?? '', source.last.first('SIP-ETag') ?? ''];
    };
    const shown = (): readonly string[] => it_.compositor.state.documents('presence', BOB).flatMap(tuplesOf);
    return { ...it_, source, send, shown };
  };

  it('RFC 3903 §4.1: gives each publication a new entity-tag, and answers with the duration it has', () => {
    const { send, source, shown, compositor, clock } = setUp();
    const [status, first] = send(['Expires: 9999'], document('desk', 'open'));
    expect([status, source.last.first('Expires')]).toEqual(['200 OK', '3600']);
    const [, second] = send(['Expires: 600', `SIP-If-Match: ${first}`]);
    expect(second).not.toBe(first);
    expect(shown()).toEqual(['desk open']);
    const [, third] = send([`SIP-If-Match: ${second}`], document('desk', 'closed'));
    expect([third === second, shown()]).toEqual([false, ['desk closed']]);
    expect(send(['Expires: 0', `SIP-If-Match: ${third}`])[0]).toBe('200 OK');
    expect([shown(), source.last.first('Expires')]).toEqual([[], '0']);
    compositor.dispose();
    clock.runAll(100_000);
    expect(clock.pending).toBe(0);
  });

  it('RFC 3903 §6: refuses what is not right with the status for it', () => {
    const { send, source, compositor } = setUp();
    const body = document('desk', 'open');
    expect(send([], body, { lines: ['Event: dialog', 'Content-Type: application/pidf+xml'] })[0]).toBe(
      '489 Bad Event',
    );
    expect(source.last.first('Allow-Events')).toBe('presence');
    expect(send(['SIP-If-Match: unknown'])[0]).toBe('412 Conditional Request Failed');
    expect(send(['Expires: 59'], body)[0]).toBe('423 Interval Too Brief');
    expect(source.last.first('Min-Expires')).toBe('60');
    expect(send([])[0]).toBe('400 Missing Body');
    expect(send([], '<presence/>')[0]).toBe('400 Bad Event State');
    expect(send([], 'x', { lines: ['Event: presence', 'Content-Type: text/plain'] })[0]).toBe(
      '415 Unsupported Media Type',
    );
    expect(source.last.first('Accept')).toBe('application/pidf+xml');
    expect(compositor.state.size).toBe(0);
  });

  it('RFC 3261 §21.4.11: keeps no document past its limit', () => {
    const { send, compositor } = setUp({ maxDocumentBytes: 1000 });
    const body = document('desk', 'open');
    expect(send([], body + ' '.repeat(1000))[0]).toBe('413 Request Entity Too Large');
    expect(send([], body)[0]).toBe('200 OK');
    expect(compositor.state.size).toBe(1);
    compositor.dispose();
  });

  it('RFC 3903 §6 step 4: an entity-tag of another resource is unknown here', () => {
    const { send, compositor } = setUp();
    const [, tag] = send([], document('desk', 'open'));
    expect(send([`SIP-If-Match: ${tag}`], '', { uri: 'sip:eve@10.0.0.1' })[0]).toBe(
      '412 Conditional Request Failed',
    );
    compositor.dispose();
  });

  it('RFC 3903 §4.2: a publication that nobody refreshes is gone when it expires', () => {
    const { send, shown, clock } = setUp();
    send(['Expires: 60'], document('desk', 'open'));
    clock.advance(59_999);
    expect(shown()).toEqual(['desk open']);
    clock.advance(1);
    expect(shown()).toEqual([]);
    clock.runAll(100_000);
    expect(clock.pending).toBe(0);
  });

  it('refuses more publications than it may have with 503, and counts that', () => {
    const hits: LimitHit[] = [];
    const { send, compositor } = setUp({ maxPublications: 1, onLimit: (hit) => hits.push(hit) });
    const [, tag] = send([], document('desk', 'open'));
    expect(send([], document('mobile', 'open'))[0]).toBe('503 Service Unavailable');
    expect(send([`SIP-If-Match: ${tag}`])[0]).toBe('200 OK');
    expect(hits.map(({ limit }) => limit)).toEqual(['publications']);
    compositor.dispose();
  });
});

describe('publishing (RFC 3903 §4)', () => {
  const setUp = (options: Partial<PublishOptions> = {}) => {
    const lab = createAgentLab();
    const ua = lab.agent('10.0.0.1');
    const server = lab.peer('10.0.0.9');
    const publication = publish(ua, {
      target: 'sip:bob@10.0.0.9',
      event: 'presence',
      body: 'one',
      contentType: 'application/pidf+xml',
      expiresSec: 600,
      ...options,
    });
    lab.clock.advance(0);
    const ok = (tag: string, expiresSec = 600): void => {
      server.respond(server.last, '200 OK', [`SIP-ETag: ${tag}`, `Expires: ${expiresSec}`], 's');
    };
    /** Entity-tag, duration and body of the latest PUBLISH. */
    const sent = (): readonly unknown[] => [
      server.last.first('SIP-If-Match'),
      server.last.first('Expires'),
      server.lastBody,
    ];
    return { ...lab, ua, server, publication, ok, sent };
  };

  it('publishes, refreshes without body before it expires (mistake 16), modifies and removes under the latest entity-tag', () => {
    const { clock, server, publication, ok, sent } = setUp();
    expect(sent()).toEqual([undefined, '600', 'one']);
    expect(server.last.first('Event')).toBe('presence');
    ok('e1');
    expect([publication.status, publication.etag]).toEqual(['published', 'e1']);
    clock.advance(536_000);
    expect(sent()).toEqual(['e1', '600', '']);
    ok('e2');
    publication.modify('two');
    publication.modify('three');
    clock.advance(0);
    expect(sent()).toEqual(['e2', '600', 'two']);
    ok('e3');
    expect(sent()).toEqual(['e3', '600', 'three']);
    publication.remove();
    ok('e4');
    expect(sent()).toEqual(['e4', '0', '']);
    ok('e5', 0);
    expect(publication.status).toBe('ended');
    clock.runAll(100_000);
    expect(clock.pending).toBe(0);
  });

  it('RFC 3903 §4.3: publishes anew, with the body, when the server has forgotten it (412)', () => {
    const { clock, server, publication, ok, sent } = setUp();
    ok('e1');
    clock.advance(536_000);
    server.respond(server.last, '412 Conditional Request Failed', [], 's');
    expect(sent()).toEqual([undefined, '600', 'one']);
    ok('f1');
    expect(publication.etag).toBe('f1');
    publication.dispose();
    clock.runAll(100_000);
    expect(clock.pending).toBe(0);
  });

  it('RFC 3903 §4.2: asks for a longer duration after 423', () => {
    const { server, publication, sent } = setUp({ expiresSec: 10 });
    const first = callId(server.last);
    server.respond(server.last, '423 Interval Too Brief', ['Min-Expires: 90'], 's');
    expect(sent()).toEqual([undefined, '90', 'one']);
    expect(callId(server.last)).not.toBe(first);
    publication.dispose();
  });

  it('ends when the first PUBLISH is refused, and tries again later when a refresh is', () => {
    const refused = setUp();
    const failures: string[] = [];
    refused.publication.onFailed((result) =>
      failures.push(result.kind === 'response' ? String(result.status) : result.kind),
    );
    refused.server.respond(refused.server.last, '489 Bad Event', [], 's');
    expect([failures, refused.publication.status]).toEqual([['489'], 'ended']);
    const { clock, server, publication, ok, sent } = setUp();
    ok('e1');
    clock.advance(536_000);
    server.respond(server.last, '500 Trouble', ['Retry-After: 5'], 's');
    server.take();
    clock.advance(4_999);
    expect(server.take()).toEqual([]);
    clock.advance(1);
    expect(sent()).toEqual(['e1', '600', '']);
    publication.dispose();
  });

  it('RFC 3903 §4.2: publishes once a second at the most, whatever times the server names', () => {
    const { clock, server, publication, ok } = setUp();
    ok('e1', 0);
    server.take();
    clock.advance(999);
    expect(server.take()).toEqual([]);
    clock.advance(1);
    expect(server.take()).toEqual(['PUBLISH']);
    server.respond(server.last, '500 Trouble', ['Retry-After: 0'], 's');
    clock.advance(1999);
    expect(server.take()).toEqual([]);
    clock.advance(1);
    expect(server.take()).toEqual(['PUBLISH']);
    publication.dispose();
  });

  it('is over when the agent is', () => {
    const { clock, ua, publication, ok } = setUp();
    ok('e1');
    ua.dispose();
    expect(publication.status).toBe('ended');
    clock.runAll(100_000);
    expect(clock.pending).toBe(0);
  });
});

describe('presence, from PUBLISH to NOTIFY (RFC 3856)', () => {
  it('watchers see what several sources publish, composed, each change once, and closed when nothing is left', () => {
    const { clock, agent, ua, compositor } = presenceAgent();
    const watcher = agent('10.0.0.5');
    const source = agent('10.0.0.6');
    const seen: string[] = [];
    const subscription = subscribe(watcher, { target: BOB, event: 'presence', expiresSec: 600 });
    subscription.onNotify(({ body }) => seen.push(`${clock.now()} ${tuplesOf(body).join(', ')}`));
    clock.advance(1000);
    const options = { target: BOB, event: 'presence', contentType: 'application/pidf+xml', expiresSec: 600 };
    const desk = publish(source, { ...options, body: document('desk', 'open') });
    clock.advance(1000);
    const mobile = publish(source, { ...options, body: document('mobile', 'closed') });
    clock.advance(1000);
    desk.modify(document('desk', 'closed', 'lunch'));
    clock.advance(1000);
    mobile.remove();
    clock.advance(1000);
    desk.remove();
    clock.advance(1000);
    expect(seen).toEqual([
      '0 none closed',
      '1000 desk open',
      '2000 mobile closed, desk open',
      '3000 desk closed, mobile closed',
      '4000 desk closed',
      '5000 none closed',
    ]);
    subscription.unsubscribe();
    clock.runAll(100_000);
    for (const each of [ua, watcher, source]) expect(each.context.usages.size).toBe(0);
    expect([compositor.state.size, clock.pending]).toEqual([0, 0]);
  });

  it('RFC 3903 §4.2: a refresh is no news to watchers, not even in its order', () => {
    const { clock, agent, notifier } = presenceAgent();
    const watcher = agent('10.0.0.5');
    const source = agent('10.0.0.6');
    const seen: Pidf[] = [];
    const subscription = subscribe(watcher, { target: BOB, event: 'presence', expiresSec: 3600 });
    subscription.onNotify(({ body }) => {
      const parsed = parsePidf(body);
      if (parsed.kind === 'ok') seen.push(parsed.value);
    });
    const options = { target: BOB, event: 'presence', contentType: 'application/pidf+xml', expiresSec: 120 };
    const publications = ['desk', 'mobile'].map((id) =>
      publish(source, { ...options, body: document(id, 'open') }),
    );
    clock.advance(0);
    const before = seen.length;
    clock.advance(600_000);
    expect(seen).toHaveLength(before);
    expect(notifier.subscriptions).toHaveLength(1);
    for (const each of publications) each.dispose();
    subscription.unsubscribe();
    clock.runAll(200_000);
    expect(clock.pending).toBe(0);
  });
});
