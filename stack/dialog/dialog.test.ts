import { describe, expect, it } from 'vitest';
import type { SipMessage } from '../message/message.ts';
import { encode } from '../message/draft.ts';
import { parseMessage } from '../message/parse.ts';
import { octetText } from '../message/octets.ts';
import { request, response, type RequestOptions } from '../testing/sip-messages.ts';
import { Dialog } from './dialog.ts';

const UDP = { protocol: 'udp' } as const;

const FROM_ALICE: RequestOptions = {
  headers: [
    'Contact: "Alice" <sip:alice@192.0.2.1:5070;transport=udp>',
    'Record-Route: <sip:p2.example.com;lr;x=1>, <sip:p1.example.com;lr>',
    'Record-Route: <sip:p0.example.com;lr>',
  ],
  cseq: 314,
};

function callee(options: RequestOptions = FROM_ALICE): Dialog {
  return Dialog.fromRequest(request('INVITE', options), 'b1', UDP, 1000);
}

function answer(status: number, ...headers: (readonly [string, string])[]): SipMessage {
  return response(request('INVITE', { cseq: 314 }), status, { headers });
}

const CONTACT = ['Contact', '<sip:bob@192.0.2.2:5080>'] as const;
const RECORD_ROUTE = ['Record-Route', '<sip:p2.example.com;lr>, <sip:p1.example.com;lr>'] as const;

function caller(made: SipMessage = answer(200, CONTACT, RECORD_ROUTE)): Dialog {
  return Dialog.fromResponse(request('INVITE', { cseq: 314 }), made);
}

describe('the server’s side of a new dialog (RFC 3261 §12.1.1)', () => {
  it('takes route set, target, tags, URIs and the remote CSeq from the request; D6, D7', () => {
    expect(callee()).toMatchObject({
      state: 'early',
      isSecure: false,
      callId: 'call-1@example.com',
      localTag: 'b1',
      remoteTag: 'a1',
      localUri: 'sip:bob@example.com',
      remoteUri: 'sip:alice@example.com',
      routeSet: ['sip:p2.example.com;lr;x=1', 'sip:p1.example.com;lr', 'sip:p0.example.com;lr'],
      remoteTarget: 'sip:alice@192.0.2.1:5070;transport=udp',
      remoteCseq: 314,
    });
  });

  it('is secure for a sips URI over TLS only', () => {
    const sips = request('INVITE', { uri: 'sips:bob@example.com' });
    expect(Dialog.fromRequest(sips, 'b1', { protocol: 'tls' }, 1).isSecure).toBe(true);
    expect(Dialog.fromRequest(sips, 'b1', { protocol: 'tcp' }, 1).isSecure).toBe(false);
    expect(Dialog.fromRequest(request('INVITE'), 'b1', { protocol: 'tls' }, 1).isSecure).toBe(false);
  });

  it('falls back on the From URI for a peer without Contact', () => {
    expect(callee({}).remoteTarget).toBe('sip:alice@example.com');
  });

  it('is confirmed by its 2xx', () => {
    const dialog = callee();
    dialog.confirm();
    expect(dialog.state).toBe('confirmed');
  });
});

describe('the client’s side of a new dialog (RFC 3261 §12.1.2)', () => {
  it('takes the route set in reverse order, the target and the remote tag from the response', () => {
    expect(caller()).toMatchObject({
      state: 'confirmed',
      callId: 'call-1@example.com',
      localTag: 'a1',
      remoteTag: 'b1',
      localUri: 'sip:alice@example.com',
      remoteUri: 'sip:bob@example.com',
      routeSet: ['sip:p1.example.com;lr', 'sip:p2.example.com;lr'],
      remoteTarget: 'sip:bob@192.0.2.2:5080',
      localCseq: 314,
      remoteCseq: undefined,
    });
  });

  it('is early after a provisional response, and falls back on the Request-URI without Contact', () => {
    expect(caller(answer(180))).toMatchObject({ state: 'early', remoteTarget: 'sip:bob@192.0.2.2' });
  });

  it('knows a peer of RFC 2543 by the absence of its tag, and sends none back', () => {
    const dialog = caller(response(request('INVITE'), 200, { toTag: undefined }));
    expect(dialog.remoteTag).toBeUndefined();
    expect(dialog.request('BYE').headers).toContainEqual(['To', '<sip:bob@example.com>']);
    const old = callee({ from: '<sip:alice@example.com>' });
    expect(old.remoteTag).toBeUndefined();
    expect(old.request('BYE').headers).toContainEqual(['To', '<sip:alice@example.com>']);
  });
});

