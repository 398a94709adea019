import type { ReactNode } from 'react';
import { cutMiddle, tooltipText, visibleString } from '../../wire/index.ts';

/** Octets of the wire, with their odd characters shown. */
export const words = (value: string, className?: string): ReactNode => (
  <bdi className={className} title={value.length > 12 ? tooltipText(value) : undefined}>
    {visibleString(value)}
  </bdi>
);

/** An address, a URI, a tag: left to right, in the face of code. */
export const code = (value: string, className = ''): ReactNode => (
  <span className={`mono ${className}`} dir="ltr" title={value.length > 16 ? tooltipText(value) : undefined}>
    {visibleString(value)}
  </span>
);

/** A Call-ID or branch: both ends tell it from others. */
export const identifier = (value: string): ReactNode =>
  value === '' ? (
    <span className="dim">not kept</span>
  ) : (
    <span className="mono dim" dir="ltr" title={tooltipText(value)}>
      {visibleString(cutMiddle(value, 34))}
    </span>
  );

export const none = (text = '–'): ReactNode => <span className="dim">{text}</span>;

/** `sip:alice@lab.test` as people call it: `alice@lab.test`. */
export const bareUri = (uri: string): string => uri.replace(/^sips?:/i, '');
