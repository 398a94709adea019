import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { octetText, toBytes } from './octets.ts';
import { outline, type OutlineNode } from './outline.ts';
import { unfold } from './outline/node.ts';
import { parseMessage } from './parse.ts';

const INVITE = [
  'INVITE sip:bob;ext=1@[2001:db8::1]:5070;transport=tcp?subject=hi SIP/2.0',
  'v: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport, SIP / 2.0 / TCP host ;received=192.0.2.2',
  'From: "A, <b>" <sip:alice@example.com>',
  '  ;tag=77',
  'To: sip:bob@example.com;x=y',
  'CSeq: 1 INVITE',
  'Proxy-Authorization: Digest username="a", realm="x,y", nc=00000001',
  'Content-Type: application/sdp',
  'Content-Length: 51',
  '',
  'v=0\r\nm=audio 5000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n',
].join('\r\n');

/** `label: value` lines, indented by depth. */
const drawn = (nodes: readonly OutlineNode[], indent = ''): readonly string[] =>
  nodes.flatMap((n) => [`${indent}${n.label}: ${n.value}`, ...drawn(n.children, `${indent}  `)]);

const outlineOf = (text: string): readonly OutlineNode[] => outline(parseMessage(toBytes(text)));

/** Says which node breaks the promises of `outline`, if one does. */
function broken(nodes: readonly OutlineNode[], text: string, start: number, end: number): string | undefined {
  for (const node of nodes) {
    if (node.start < start || node.end > end || node.start > node.end)
      return `${node.label} lies outside its parent`;
    const raw = text.slice(node.start, node.end);
    const octets = node.kind === 'body' ? raw : unfold(raw);
    const isTrue =
      node.children.length > 0 || node.kind === 'header'
        ? octets.includes(node.value)
        : octets === node.value;
    if (!isTrue && node.note !== 'present') return `${node.label} says ${node.value} over ${octets}`;
    const inner = broken(node.children, text, node.start, node.end);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

describe('outline of a message', () => {
  it('names every part, in wire order', () => {
    expect(drawn(outlineOf(INVITE))).toEqual([
      'Request line: INVITE sip:bob;ext=1@[2001:db8::1]:5070;transport=tcp?subject=hi SIP/2.0',
      '  method: INVITE',
      '  Request-URI: sip:bob;ext=1@[2001:db8::1]:5070;transport=tcp?subject=hi',
      '    scheme: sip',
      '    user: bob;ext=1',
      '    host: [2001:db8::1]',
      '    port: 5070',
      '    transport: tcp',
      '    headers: subject=hi',
      '  version: SIP/2.0',
      'Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport, SIP / 2.0 / TCP host ;received=192.0.2.2',
      '  1: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport',
      '    transport: UDP',
      '    sent-by: 192.0.2.1:5060',
      '      host: 192.0.2.1',
      '      port: 5060',
      '    branch: z9hG4bK1',
      '    rport: ',
      '  2: SIP / 2.0 / TCP host ;received=192.0.2.2',
      '    transport: TCP',
      '    sent-by: host',
      '      host: host',
      '    received: 192.0.2.2',
      'From: "A, <b>" <sip:alice@example.com> ;tag=77',
      '  display name: "A, <b>"',
      '  URI: sip:alice@example.com',
      '    scheme: sip',
      '    user: alice',
      '    host: example.com',
      '  tag: 77',
      'To: sip:bob@example.com;x=y',
      '  URI: sip:bob@example.com',
      '    scheme: sip',
      '    user: bob',
      '    host: example.com',
      '  x: y',
      'CSeq: 1 INVITE',
      '  number: 1',
      '  method: INVITE',
      'Proxy-Authorization: Digest username="a", realm="x,y", nc=00000001',
      '  scheme: Digest',
      '  username: "a"',
      '  realm: "x,y"',
      '  nc: 00000001',
      'Content-Type: application/sdp',
      'Content-Length: 51',
      'Body (SDP): ',
      '  v=: 0',
      '  m=: audio 5000 RTP/AVP 0',
      '    a=: rtpmap:0 PCMU/8000',
    ]);
  });

  it('of a response has version, status and reason', () => {
    expect(drawn(outlineOf('SIP/2.0 180 Ringing you\r\n\r\n'))).toEqual([
      'Status line: SIP/2.0 180 Ringing you',
      '  version: SIP/2.0',
      '  status: 180',
      '  reason: Ringing you',
    ]);
  });

  it('names the parts of every kind of header', () => {
    const parts = (line: string): readonly string[] => drawn(outlineOf(`X\r\n${line}\r\n\r\n`)).slice(2);
    expect(parts('Warning: 307 isi.edu "Not, understood", 301 b "x"')).toEqual([
      '  1: 307 isi.edu "Not, understood"',
      '    code: 307',
      '    agent: isi.edu',
      '    text: "Not, understood"',
      '  2: 301 b "x"',
      '    code: 301',
      '    agent: b',
      '    text: "x"',
    ]);
    expect(parts('j: *;audio="a,b"')).toEqual(['  target: *', '  audio: "a,b"']);
    expect(parts('Privacy: id;critical')).toEqual(['  1: id', '  2: critical']);
    expect(parts('Accept: text/html;q=0.8')).toEqual(['  type: text/html', '  q: 0.8']);
    expect(parts('Session-ID: 1234;remote=5678')).toEqual(['  local: 1234', '  remote: 5678']);
    expect(parts('Authentication-Info: qop=auth, nc=1')).toEqual(['  qop: auth', '  nc: 1']);
    expect(parts('Call-Info: <http://a>;purpose=icon')).toEqual(['  URI: http://a', '  purpose: icon']);
  });

  it('RFC 2046 §5.1: takes multipart bodies apart, and what is inside', () => {
    const body = '--x\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--x\r\n\r\nhi\r\n--x--\r\n';
    const text = `X\r\nContent-Type: multipart/mixed;boundary=x\r\n\r\n${body}`;
    const nodes = outlineOf(text);
    expect(drawn(nodes).slice(-6)).toEqual([
      'Body: ',
      '  Part 1: ',
      '    Content: ',
      '      v=: 0',
      '  Part 2: ',
      '    Content: hi',
    ]);
    expect(broken(nodes, text, 0, text.length)).toBeUndefined();
  });

  const folder = new URL('testdata/rfc4475/', import.meta.url);
  it.each(readdirSync(folder))('keeps every node of %s within its parent and true to its octets', (name) => {
    const bytes = readFileSync(new URL(name, folder));
    expect(broken(outline(parseMessage(bytes)), octetText(bytes), 0, bytes.length)).toBeUndefined();
  });

  it('does so for mutilated messages too', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.nat(INVITE.length),
            fc.constantFrom('<', '>', '"', ';', ',', '\r\n', '@', ':', '[', ''),
          ),
          {
            maxLength: 8,
          },
        ),
        (edits) => {
          const text = edits.reduce((t, [at, s]) => t.slice(0, at) + s + t.slice(at + 1), INVITE);
          expect(broken(outlineOf(text), text, 0, text.length)).toBeUndefined();
        },
      ),
      { numRuns: 500 },
    );
  });
});
