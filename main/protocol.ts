import { protocol } from 'electron';
import { serveStatic } from '../app/daemon/static-files.ts';

const SCHEME = 'app';
const HOST = 'workbench';

/** Where pages of the workbench come from; nobody else may talk to the main process. */
export const ORIGIN = `${SCHEME}://${HOST}`;
export const START_URL = `${ORIGIN}/index.html`;

/** Makes the scheme behave like https: origin, fetch, workers. Must run before the application is ready. */
export function declareScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, codeCache: true, stream: true };
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges }]);
}

/** Serves the built page under the scheme, with the same headers and refusals as the daemon. */
export function serveScheme(rendererDir: string): void {
  protocol.handle(SCHEME, async (request) => {
    const { host, pathname } = new URL(request.url);
    if (host !== HOST) return new Response(undefined, { status: 404 });
    const { status, headers, body } = await serveStatic(rendererDir, request.method, pathname);
    return new Response(body, { status, headers });
  });
}
