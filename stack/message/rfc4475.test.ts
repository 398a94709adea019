import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkMessage, requestDefect } from './check.ts';
import { encode, toDraft } from './draft.ts';
import { cseq } from './headers/cseq.ts';
import { contacts, fromHeader, routes, toHeader } from './headers/name-addr.ts';
import { callId, contentLength, contentType, expires, maxForwards } from './headers/simple.ts';
import { tokens } from './headers/token-list.ts';
import { vias } from './headers/via.ts';
import type { SipMessage } from './message.ts';
import { decodeText, octetText } from './octets.ts';
import { parseMessage } from './parse.ts';
import { parseUri, unescapeUri } from './uri.ts';

const FOLDER = new URL('./testdata/rfc4475/', import.meta.url);

function read(name: string): SipMessage {
  return parseMessage(readFileSync(new URL(`${name}.dat`, FOLDER)));
}

interface Expectation {
  readonly name: string;
  readonly section: string;
  /** What a server answers at once: undefined where the message is fine so far, or is a response. */
  readonly defect: string | undefined;
  readonly findings: readonly string[];
}

const EXPECTED: readonly Expectation[] = [
  { name: 'wsinv', section: '3.1.1.1', defect: undefined, findings: [] },
  { name: 'esc01', section: '3.1.1.3', defect: undefined, findings: [] },
  { name: 'escnull', section: '3.1.1.4', defect: undefined, findings: [] },
  { name: 'esc02', section: '3.1.1.5', defect: undefined, findings: [] },
  { name: 'lwsdisp', section: '3.1.1.6', defect: undefined, findings: [] },
  { name: 'longreq', section: '3.1.1.7', defect: undefined, findings: ['branch-missing'] },
  { name: 'semiuri', section: '3.1.1.9', defect: undefined, findings: [] },
  { name: 'transports', section: '3.1.1.10', defect: undefined, findings: [] },
  { name: 'unreason', section: '3.1.1.12', defect: undefined, findings: [] },
  { name: 'noreason', section: '3.1.1.13', defect: undefined, findings: [] },
  {
    name: 'badinv01',
    section: '3.1.2.1',
    defect: '400 Bad Via header field: A parameter has no name',
    findings: ['via-malformed', 'via-malformed', 'via-malformed', 'address-malformed'],
  },
  {
    name: 'ncl',
    section: '3.1.2.3',
    defect: '400 Bad Content-Length header field',
    findings: ['content-length-malformed'],
  },
  {
    name: 'scalar02',
    section: '3.1.2.4',
    defect: '400 Bad CSeq header field',
    findings: ['cseq-malformed', 'number-too-large', 'number-too-large', 'expires-malformed'],
  },
  {
    name: 'quotbal',
    section: '3.1.2.6',
    defect: '400 Bad To header field: The quoted display name is not closed',
    findings: ['address-malformed'],
  },
  {
    name: 'lwsruri',
    section: '3.1.2.8',
    defect: '400 The Request-URI contains white space',
    findings: ['start-line-malformed', 'request-uri-malformed'],
  },
  {
    name: 'lwsstart',
    section: '3.1.2.9',
    defect: '400 More than one space stands between the parts of the request line',
    findings: ['start-line-malformed'],
  },
  {
    name: 'trws',
    section: '3.1.2.10',
    defect: '400 White space stands behind the SIP version',
    findings: ['start-line-malformed'],
  },
  // Only who uses the date may refuse it.
  { name: 'baddate', section: '3.1.2.12', defect: undefined, findings: ['date-malformed'] },
  {
    name: 'regbadct',
    section: '3.1.2.13',
    defect: '400 Bad Contact header field: A URI with a question mark or comma needs angle brackets',
    findings: ['address-malformed'],
  },
  {
    // This copy also lacks the empty line at its end.
    name: 'baddn',
    section: '3.1.2.15',
    defect: '400 Missing empty line after the header fields',
    findings: ['address-malformed', 'address-malformed', 'no-blank-line'],
  },
  {
    name: 'badvers',
    section: '3.1.2.16',
    defect: '505 Version Not Supported',
    findings: ['version-not-supported'],
  },
  {
    name: 'mismatch01',
    section: '3.1.2.17',
    defect: '400 CSeq method differs from the request method',
    findings: ['cseq-method-differs'],
  },
  // A response that is dropped.
  { name: 'bigcode', section: '3.1.2.19', defect: undefined, findings: ['start-line-invalid'] },
  {
    name: 'insuf',
    section: '3.3.1',
    defect: '400 Missing From header field',
    findings: [
      'header-missing',
      'header-missing',
      'header-missing',
      'max-forwards-missing',
      'contact-missing',
    ],
  },
  {
    name: 'unkscm',
    section: '3.3.2',
    defect: '416 Unsupported URI Scheme',
    findings: ['uri-scheme-unknown'],
  },
  {
    name: 'novelsc',
    section: '3.3.3',
    defect: '416 Unsupported URI Scheme',
    findings: ['uri-scheme-unknown'],
  },
  // The rest is refused, if at all, by what the element knows and serves.
  { name: 'bext01', section: '3.3.5', defect: undefined, findings: [] },
  { name: 'invut', section: '3.3.6', defect: undefined, findings: [] },
  { name: 'regaut01', section: '3.3.7', defect: undefined, findings: [] },
  { name: 'bcast', section: '3.3.10', defect: undefined, findings: [] },
  { name: 'zeromf', section: '3.3.11', defect: undefined, findings: [] },
  { name: 'cparam01', section: '3.3.12', defect: undefined, findings: [] },
  { name: 'sdp01', section: '3.3.15', defect: undefined, findings: [] },
];

