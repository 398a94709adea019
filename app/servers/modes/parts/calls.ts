import type { UserAgent } from '../../../../stack/agent/user-agent.ts';
import { Replacements } from '../../../../stack/events/refer/replacement.ts';
import { call, type CallOptions } from '../../../../stack/server/handlers/call.ts';
import { info } from '../../../../stack/server/handlers/info.ts';
import { message } from '../../../../stack/server/handlers/message.ts';
import { replaces } from '../../../../stack/server/handlers/replaces.ts';
import { update } from '../../../../stack/server/handlers/update.ts';
import type { Handler } from '../../../../stack/server/handler.ts';
import type { SessionTimerPolicy } from '../../../../stack/agent/session-timer.ts';
import type { ServerConfig } from '../../../contract/server-config.ts';
import type { ModeMeans } from '../mode.ts';

/** Answers calls, and what is asked in them. */
export interface CallPart {
  readonly attach: (agent: UserAgent) => void;
  readonly handlers: () => readonly Handler[];
}

/** How sessions are watched. */
export function sessionTimerOf(config: ServerConfig): SessionTimerPolicy | 'off' {
  const { enableSessionTimers, sessionExpires, minSe } = config;
  return enableSessionTimers ? { intervalSec: sessionExpires, minSec: minSe } : 'off';
}

/** Which provisional responses are reliable. */
export function reliabilityOf({
  enablePrack,
  requirePrack,
}: ServerConfig): NonNullable<CallOptions['reliability']> {
  if (!enablePrack) return 'off';
  return requirePrack ? 'required' : 'supported';
}

export function callPart({ clock, config, sdpProfile }: ModeMeans): CallPart {
  let replacements: Replacements | undefined;

  const hangUpLater = (agent: UserAgent): void => {
    agent.onSession((session) => {
      if (session.role !== 'uas') return;
      session.onConfirmed(() => {
        const { hangUpAfterMs } = config();
        if (hangUpAfterMs === 0) return;
        const timer = clock.after(hangUpAfterMs, () => {
          session.hangUp();
        });
        session.onEnded(() => {
          timer.cancel();
        });
      });
    });
  };

  return {
    attach: (agent) => {
      replacements = new Replacements(agent);
      hangUpLater(agent);
    },
    handlers: () => {
      const now = config();
      return [
        ...(replacements === undefined ? [] : [replaces({ replacements, sdpProfile })]),
        call({
          isAccepting: now.autoAcceptCalls,
          answerDelayMs: now.answerDelayMs,
          ringMs: now.ringMs,
          sdpProfile,
          hasEarlyMedia: now.earlyMedia,
          reliability: reliabilityOf(now),
          sessionTimer: sessionTimerOf(now),
        }),
        message(),
        info(),
        update({ sdpProfile }),
      ];
    },
  };
}
