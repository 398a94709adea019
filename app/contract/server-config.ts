import { z } from 'zod';

/*
 * The one schema of a server. From it come the command line of siphond, its configuration file, the form of the workbench, the error
 * messages and docs/CONFIGURATION.md. A field's metadata says how faces show it.
 */

/** How a field is shown; every field of the schema carries one. */
export interface FieldMeta {
  readonly label: string;
  readonly group: 'Server' | 'Listeners' | 'TLS' | 'Identity' | 'Calls' | 'Timers' | 'Process';
  /** Sentence for help texts, hints and the reference page. */
  readonly description: string;
  readonly unit?: 'ms';
  /** What stands for the value in usage lines: HOST:PORT. */
  readonly placeholder?: string;
  /** Modes that use the field; all when absent. */
  readonly modes?: readonly ServerMode[];
}

export const SERVER_MODES = ['minimal', 'full-uas'] as const;
export type ServerMode = (typeof SERVER_MODES)[number];

/** Other names a mode answers to, siphon-rs's among them. */
export const MODE_ALIASES: Readonly<Record<string, ServerMode>> = { full: 'full-uas', fulluas: 'full-uas' };

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** One line of purpose for each mode's card. */
export const MODE_PURPOSES: Readonly<
  Record<ServerMode, { readonly title: string; readonly purpose: string }>
> = {
  minimal: { title: 'Minimal', purpose: 'Answers OPTIONS, refuses everything else' },
  'full-uas': { title: 'Full UAS', purpose: 'Answers calls, messages and in-dialog requests' },
};

/** `HOST:PORT`: an IPv4 address, a bracketed IPv6 address or a host name, and a port 0..65535 (0: any free one). */
const BIND = /^(\[[0-9a-fA-F:.]+(?:%[\w.]+)?\]|[A-Za-z0-9_.-]+):(\d{1,5})$/;

export const BindSpec = z
  .string()
  .refine(
    (text) => Number(BIND.exec(text)?.[2] ?? 65536) <= 65535,
    'expected HOST:PORT, such as 127.0.0.1:5060 or [::1]:5060',
  )
  .meta({ id: 'BindSpec' });

const field = <T extends z.ZodType>(schema: T, meta: FieldMeta): T => schema.meta({ ...meta });

