import { Emitter } from '../../core/emitter.ts';
import { formatHost } from '../../core/address.ts';
import type { UserAgent } from '../../agent/user-agent.ts';
import type { CallOptions } from '../../agent/call-options.ts';
import type { OutgoingCall } from '../../agent/outgoing-call.ts';
import type { Session, SessionEnd } from '../../agent/session.ts';
import { DIALOG_INFO_TYPE, formatDialogInfo } from '../../message/bodies/dialog-info.ts';
import type { DialogInfoDialog, DialogInfoEvent } from '../../message/bodies/dialog-info.ts';
import { differenceOf, type EventPackage } from '../event-package.ts';
import { resourceOf } from '../resource.ts';
import { Departed } from './departed.ts';

type Dialogs = readonly DialogInfoDialog[];

const isGone = ({ state }: DialogInfoDialog): boolean => state === 'terminated';

/** The calls of an agent, from its real sessions: those whose local address is the resource. @rfc 4235 */
export function dialogPackage(
  agent: Pick<UserAgent, 'context' | 'onSession' | 'onCall'>,
): EventPackage<Dialogs> {
  const calls = new CallTable(agent);
  return {
    name: 'dialog',
    contentTypes: [DIALOG_INFO_TYPE],
    defaultExpiresSec: 3600,
    snapshot: (resource) => calls.of(resource),
    format: (dialogs, { resource, version, known }) => {
      const { isFull, items } = differenceOf(known, dialogs, isGone);
      return formatDialogInfo({
        entity: resource,
        version,
        state: isFull ? 'full' : 'partial',
        dialogs: items,
      });
    },
    onChanged: (listener) => calls.changed.on(listener),
  };
}

class CallTable {
  readonly changed = new Emitter<string>();
  readonly #agent: Pick<UserAgent, 'context'>;
  readonly #live = new Map<string, Map<string, DialogInfoDialog>>();
  readonly #departed: Departed<DialogInfoDialog>;
  /** The first dialog of a call of ours takes the place of the attempt. */
  readonly #attempts = new Map<string, { readonly id: string; readonly resource: string }>();

  constructor(agent: Pick<UserAgent, 'context' | 'onSession' | 'onCall'>) {
    this.#agent = agent;
    this.#departed = new Departed(agent.context.clock);
    agent.onCall(({ call, options }) => {
      this.#onCall(call, options);
    });
    agent.onSession((session) => {
      this.#onSession(session);
    });
  }

  of(resource: string): Dialogs {
    return [...(this.#live.get(resource)?.values() ?? []), ...this.#departed.of(resource)];
  }

  #onCall(call: OutgoingCall, options: CallOptions): void {
    const { callId, fromTag } = call.ids;
    const localUri = options.from ?? this.#ownUri();
    const resource = resourceOf(localUri);
    const id = this.#agent.context.ids.token(10);
    const key = attemptKey(callId, fromTag);
    const dialog: DialogInfoDialog = {
      id,
      callId,
      localTag: fromTag,
      direction: 'initiator',
      state: 'trying',
      local: { identity: localUri },
      remote: { identity: options.target },
    };
    this.#attempts.set(key, { id, resource });
    this.#put(resource, dialog);
    call.onProvisional(({ status }) => {
      if (status > 100 && this.#attempts.has(key)) this.#put(resource, { ...dialog, state: 'proceeding' });
    });
    call.onAnswered(() => this.#attempts.delete(key));
    call.onFailed((result) => {
      if (!this.#attempts.delete(key)) return;
      const code = result.kind === 'response' ? { code: result.status } : {};
      const event = result.kind === 'response' ? 'rejected' : result.kind === 'timeout' ? 'timeout' : 'error';
      this.#end(resource, { ...dialog, state: 'terminated', event, ...code });
    });
  }

  #onSession(session: Session): void {
    const { dialog, role } = session;
    const attempt = this.#attempts.get(attemptKey(dialog.callId, dialog.localTag));
    if (role === 'uac') this.#attempts.delete(attemptKey(dialog.callId, dialog.localTag));
    const id = attempt?.id ?? this.#agent.context.ids.token(10);
    const resource = resourceOf(dialog.localUri);
    const item = (state: DialogInfoDialog['state'], event?: DialogInfoEvent): DialogInfoDialog => ({
      id,
      callId: dialog.callId,
      localTag: dialog.localTag,
      remoteTag: dialog.remoteTag,
      direction: role === 'uac' ? 'initiator' : 'recipient',
      state,
      event,
      local: { identity: dialog.localUri },
      remote: { identity: dialog.remoteUri, target: dialog.remoteTarget },
    });
    this.#put(resource, item(session.state === 'early' ? 'early' : 'confirmed'));
    session.onConfirmed(() => {
      this.#put(resource, item('confirmed'));
    });
    let wasConfirmed = false;
    session.onConfirmed(() => (wasConfirmed = true));
    session.onEnded((end) => {
      this.#end(resource, item('terminated', eventOf(end, wasConfirmed)));
    });
  }

  #put(resource: string, dialog: DialogInfoDialog): void {
    const dialogs = this.#live.get(resource) ?? new Map<string, DialogInfoDialog>();
    this.#live.set(resource, dialogs.set(dialog.id, dialog));
    this.changed.emit(resource);
  }

  #end(resource: string, dialog: DialogInfoDialog): void {
    const dialogs = this.#live.get(resource);
    dialogs?.delete(dialog.id);
    if (dialogs?.size === 0) this.#live.delete(resource);
    this.#departed.add(resource, dialog);
    this.changed.emit(resource);
  }

  #ownUri(): string {
    const { listeners, identity } = this.#agent.context;
    return `sip:${identity.contactUser}@${formatHost(listeners.transports[0]?.local.host ?? '')}`;
  }
}

/** @rfc 4235 §3.7.1 */
function eventOf({ by }: SessionEnd, wasConfirmed: boolean): DialogInfoEvent {
  if (by === 'failure') return 'error';
  if (wasConfirmed) return by === 'local' ? 'local-bye' : 'remote-bye';
  return by === 'local' ? 'rejected' : 'cancelled';
}

function attemptKey(callId: string, fromTag: string): string {
  return `${callId} ${fromTag}`;
}
