import type { UserAgent } from '../../../../stack/agent/user-agent.ts';
import type { EventPackage } from '../../../../stack/events/event-package.ts';
import { Notifier } from '../../../../stack/events/notifier/notifier.ts';
import { conferencePackage, type ConferenceState } from '../../../../stack/events/packages/conference.ts';
import { dialogPackage } from '../../../../stack/events/packages/dialog.ts';
import { messageSummaryPackage } from '../../../../stack/events/packages/message-summary.ts';
import { presencePackage, presencePublication } from '../../../../stack/events/packages/presence.ts';
import { referPackage } from '../../../../stack/events/packages/refer.ts';
import { regPackage } from '../../../../stack/events/packages/reg.ts';
import { winfoPackage } from '../../../../stack/events/packages/winfo.ts';
import { Compositor } from '../../../../stack/events/publication/compositor.ts';
import {
  publishable,
  publishedStates,
  type LastPublished,
} from '../../../../stack/events/publication/published-states.ts';
import { Transferee } from '../../../../stack/events/refer/transferee.ts';
import {
  CONFERENCE_INFO_TYPE,
  parseConferenceInfo,
} from '../../../../stack/message/bodies/conference-info.ts';
import {
  MESSAGE_SUMMARY_TYPE,
  parseMessageSummary,
  type MessageSummary,
} from '../../../../stack/message/bodies/message-summary.ts';
import { notify } from '../../../../stack/server/handlers/notify.ts';
import { publish } from '../../../../stack/server/handlers/publish.ts';
import { refer } from '../../../../stack/server/handlers/refer.ts';
import { subscribe } from '../../../../stack/server/handlers/subscribe.ts';
import type { Handler } from '../../../../stack/server/handler.ts';
import type { ModeMeans } from '../mode.ts';

const MAILBOXES: LastPublished<MessageSummary> = {
  name: 'message-summary',
  contentType: MESSAGE_SUMMARY_TYPE,
  parse: parseMessageSummary,
  unpublished: { isWaiting: false, counts: new Map(), messages: [] },
};

const CONFERENCES: LastPublished<ConferenceState> = {
  name: 'conference',
  contentType: CONFERENCE_INFO_TYPE,
  parse: parseConferenceInfo,
  unpublished: { userCount: 0, users: [] },
};

/** What a server notifies of. */
export interface EventsOptions {
  /** `all` packages with their publications, `reg` alone, or only the progress of transfers. */
  readonly packages: 'all' | 'reg' | 'none';
  /** Carries REFER out, where the configuration lets it. */
  readonly hasTransfers: boolean;
}

/** Subscriptions, publications and transfers. */
export interface EventsPart {
  readonly attach: (agent: UserAgent) => void;
  readonly handlers: () => readonly Handler[];
  /** There once it is attached. */
  readonly notifier: () => Notifier | undefined;
  readonly dispose: () => void;
}

export function eventsPart(means: ModeMeans, options: EventsOptions): EventsPart {
  let events: Events | undefined;
  return {
    attach: (agent) => {
      events = new Events(means, options, agent);
    },
    handlers: () => events?.handlers() ?? [],
    notifier: () => events?.notifier,
    dispose: () => {
      events?.dispose();
    },
  };
}

class Events {
  readonly notifier: Notifier;
  readonly #compositor: Compositor | undefined;
  readonly #transferee: Transferee | undefined;

  constructor(means: ModeMeans, { packages, hasTransfers }: EventsOptions, agent: UserAgent) {
    const { clock, config, limits, onLimit, store } = means;
    const { subMinExpiry, subMaxExpiry, enableRefer, allowPrivateReferTargets } = config();
    const bounds = { minExpiresSec: subMinExpiry, maxExpiresSec: subMaxExpiry, onLimit };
    this.#compositor =
      packages === 'all'
        ? new Compositor(agent.context, {
            ...bounds,
            packages: [presencePublication, publishable(MAILBOXES), publishable(CONFERENCES)],
          })
        : undefined;
    this.notifier = new Notifier(agent.context, this.#published(agent), {
      ...bounds,
      maxSubscriptions: limits.subscriptions,
      admit: () => (config().autoAcceptSubscriptions ? 'active' : 'rejected'),
    });
    if (packages !== 'none') this.notifier.add(regPackage(store, clock));
    if (packages === 'all') this.notifier.add(winfoPackage(this.notifier, 'presence'));
    if (!hasTransfers || !enableRefer) return;
    const progress = referPackage();
    this.notifier.add(progress);
    this.#transferee = new Transferee({
      agent,
      notifier: this.notifier,
      progress,
      ...(allowPrivateReferTargets ? { allows: () => true } : {}),
    });
  }

  handlers(): readonly Handler[] {
    return [
      ...(this.notifier.packages.length === 0 ? [] : [subscribe(this.notifier)]),
      ...(this.#compositor === undefined ? [] : [notify(), publish(this.#compositor)]),
      ...(this.#transferee === undefined ? [] : [refer(this.#transferee)]),
    ];
  }

  dispose(): void {
    this.notifier.dispose();
    this.#compositor?.dispose();
  }

  #published(agent: UserAgent): readonly EventPackage[] {
    if (this.#compositor === undefined) return [];
    const { state } = this.#compositor;
    return [
      presencePackage(state),
      dialogPackage(agent),
      messageSummaryPackage(publishedStates(state, MAILBOXES)),
      conferencePackage(publishedStates(state, CONFERENCES)),
    ] as EventPackage[];
  }
}