export const ServerConfig = z
  .strictObject({
    name: field(z.string().trim().min(1).max(60).default('siphond'), {
      label: 'Name',
      group: 'Server',
      description: 'What the server is called in lists, lanes and logs.',
    }),
    mode: field(z.enum(SERVER_MODES).default('minimal'), {
      label: 'Mode',
      group: 'Server',
      description: 'What the server does with a request.',
    }),
    udpBind: field(z.array(BindSpec).default(['0.0.0.0:5060']), {
      label: 'UDP',
      group: 'Listeners',
      placeholder: 'HOST:PORT',
      description: 'UDP listener; repeatable. `none` turns UDP off, port 0 takes a free port.',
    }),
    tcpBind: field(z.array(BindSpec).default(['0.0.0.0:5060']), {
      label: 'TCP',
      group: 'Listeners',
      placeholder: 'HOST:PORT',
      description: 'TCP listener; repeatable. `none` turns TCP off, port 0 takes a free port.',
    }),
    sipsBind: field(z.array(BindSpec).default([]), {
      label: 'TLS',
      group: 'Listeners',
      placeholder: 'HOST:PORT',
      description: 'TLS listener; repeatable. `none` turns TLS off, port 0 takes a free port.',
    }),
    wsBind: field(z.array(BindSpec).default([]), {
      label: 'WebSocket',
      group: 'Listeners',
      placeholder: 'HOST:PORT',
      description:
        'WebSocket listener (RFC 7118); repeatable. `none` turns it off, port 0 takes a free port.',
    }),
    wssBind: field(z.array(BindSpec).default([]), {
      label: 'Secure WebSocket',
      group: 'Listeners',
      placeholder: 'HOST:PORT',
      description: 'WebSocket listener over TLS; repeatable. `none` turns it off, port 0 takes a free port.',
    }),
    tlsCert: field(z.string().default(''), {
      label: 'Certificate',
      group: 'TLS',
      placeholder: 'FILE',
      description:
        'PEM file with the certificate of TLS listeners, followed by its chain. Without one, certificates of a development CA are made on demand.',
    }),
    tlsKey: field(z.string().default(''), {
      label: 'Private key',
      group: 'TLS',
      placeholder: 'FILE',
      description: 'PEM file with the private key of the certificate.',
    }),
    tlsCa: field(z.string().default(''), {
      label: 'Trusted CAs',
      group: 'TLS',
      placeholder: 'FILE',
      description:
        'PEM file with the authorities that peers are checked against. Without one, those of Node and the development CA.',
    }),
    tlsMin: field(z.enum(['1.2', '1.3']).default('1.2'), {
      label: 'Oldest version',
      group: 'TLS',
      description: 'Oldest version of TLS that is spoken.',
    }),
    tlsVerifyClient: field(z.boolean().default(false), {
      label: 'Demand client certificates',
      group: 'TLS',
      description: 'Refuse TLS clients that do not show a certificate of a trusted authority.',
    }),
    localUri: field(
      z
        .string()
        .regex(/^sips?:[^\s<>@]+@[^\s<>@]+$/, 'expected a SIP URI with a user, such as sip:siphon@127.0.0.1')
        .default('sip:siphon@localhost'),
      {
        label: 'Local URI',
        group: 'Identity',
        placeholder: 'SIP-URI',
        description: 'Whom the server stands for; its user part is the user part of Contact.',
      },
    ),
    userAgent: field(z.string().max(200).default('Siphon Workbench'), {
      label: 'User agent',
      group: 'Identity',
      placeholder: 'TEXT',
      description:
        'Text of the Server header in responses and of User-Agent in requests; empty leaves both out.',
    }),
    autoAcceptCalls: field(z.boolean().default(true), {
      label: 'Accept calls',
      group: 'Calls',
      modes: ['full-uas'],
      description: 'Answer calls with 200. When off, every call gets 480 Temporarily Unavailable.',
    }),
    ringMs: field(z.number().int().min(0).max(180_000).default(0), {
      label: 'Ring time',
      group: 'Calls',
      unit: 'ms',
      placeholder: 'MS',
      modes: ['full-uas'],
      description: 'Time between 180 Ringing and 200 OK.',
    }),
    sdpProfile: field(z.enum(['audio-only', 'none']).default('audio-only'), {
      label: 'SDP profile',
      group: 'Calls',
      modes: ['full-uas'],
      description:
        'Answer offers with one audio stream (PCMU, PCMA, telephone-event), or answer calls without SDP.',
    }),
    t1Ms: field(z.number().int().min(10).max(10_000).default(500), {
      label: 'T1',
      group: 'Timers',
      unit: 'ms',
      placeholder: 'MS',
      description:
        'Round-trip estimate: first retransmission, and 64 times it is the transaction timeout (RFC 3261 17.1.1.1).',
    }),
    t2Ms: field(z.number().int().min(10).max(60_000).default(4000), {
      label: 'T2',
      group: 'Timers',
      unit: 'ms',
      placeholder: 'MS',
      description: 'Longest interval between retransmissions of a non-INVITE request or an INVITE response.',
    }),
    t4Ms: field(z.number().int().min(10).max(60_000).default(5000), {
      label: 'T4',
      group: 'Timers',
      unit: 'ms',
      placeholder: 'MS',
      description: 'Longest time a message stays in the network.',
    }),
    logLevel: field(z.enum(LOG_LEVELS).default('info'), {
      label: 'Log level',
      group: 'Server',
      description: 'Least important lines the log keeps; info has one line a call.',
    }),
  })
  .meta({ id: 'ServerConfig' });

/** What siphond takes besides: a server and the process around it. */
export const SiphondConfig = ServerConfig.extend({
  logFormat: field(z.enum(['pretty', 'json']).default('pretty'), {
    label: 'Log format',
    group: 'Process',
    description: 'Lines for people, or one JSON object a line.',
  }),
  capture: field(z.string().default(''), {
    label: 'Capture',
    group: 'Process',
    placeholder: 'FILE.pcapng',
    description: 'Write every message to this file, for Wireshark. An existing file is replaced.',
  }),
}).meta({ id: 'SiphondConfig' });

/** A complete configuration: every default filled in. */
export type ServerConfig = z.output<typeof ServerConfig>;
/** What a person writes: everything has a default. */
export type ServerConfigInput = z.input<typeof ServerConfig>;
export type ServerConfigKey = keyof ServerConfig;
export type SiphondConfig = z.output<typeof SiphondConfig>;

/** Which option binds which transport. */
export const LISTENER_KEYS = {
  udp: 'udpBind',
  tcp: 'tcpBind',
  tls: 'sipsBind',
  ws: 'wsBind',
  wss: 'wssBind',
} as const;

export type ListenerProtocol = keyof typeof LISTENER_KEYS;
export const LISTENER_PROTOCOLS = Object.keys(LISTENER_KEYS) as readonly ListenerProtocol[];

/** One listener that a configuration asks for. */
export interface WantedListener {
  readonly protocol: ListenerProtocol;
  /** A {@link BindSpec}. */
  readonly bind: string;
}

/** The listeners a configuration asks for. */
export function bindsOf(
  config: Pick<ServerConfig, (typeof LISTENER_KEYS)[ListenerProtocol]>,
): readonly WantedListener[] {
  return LISTENER_PROTOCOLS.flatMap((protocol) =>
    config[LISTENER_KEYS[protocol]].map((bind) => ({ protocol, bind })),
  );
}

/** Host and port of a {@link BindSpec}; the host without brackets. */
export function parseBind(text: string): { readonly host: string; readonly port: number } {
  const [, host = '', port = '0'] = BIND.exec(text) ?? [];
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}
