import * as z from 'zod';

/** `HOST:PORT`: an IPv4 address, a bracketed IPv6 address or a host name, and a port 0..65535 (0: any free one). */
const BIND = /^(\[[0-9a-fA-F:.]+(?:%[\w.]+)?\]|[A-Za-z0-9_.-]+):(\d{1,5})$/;

const isBind = (text: string): boolean => Number(BIND.exec(text)?.[2] ?? 65536) <= 65535;
const EXPECTED = 'expected HOST:PORT, such as 127.0.0.1:5060 or [::1]:5060';

export const BindSpec = z.string().refine(isBind, EXPECTED).meta({ id: 'BindSpec' });

/** A {@link BindSpec}, or `none` or nothing for off. */
export const OptionalBind = z
  .string()
  .transform((text) => (text === 'none' ? '' : text))
  .refine((text) => text === '' || isBind(text), `${EXPECTED}, or none`)
  .default('');

/** Host and port of a {@link BindSpec}; the host without brackets. */
export function parseBind(text: string): { readonly host: string; readonly port: number } {
  const [, host = '', port = '0'] = BIND.exec(text) ?? [];
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

const ADVERTISED = /^(?:(udp|tcp|tls|ws|wss)=)?(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9_.-]+)(?::(\d{1,5}))?$/;

/** An address that peers are told instead of that of a listener. */
export interface Advertised {
  /** The listeners it is for; undefined: those of every protocol. */
  readonly protocol: 'udp' | 'tcp' | 'tls' | 'ws' | 'wss' | undefined;
  /** Without brackets. */
  readonly host: string;
  /** Undefined: that of the listener. */
  readonly port: number | undefined;
}

/** `[PROTOCOL=]HOST[:PORT]`. */
export const AdvertiseSpec = z
  .string()
  .refine(
    (text) => Number(ADVERTISED.exec(text)?.[3] ?? (ADVERTISED.test(text) ? 0 : 65536)) <= 65535,
    'expected [PROTOCOL=]HOST[:PORT], such as 203.0.113.5 or tls=sip.example.com:5061',
  );

/** The parts of an {@link AdvertiseSpec}. */
export function parseAdvertised(text: string): Advertised {
  const [, protocol, host = '', port] = ADVERTISED.exec(text) ?? [];
  return {
    protocol: protocol as Advertised['protocol'],
    host: host.replace(/^\[|\]$/g, ''),
    port: port === undefined ? undefined : Number(port),
  };
}