describe('the first 2xx (RFC 3261 §13.2.2.4)', () => {
  it('fixes route set and target anew; what comes later does not (D4)', () => {
    const dialog = caller(answer(180, CONTACT, ['Record-Route', '<sip:early.example.com;lr>']));
    dialog.confirm(answer(200, ['Contact', '<sip:bob@192.0.2.99>'], RECORD_ROUTE));
    expect(dialog).toMatchObject({
      state: 'confirmed',
      routeSet: ['sip:p1.example.com;lr', 'sip:p2.example.com;lr'],
      remoteTarget: 'sip:bob@192.0.2.99',
    });
    dialog.confirm(answer(200, CONTACT, ['Record-Route', '<sip:late.example.com;lr>']));
    dialog.refreshTarget(answer(200, CONTACT, ['Record-Route', '<sip:late.example.com;lr>']));
    expect(dialog.routeSet).toEqual(['sip:p1.example.com;lr', 'sip:p2.example.com;lr']);
  });

  it('does not bring a terminated dialog back', () => {
    const dialog = caller(answer(180));
    dialog.terminate();
    dialog.confirm(answer(200));
    expect(dialog.state).toBe('terminated');
  });
});

describe('requests in a dialog (RFC 3261 §12.2.1.1)', () => {
  it('go to the target through loose routers, with tags and rising CSeq (D1, D2, D12)', () => {
    const dialog = caller();
    expect(octetText(encode(dialog.request('INFO'))).split('\r\n')).toEqual([
      'INFO sip:bob@192.0.2.2:5080 SIP/2.0',
      'Route: <sip:p1.example.com;lr>',
      'Route: <sip:p2.example.com;lr>',
      'Max-Forwards: 70',
      'From: <sip:alice@example.com>;tag=a1',
      'To: <sip:bob@example.com>;tag=b1',
      'Call-ID: call-1@example.com',
      'CSeq: 315 INFO',
      'Content-Length: 0',
      '',
      '',
    ]);
    expect(dialog.nextHop).toBe('sip:p1.example.com;lr');
    expect(dialog.request('BYE').headers).toContainEqual(['CSeq', '316 BYE']);
    expect(dialog.localCseq).toBe(316);
  });

  it('name a strict router in the Request-URI and the target last in Route', () => {
    const dialog = caller(
      answer(200, CONTACT, [
        'Record-Route',
        '<sip:p2.example.com;lr>, <sip:p1.example.com;method=INVITE?a=b>',
      ]),
    );
    const bye = dialog.request('BYE');
    expect(bye.uri).toBe('sip:p1.example.com');
    expect(bye.headers.slice(0, 2)).toEqual([
      ['Route', '<sip:p2.example.com;lr>'],
      ['Route', '<sip:bob@192.0.2.2:5080>'],
    ]);
    expect(dialog.nextHop).toBe('sip:p1.example.com;method=INVITE?a=b');
  });

  it('go straight to the target without a route set', () => {
    const dialog = caller(answer(200, CONTACT));
    expect(dialog.request('BYE')).toMatchObject({ uri: 'sip:bob@192.0.2.2:5080' });
    expect(dialog.request('BYE').headers[0]?.[0]).toBe('Max-Forwards');
    expect(dialog.nextHop).toBe('sip:bob@192.0.2.2:5080');
  });

  it('of the server’s side start at the given number, keep rising, and use its own route set', () => {
    const dialog = callee();
    expect(dialog.request('INFO').headers).toContainEqual(['CSeq', '1000 INFO']);
    const bye = dialog.request('BYE');
    expect(bye.headers).toContainEqual(['CSeq', '1001 BYE']);
    expect(bye.headers).toContainEqual(['From', '<sip:bob@example.com>;tag=b1']);
    expect(bye.headers).toContainEqual(['To', '<sip:alice@example.com>;tag=a1']);
    expect(bye.headers.filter(([name]) => name === 'Route').map(([, value]) => value)).toEqual([
      '<sip:p2.example.com;lr;x=1>',
      '<sip:p1.example.com;lr>',
      '<sip:p0.example.com;lr>',
    ]);
    expect(bye.uri).toBe('sip:alice@192.0.2.1:5070;transport=udp');
  });

  it('do not share their headers: a draft may be changed', () => {
    const dialog = caller();
    dialog.request('INFO').headers.length = 0;
    expect(dialog.request('INFO').headers).toHaveLength(7);
  });
});

