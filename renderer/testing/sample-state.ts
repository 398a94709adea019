import type {
  ConnectionRow,
  DialogRow,
  LookupRow,
  NodeState,
  RegistrationRow,
  SubscriptionRow,
  TransactionRow,
} from '../../app/contract/state.ts';
import { full } from './fake-state.ts';

export function aRegistration(input: Partial<RegistrationRow> = {}): RegistrationRow {
  return {
    aor: 'sip:alice@lab.test',
    contact: 'sip:alice@127.0.0.1:5071',
    expiresAtMs: Date.now() + 3_412_400,
    grantedSec: 3600,
    q: 1,
    protocol: 'udp',
    source: '127.0.0.1:5071',
    userAgent: 'siphon-phone/0.9',
    path: [],
    callId: '8f1e2d3c-4b5a-4687@127.0.0.1',
    cseq: 2,
    ...input,
  };
}

export function aDialog(input: Partial<DialogRow> = {}): DialogRow {
  const callId = input.callId ?? '3c26a7f0-84de-4b1f@127.0.0.1';
  return {
    id: `${callId} l1 r1`,
    callId,
    localTag: 'l1-9f3ac2',
    remoteTag: 'r1-77ab01',
    state: 'confirmed',
    role: 'uas',
    localUri: 'sip:bob@lab.test',
    remoteUri: 'sip:alice@lab.test',
    remoteTarget: 'sip:alice@127.0.0.1:5071',
    routeSet: [],
    protocol: 'udp',
    peer: '127.0.0.1:5071',
    startedAtMs: Date.now() - 62_000,
    ...input,
  };
}

export function aTransaction(input: Partial<TransactionRow> = {}): TransactionRow {
  const branch = input.branch ?? 'z9hG4bK-5d20c9';
  const now = Date.now();
  return {
    id: `client ${branch} INVITE`,
    method: 'INVITE',
    side: 'client',
    state: 'calling',
    branch,
    callId: '3c26a7f0-84de-4b1f@127.0.0.1',
    protocol: 'udp',
    peer: '203.0.113.20:5060',
    timers: [
      { name: 'A', dueAtMs: now + 2850, delayMs: 8000 },
      { name: 'B', dueAtMs: now + 19_250, delayMs: 32_000 },
    ],
    startedAtMs: now - 12_780,
    history: [],
    ...input,
  };
}

export function aSubscription(input: Partial<SubscriptionRow> = {}): SubscriptionRow {
  return {
    id: 's1',
    package: 'presence',
    resource: 'sip:alice@lab.test',
    watcher: 'sip:carol@lab.test',
    role: 'notifier',
    state: 'active',
    expiresAtMs: Date.now() + 1_800_000,
    callId: '77aa01-84de@192.168.10.41',
    notifies: 4,
    ...input,
  };
}

export function aConnection(input: Partial<ConnectionRow> = {}): ConnectionRow {
  return {
    id: 'c1',
    protocol: 'tcp',
    local: '127.0.0.1:5060',
    remote: '192.168.10.41:51844',
    direction: 'in',
    openedAtMs: Date.now() - 754_000,
    ...input,
  };
}

export function aLookup(input: Partial<LookupRow> = {}): LookupRow {
  const atMs = input.atMs ?? Date.now() - 42_000;
  const step = (afterMs: number, text: string, isFailure = false): LookupRow['steps'][number] => ({
    atMs: atMs + afterMs,
    text,
    isFailure,
  });
  return {
    atMs,
    target: 'sip:carol@example.org',
    steps: [
      step(
        12,
        'NAPTR example.org: SIP+D2T _sip._tcp.example.org, SIP+D2U _sip._udp.example.org (RFC 3263 §4.1)',
      ),
      step(
        19,
        'SRV _sip._tcp.example.org: 10 60 5060 a.example.org, 10 40 5060 b.example.org (RFC 3263 §4.2)',
      ),
      step(27, 'A a.example.org: 203.0.113.20 (RFC 3263 §4.2)'),
      step(33, 'A b.example.org: no such record (RFC 3263 §4.2)', true),
    ],
    hops: ['tcp 203.0.113.20:5060', 'udp 203.0.113.21:5060'],
    ...input,
  };
}

