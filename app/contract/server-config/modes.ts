export const SERVER_MODES = [
  'minimal',
  'full-uas',
  'registrar',
  'call-server',
  'subscription-server',
  'proxy',
  'b2bua',
  'interactive',
] as const;
export type ServerMode = (typeof SERVER_MODES)[number];

/** Other names a mode answers to, siphon-rs's among them. */
export const MODE_ALIASES: Readonly<Record<string, ServerMode>> = {
  full: 'full-uas',
  fulluas: 'full-uas',
  calls: 'call-server',
  callserver: 'call-server',
  subscriptions: 'subscription-server',
  subscriptionserver: 'subscription-server',
};

/** One line of purpose for each mode's card. */
export const MODE_PURPOSES: Readonly<
  Record<ServerMode, { readonly title: string; readonly purpose: string }>
> = {
  minimal: { title: 'Minimal', purpose: 'Answers OPTIONS, refuses everything else' },
  'full-uas': { title: 'Full UAS', purpose: 'Answers calls, registrations, subscriptions and messages' },
  registrar: { title: 'Registrar', purpose: 'Keeps where users are, with expiry and digest' },
  'call-server': { title: 'Call server', purpose: 'Answers calls only: early media, hold, transfer, timers' },
  'subscription-server': {
    title: 'Subscription server',
    purpose: 'Notifies of presence, dialogs, messages and more',
  },
  proxy: { title: 'Proxy', purpose: 'Forwards to registered users, forks, stays in the path' },
  b2bua: { title: 'B2BUA', purpose: 'Bridges two calls, each with a transport of its own' },
  interactive: { title: 'Interactive', purpose: 'Asks you about each call, subscription and transfer' },
};

/** Modes that take calls themselves. */
export const ANSWERING_MODES = ['full-uas', 'call-server', 'interactive'] as const;
/** Modes in which an INVITE ends or begins at this server. */
export const CALL_MODES = [...ANSWERING_MODES, 'b2bua'] as const;
/** Modes that keep bindings. */
export const REGISTRAR_MODES = ['full-uas', 'registrar', 'proxy', 'b2bua', 'interactive'] as const;
/** Modes that take subscriptions. */
export const NOTIFIER_MODES = ['full-uas', 'registrar', 'subscription-server', 'interactive'] as const;
/** Modes that send calls on to somebody else. */
export const ROUTING_MODES = ['proxy', 'b2bua'] as const;
