import { readFile } from 'node:fs/promises';
import { encodeText } from '../../stack/message/octets.ts';
import type { SdpProfile } from '../../stack/server/media.ts';
import { fileReason } from '../services/storage/file-reason.ts';
import { NodeStartError } from './node-start-error.ts';

const NAMED = ['none', 'audio-only', 'audio-video'] as const;
const isNamed = (text: string): text is (typeof NAMED)[number] => NAMED.some((name) => name === text);

/** A profile whose file nobody has read: enough to explain what a server would do. */
export function unreadProfile(option: string): SdpProfile {
  return isNamed(option) ? option : { sdp: '' };
}

/**
 * What a server says about media; the option names a profile or a file with a session description.
 * @throws NodeStartError code 'invalid-config' for a file that cannot be read or holds none.
 */
export async function readProfile(option: string): Promise<SdpProfile> {
  if (isNamed(option)) return option;
  let text: string;
  try {
    text = await readFile(option, 'utf8');
  } catch (error) {
    throw unusable(
      `The session description ${option} cannot be read: ${fileReason(error)}.`,
      'Name a file, or one of the profiles none, audio-only and audio-video.',
    );
  }
  if (!/^v=0\r?\n/.test(text))
    throw unusable(`${option} holds no session description.`, 'It begins with the line v=0 (RFC 8866).');
  // Editors end lines as they like; a description ends them with CR LF. (RFC 8866 section 5)
  return { sdp: encodeText(`${text.replace(/\r?\n/g, '\r\n').replace(/(\r\n)+$/, '')}\r\n`) };
}

function unusable(message: string, hint: string): NodeStartError {
  return new NodeStartError('invalid-config', message, hint);
}