/** A server with something in every table, as in a busy laboratory. */
export function sampleState(): Partial<NodeState> {
  const now = Date.now();
  const leg = aDialog({
    id: 'leg-b',
    callId: 'b2b-9920af@127.0.0.1',
    role: 'uac',
    localUri: 'sip:alice@lab.test',
    remoteUri: 'sip:bob@lab.test',
    remoteTarget: 'sip:bob@127.0.0.1:5072;transport=tcp',
    protocol: 'tcp',
    peer: '127.0.0.1:5072',
    startedAtMs: now - 61_700,
    routeSet: ['sip:edge.lab.test;lr', 'sip:10.0.0.7:5080;lr'],
    bridgedTo: 'leg-a',
  });
  return {
    registrations: full([
      aRegistration(),
      aRegistration({
        aor: 'sip:bob@lab.test',
        contact: 'sip:bob@127.0.0.1:5072;transport=udp',
        expiresAtMs: now + 2_977_000,
        source: '127.0.0.1:5072',
        userAgent: 'siphon-uas/0.9',
      }),
      aRegistration({
        aor: 'sip:carol@lab.test',
        contact: 'sip:carol@192.168.10.41:5062;ob',
        expiresAtMs: now + 188_000,
        grantedSec: 300,
        q: 0.8,
        protocol: 'tcp',
        userAgent: 'DeskPhone 4.2.1',
        source: '192.168.10.41:51844',
        path: ['sip:edge.lab.test;lr;ob'],
        instance: '<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>',
        regId: 1,
      }),
      aRegistration({
        aor: 'sip:carol@lab.test',
        contact: 'sips:carol@192.168.10.77:5061',
        expiresAtMs: now + 1_710_000,
        grantedSec: 1800,
        q: 0.5,
        protocol: 'tls',
        userAgent: 'SoftClient 12',
        source: '192.168.10.77:49220',
      }),
      aRegistration({
        aor: 'sip:dave@lab.test',
        contact: 'sip:dave@ua-7f.invalid;transport=ws',
        expiresAtMs: now + 411_000,
        grantedSec: 600,
        protocol: 'wss',
        userAgent: 'WebPhone 3.1',
        source: '[2001:db8::12]:60912',
      }),
      aRegistration({
        aor: 'sip:erin@lab.test',
        contact: 'sip:erin@127.0.0.1:5079',
        expiresAtMs: now + 21_900,
        grantedSec: 60,
        userAgent: 'test agent',
        source: '127.0.0.1:5079',
      }),
      aRegistration({
        aor: 'sip:2001@lab.test',
        contact: 'sip:2001@192.168.10.20',
        expiresAtMs: now + 9900,
        grantedSec: 120,
        userAgent: 'Gateway 8',
        source: '192.168.10.20:5060',
      }),
      aRegistration({
        aor: 'sip:park-1@lab.test',
        contact: 'sip:park@127.0.0.1:5090',
        expiresAtMs: now - 4100,
        userAgent: 'b2bua-a',
        source: '127.0.0.1:5090',
      }),
    ]),
    dialogs: full([
      aDialog({ id: 'leg-a', bridgedTo: 'leg-b' }),
      leg,
      aDialog({
        id: 'd3',
        callId: '0b94e1@192.168.10.41',
        remoteUri: 'sip:carol@lab.test',
        peer: '192.168.10.41:51844',
        protocol: 'tcp',
        startedAtMs: now - 1_254_000,
        sessionTimer: { expiresSec: 1800, isRefresher: false, dueAtMs: now + 546_000 },
      }),
      aDialog({
        id: 'd4',
        callId: '5f0a3d77e2@192.168.10.77',
        state: 'early',
        remoteUri: 'sips:erin@lab.test',
        peer: '192.168.10.77:49220',
        protocol: 'tls',
        startedAtMs: now - 3400,
      }),
    ]),
    transactions: full([
      aTransaction({
        startedAtMs: now - 12_780,
        history: [
          {
            atMs: now - 12_780,
            from: 'idle',
            to: 'calling',
            input: 'send-request',
            rfc: 'RFC 3261 §17.1.1.2',
          },
          { atMs: now - 12_280, from: 'calling', to: 'calling', input: 'timer-a', rfc: 'RFC 3261 §17.1.1.2' },
          { atMs: now - 11_279, from: 'calling', to: 'calling', input: 'timer-a', rfc: 'RFC 3261 §17.1.1.2' },
          { atMs: now - 9278, from: 'calling', to: 'calling', input: 'timer-a', rfc: 'RFC 3261 §17.1.1.2' },
          { atMs: now - 5277, from: 'calling', to: 'calling', input: 'timer-a', rfc: 'RFC 3261 §17.1.1.2' },
        ],
      }),
      aTransaction({
        id: 'server a91',
        side: 'server',
        state: 'proceeding',
        branch: 'z9hG4bK-a91e44d7',
        timers: [],
        peer: '127.0.0.1:5071',
        startedAtMs: now - 3400,
      }),
      aTransaction({
        id: 'server 77',
        side: 'server',
        state: 'completed',
        branch: 'z9hG4bK-77aa01',
        peer: '127.0.0.1:5079',
        timers: [
          { name: 'G', dueAtMs: now + 700, delayMs: 1000 },
          { name: 'H', dueAtMs: now + 30_100, delayMs: 32_000 },
        ],
        startedAtMs: now - 2200,
      }),
      aTransaction({
        id: 'server c4',
        method: 'REGISTER',
        side: 'server',
        state: 'completed',
        branch: 'z9hG4bK-c41b09',
        callId: '',
        protocol: 'tcp',
        peer: '192.168.10.41:51844',
        timers: [{ name: 'J', dueAtMs: now + 31_000, delayMs: 32_000 }],
        startedAtMs: now - 1000,
      }),
      aTransaction({
        id: 'client 00',
        method: 'OPTIONS',
        state: 'trying',
        branch: 'z9hG4bK-00fe31',
        protocol: 'tls',
        peer: '203.0.113.9:5061',
        timers: [
          { name: 'E', dueAtMs: now + 3900, delayMs: 4000 },
          { name: 'F', dueAtMs: now + 8400, delayMs: 32_000 },
        ],
        startedAtMs: now - 23_600,
      }),
    ]),
    subscriptions: full([
      aSubscription(),
      aSubscription({ id: 's2', package: 'dialog', watcher: 'sip:reception@lab.test', notifies: 31 }),
      aSubscription({
        id: 's3',
        package: 'message-summary',
        resource: 'sip:bob@lab.test',
        watcher: 'sip:bob@lab.test',
        expiresAtMs: now + 7000,
      }),
      aSubscription({
        id: 's4',
        package: 'presence',
        state: 'pending',
        watcher: 'sip:mallory@elsewhere.test',
      }),
      aSubscription({
        id: 's5',
        package: 'refer',
        role: 'subscriber',
        resource: 'sip:dave@lab.test',
        watcher: 'sip:dave@lab.test',
        expiresAtMs: now + 58_000,
        notifies: 1,
      }),
    ]),
    connections: full([
      aConnection(),
      aConnection({
        id: 'c2',
        protocol: 'tls',
        local: '127.0.0.1:5061',
        remote: '192.168.10.77:49220',
        openedAtMs: now - 91_000,
        tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', serverName: 'lab.test' },
      }),
      aConnection({
        id: 'c3',
        protocol: 'tls',
        direction: 'out',
        local: '192.168.10.5:53122',
        remote: '203.0.113.9:5061',
        openedAtMs: now - 24_000,
        tls: {
          version: 'TLSv1.2',
          cipher: 'ECDHE-RSA-AES128-GCM-SHA256',
          serverName: 'sbc.example.org',
          peer: {
            subject: 'CN=sbc.example.org, O=Example Carrier',
            issuer: 'CN=Example Issuing CA 3, O=Example',
            names: ['sbc.example.org', 'sbc2.example.org', '203.0.113.9'],
            validToMs: now + 40 * 86_400_000,
            isTrusted: true,
          },
        },
      }),
      aConnection({
        id: 'c4',
        protocol: 'wss',
        local: '127.0.0.1:8443',
        remote: '[2001:db8::12]:60912',
        openedAtMs: now - 3_600_000,
        tls: {
          version: 'TLSv1.3',
          cipher: 'TLS_CHACHA20_POLY1305_SHA256',
          serverName: 'lab.test',
          peer: {
            subject: 'CN=dave',
            issuer: 'CN=dave',
            names: [],
            validToMs: now - 3 * 86_400_000,
            isTrusted: false,
            whyNot: 'the certificate is signed by itself',
          },
        },
      }),
    ]),
    lookups: full([
      aLookup(),
      aLookup({
        atMs: now - 90_000,
        target: 'sip:bob@nowhere.example',
        steps: [
          {
            atMs: now - 89_990,
            text: 'NAPTR nowhere.example: no such record (RFC 3263 §4.1)',
            isFailure: true,
          },
          { atMs: now - 89_700, text: 'nowhere.example cannot be found', isFailure: true },
        ],
        hops: [],
      }),
    ]),
  };
}
