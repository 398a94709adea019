import type { Clock } from '../../core/clock.ts';
import { Emitter, type Unsubscribe } from '../../core/emitter.ts';
import { formatReginfo, REGINFO_TYPE } from '../../message/bodies/reginfo.ts';
import type { ReginfoContact, ReginfoContactEvent } from '../../message/bodies/reginfo.ts';
import { differenceOf, type EventPackage } from '../event-package.ts';
import { resourceOf } from '../resource.ts';
import { Departed } from './departed.ts';

/** One contact of a registrar, as far as watchers are told. */
export interface RegisteredContact {
  /** Names the binding while it lives. */
  readonly id: string;
  readonly contactUri: string;
  /** 0 to 1. */
  readonly q: number;
  /** In wall-clock milliseconds since 1970. */
  readonly expiresAtMs: number;
  readonly registeredAtMs: number;
  readonly callId: string;
  readonly cseq: number;
  readonly displayName: string | undefined;
}

/** What happened to one address of record. */
export interface RegistrationChange {
  readonly aor: string;
  readonly events: readonly { readonly kind: ReginfoContactEvent; readonly binding: RegisteredContact }[];
  /** What is left. */
  readonly bindings: readonly RegisteredContact[];
}

/** What a registrar offers to those who watch it: its store of bindings is one. @rfc 3680 §4 */
export interface RegistrationSource {
  /** Who is registered already. */
  all(): AsyncIterable<{ readonly aor: string; readonly bindings: readonly RegisteredContact[] }>;
  onChange(listener: (change: RegistrationChange) => void): Unsubscribe;
}

interface ContactItem {
  readonly id: string;
  readonly event: ReginfoContactEvent;
  readonly isGone: boolean;
  readonly binding: RegisteredContact;
}

/** State of one address of record. */
export interface RegState {
  readonly state: 'init' | 'active' | 'terminated';
  readonly contacts: readonly ContactItem[];
}

const isGone = (item: ContactItem): boolean => item.isGone;

/** Registrations as the registrar tells them, those that were there before the package included: of these it hears a moment later. @rfc 3680 */
export function regPackage(source: RegistrationSource, clock: Clock): EventPackage<RegState> {
  const registered = new Map<string, readonly ContactItem[]>();
  const departed = new Departed<ContactItem>(clock);
  const changed = new Emitter<string>();
  const changedSince = new Set<string>();
  let isLoading = true;
  source.onChange(({ aor, events, bindings }) => {
    const resource = resourceOf(aor);
    if (isLoading) changedSince.add(resource);
    const eventOf = new Map(events.map(({ kind, binding }) => [binding.id, kind]));
    const before = new Map((registered.get(resource) ?? []).map((item) => [item.id, item.event]));
    const left = new Set(bindings.map(({ id }) => id));
    for (const { kind, binding } of events)
      if (!left.has(binding.id))
        departed.add(resource, { id: binding.id, event: kind, isGone: true, binding });
    const items = bindings.map((binding) => ({
      id: binding.id,
      event: eventOf.get(binding.id) ?? before.get(binding.id) ?? ('registered' as const),
      isGone: false,
      binding,
    }));
    if (items.length === 0) registered.delete(resource);
    else registered.set(resource, items);
    changed.emit(resource);
  });
  const load = async (): Promise<void> => {
    for await (const { aor, bindings } of source.all()) {
      const resource = resourceOf(aor);
      // Who changed meanwhile is known better already.
      if (changedSince.has(resource)) continue;
      const items = bindings.map((binding) => ({
        id: binding.id,
        event: 'registered' as const,
        isGone: false,
        binding,
      }));
      registered.set(resource, items);
      changed.emit(resource);
    }
  };
  void load()
    // A store out of reach: its next change tells of each user.
    .catch(() => undefined)
    .then(() => {
      isLoading = false;
      changedSince.clear();
    });
  return {
    name: 'reg',
    contentTypes: [REGINFO_TYPE],
    defaultExpiresSec: 3761,
    snapshot: (resource) => {
      const contacts = registered.get(resource) ?? [];
      const gone = departed.of(resource);
      const without = gone.length > 0 ? 'terminated' : 'init';
      return { state: contacts.length > 0 ? 'active' : without, contacts: [...contacts, ...gone] };
    },
    format: ({ state, contacts }, { resource, version, known }) => {
      const { isFull, items } = differenceOf(known?.contacts, contacts, isGone);
      const wallMs = clock.wallMs();
      return formatReginfo({
        version,
        state: isFull ? 'full' : 'partial',
        registrations: [
          // The address is the id: it stays the same as long as there is one registration of it. @rfc 3680 §5.3.2
          { aor: resource, id: resource, state, contacts: items.map((item) => contactOf(item, wallMs)) },
        ],
      });
    },
    onChanged: (listener) => changed.on(listener),
  };
}

function contactOf({ id, event, isGone: gone, binding }: ContactItem, wallMs: number): ReginfoContact {
  const { contactUri, q, expiresAtMs, registeredAtMs, callId, cseq, displayName } = binding;
  return {
    id,
    state: gone ? 'terminated' : 'active',
    event,
    uri: contactUri,
    durationRegisteredSec: Math.max(0, Math.floor((wallMs - registeredAtMs) / 1000)),
    ...(gone ? {} : { expiresSec: Math.max(0, Math.ceil((expiresAtMs - wallMs) / 1000)) }),
    q: String(q),
    callId,
    cseq,
    ...(displayName === undefined ? {} : { displayName }),
  };
}
