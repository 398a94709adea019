// Kamailio as the yardstick of the proxy row: registrar and proxy with Record-Route, one worker, as Debian ships it.
import '../tools/ts-worker-hooks.mjs';
import { createSocket } from 'node:dgram';
import { readdirSync, readFileSync } from 'node:fs';

const { startKamailio } = await import('../e2e/fixtures/kamailio.ts');

const ROUTES = `
request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
  if (has_totag()) {
    if (loose_route()) { t_relay(); exit; }
    if (is_method("ACK")) { if (t_check_trans()) t_relay(); exit; }
    sl_send_reply("404", "Not Here"); exit;
  }
  if (is_method("REGISTER")) { save("location"); exit; }
  if (is_method("INVITE")) record_route();
  if (!lookup("location")) { sl_send_reply("404", "Not Found"); exit; }
  t_relay();
}`;

/** Clock ticks of Linux are hundredths of a second for every program. */
const US_PER_TICK = 10_000;

const statOf = (pid) => {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
};

/** CPU time of a process and its children so far, in microseconds. */
function cpuOfFamily(root) {
  let ticks = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const { parent, ticks: own } = statOf(name);
      if (Number(name) === root || parent === root) ticks += own;
    } catch {
      // It has ended meanwhile.
    }
  }
  return ticks * US_PER_TICK;
}

/** What counts what its allocator has given out, for `memoryBytes`. */
const MEMORY_ROUTES = `
request_route {
  if (is_method("OPTIONS") && $rU == "memory") {
    append_to_reply("X-Used: $stat(real_used_size)\\r\\n");
    sl_send_reply("200", "OK"); exit;
  }
  if (is_method("REGISTER")) { save("location"); exit; }
  if (has_totag()) {
    if (loose_route()) { t_relay(); exit; }
    if (is_method("ACK") && t_check_trans()) t_relay();
    exit;
  }
  if (is_method("OPTIONS")) { sl_send_reply("200", "OK"); exit; }
  dlg_manage();
  record_route();
  if (!lookup("location")) { sl_send_reply("404", "Not Found"); exit; }
  t_relay();
}`;

/** Asks the script above how much shared memory is in use. */
async function usedBytes(port) {
  const socket = createSocket('udp4');
  try {
    const answer = new Promise((resolve) =>
      socket.once('message', (octets) => resolve(octets.latin1Slice())),
    );
    socket.send(
      `OPTIONS sip:memory@127.0.0.1:${port} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;rport;branch=z9hG4bK-memory\r\nFrom: <sip:bench@127.0.0.1>;tag=1\r\n` +
        `To: <sip:memory@127.0.0.1>\r\nCall-ID: memory\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n`,
      port,
      '127.0.0.1',
    );
    return Number(/^X-Used: (\d+)/m.exec(await answer)?.[1]);
  } finally {
    socket.close();
  }
}

/** Registrar and proxy that keeps dialogs, and tells its memory. */
export async function startKamailioWithDialogs() {
  const kamailio = await startKamailio({
    modules: ['usrloc', 'registrar', 'dialog'],
    params: [
      ['usrloc', 'db_mode', 0],
      ['rr', 'enable_full_lr', 0],
    ],
    routes: () => MEMORY_ROUTES,
    sharedMemoryMb: 1024,
  });
  return {
    port: kamailio.port,
    memoryBytes: () => usedBytes(kamailio.port),
    stop: () => kamailio.stop(),
  };
}

/** A server as those of `startServer`. */
export async function startKamailioProxy() {
  const kamailio = await startKamailio({
    modules: ['usrloc', 'registrar'],
    params: [
      ['usrloc', 'db_mode', 0],
      ['rr', 'enable_full_lr', 0],
    ],
    routes: () => ROUTES,
    sharedMemoryMb: 1024,
  });
  return {
    port: kamailio.port,
    cpuUs: () => Promise.resolve(cpuOfFamily(kamailio.pid)),
    stop: () => kamailio.stop(),
  };
}
