import * as z from 'zod';
import { AdvertiseSpec, BindSpec } from './bind.ts';
import { field } from './field.ts';

/** Where a server listens. */
export const LISTENER_FIELDS = {
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
  sipsBind: field(z.array(BindSpec).default(['0.0.0.0:5061']), {
    label: 'TLS',
    group: 'Listeners',
    placeholder: 'HOST:PORT',
    description: 'TLS listener; repeatable. `none` turns TLS off, port 0 takes a free port.',
  }),
  wsBind: field(z.array(BindSpec).default([]), {
    label: 'WebSocket',
    group: 'Listeners',
    placeholder: 'HOST:PORT',
    description: 'WebSocket listener (RFC 7118); repeatable. `none` turns it off, port 0 takes a free port.',
  }),
  wssBind: field(z.array(BindSpec).default([]), {
    label: 'Secure WebSocket',
    group: 'Listeners',
    placeholder: 'HOST:PORT',
    description: 'WebSocket listener over TLS; repeatable. `none` turns it off, port 0 takes a free port.',
  }),
  advertise: field(z.array(AdvertiseSpec).default([]), {
    label: 'Advertised as',
    group: 'Listeners',
    isRare: true,
    placeholder: '[PROTOCOL=]HOST[:PORT]',
    description:
      'What peers are told instead of the address of a listener, behind NAT; repeatable, for the listeners of one protocol where one is named.',
  }),
};
