import type { Actor } from '../schema/scenario.ts';
import type { Complain } from './complain.ts';
import type { Instruction } from './program.ts';

/** Steps and settings that the transport of an actor has no use for. */
export function complainOfTransport(
  name: string,
  { transport, tls }: Actor,
  instructions: readonly Instruction[],
  complain: Complain,
): void {
  const path = ['actors', name, 'transport'];
  const isSecure = transport === 'tls' || transport === 'wss';
  if (tls !== undefined && !isSecure)
    complain(['actors', name, 'tls'], `${name} talks over ${transport}, which shows no certificate`, true);
  if (transport === 'udp' && instructions.some(({ op }) => op === 'disconnect' || op === 'disconnected'))
    complain(path, `${name} talks over udp, which has no connection that could be lost`);
  const isInPieces = instructions.some((one) => one.op === 'raw' && one.pieceOctets !== undefined);
  if (isInPieces && transport !== 'tcp' && transport !== 'tls')
    complain(path, `${name} talks over ${transport}, where a message cannot come in pieces`);
}
