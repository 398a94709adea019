import { parseUri } from '../../../../stack/message/uri.ts';
import { dialogField, type Field } from './field.ts';

/** Fields answered by the record of a dialog. Who calls whom is taken from its first message, as the list shows it. */
export const DIALOG_FIELDS: Readonly<Record<string, Field>> = {
  'dialog.id': dialogField('number', (d) => d.id),
  'dialog.state': dialogField('state', (d) => d.state),
  'dialog.method': dialogField('text', (d) => d.method),
  'dialog.duration': dialogField('seconds', (d) => d.durationMs),
  'dialog.setup': dialogField('milliseconds', (d) => d.setupMs),
  'dialog.messages': dialogField('number', (d) => d.messages.length),
  'dialog.retransmissions': dialogField('number', (d) => d.retransmissions),
  'dialog.result': dialogField('number', (d) => d.result?.status),
  'dialog.reason': dialogField('text', (d) => d.result?.reason),
  'sip.Call-ID': dialogField('text', (d) => d.callId || undefined),
  'sip.from.user': dialogField('text', (d) => d.fromUser || undefined),
  'sip.from.addr': dialogField('text', (d) => d.fromUri || undefined),
  'sip.from.host': dialogField('word', (d) => hostOf(d.fromUri)),
  'sip.to.user': dialogField('text', (d) => d.toUser || undefined),
  'sip.to.addr': dialogField('text', (d) => d.toUri || undefined),
  'sip.to.host': dialogField('word', (d) => hostOf(d.toUri)),
};

const hostOf = (uri: string): string | undefined =>
  uri === '' ? undefined : parseUri(uri).host || undefined;
