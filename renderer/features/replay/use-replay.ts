import { useCallback, useEffect, useState } from 'react';
import { ContractError } from '../../../app/contract/errors.ts';
import type { Replay, ReplayPace, ReplayPlan } from '../../../app/contract/replay.ts';
import { useBackend, useConnection } from '../../backend/index.ts';

/** What a person chooses before it is played. */
export interface ReplaySetup {
  /** Addresses of the lanes; undefined until the plan says whom it plays by itself. */
  readonly lanes: readonly string[] | undefined;
  readonly target: string;
  readonly pace: ReplayPace;
  /** Who answers challenges; empty: nobody. */
  readonly user: string;
  readonly password: string;
}

export interface ReplayModel {
  readonly setup: ReplaySetup;
  readonly change: (change: Partial<ReplaySetup>) => void;
  /** Undefined while it is asked for, or when there is none. */
  readonly plan: ReplayPlan | undefined;
  readonly replay: Replay | undefined;
  /** What keeps it from being planned or begun. */
  readonly problem: string | undefined;
  readonly isStarting: boolean;
  readonly start: () => void;
  readonly step: () => void;
  readonly goOn: () => void;
  readonly stop: () => void;
}

const FIRST: ReplaySetup = { lanes: undefined, target: '', pace: 'original', user: '', password: '' };

/** A replay of recorded dialogs: its plan, then how it goes. */
export function useReplay(ids: readonly number[]): ReplayModel {
  const backend = useBackend();
  const { epoch } = useConnection();
  const [setup, setSetup] = useState(FIRST);
  const [plan, setPlan] = useState<ReplayPlan>();
  const [replay, setReplay] = useState<Replay>();
  const [problem, setProblem] = useState<string>();
  const [isStarting, setStarting] = useState(false);
  const { lanes } = setup;

  useEffect(() => {
    let isWanted = true;
    backend.call('replay.plan', { ids: [...ids], ...(lanes && { lanes: [...lanes] }) }).then(
      (made) => {
        if (!isWanted) return;
        setPlan(made);
        setProblem(undefined);
      },
      (error: unknown) => {
        if (isWanted) setProblem(sentenceOf(error));
      },
    );
    return () => {
      isWanted = false;
    };
  }, [backend, ids, lanes]);

  const id = replay?.id;
  useEffect(() => {
    if (id === undefined) return undefined;
    const stop = backend.on('replay.changed', (now) => {
      if (now.id === id) setReplay(now);
    });
    // It may have gone on before anybody listened, or while the connection was lost.
    backend.call('replay.read', { replay: id }).then(setReplay, () => undefined);
    return stop;
  }, [backend, epoch, id]);
  // Nobody could stop it any more.
  useEffect(
    () => () => {
      if (id !== undefined) backend.call('replay.stop', { replay: id }).catch(() => undefined);
    },
    [backend, id],
  );

  const ask = useCallback((work: Promise<Replay>): Promise<void> => {
    return work.then(
      (now) => {
        setReplay(now);
        setProblem(undefined);
      },
      (error: unknown) => {
        setProblem(sentenceOf(error));
      },
    );
  }, []);
  const start = (): void => {
    if (plan === undefined || isStarting) return;
    const { target, pace, user, password } = setup;
    setStarting(true);
    const order = {
      ids: [...ids],
      lanes: [...playedOf(plan)],
      target: target === '' ? targetOf(plan) : target,
      pace,
      ...(user !== '' && { credentials: { user, password } }),
    };
    void ask(backend.call('replay.start', order)).finally(() => {
      setStarting(false);
    });
  };
  const on = (method: 'replay.step' | 'replay.continue' | 'replay.stop') => (): void => {
    if (id !== undefined) void ask(backend.call(method, { replay: id }));
  };
  return {
    setup,
    change: useCallback((change) => {
      setSetup((before) => ({ ...before, ...change }));
    }, []),
    plan,
    replay,
    problem,
    isStarting,
    start,
    step: on('replay.step'),
    goOn: on('replay.continue'),
    stop: on('replay.stop'),
  };
}

/** Addresses of the lanes that are played. */
export const playedOf = ({ lanes, played }: ReplayPlan): readonly string[] =>
  lanes.filter(({ name }) => played.includes(name)).map(({ address }) => address);

/** Where it went then: whoever was not played and said most. */
export function targetOf({ lanes, played }: ReplayPlan): string {
  const others = lanes.filter(({ name }) => !played.includes(name));
  return others.reduce((most, one) => (one.sent > most.sent ? one : most), others[0] ?? NOBODY).address;
}

const NOBODY = { address: '', sent: 0 };

/** What a person is told. @throws what is no error of the contract */
function sentenceOf(error: unknown): string {
  if (error instanceof ContractError) return error.message;
  throw error;
}
