import type { Session, WebContents } from 'electron';

/** What a page may load: its own files, and data it made itself; the developer tools outside of releases. */
const OWN = /^(app|blob|data):/;
const DEVELOPER_TOOLS = /^devtools:/;

/** What a page may do without being asked: put text into the clipboard when a person presses a button for it. Reading it stays denied. */
const GRANTED = 'clipboard-sanitized-write';

/** No other permission is granted, and no request leaves the machine: the page lives on its own files and one port. */
export function lockSession(session: Session, options: { readonly isPackaged: boolean }): void {
  session.setPermissionRequestHandler((_contents, permission, decide) => {
    decide(permission === GRANTED);
  });
  session.setPermissionCheckHandler((_contents, permission) => permission === GRANTED);
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest(({ url }, decide) => {
    const isAllowed = OWN.test(url) || (!options.isPackaged && DEVELOPER_TOOLS.test(url));
    decide({ cancel: !isAllowed });
  });
}

/** A page stays where it is: it opens no window, leaves for no other address (loading itself again is none) and embeds no other page. */
export function lockContents(contents: WebContents, ownUrl: string): void {
  contents.on('will-navigate', (event) => {
    if (event.url !== ownUrl) event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
  });
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}
