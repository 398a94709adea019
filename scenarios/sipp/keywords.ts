import type { Place } from '../engine/diagnostic.ts';
import { type ImportContext, variableName } from './context.ts';
import { fieldText, readField } from './field-keyword.ts';

/** `[field0 line="[$line]"]`: which row it is comes out of another keyword. */
const NESTED_FIELD = /\[field\d+\s[^\]]*\[[^\]]*\][^\]]*\]/g;

const KEYWORD = /\[([^[\]\s]+)(\s[^[\]]*)?\]/g;

/** A text with its [keywords] as our variables. What has no like here is told and left out. */
export function withVariables(text: string, place: Place, context: ImportContext): string {
  return text
    .replace(NESTED_FIELD, (written) => {
      context.warn(place, `${written} is found by what a run knows only: it is left out`);
      return '';
    })
    .replace(KEYWORD, (written, word: string) => replaced(written, word, place, context))
    .replace(/\\x5b/gi, '[');
}

function replaced(written: string, word: string, place: Place, context: ImportContext): string {
  if (word.startsWith('$')) return `\${${context.variable(word.slice(1))}}`;
  const [, name = word, offset = ''] = /^([a-z_]+)([+-]\d+)?$/.exec(word) ?? [];
  const { actorName, target } = context.role;
  const at = (variable: string): string => `\${${variable}${offset.replace(/^[+-]/, (sign) => ` ${sign} `)}}`;
  switch (name) {
    case 'service':
      return `\${${target.user}}`;
    case 'remote_ip':
    case 'remote_host':
      return `\${${target.host}}`;
    case 'remote_port':
      return at(target.port);
    case 'local_ip':
    case 'media_ip':
      return `\${${actorName}_host}`;
    case 'local_port':
      return at(`${actorName}_port`);
    case 'local_ip_type':
    case 'media_ip_type':
      return context.isIpv6 ? '6' : '4';
    case 'media_port':
    case 'auto_media_port':
      context.declare('media_port', 6000);
      return offset === '' ? '${media_port}' : at('int(string(media_port))');
    case 'rtpstream_audio_port':
    case 'call_number':
    case 'pid':
    case 'users':
    case 'userid':
      return `\${${context.declare(name, name === 'rtpstream_audio_port' ? 6000 : 1)}}`;
    case 'transport':
      return context.transport.toUpperCase();
    default:
  }
  const field = readField(written);
  if (field !== undefined) return fieldText(field, written, place, context);
  if (word.startsWith('last_')) return ofLastMessage(written, word.slice(5), place, context);
  if (!/^[a-z]\w*$/i.test(word)) return written;
  if (SPECIAL.has(name)) {
    context.warn(place, `${written} has no like here: it is left out`);
    return '';
  }
  context.warn(place, `${written} is no keyword of SIPp: give it with --set ${variableName(word)}=VALUE`);
  return `\${${context.declare(variableName(word))}}`;
}

/** Keywords that are told apart only where they stand in a header of their own. */
const SPECIAL = new Set([
  ...['len', 'cseq', 'call_id', 'peer_tag_param', 'branch', 'msg_index', 'routes', 'next_url', 'date'],
  ...['timestamp', 'clock_tick', 'sipp_version', 'tdmmap', 'fill', 'authentication', 'dynamic_id', 'file'],
  ...['server_ip', 'generate', 'rtpstream_video_port'],
]);

/** `[last_From:]` stands for the whole line, name and all. */
function ofLastMessage(written: string, word: string, place: Place, context: ImportContext): string {
  const header = word.replace(/:$/, '');
  const variable = `${context.role.prefix}last_${header.replace(/\W/g, '_')}`;
  const isWhole = header === 'message';
  const isKnown =
    header !== 'Request_URI' && header !== 'cseq_number'
      ? context.take({ in: header, matches: isWhole ? `(?<${variable}>[^]*)` : `(?<${variable}>.*)` })
      : context.take(
          header === 'Request_URI'
            ? { in: 'message', matches: `^\\S+ (?<${variable}>\\S+) SIP` }
            : { in: 'CSeq', matches: `(?<${variable}>\\d+)` },
        );
  if (!isKnown) {
    context.warn(place, `${written} stands where no message has come yet: it is left out`);
    return '';
  }
  context.declare(variable);
  return isWhole || header === 'Request_URI' || header === 'cseq_number'
    ? `\${${variable}}`
    : `${header}: \${${variable}}`;
}
