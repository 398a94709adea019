import type { ServerMode } from '../../../app/contract/server-config.ts';
import type { IconName } from '../../ui/icon.tsx';

export const MODE_ICONS: Readonly<Record<ServerMode, IconName>> = {
  minimal: 'minimal',
  'full-uas': 'phone',
  registrar: 'registrar',
  'call-server': 'call-server',
  'subscription-server': 'subscription-server',
  proxy: 'proxy',
  b2bua: 'b2bua',
  interactive: 'interactive',
};
