/*
 * Whom a load run calls: a SIP URI. Names are not looked up here: a name other than localhost may lead anywhere.
 */

/** The host of `sip:bob@127.0.0.1:5060;transport=tcp`, or of the same without `sip:`; undefined when the text is no SIP URI. */
export function targetHost(text: string): string | undefined {
  const [, bracketed, plain] =
    /^(?:sips?:)?(?:[^\s@]*@)?(?:\[([\da-f:.]+)\]|([\w.-]+))(?::\d{1,5})?(?:[;?]\S*)?$/i.exec(text.trim()) ??
    [];
  return (bracketed ?? plain)?.toLowerCase();
}

/** Whether calls to the host stay on this machine. */
export const isThisMachine = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
