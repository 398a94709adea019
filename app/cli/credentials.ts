import { singleAccount } from '../../stack/auth/account.ts';
import { CredentialStore } from '../../stack/auth/credential-store.ts';
import { nodeHashes } from '../../stack/auth/node/hashes.ts';
import type { Ids } from '../../stack/core/ids.ts';
import { decodeText, encodeText, octetText } from '../../stack/message/octets.ts';
import type { AgentFlags } from './agent-flags.ts';
import { type CliIo, usageError } from './io.ts';
import { readInput } from './read-input.ts';

const VARIABLE = 'SIPCTL_PASSWORD';

/** What answers challenges; undefined when nobody has said who we are. @throws CliError 2 */
export async function credentialsOf(
  flags: AgentFlags,
  io: CliIo,
  ids: Ids,
): Promise<CredentialStore | undefined> {
  const { user } = flags;
  if (user === undefined) {
    if (flags.password !== undefined || flags.passwordFile !== undefined)
      throw usageError('a password needs the name it belongs to: add --user NAME');
    return undefined;
  }
  const accounts = singleAccount(encodeText(user), encodeText(await passwordOf(flags, io)));
  return new CredentialStore({ hashes: nodeHashes, ids, accounts });
}

/** The flag, the file, the variable, or what the person at the terminal types, in this order. */
async function passwordOf({ user, password, passwordFile }: AgentFlags, io: CliIo): Promise<string> {
  if (password !== undefined && passwordFile !== undefined)
    throw usageError('--password and --password-file exclude each other');
  if (password !== undefined) return password;
  if (passwordFile !== undefined) {
    const [line = ''] = decodeText(octetText(await readInput(passwordFile, io))).split(/\r?\n/);
    return line;
  }
  const variable = io.env[VARIABLE];
  if (variable !== undefined) return variable;
  if (io.askSecret === undefined)
    throw usageError(
      `the password of ${user ?? ''} is missing: set ${VARIABLE}, or give --password-file FILE`,
    );
  return io.askSecret(`Password of ${user ?? ''}: `);
}
