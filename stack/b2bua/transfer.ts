import type { HeaderLine } from '../agent/header-line.ts';
import type { Session } from '../agent/session.ts';
import { NO_TAG } from '../dialog/reference.ts';
import { referTarget } from '../events/refer/refer-target.ts';
import { referTo } from '../message/headers/refer.ts';
import type { SipMessage } from '../message/message.ts';
import { escapeUri } from '../message/uri.ts';
import { REPLACES } from './outgoing-leg.ts';
import type { BridgeTarget } from './options.ts';

/** The INVITE that takes over one leg goes to the other one, and replaces there what that one knows. @rfc 3891 §3, RFC 7092 §3.2.1 */
export function takeover({ dialog }: Session): BridgeTarget {
  const { callId, localTag, remoteTag, remoteTarget } = dialog;
  return {
    uri: remoteTarget,
    headers: [['Replaces', `${callId};to-tag=${remoteTag ?? NO_TAG};from-tag=${localTag}`]],
    require: [REPLACES],
  };
}

/**
 * Refer-To on the other leg. A call to be replaced is one through the bridge, by its dialog with the one who refers: so the new INVITE comes to
 * the bridge, at the address that the other leg knows of it. @rfc 5589 §7.3
 */
export function crossedReferTo(refer: SipMessage, target: Session): HeaderLine | undefined {
  const text = referTo(refer)?.uri;
  const replaced = text === undefined ? undefined : referTarget(text)?.replaces;
  if (replaced === undefined) return undefined;
  const { context, flow, dialog } = target;
  const face = context.listeners.faceFor(flow.transport, flow.target.address.host);
  const contact = dialog.isSecure ? face.secureContact[1] : face.contact[1];
  const uri = /^<([^>]*)>/.exec(contact)?.[1] ?? face.contactUri;
  return ['Refer-To', `<${uri}?Replaces=${escapeUri(replaced)}>`];
}
