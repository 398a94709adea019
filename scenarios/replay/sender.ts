import { ipVersion, withoutBrackets } from '../../stack/core/address.ts';
import { routes, toHeader } from '../../stack/message/headers/name-addr.ts';
import { topVia } from '../../stack/message/headers/via.ts';
import { toBytes } from '../../stack/message/octets.ts';
import { parseMessage } from '../../stack/message/parse.ts';
import { parseUri } from '../../stack/message/uri.ts';
import { DEFAULT_PORTS } from '../../stack/resolver/services.ts';
import type { Target } from '../../stack/transport/transport.ts';
import type { ReplayStep } from './plan.ts';
import { stepId } from './progress.ts';
import { rewritten, type Rewrite } from './rewrite.ts';
import { inviteOf, wireOf, type Stage } from './stage.ts';

/** Whether a recorded message still has its place: a response needs its request, an ACK its final response. */
export function canSend(stage: Stage, step: ReplayStep): boolean {
  if (step.status !== undefined) {
    const got = stage.got.get(step.transaction);
    return got !== undefined && !got.request.isFinal;
  }
  const invite = inviteOf(stage, step);
  if (step.method === 'CANCEL') return invite?.final === undefined;
  if (step.method !== 'ACK') return true;
  return invite === undefined || (invite.final !== undefined && invite.ack === undefined);
}

/** Sends a recorded message as it has to be now. @param isAgain - the live peer has challenged it. */
export function sendStep(stage: Stage, step: ReplayStep, isAgain = false): void {
  stage.progress.settle(step, 'done', stage.nowMs());
  if (step.status !== undefined) return respond(stage, step, step.status);
  const { trace, target, credentials, calls } = stage;
  const wire = wireOf(stage, step);
  const what = rewriteOf(stage, step);
  const isAutomatic = step.method === 'ACK' || step.method === 'CANCEL' || step.method === '';
  const bytes = isAutomatic ? toBytes(rewritten(what)) : credentials.request(step, what, isAgain);
  trace.sends(bytes, stepId(step));
  if (step.message.startLine.kind === 'invalid') return wire.raw(bytes, target);
  const to = targetOf(stage, step, bytes);
  if (step.method === 'ACK') return wire.acknowledge(bytes, to, inviteOf(stage, step));
  const sent = wire.request(bytes, to);
  stage.stepOf.set(sent, step);
  stage.sent.set(step.transaction, sent);
  calls.sent(wire, sent.message);
}

function respond(stage: Stage, step: ReplayStep, status: number): void {
  const got = stage.got.get(step.transaction);
  if (got === undefined) return;
  const { step: asked, request } = got;
  const wire = wireOf(stage, step);
  const answered = { recorded: asked.message, live: request.message, from: request.received.from };
  const bytes = toBytes(rewritten({ ...rewriteOf(stage, step), answered }));
  stage.trace.sends(bytes, stepId(step));
  wire.respond(request, bytes, status);
  const tag = toHeader(step.message)?.tag;
  if (step.method === 'INVITE' && status >= 200 && status < 300 && tag !== undefined)
    stage.calls.answered(wire, request, stage.bindings.ownTag(tag));
}

function rewriteOf(stage: Stage, step: ReplayStep): Rewrite {
  const { local, protocol } = wireOf(stage, step).transport;
  const { bindings, addresses } = stage;
  const { message, lane, callId: recordedCallId } = step;
  const isCompanion = bindings.knowsBranch(topVia(message)?.branch ?? '');
  return { message, lane: lane.address, local, protocol, bindings, addresses, recordedCallId, isCompanion };
}

/**
 * Where a request goes: to the target, or to another played lane, as it went to one then. In a dialog whose requests went to somebody else
 * than the target it goes by the route and Contact that the live peer gave.
 * @rfc 3261 §12.2.1.1
 */
function targetOf({ addresses, target, plan }: Stage, step: ReplayStep, bytes: Uint8Array): Target {
  if (addresses.isPlayed(step.peer)) return { address: addresses.of(step.peer) };
  const [main] = plan.peers;
  const isMain = step.peer === main?.address || main?.aliases.includes(step.peer) === true;
  const message = parseMessage(bytes);
  const { startLine } = message;
  const isInDialog = toHeader(message)?.tag !== undefined && step.method !== 'CANCEL';
  if (isMain || !isInDialog || startLine.kind !== 'request') return target;
  const uri = parseUri(routes(message)[0]?.uri ?? startLine.uri);
  const host = withoutBrackets(uri.host);
  if (ipVersion(host) !== ipVersion(target.address.host)) return target;
  return { address: { host, port: uri.port ?? DEFAULT_PORTS[step.lane.protocol] } };
}
