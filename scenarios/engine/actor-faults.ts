import type { Ids } from '../../stack/core/ids.ts';
import { silentLogger } from '../../stack/core/logger.ts';
import { Faults } from '../../stack/transport/faults.ts';
import type { ActorProgram } from './program.ts';

/** What can go wrong on the socket of an actor; undefined where none of its steps lets anything go wrong. */
export const faultsFor = ({ instructions }: ActorProgram, ids: Ids): Faults | undefined =>
  instructions.some(({ op }) => op === 'fault')
    ? new Faults({ chance: () => ids.chance(), log: silentLogger })
    : undefined;
