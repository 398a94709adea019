import type { ServerMode } from '../../../app/contract/server-config.ts';
import type { IconName } from '../../ui/icon.tsx';

export const MODE_ICONS: Readonly<Record<ServerMode, IconName>> = {
  minimal: 'minimal',
  'full-uas': 'phone',
  registrar: 'phone',
  'call-server': 'phone',
  'subscription-server': 'phone',
  proxy: 'phone',
  b2bua: 'phone',
  interactive: 'phone',
};
