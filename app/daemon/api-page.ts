import { workbench } from '../contract/workbench.ts';

const escape = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c);

const rows = (names: readonly string[]): string =>
  names.map((name) => `<li><code>${escape(name)}</code></li>`).join('\n');

/** The API for people: what there is, and how to ask. Asks nobody for anything itself. */
export function apiPage(): string {
  const methods = Object.keys(workbench.methods).map((name) => `POST /api/${name}`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Siphon Workbench API</title>
<style>
body { font: 15px/1.6 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark; }
pre, code { font-family: ui-monospace, monospace; font-size: .93em; }
pre { padding: .75rem 1rem; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 6px; overflow-x: auto; }
ul { columns: 18rem; padding-left: 1.2rem; }
</style>
<h1>Siphon Workbench API</h1>
<p>Every method of the workbench, with its parameters and its result as JSON. The schemas are in
<a href="/api/openapi.json">openapi.json</a> (OpenAPI 3.1). Every request but this page and the schemas carries the token that was printed
at the start.</p>
<pre>curl -s -H 'Authorization: Bearer TOKEN' -d '{}' http://127.0.0.1:PORT/api/servers.list</pre>
<h2>Methods</h2>
<ul>
${rows(methods)}
</ul>
<h2>Events</h2>
<p><code>GET /api/events</code> tells them as they happen (server-sent events); the WebSocket at <code>/rpc</code> has methods and events in one.</p>
<ul>
${rows(Object.keys(workbench.events))}
</ul>
<h2>Errors</h2>
<p>An error is <code>{"code", "message", "data"}</code> with a status to match: 400 what was asked, 401 the token, 404 no such thing, 409 not now,
410 over already, 5xx here. The code is stable; the message is a sentence for people.</p>
</html>
`;
}