describe('the ACK for a 2xx (RFC 3261 §13.2.2.4)', () => {
  it('has the CSeq number of its INVITE and the route set, and takes no number', () => {
    const dialog = caller();
    dialog.request('INFO');
    const ack = dialog.request('ACK');
    expect(ack.headers).toContainEqual(['CSeq', '314 ACK']);
    expect(ack.headers[0]).toEqual(['Route', '<sip:p1.example.com;lr>']);
    expect(dialog.localCseq).toBe(315);
  });

  it('belongs to the latest INVITE, or to the one it is told', () => {
    const dialog = caller();
    dialog.request('INVITE');
    dialog.request('INFO');
    expect(dialog.request('ACK').headers).toContainEqual(['CSeq', '315 ACK']);
    expect(dialog.request('ACK', { cseqNumber: 314 }).headers).toContainEqual(['CSeq', '314 ACK']);
  });
});

describe('requests of the peer (RFC 3261 §12.2.2)', () => {
  const inDialog = (method: string, cseq: number): SipMessage => request(method, { cseq });

  it('must have rising CSeq numbers; gaps are no error (D2)', () => {
    const dialog = callee();
    const verdicts = [313, 314, 315, 315, 400, 399].map((n) => dialog.accepts(inDialog('INFO', n)));
    expect(verdicts).toEqual(['out-of-order', 'out-of-order', 'ok', 'out-of-order', 'ok', 'out-of-order']);
    expect(dialog.remoteCseq).toBe(400);
  });

  it('set the remote number when it is not known yet', () => {
    const dialog = caller();
    expect([dialog.accepts(inDialog('BYE', 7)), dialog.remoteCseq]).toEqual(['ok', 7]);
  });

  it('ACK and CANCEL repeat the number of their INVITE', () => {
    const dialog = callee();
    expect([dialog.accepts(inDialog('ACK', 314)), dialog.accepts(inDialog('CANCEL', 314))]).toEqual([
      'ok',
      'ok',
    ]);
    expect(dialog.remoteCseq).toBe(314);
  });

  it('without a usable CSeq are out of order', () => {
    expect(callee().accepts(inDialog('INFO', 2 ** 31))).toBe('out-of-order');
  });
});

describe('target refresh (RFC 3261 §12.2.1.2, §12.2.2; D10)', () => {
  const moved = ['Contact: <sip:alice@192.0.2.50>'];
  const target = (message: SipMessage): string => {
    const dialog = callee();
    dialog.refreshTarget(message);
    return dialog.remoteTarget;
  };

  it.each(['INVITE', 'UPDATE'])('a Contact in %s moves the target', (method) => {
    expect(target(request(method, { headers: moved }))).toBe('sip:alice@192.0.2.50');
  });

  it.each(['INFO', 'BYE', 'ACK', 'MESSAGE'])('a Contact in %s does not', (method) => {
    expect(target(request(method, { headers: moved }))).toBe('sip:alice@192.0.2.1:5070;transport=udp');
  });

  it('a 2xx to a target refresh moves it, another response does not', () => {
    const contact = ['Contact', '<sip:alice@192.0.2.50>'] as const;
    const made = (method: string, status: number): SipMessage =>
      response(request(method), status, { headers: [contact] });
    const stays = 'sip:alice@192.0.2.1:5070;transport=udp';
    expect(target(made('UPDATE', 200))).toBe('sip:alice@192.0.2.50');
    expect(target(made('INVITE', 302))).toBe(stays);
    expect(target(made('INVITE', 180))).toBe(stays);
    expect(target(made('INFO', 200))).toBe(stays);
  });

  it('keeps the target without a Contact, and never touches the route set', () => {
    const dialog = callee();
    dialog.refreshTarget(request('INVITE', { headers: ['Record-Route: <sip:new.example.com;lr>'] }));
    expect(dialog).toMatchObject({
      remoteTarget: 'sip:alice@192.0.2.1:5070;transport=udp',
      routeSet: ['sip:p2.example.com;lr;x=1', 'sip:p1.example.com;lr', 'sip:p0.example.com;lr'],
    });
    dialog.refreshTarget(parseMessage(request('INVITE', { headers: ['Contact: *'] }).bytes));
    expect(dialog.remoteTarget).toBe('sip:alice@192.0.2.1:5070;transport=udp');
  });
});
