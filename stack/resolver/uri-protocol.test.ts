import { describe, expect, it } from 'vitest';
import { parseUri } from '../message/uri.ts';
import { protocolOfUri } from './uri-protocol.ts';

const asked = (uri: string) => protocolOfUri(parseUri(uri));

describe('protocolOfUri (RFC 3261 §19.1.1)', () => {
  it('reads the transport parameter whatever its case; below sips it means TLS (RFC 3261 §26.2.2, RFC 7118 §5.2.1)', () => {
    expect(asked('sip:a@h')).toBeUndefined();
    expect(asked('sip:a@h;transport=TCP')).toBe('tcp');
    expect(asked('sips:a@h;transport=tcp')).toBe('tls');
    expect(asked('sips:a@h;transport=ws')).toBe('wss');
    expect(asked('sips:a@h;transport=udp')).toEqual({ problem: 'a sips URI cannot go over UDP' });
  });

  it.each(['constructor', '__proto__', 'x-new'])(
    'takes %s for no transport, as any unknown token (RFC 3261 §19.1.1)',
    (name) => {
      expect(asked(`sip:a@h;transport=${name}`)).toEqual({ problem: `${name} is no transport known here` });
    },
  );
});
