import { each, one } from './access.ts';
import { uriWithParams } from './info-uris.ts';

/** Where the target is: `cid:` points into the body, other URIs are dereferenced. @rfc 6442 §4.1 */
export const geolocations = each('Geolocation', uriWithParams);

/** Whether the location may decide the route; undefined when not said or said in another word. @rfc 6442 §4.2 */
export const geolocationRouting = one('Geolocation-Routing', (reader): boolean | undefined => {
  const word = reader.token()?.toLowerCase();
  if (reader.params() === undefined) return undefined;
  return word === 'yes' ? true : word === 'no' ? false : undefined;
});

/** @rfc 6442 §4.3 */
export interface GeolocationError {
  /** Of three digits, 100 to 999. */
  readonly code: number;
  readonly text: string | undefined;
}

/** What was wrong with the location. */
export const geolocationError = one('Geolocation-Error', (reader): GeolocationError | undefined => {
  const code = reader.number(999);
  const params = reader.params();
  return code === undefined || code < 100 || params === undefined
    ? undefined
    : { code, text: params.get('code') };
});
