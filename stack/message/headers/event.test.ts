import { describe, expect, it } from 'vitest';
import { withHeaders } from '../../testing/header-lines.ts';
import { allowEvents, event, subscriptionState } from './event.ts';

describe('Event (RFC 6665 §8.2.1)', () => {
  it.each([
    ['Event: presence', 'presence', undefined],
    ['o: refer ; id=93809824', 'refer', '93809824'],
    ['EVENT: presence.winfo', 'presence.winfo', undefined],
    ['o:\r\n dialog;\r\n id="x y"', 'dialog', 'x y'],
  ])('RFC 6665 §8.2.1: reads %j', (line, name, id) => {
    const read = event(withHeaders(line));
    expect([read?.package, read?.id]).toEqual([name, id]);
  });

  it('RFC 6665 §8.2.1: keeps the parameters of the package', () => {
    const read = event(withHeaders('Event: dialog;call-id="12@h";include-session-description;id=2'));
    expect([...(read?.params ?? [])]).toEqual([
      ['call-id', '12@h'],
      ['include-session-description', undefined],
      ['id', '2'],
    ]);
  });

  it.each(['', ';id=1', 'presence dialog', 'presence, dialog', 'presence;', 'presence;id='])(
    'RFC 6665 §8.2.1: %j is malformed',
    (value) => {
      expect(event(withHeaders(`Event: ${value}`))).toBeUndefined();
    },
  );

  it('RFC 6665 §8.2.2: lists Allow-Events over lines and commas, long and compact', () => {
    expect(allowEvents(withHeaders('u: presence,  dialog', 'Allow-Events: reg', 'u: @, winfo'))).toEqual([
      'presence',
      'dialog',
      'reg',
      'winfo',
    ]);
  });
});

describe('Subscription-State (RFC 6665 §8.2.3)', () => {
  it.each([
    ['active;expires=3600', ['active', undefined, 3600, undefined]],
    ['Terminated ; Reason = Timeout', ['terminated', 'timeout', undefined, undefined]],
    ['terminated;reason=probation;retry-after=60', ['terminated', 'probation', undefined, 60]],
    ['pending;expires=0;x', ['pending', undefined, 0, undefined]],
    ['waiting;expires=99999999999', ['waiting', undefined, 2 ** 32 - 1, undefined]],
    ['active;expires=soon', ['active', undefined, undefined, undefined]],
  ])('RFC 6665 §8.2.3: reads %j', (value, expected) => {
    const read = subscriptionState(withHeaders(`Subscription-State: ${value}`));
    expect([read?.state, read?.reason, read?.expiresSec, read?.retryAfterSec]).toEqual(expected);
  });

  it.each(['', ';expires=1', 'active expires=1', 'active,pending'])(
    'RFC 6665 §8.2.3: %j is malformed',
    (value) => {
      expect(subscriptionState(withHeaders(`Subscription-State: ${value}`))).toBeUndefined();
    },
  );
});
