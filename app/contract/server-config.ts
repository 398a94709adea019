import * as z from 'zod';
import { AUTHENTICATION_FIELDS } from './server-config/authentication.ts';
import { BEHAVIOUR_FIELDS } from './server-config/behaviour.ts';
import { CALL_FIELDS } from './server-config/calls.ts';
import { field } from './server-config/field.ts';
import { IDENTITY_FIELDS } from './server-config/identity.ts';
import { LIMIT_FIELDS } from './server-config/limits.ts';
import { LISTENER_FIELDS } from './server-config/listeners.ts';
import { SERVER_MODES } from './server-config/modes.ts';
import { OBSERVATION_FIELDS, PROCESS_FIELDS } from './server-config/observation.ts';
import { REGISTRATION_FIELDS, SUBSCRIPTION_FIELDS } from './server-config/registrations.ts';
import { ROUTING_FIELDS } from './server-config/routing.ts';
import { TIMER_FIELDS } from './server-config/timers.ts';
import { TLS_FIELDS } from './server-config/tls.ts';

export { parseAdvertised, parseBind, type Advertised } from './server-config/bind.ts';
export type { FieldMeta } from './server-config/field.ts';
export { MODE_ALIASES, MODE_PURPOSES, SERVER_MODES, type ServerMode } from './server-config/modes.ts';
export { LOG_LEVELS, type LogLevel } from './server-config/observation.ts';

/*
 * The one schema of a server. From it come the command line of siphond, its configuration file, the form of the workbench, the error
 * messages and docs/CONFIGURATION.md. A field's metadata says how faces show it.
 */
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
    ...LISTENER_FIELDS,
    ...TLS_FIELDS,
    ...IDENTITY_FIELDS,
    ...CALL_FIELDS,
    ...AUTHENTICATION_FIELDS,
    ...REGISTRATION_FIELDS,
    ...SUBSCRIPTION_FIELDS,
    ...ROUTING_FIELDS,
    ...BEHAVIOUR_FIELDS,
    ...TIMER_FIELDS,
    ...LIMIT_FIELDS,
    ...OBSERVATION_FIELDS,
  })
  .meta({ id: 'ServerConfig' });

/** What siphond takes besides: a server and the process around it. */
export const SiphondConfig = ServerConfig.extend(PROCESS_FIELDS).meta({ id: 'SiphondConfig' });

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
