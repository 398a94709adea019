import { describe, expect, it } from 'vitest';
import { toBytes } from '../../message/octets.ts';
import { parseMessage } from '../../message/parse.ts';
import { requestUri } from '../../message/headers/request-uri.ts';
import { createAgentLab } from '../../testing/agent-lab.ts';
import type { RawPeer } from '../../testing/raw-peer.ts';
import { createRegistration } from './registration.ts';
import type { RegistrationOptions } from './registration-types.ts';
import { redirectOf } from './retry.ts';

/* Verified: where a REGISTER goes after a 3xx, in virtual time. */

const lab = (options: Partial<RegistrationOptions> = {}) => {
  const { clock, agent, peer, lint } = createAgentLab('redirection');
  const ua = agent('10.0.0.2');
  const [home, other] = [peer('10.0.0.1', '10.0.0.2'), peer('10.0.0.9', '10.0.0.2')];
  const registration = createRegistration(ua, {
    registrar: 'sip:10.0.0.1',
    aor: 'sip:alice@example.com',
    expiresSec: 600,
    ...options,
  });
  registration.start();
  clock.advance(0);
  const answer = (from: RawPeer, status: string, lines: readonly string[] = []): void => {
    from.respond(from.last, status, lines, 'r');
  };
  const grant = (from: RawPeer): void => {
    answer(from, '200 OK', [`Contact: ${from.last.first('Contact')};expires=600`]);
  };
  const end = (): void => {
    ua.dispose();
    clock.runAll(60_000);
    expect(clock.pending).toBe(0);
    lint.expectClean();
  };
  return { clock, home, other, registration, answer, grant, end };
};

describe('a REGISTER that is redirected (RFC 3261 §8.1.3.4, §21.3)', () => {
  it('goes to the best contact, as the next request of the same Call-ID; the refresh asks at home again', () => {
    const { clock, home, other, registration, answer, grant, end } = lab();
    answer(home, '302 Moved Temporarily', [
      'Contact: <sip:10.0.0.7>;q=0.1, <mailto:a@b>;q=1, <sip:10.0.0.9;x=1>;q=0.9',
    ]);
    expect(requestUri(other.last)?.text).toBe('sip:10.0.0.9;x=1');
    expect(other.last.first('Call-ID')).toBe(home.last.first('Call-ID'));
    expect(other.last.first('To')).toBe('<sip:alice@example.com>');
    grant(other);
    expect(registration.state.kind).toBe('registered');
    home.take();
    clock.advance(563_000);
    expect([home.take()[0], requestUri(home.last)?.text]).toEqual(['REGISTER', 'sip:10.0.0.1']);
    grant(home);
    end();
  });

  it('305 (RFC 3261 §21.3.5): goes through the proxy, with the Request-URI it had', () => {
    const { home, other, registration, answer, grant, end } = lab();
    answer(home, '305 Use Proxy', ['Contact: <sip:10.0.0.9>']);
    expect(requestUri(other.last)?.text).toBe('sip:10.0.0.1');
    grant(other);
    expect(registration.state.kind).toBe('registered');
    end();
  });

  it('follows one redirection, not a second one', () => {
    const { home, other, registration, answer, end } = lab();
    answer(home, '301 Moved Permanently', ['Contact: <sip:10.0.0.9>']);
    answer(other, '302 Moved Temporarily', ['Contact: <sip:10.0.0.1>']);
    expect(home.take()).toEqual(['REGISTER']);
    expect(registration.state).toMatchObject({ kind: 'failed', result: { status: 302 } });
    end();
  });

  it.each([
    ['back to itself', 'sip:10.0.0.1', 'Contact: <sip:10.0.0.1>'],
    ['nowhere', 'sip:10.0.0.1', 'X: y'],
    ['to what is no SIP', 'sip:10.0.0.1', 'Contact: <mailto:a@b>'],
  ])('does not go %s', (_, registrar, line) => {
    const { home, other, registration, answer, end } = lab({ registrar });
    answer(home, '302 Moved Temporarily', [line]);
    expect([home.take(), other.take(), registration.state.kind]).toEqual([['REGISTER'], [], 'failed']);
    end();
  });

  it('removes its bindings where it is sent', async () => {
    const { clock, home, other, registration, answer, grant, end } = lab();
    grant(home);
    const ended = registration.unregister();
    clock.advance(0);
    answer(home, '302 Moved Temporarily', ['Contact: <sip:10.0.0.9>']);
    expect(other.last.first('Expires')).toBe('0');
    answer(other, '200 OK');
    expect(await ended).toMatchObject({ kind: 'unregistered', result: { status: 200 } });
    end();
  });
});

describe('a redirection of a sips registrar (RFC 3261 §8.1.3.4)', () => {
  it.each([
    ['sips:10.0.0.9', 'sips:10.0.0.9'],
    ['sip:10.0.0.9', undefined],
  ])('to %s leads to %s', (contact, target) => {
    const response = parseMessage(
      toBytes(`SIP/2.0 302 Moved\r\nContact: <${contact}>\r\nContent-Length: 0\r\n\r\n`),
    );
    expect(redirectOf(302, response, 'sips:10.0.0.1')?.uri).toBe(target);
  });
});
