import { describe, expect, it } from 'vitest';
import { recordRoutes, routes } from '../message/headers/name-addr.ts';
import { octetText, toBytes } from '../message/octets.ts';
import { parseMessage } from '../message/parse.ts';
import { Splice } from './splice.ts';

const lines = (...text: readonly string[]): string => text.join('\r\n');

const REQUEST = lines(
  'INVITE sip:bob@example.com SIP/2.0',
  'v : SIP/2.0/UDP a:5062 ;rport;branch=z9hG4bK1 , SIP/2.0/UDP b;branch=z9hG4bK0',
  'X-Odd:   kept \t',
  'mAX-fORWARDS: 70',
  'Route: <sip:p1;lr>,',
  '  <sip:p2;lr>',
  'route:<sip:p3;lr>',
  'f: <sip:a@b>;tag=1',
  't: <sip:b@b>',
  'i: 1@b',
  'CSeq: 1 INVITE',
  'l: 4',
  '',
  '\xe4\xf6\xff\n',
);

const spliced = (text: string, change: (splice: Splice) => void): readonly string[] => {
  const splice = new Splice(parseMessage(toBytes(text)));
  change(splice);
  return octetText(splice.toBytes()).split('\r\n');
};

/** Lines of the result that were not there, and lines that are gone. */
const difference = (text: string, change: (splice: Splice) => void) => {
  const before = text.split('\r\n');
  const after = spliced(text, change);
  return {
    added: after.filter((line) => !before.includes(line)),
    gone: before.filter((line) => !after.includes(line)),
  };
};

describe('splicing a relayed message (RFC 3261 §16.6 step 1)', () => {
  it('leaves every octet as it came when nothing is changed', () => {
    expect(spliced(REQUEST, () => undefined).join('\r\n')).toBe(REQUEST);
  });

  it('leaves octets behind the body behind', () => {
    expect(spliced(`${REQUEST}INVITE`, () => undefined).join('\r\n')).toBe(REQUEST);
  });

  it('changes the Request-URI and nothing else', () => {
    expect(
      difference(REQUEST, (s) => {
        s.requestUri('sip:bob@10.0.0.9');
      }),
    ).toEqual({ added: ['INVITE sip:bob@10.0.0.9 SIP/2.0'], gone: ['INVITE sip:bob@example.com SIP/2.0'] });
  });

  it('puts a Via on top and says in the one below where the request came from', () => {
    const after = spliced(REQUEST, (s) => {
      s.addAbove('Via', 'SIP/2.0/UDP p;branch=z9hG4bK2');
      s.fillTopVia({ host: '10.0.0.9', port: 4000 });
    });
    expect(after.slice(1, 3)).toEqual([
      'Via: SIP/2.0/UDP p;branch=z9hG4bK2',
      'v : SIP/2.0/UDP a:5062 ;rport=4000;branch=z9hG4bK1 ;received=10.0.0.9, SIP/2.0/UDP b;branch=z9hG4bK0',
    ]);
  });

  it('puts several lines below the Vias in the order they were asked for', () => {
    const after = spliced(REQUEST, (s) => {
      s.addAbove('Record-Route', '<sip:x;lr>');
      s.addAbove('Record-Route', '<sip:y;lr>');
    });
    expect(after.slice(2, 5)).toEqual([
      'Record-Route: <sip:x;lr>',
      'Record-Route: <sip:y;lr>',
      'X-Odd:   kept \t',
    ]);
  });

  it.each([
    [1, ['Route: <sip:p2;lr>', 'route:<sip:p3;lr>']],
    [2, ['route:<sip:p3;lr>']],
    [3, []],
  ])('takes %i Route values from the top', (count, left) => {
    const message = parseMessage(toBytes(REQUEST));
    const after = spliced(REQUEST, (s) => {
      s.dropValues(
        'Route',
        routes(message).map(({ span }) => span),
        (place) => place < count,
      );
    });
    expect(after.filter((line) => /^route/i.test(line))).toEqual(left);
    expect(after.filter((line) => line.startsWith(' '))).toEqual([]);
  });

  it('sets a header in place and adds one that is missing', () => {
    expect(
      difference(REQUEST, (s) => {
        s.set('Max-Forwards', '69');
        s.set('Expires', '5');
      }),
    ).toEqual({ added: ['Expires: 5', 'mAX-fORWARDS: 69'], gone: ['mAX-fORWARDS: 70'] });
  });

  it('takes the top Via off a response, alone in its line or not', () => {
    const response = lines(
      'SIP/2.0 200 OK',
      'Via: SIP/2.0/UDP p;branch=1,',
      '\tSIP/2.0/UDP a;branch=2',
      'v: SIP/2.0/UDP b',
      '',
      '',
    );
    const once = spliced(response, (s) => {
      s.dropTopVia();
    });
    expect(once.slice(1, 3)).toEqual(['Via: SIP/2.0/UDP a;branch=2', 'v: SIP/2.0/UDP b']);
    const twice = spliced(once.join('\r\n'), (s) => {
      s.dropTopVia();
    });
    expect(twice.slice(1, 3)).toEqual(['v: SIP/2.0/UDP b', '']);
  });

  it('adds a Content-Length for a stream only where there is none', () => {
    const without = REQUEST.replace('l: 4\r\n', '');
    expect(
      difference(without, (s) => {
        s.ensureLength();
      }).added,
    ).toEqual(['Content-Length: 4']);
    expect(
      difference(REQUEST, (s) => {
        s.ensureLength();
      }).added,
    ).toEqual([]);
  });

  it('copies Record-Route of the request octet for octet', () => {
    const text = REQUEST.replace('X-Odd', 'Record-Route: "q, <x>" <sip:r1;lr>;p=1 , <sip:r2;lr>\r\nX-Odd');
    const after = spliced(text, (s) => {
      s.addAbove('Record-Route', '<sip:us;lr>');
    });
    expect(after.slice(2, 4)).toEqual([
      'Record-Route: <sip:us;lr>',
      'Record-Route: "q, <x>" <sip:r1;lr>;p=1 , <sip:r2;lr>',
    ]);
    expect(recordRoutes(parseMessage(toBytes(after.join('\r\n')))).map(({ uri }) => uri)).toEqual([
      'sip:us;lr',
      'sip:r1;lr',
      'sip:r2;lr',
    ]);
  });
});
