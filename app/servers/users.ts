import { readFile, stat } from 'node:fs/promises';
import { parse } from 'yaml';
import * as z from 'zod';
import type { UserSecret } from '../../stack/auth/digest.ts';
import type { Logger } from '../../stack/core/logger.ts';
import { encodeText } from '../../stack/message/octets.ts';
import type { ServerConfig } from '../contract/server-config.ts';
import { fileReason } from '../services/storage/file-reason.ts';
import { NodeStartError } from './node-start-error.ts';

/** Whoever may prove to be somebody, by name. All octet text. */
export type Users = (username: string) => UserSecret | undefined;

export const NO_USERS: Users = () => undefined;

/**
 * Who may prove to be somebody at a server: nobody without a users file, which is said in the log when passwords are asked for.
 * @throws NodeStartError code 'invalid-config'.
 */
export async function usersOf(
  { auth, authUsers }: Pick<ServerConfig, 'auth' | 'authUsers'>,
  log: Logger,
): Promise<Users> {
  if (authUsers !== '') return readUsers(authUsers, log);
  if (auth)
    log.warn('passwords are asked for, but nobody has one: name a users file with authUsers (--auth-users)');
  return NO_USERS;
}

/** Names of the hash functions in the file, and in the stack. */
const HASHES = { MD5: 'md5', 'SHA-256': 'sha-256', 'SHA-512-256': 'sha-512-256' } as const;
const HEX = z.string().regex(/^[0-9A-Fa-f]+$/, 'expected hexadecimal digits');
const Secret = z.union([
  z.string(),
  z.strictObject({ password: z.string() }),
  z.strictObject({ ha1: z.partialRecord(z.enum(['MD5', 'SHA-256', 'SHA-512-256']), HEX) }),
]);
/** What a users file holds. */
export const UsersFile = z.record(z.string().min(1), Secret);

const FORM = 'It holds {user: password} or {user: {ha1: {MD5: HEX, SHA-256: HEX}}}, as JSON or YAML.';

/** Bits of others than the owner. */
const FOR_OTHERS = 0o077;

/**
 * Reads a users file. One that others may read too is said in the log.
 * @throws NodeStartError code 'invalid-config'.
 */
async function readUsers(file: string, log: Logger): Promise<Users> {
  const text = await textOf(file);
  const { mode } = await stat(file);
  if (process.platform !== 'win32' && (mode & FOR_OTHERS) !== 0)
    log.warn('the users file can be read by others', { file, mode: (mode & 0o777).toString(8) });
  return usersIn(valueOf(text, file), file);
}

/** The users of what a users file holds. @param file - how a sentence calls it. @throws NodeStartError code 'invalid-config'. */
export function usersIn(value: unknown, file: string): Users {
  const checked = UsersFile.safeParse(value);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    const where = issue?.path.length ? ` at ${issue.path.join('.')}` : '';
    throw unusable(`${file} is no users file${where}: ${issue?.message ?? 'it is empty'}.`, FORM);
  }
  const users = new Map(
    Object.entries(checked.data).map(([name, secret]) => [encodeText(name), secretOf(secret)]),
  );
  return (username) => users.get(username);
}

function secretOf(secret: z.output<typeof Secret>): UserSecret {
  if (typeof secret === 'string') return { password: encodeText(secret) };
  if ('password' in secret) return { password: encodeText(secret.password) };
  const hashes = Object.entries(secret.ha1) as [keyof typeof HASHES, string][];
  return { ha1: Object.fromEntries(hashes.map(([name, hex]) => [HASHES[name], hex.toLowerCase()])) };
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw unusable(`${file} cannot be read: ${fileReason(error)}.`, 'Check the path of --auth-users.');
  }
}

function valueOf(text: string, file: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 });
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw unusable(`${file} is no users file: ${reason}.`, FORM);
  }
}

function unusable(message: string, hint: string): NodeStartError {
  return new NodeStartError('invalid-config', message, hint);
}
