import { CONFERENCE_INFO_TYPE } from '../../stack/message/bodies/conference-info.ts';
import { DIALOG_INFO_TYPE } from '../../stack/message/bodies/dialog-info.ts';
import { MESSAGE_SUMMARY_TYPE } from '../../stack/message/bodies/message-summary.ts';
import { PIDF_TYPE } from '../../stack/message/bodies/pidf.ts';
import { REGINFO_TYPE } from '../../stack/message/bodies/reginfo.ts';
import { WATCHERINFO_TYPE } from '../../stack/message/bodies/watcherinfo.ts';

/** What the documents of a package are, for Accept. A package that is not here is asked for without one. */
export const DOCUMENT_TYPES: Readonly<Record<string, string>> = {
  presence: PIDF_TYPE,
  dialog: DIALOG_INFO_TYPE,
  reg: REGINFO_TYPE,
  'message-summary': MESSAGE_SUMMARY_TYPE,
  conference: CONFERENCE_INFO_TYPE,
  'presence.winfo': WATCHERINFO_TYPE,
  refer: 'message/sipfrag',
};

/** The package of an Event value, without its id. */
export const packageOf = (event: string): string => (event.split(';')[0] ?? '').trim();
