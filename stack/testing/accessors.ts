import { accept, acceptEncoding, acceptLanguage } from '../message/headers/accept.ts';
import { assertedIdentities, preferredIdentities } from '../message/headers/asserted-identity.ts';
import { acceptContact, rejectContact, requestDisposition } from '../message/headers/caller-preferences.ts';
import {
  contentDisposition,
  contentEncoding,
  contentId,
  contentLanguage,
  mimeVersion,
} from '../message/headers/content.ts';
import { cseq } from '../message/headers/cseq.ts';
import { dateMs } from '../message/headers/date.ts';
import { authenticationInfo, challenges, credentials } from '../message/headers/digest.ts';
import { diversions } from '../message/headers/diversion.ts';
import { allowEvents, event, subscriptionState } from '../message/headers/event.ts';
import { geolocationError, geolocationRouting, geolocations } from '../message/headers/geolocation.ts';
import { historyInfo } from '../message/headers/history-info.ts';
import { identities, identityInfo } from '../message/headers/identity.ts';
import { infoPackage, recvInfo } from '../message/headers/info-package.ts';
import { alertInfo, callInfo, errorInfo } from '../message/headers/info-uris.ts';
import {
  contacts,
  fromHeader,
  recordRoutes,
  replyTo,
  routes,
  toHeader,
} from '../message/headers/name-addr.ts';
import { flowTimer } from '../message/headers/outbound.ts';
import { path, serviceRoute } from '../message/headers/path.ts';
import { privacy } from '../message/headers/privacy.ts';
import { serverProducts, userAgentProducts } from '../message/headers/products.ts';
import { sipETag, sipIfMatch, suppressIfMatch } from '../message/headers/publication.ts';
import { reasons } from '../message/headers/reason.ts';
import { referSub, referTo, referredBy } from '../message/headers/refer.ts';
import { rack, rseq } from '../message/headers/reliability.ts';
import { join, replaces, targetDialog } from '../message/headers/replaces.ts';
import { requestUri } from '../message/headers/request-uri.ts';
import { acceptResourcePriority, resourcePriority } from '../message/headers/resource-priority.ts';
import { retryAfter } from '../message/headers/retry-after.ts';
import { securityClient, securityServer, securityVerify } from '../message/headers/security-agreement.ts';
import { sessionId } from '../message/headers/session-id.ts';
import { minSe, sessionExpires } from '../message/headers/session-timer.ts';
import {
  callId,
  contentLength,
  contentType,
  expires,
  maxForwards,
  mediaType,
  minExpires,
  serverHeader,
  userAgent,
} from '../message/headers/simple.ts';
import { inReplyTo, maxBreadth, organization, priority, subject } from '../message/headers/texts.ts';
import { timestamp } from '../message/headers/timestamp.ts';
import { tokens } from '../message/headers/token-list.ts';
import { userToUser } from '../message/headers/user-to-user.ts';
import { topVia, vias } from '../message/headers/via.ts';
import { warnings } from '../message/headers/warning.ts';
import type { SipMessage } from '../message/message.ts';

/** Every accessor of typed headers, so that one suite can ask a message for everything. */
export const ACCESSORS: readonly ((message: SipMessage) => unknown)[] = [
  accept,
  acceptEncoding,
  acceptLanguage,
  assertedIdentities,
  preferredIdentities,
  acceptContact,
  rejectContact,
  requestDisposition,
  contentDisposition,
  contentEncoding,
  contentId,
  contentLanguage,
  mimeVersion,
  cseq,
  dateMs,
  authenticationInfo,
  diversions,
  allowEvents,
  event,
  subscriptionState,
  geolocationError,
  geolocationRouting,
  geolocations,
  historyInfo,
  identities,
  identityInfo,
  infoPackage,
  recvInfo,
  alertInfo,
  callInfo,
  errorInfo,
  contacts,
  fromHeader,
  recordRoutes,
  replyTo,
  routes,
  toHeader,
  flowTimer,
  path,
  serviceRoute,
  privacy,
  serverProducts,
  userAgentProducts,
  sipETag,
  sipIfMatch,
  suppressIfMatch,
  reasons,
  referSub,
  referTo,
  referredBy,
  rack,
  rseq,
  join,
  replaces,
  targetDialog,
  requestUri,
  acceptResourcePriority,
  resourcePriority,
  retryAfter,
  securityClient,
  securityServer,
  securityVerify,
  sessionId,
  minSe,
  sessionExpires,
  callId,
  contentLength,
  contentType,
  expires,
  maxForwards,
  mediaType,
  minExpires,
  serverHeader,
  userAgent,
  inReplyTo,
  maxBreadth,
  organization,
  priority,
  subject,
  timestamp,
  userToUser,
  topVia,
  vias,
  warnings,
  (message) => challenges(message, 'WWW-Authenticate'),
  (message) => challenges(message, 'Proxy-Authenticate'),
  (message) => credentials(message, 'Authorization'),
  (message) => credentials(message, 'Proxy-Authorization'),
  (message) => tokens(message, 'Supported'),
];
