import { describe, expect, it } from 'vitest';
import { isThisMachine, targetHost } from './load-target.ts';

describe('targetHost', () => {
  it.each([
    ['sip:bob@127.0.0.1:5060', '127.0.0.1'],
    ['sips:bob@Lab.Example;transport=tls', 'lab.example'],
    ['127.0.0.1:5060', '127.0.0.1'],
    ['localhost', 'localhost'],
    ['sip:[::1]:5060', '::1'],
    ['sip:+4930:secret@10.0.0.1?Subject=x', '10.0.0.1'],
  ])('reads the host of %s', (text, host) => {
    expect(targetHost(text)).toBe(host);
  });
  it.each(['', 'sip:', 'sip:bob@', 'http://127.0.0.1/', 'tel:+4930', 'sip:bob@host:port', 'sip:a b@host'])(
    'takes "%s" for no target',
    (text) => {
      expect(targetHost(text)).toBeUndefined();
    },
  );
});

describe('isThisMachine', () => {
  it.each(['localhost', '127.0.0.1', '127.8.8.8', '::1'])('is true of %s', (host) => {
    expect(isThisMachine(host)).toBe(true);
  });
  it.each(['10.0.0.1', '128.0.0.1', '127.example', '127.0.0.1.example', 'lab.example', '0.0.0.0'])(
    'is false of %s',
    (host) => {
      expect(isThisMachine(host)).toBe(false);
    },
  );
});