describe('torture messages (RFC 4475)', () => {
  it.each(EXPECTED)('$name (RFC 4475 §$section) is judged as it should be', ({ name, defect, findings }) => {
    const message = read(name);
    const found = requestDefect(message);
    expect(found && `${found.status} ${found.reason}`).toBe(defect);
    expect(checkMessage(message).map((d) => d.code)).toEqual(findings);
  });

  it('leaves no file without an expectation', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(EXPECTED.map(({ name }) => `${name}.dat`).sort());
  });

  it.each(EXPECTED.filter(({ name }) => name !== 'baddn'))('$name survives a round trip', ({ name }) => {
    const message = read(name);
    expect(octetText(encode(toDraft(message)))).toBe(octetText(message.bytes));
  });
});

describe('what torture messages say (RFC 4475 §3.1.1)', () => {
  it('wsinv: white space, folds and escapes everywhere', () => {
    const message = read('wsinv');
    const from = fromHeader(message);
    expect([toHeader(message)?.uri, toHeader(message)?.tag]).toEqual([
      'sip:vivekg@chair-dnrc.example.com',
      '1918181833n',
    ]);
    expect([from?.displayName, from?.uri, from?.tag]).toEqual([
      'J Rosenberg \\"',
      'sip:jdrosen@example.com',
      '98asjd8',
    ]);
    expect([maxForwards(message), cseq(message), contentLength(message), callId(message)]).toEqual([
      68,
      { number: 9, method: 'INVITE' },
      150,
      'wsinv.ndaksdj@192.0.2.1',
    ]);
    expect(vias(message).map((v) => [v.protocol, v.sentBy.host, v.branch])).toEqual([
      ['UDP', '192.0.2.2', '390skdjuw'],
      ['TCP', 'spindle.example.com', 'z9hG4bK9ikj8'],
      ['UDP', '192.168.255.111', 'z9hG4bK30239'],
    ]);
    expect(message.first('Subject')).toBe('');
    expect(message.headers.find((h) => h.rawName === 'NewFangledHeader')?.value).toBe(
      'newfangled value continued newfangled value',
    );
    expect(routes(message).map((r) => r.uri)).toEqual([
      'sip:services.example.com;lr;unknownwith=value;unknown-no-value',
    ]);
    expect(contacts(message).map((c) => [c.displayName, c.uri, [...c.params]])).toEqual([
      [
        'Quoted string ""',
        'sip:jdrosen@example.com',
        [
          ['newparam', 'newvalue'],
          ['secondparam', undefined],
          ['q', '0.33'],
        ],
      ],
    ]);
  });

  it('esc01, escnull, semiuri: escapes in URIs', () => {
    const start = read('esc01').startLine;
    const uri = parseUri(start.kind === 'request' ? start.uri : '');
    expect([unescapeUri(uri.user ?? ''), uri.host]).toEqual(['sips:user@example.com', 'example.net']);
    const contact = parseUri(contacts(read('esc01'))[0]?.uri ?? '');
    expect([...contact.params]).toEqual([
      ['lr', undefined],
      ['name', 'v%61lue%25%34%31'],
    ]);
    expect(contacts(read('escnull')).map((c) => unescapeUri(parseUri(c.uri).user ?? ''))).toEqual([
      '\0',
      '\0\0',
    ]);
    const semi = read('semiuri').startLine;
    expect(unescapeUri(parseUri(semi.kind === 'request' ? semi.uri : '').user ?? '')).toBe(
      'user;par=u@example.net',
    );
    expect(tokens(read('semiuri'), 'Accept')).toHaveLength(6);
  });

  it('esc02: a percent sign that is no escape', () => {
    const message = read('esc02');
    expect(message.startLine).toMatchObject({ method: 'RE%47IST%45R' });
    expect([contacts(message).length, message.headers.filter((h) => h.name === 'C%6Fntact').length]).toEqual([
      2, 1,
    ]);
    expect(fromHeader(message)?.displayName).toBe('%Z%45');
  });

  it('lwsdisp, longreq, transports, unreason, noreason', () => {
    expect(fromHeader(read('lwsdisp'))?.displayName).toBe('caller');
    expect(vias(read('longreq')).length).toBe(34);
    expect(vias(read('transports')).map((v) => v.protocol)).toEqual(['UDP', 'SCTP', 'TLS', 'UNKNOWN', 'TCP']);
    const unusual = read('unreason').startLine;
    expect(decodeText(unusual.kind === 'response' ? unusual.reason : '')).toBe(
      '= 2**3 * 5**2 но сто девяносто девять - простое',
    );
    expect(read('noreason').startLine).toEqual({
      kind: 'response',
      status: 100,
      reason: '',
      version: 'SIP/2.0',
    });
  });

  it('scalar02, cparam01, invut: values for the application', () => {
    expect([cseq(read('scalar02')), maxForwards(read('scalar02')), expires(read('scalar02'))]).toEqual([
      undefined,
      300,
      2 ** 32 - 1,
    ]);
    const [contact] = contacts(read('cparam01'));
    expect([contact?.uri, contact?.params.has('unknownparam')]).toEqual([
      'sip:+19725552222@gw1.example.net',
      true,
    ]);
    expect(contentType(read('invut'))).toBe('application/unknownformat');
  });
});
