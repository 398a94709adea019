/** Characters that XML 1.0 does not have at all: anything but its production Char. */
const NO_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

/** Bidirectional controls, which change how a line reads. */
const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Text inside an element or a quoted attribute of XML. */
export const escapedXml = (text: string): string =>
  text
    .replace(NO_XML, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

/** The same for HTML; what would turn the direction of a line is shown as an escape, and so is what has no shape. */
export const escapedHtml = (text: string): string =>
  escapedXml(text.replace(TURNING, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)).replaceAll(
    "'",
    '&#39;',
  );
