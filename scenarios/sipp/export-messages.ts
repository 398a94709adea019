import { canonicalName } from '../../stack/message/header-names.ts';
import { reasonPhrase } from '../../stack/message/reason-phrases.ts';
import { type Headers, octetsOf, type RequestSend, type ResponseSend } from '../schema/send.ts';
import { NoSuchThing, type SippTexts } from './export-text.ts';

/** What is known of the one call while the steps are written down. */
export class ExportedCall {
  readonly isServer: boolean;
  readonly texts: SippTexts;
  readonly #user: string;
  readonly #display: string;
  readonly #headers: Headers;
  /** `[next_url]` and the tag of the peer are known. */
  isInside = false;
  /** The last request that came. */
  receivedMethod: string | undefined;
  /** The last request of ours. */
  sentMethod: string | undefined;
  /** This side has sent a request in a dialog that the peer began: names are taken from its first request. */
  needsNames = false;
  #cseq = 0;
  #inviteCseq = 0;
  #inviteUri = '';
  #inviteIndex = 0;

  constructor(isServer: boolean, texts: SippTexts, user: string, display: string, headers: Headers) {
    this.isServer = isServer;
    this.texts = texts;
    this.#user = user;
    this.#display = display;
    this.#headers = headers;
  }

  /** @param index - of its element among those that are messages. @throws NoSuchThing */
  request(what: RequestSend, index: number): string {
    const { method, headers = {}, sdp, body } = what;
    if (what.new === true) throw new NoSuchThing('sipp knows one call at a time: no `new`');
    if (what.auth !== undefined) throw new NoSuchThing('answers to challenges are not exported');
    if (method === 'INVITE' && /100rel/.test(JSON.stringify([headers, this.#headers])))
      throw new NoSuchThing('the PRACK that the agent sends by itself is not exported');
    const { fill } = this;
    const target = 'sip:[service]@[remote_ip]:[remote_port]';
    const isRegister = method === 'REGISTER';
    const own = isRegister ? 'sip:[remote_ip]:[remote_port]' : target;
    const given = what.uri === undefined ? undefined : fill(what.uri);
    const isHop = method === 'CANCEL';
    const uri = isHop ? this.#inviteUri : (given ?? (this.isInside && !isRegister ? '[next_url]' : own));
    if (method === 'INVITE') [this.#inviteUri, this.#inviteIndex] = [uri, index];
    const number = this.#number(method);
    const [from, to] = this.#names(what, given ?? target, isRegister, this.isInside && !isHop);
    const lines: [string, string][] = [
      [
        'Via',
        isHop
          ? `SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch-${index - this.#inviteIndex}]`
          : VIA,
      ],
      ['Max-Forwards', '70'],
      ['From', from],
      ['To', to],
      ['Call-ID', '[call_id]'],
      ['CSeq', `${number} ${method}`],
    ];
    if (!isHop) lines.push(['Contact', this.#contact]);
    for (const [name, value] of Object.entries(this.#headers)) lines.push([name, fill(String(value))]);
    this.sentMethod = method === 'ACK' ? this.sentMethod : method;
    const description = (sdp ?? method === 'INVITE') === false || method === 'ACK' ? undefined : sdpText(sdp);
    const start = `${method} ${uri} SIP/2.0`;
    return this.#whole(
      start,
      lines,
      headers,
      body === undefined ? undefined : octetsOf(body),
      description,
      this.isInside && !isHop,
    );
  }

  /** The ACK of a refusal goes where the INVITE went. @rfc 3261 §17.1.1.3 */
  refusalAck(): string {
    const lines = ['[last_Via:]', 'Max-Forwards: 70', '[last_From:]', '[last_To:]', 'Call-ID: [call_id]'];
    return [
      `ACK ${this.#inviteUri} SIP/2.0`,
      ...lines,
      `CSeq: ${this.#inviteCseq} ACK`,
      'Content-Length: 0',
      '',
      '',
    ].join('\n');
  }

  /** @throws NoSuchThing */
  response(what: ResponseSend): string {
    const { status, reason = reasonPhrase(status), method, headers = {}, sdp, body } = what;
    const { receivedMethod } = this;
    if (what.reliable === true) throw new NoSuchThing('reliable provisional responses are not exported');
    if (receivedMethod === undefined)
      throw new NoSuchThing('there is no request that sipp could answer here');
    const isOfCancelled = receivedMethod === 'CANCEL' && method === 'INVITE';
    if (method !== undefined && method !== receivedMethod && !isOfCancelled)
      throw new NoSuchThing(`sipp answers the last request, ${receivedMethod}, and not an earlier ${method}`);
    const answered = method ?? receivedMethod;
    const lines: [string, string][] = [
      ['', '[last_Via:]'],
      ['', '[last_Record-Route:]'],
      ['', '[last_From:]'],
      ['', `[last_To:]${this.#isTagged ? '' : `;tag=${TAG}`}`],
      ['', '[last_Call-ID:]'],
      isOfCancelled ? ['CSeq', '[last_cseq_number] INVITE'] : ['', '[last_CSeq:]'],
    ];
    if (status > 100 && status < 300) lines.push(['Contact', this.#contact]);
    const wants = sdp ?? (answered === 'INVITE' && status >= 200 && status < 300);
    return this.#whole(
      `SIP/2.0 ${status} ${this.fill(reason)}`,
      lines,
      headers,
      body === undefined ? undefined : octetsOf(body),
      wants === false ? undefined : sdpText(wants),
      false,
    );
  }

  /** The first request of the peer has been answered with a tag; later ones bring it along. */
  get #isTagged(): boolean {
    return !this.isServer || this.requestsReceived > 1;
  }
  requestsReceived = 0;

  readonly fill = (text: string): string => this.texts.fill(text);

  get #contact(): string {
    return `<sip:${this.#user}@[local_ip]:[local_port];transport=[transport]>`;
  }

  #names(what: RequestSend, uri: string, isRegister: boolean, isInside: boolean): readonly [string, string] {
    if (this.isServer && this.requestsReceived > 0) {
      this.needsNames = true;
      return [`[$own_name];tag=${TAG}`, '[$peer_name]'];
    }
    const { fill } = this;
    const name = (text: string): string => (text.includes('<') ? text : `<${text}>`);
    const aor = `sip:${this.#user}@[remote_ip]:[remote_port]`;
    const self = `${this.#display}<${isRegister ? aor : `sip:${this.#user}@[local_ip]:[local_port]`}>`;
    const from = `${what.from === undefined ? self : name(fill(what.from))};tag=${TAG}`;
    if (isInside) return [from, `${this.#firstTo}[peer_tag_param]`];
    if (what.method !== 'CANCEL')
      this.#firstTo = what.to === undefined ? `<${isRegister ? aor : uri}>` : name(fill(what.to));
    return [from, this.#firstTo];
  }
  #firstTo = '';

  #number(method: string): number {
    if (method === 'ACK' || method === 'CANCEL') return this.#inviteCseq;
    this.#cseq++;
    if (method === 'INVITE') this.#inviteCseq = this.#cseq;
    return this.#cseq;
  }

  #whole(
    start: string,
    lines: readonly [string, string][],
    headers: Headers,
    body: string | undefined,
    description: string | undefined,
    hasRoutes: boolean,
  ): string {
    const given = new Map(
      Object.entries(headers).map(([name, value]) => [canonicalName(name).toLowerCase(), value]),
    );
    const kept = lines.filter(([name, value]) => {
      const own = name === '' ? (/^\[last_([\w-]+):/.exec(value)?.[1] ?? '') : name;
      return !given.has(own.toLowerCase());
    });
    const written = kept.map(([name, value]) => (name === '' ? value : `${name}: ${value}`));
    if (hasRoutes && !given.has('route')) written.push('[routes]');
    for (const [name, value] of Object.entries(headers))
      for (const one of value === null ? [] : [value].flat())
        written.push(`${name}: ${this.fill(String(one))}`);
    const content = body === undefined ? description : this.fill(body.replaceAll('\r\n', '\n'));
    if (body === undefined && description !== undefined) written.push('Content-Type: application/sdp');
    if (!given.has('content-length'))
      written.push(`Content-Length: ${content === undefined ? '0' : '[len]'}`);
    const text = `${[start, ...written].join('\n')}\n\n${content ?? ''}`;
    if (text.includes(']]>'))
      throw new NoSuchThing('the message has ]]> in it, which ends a message of sipp');
    return text;
  }
}

const TAG = '[pid]siphon[call_number]';
const VIA = 'SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]';

function sdpText(sdp: boolean | string | undefined): string {
  return [
    'v=0',
    'o=- 1 1 IN IP[local_ip_type] [local_ip]',
    's=-',
    'c=IN IP[media_ip_type] [media_ip]',
    't=0 0',
    'm=audio [media_port] RTP/AVP 0 8',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:8 PCMA/8000',
    `a=${typeof sdp === 'string' ? sdp : 'sendrecv'}`,
    '',
  ].join('\n');
}
