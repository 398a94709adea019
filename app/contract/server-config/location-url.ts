/** The address of a location store as it may be shown: without its password, whatever else is wrong with it. */
export function withoutPassword(url: string): string {
  return url.replace(/(:\/\/[^/@:]*:).*@/, '$1***@');
}
