import { reasonPhrase } from '../../stack/message/reason-phrases.ts';
import { type ImportContext, type Step } from './context.ts';
import { contentVariable, typeVariable } from './contents.ts';
import { fieldAccount } from './field-keyword.ts';
import { addHeader, isAgents, type StepHeaders } from './headers.ts';
import { withVariables } from './keywords.ts';
import { type HeaderLine, type MessageText } from './message-text.ts';

const TARGET_URI =
  /^<?sips?:\[service\]@\[remote_(?:ip|host)\](?::\[remote_port\])?(?:;transport=\[transport\])?>?$/i;
/** Methods whose requests name a Contact of their own in any agent: where SIPp leaves it out, so do we. */
const WITH_CONTACT = ['INVITE', 'REGISTER', 'SUBSCRIBE', 'REFER', 'UPDATE', 'NOTIFY'];

/** The step that sends a message; undefined when the agent sends it by itself. */
export function sendStep(message: MessageText, context: ImportContext): Step | undefined {
  const { startLine } = message;
  const [, status, reason = ''] = /^SIP\/2\.0 (\d{3})(?: (.*))?$/.exec(startLine) ?? [];
  const [, method, uri] = /^(\S+) (\S+) SIP\/2\.0$/.exec(startLine) ?? [];
  if (status !== undefined && Number(status) >= 100 && Number(status) < 700)
    return response(message, Number(status), reason, context);
  if (method !== undefined && uri !== undefined && /^[A-Za-z0-9\-.!%*_+`'~]+$/.test(method))
    return request(message, method, uri, context);
  return raw(message, context);
}

/** What cannot be said by fields goes out as it is written. */
function raw({ startLine, headers, others, body, line }: MessageText, context: ImportContext): Step {
  const place = { line, column: 1 };
  context.warn(place, 'this is no request or response that can be said by fields: it is kept as raw text');
  const written = [
    startLine,
    ...headers.map(({ name, value, isCopied }) => (isCopied ? value : `${name}: ${value}`)),
    ...others.map(({ text }) => text),
    '',
  ];
  return { raw: { lines: withVariables(`${written.join('\n')}\n${body}`, place, context) } };
}

function request(
  message: MessageText,
  method: string,
  uri: string,
  context: ImportContext,
): Step | undefined {
  const place = { line: message.line, column: 1 };
  const { receivedStatus, receivedMethod } = context;
  if (method === 'ACK' && receivedStatus !== undefined && receivedStatus >= 300 && receivedMethod !== 'ACK') {
    context.warn(
      place,
      `the ACK of ${receivedStatus} is sent by the transaction layer: this step is left out`,
    );
    return undefined;
  }
  const what: Record<string, unknown> = { method };
  const to = nameOf(message, 'To', 't');
  const isInside = to !== undefined && (to.hasTag || to.isCopied);
  if (uri !== '[next_url]' && method !== 'CANCEL' && !TARGET_URI.test(uri)) {
    what['uri'] = withVariables(uri, place, context);
    if (!/\[(remote_|next_url|\$|last_|field)/.test(uri))
      context.actor['outboundProxy'] = context.role.target.uri;
  }
  if (!isInside && method !== 'CANCEL') names(message, method, uri, what, context);
  const headers = headersOf(message, method, context, ['from', 'f', 'to', 't']);
  if (!isInside && nameOf(message, 'From', 'f')?.hasTag === false) {
    const from = message.headers.find(({ name }) => /^(from|f)$/i.test(name));
    if (from !== undefined) addHeader(headers, from, context);
  }
  const hasContact = message.headers.some(({ name }) => /^(contact|m)$/i.test(name));
  if (!hasContact && WITH_CONTACT.includes(method)) headers['Contact'] = null;
  content(what, headers, message, method === 'INVITE', context);
  return { send: Object.keys(what).length === 1 ? method : what };
}

/** Both ends, where they are not those that the agent would write. */
function names(
  message: MessageText,
  method: string,
  uri: string,
  what: Record<string, unknown>,
  context: ImportContext,
): void {
  const from = nameOf(message, 'From', 'f');
  const to = nameOf(message, 'To', 't');
  const isFirst = context.from === undefined;
  if (from !== undefined && from.text !== context.from) {
    const [, user] = /^sips?:([\w.-]+)@\[local_ip\](?::\[local_port\])?$/i.exec(from.uri) ?? [];
    if (isFirst && user !== undefined && method !== 'REGISTER') {
      context.actor['user'] = user;
      if (from.display !== '')
        context.actor['displayName'] = withVariables(from.display, from.place, context);
    } else what['from'] = withVariables(from.text, from.place, context);
    context.from = from.text;
  }
  if (to === undefined || to.text === context.to) return;
  const isTarget =
    (TARGET_URI.test(to.uri) || to.uri === uri) && ['', '[service]'].includes(to.display) && isFirst;
  if (!isTarget || method === 'REGISTER') what['to'] = withVariables(to.text, to.place, context);
  context.to = to.text;
}

interface Name {
  readonly display: string;
  readonly uri: string;
  /** Display name and URI without the tag. */
  readonly text: string;
  readonly hasTag: boolean;
  readonly isCopied: boolean;
  readonly place: { readonly line: number; readonly column: number };
}

function nameOf({ headers }: MessageText, ...names: string[]): Name | undefined {
  const header = headers.find(({ name }) => names.some((n) => n.toLowerCase() === name.toLowerCase()));
  if (header === undefined) return undefined;
  const { value, isCopied, line } = header;
  const [, display = '', bracketed, rest = ''] = /^([^<]*)<([^>]*)>(.*)$/.exec(value) ?? [];
  const bare = value.replace(/;tag=.*$|\[peer_tag_param\].*$/i, '');
  return {
    display: display.trim().replace(/^"(.*)"$/, '$1'),
    uri: bracketed ?? bare,
    text: bracketed === undefined ? bare : `${display}<${bracketed}>`,
    hasTag: /;\s*tag=|\[peer_tag_param\]/i.test(bracketed === undefined ? value : rest),
    isCopied,
    place: { line, column: 1 },
  };
}

function response(
  message: MessageText,
  status: number,
  reason: string,
  context: ImportContext,
): Step | undefined {
  const place = { line: message.line, column: 1 };
  const cseq = message.headers.find(({ name }) => /^cseq$/i.test(name));
  const [, named] = cseq?.isCopied === true ? [] : (/\s([A-Z]+)$/.exec(cseq?.value ?? '') ?? []);
  const answered = named ?? context.receivedMethod;
  if (answered === 'CANCEL') {
    context.warn(place, 'the agent answers CANCEL by itself: this response is left out');
    return undefined;
  }
  const what: Record<string, unknown> = { status };
  if (reason !== '' && reason !== reasonPhrase(status))
    what['reason'] = withVariables(reason, place, context);
  if (named !== undefined && named !== context.receivedMethod) what['method'] = named;
  const headers = headersOf(message, undefined, context, ['from', 'f', 'to', 't']);
  const isAcceptedInvite = answered === 'INVITE' && status >= 200 && status < 300;
  content(what, headers, message, isAcceptedInvite, context);
  if (answered === 'INVITE') context.sentStatus = status;
  return { send: Object.keys(what).length === 1 ? status : what };
}

function headersOf(
  message: MessageText,
  method: string | undefined,
  context: ImportContext,
  names: readonly string[],
): StepHeaders {
  const headers: StepHeaders = {};
  const isLeft = ({ name }: HeaderLine): boolean => names.includes(name.toLowerCase());
  for (const line of message.headers)
    if (!isLeft(line) && !isAgents(line, method, message.body === '', context))
      addHeader(headers, line, context);
  for (const { text, line } of message.others) otherLine(text, line, context);
  return headers;
}

function otherLine(text: string, line: number, context: ImportContext): void {
  const place = { line, column: 1 };
  if (text === '[routes]' || contentVariable(text, context) !== undefined) return;
  const account = fieldAccount(text, context);
  if (account !== undefined) {
    context.actor['credentials'] = account;
    return;
  }
  const [, parameters] = /^\[authentication\s*([^\]]*)\]$/.exec(text) ?? [];
  if (parameters === undefined) {
    context.warn(place, `${text} is no header line: it is left out`);
    return;
  }
  const given = (name: string): string | undefined =>
    new RegExp(`\\b${name}=("[^"]*"|\\S+)`).exec(parameters)?.[1]?.replace(/^"|"$/g, '');
  const user = given('username');
  const password = given('password');
  for (const word of parameters.matchAll(/\b(\w+)=/g))
    if (!['username', 'password'].includes(word[1] ?? ''))
      context.warn(place, `${word[1] ?? ''} of authentication is not supported: it is left out`);
  context.actor['credentials'] = {
    user:
      user === undefined
        ? `\${${context.declare('auth_user', 'service')}}`
        : withVariables(user, place, context),
    password:
      password === undefined
        ? `\${${context.declare('auth_password', 'password')}}`
        : withVariables(password, place, context),
  };
}

/** Headers and body; `wantsSdp`: the agent would describe a session where SIPp sends none. */
function content(
  what: Record<string, unknown>,
  headers: StepHeaders,
  { body, line, others }: MessageText,
  wantsSdp: boolean,
  context: ImportContext,
): void {
  const held = others.map(({ text }) => contentVariable(text, context)).find((name) => name !== undefined);
  if (held !== undefined) headers['Content-Type'] = `\${${typeVariable(held)}}`;
  if (Object.keys(headers).length > 0) what['headers'] = headers;
  if (held !== undefined) what['body'] = `\${${held}}`;
  else if (body !== '') what['body'] = { lines: withVariables(body, { line, column: 1 }, context) };
  else if (wantsSdp) what['sdp'] = false;
}
