/**
 * The same text in one piece. JavaScript engines keep a concatenation as a tree whose leaves are slices of the message, so that a key
 * would hold on to the whole message for as long as it is in a map; reading a character makes them copy it together. What was
 * cut out in one piece stays a slice.
 */
export function flat(text: string): string {
  return text.charCodeAt(0) >= 0 ? text : '';
}
