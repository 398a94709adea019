import type { ServerMode } from '../../contract/server-config.ts';
import { b2bua } from './b2bua.ts';
import { callServer } from './call-server.ts';
import { fullUas } from './full-uas.ts';
import { interactive } from './interactive.ts';
import { minimal } from './minimal.ts';
import type { ModeFactory } from './mode.ts';
import { proxy } from './proxy.ts';
import { registrar } from './registrar.ts';
import { subscriptionServer } from './subscription-server.ts';

/** Every mode: a new one is a file and its line here. */
export const MODES: Readonly<Record<ServerMode, ModeFactory>> = {
  minimal,
  'full-uas': fullUas,
  registrar,
  'call-server': callServer,
  'subscription-server': subscriptionServer,
  proxy,
  b2bua,
  interactive,
};
