import { CONFERENCE_INFO_TYPE, formatConferenceInfo } from '../../message/bodies/conference-info.ts';
import type { ConferenceInfo } from '../../message/bodies/conference-info.ts';
import type { EventPackage } from '../event-package.ts';
import type { ResourceStates } from './state-table.ts';

/** What a focus says of itself; each NOTIFY has all of it. */
export type ConferenceState = Omit<ConferenceInfo, 'entity' | 'version' | 'state'>;

/** Conferences as somebody describes them. @rfc 4575 §3 */
export function conferencePackage(
  conferences: ResourceStates<ConferenceState>,
): EventPackage<ConferenceState> {
  return {
    name: 'conference',
    contentTypes: [CONFERENCE_INFO_TYPE],
    defaultExpiresSec: 3600,
    snapshot: (resource) => conferences.get(resource),
    // Versions of conferences count from 1: 0 belongs to documents outside of a subscription. @rfc 4575 §4.3
    format: (conference, { resource, version }) =>
      formatConferenceInfo({ ...conference, entity: resource, version: version + 1, state: 'full' }),
    onChanged: (listener) => conferences.onChanged(listener),
  };
}
