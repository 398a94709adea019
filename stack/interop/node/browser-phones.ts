import { build } from 'vite';

/** A phone in a page, as both libraries are driven here. */
const PAGE_CODE = `
import JsSIP from 'jssip';
import * as SIP from 'sip.js';

const media = { audio: true, video: false };
const noServers = { iceServers: [] };

/** What happens, and waiting for it. */
function journal() {
  const events = [];
  const waiting = [];
  return {
    events,
    note(event) {
      events.push(event);
      for (const entry of waiting.splice(0)) {
        if (events.includes(entry.event)) entry.resolve();
        else waiting.push(entry);
      }
    },
    until(event, ms = 15000) {
      if (events.includes(event)) return Promise.resolve();
      return new Promise((resolve, reject) => {
        waiting.push({ event, resolve });
        setTimeout(() => reject(new Error('no ' + event + ', but ' + JSON.stringify(events))), ms);
      });
    },
    forget() {
      events.length = 0;
    },
  };
}

function jssip({ uri, server, password }) {
  const log = journal();
  let session;
  const ua = new JsSIP.UA({ uri, password, sockets: [new JsSIP.WebSocketInterface(server)], register: true, session_timers: false });
  ua.on('registered', () => log.note('registered'));
  ua.on('unregistered', () => log.note('unregistered'));
  ua.on('registrationFailed', ({ cause }) => log.note('not registered: ' + cause));
  ua.on('newRTCSession', ({ originator, session: made }) => {
    session = made;
    for (const event of ['confirmed', 'ended', 'failed'])
      made.on(event, ({ cause }) => log.note(event === 'failed' ? 'failed: ' + cause : event));
    if (originator === 'remote') made.answer({ mediaConstraints: media, pcConfig: noServers });
  });
  ua.start();
  return {
    log,
    call: (target) => { ua.call(target, { mediaConstraints: media, pcConfig: noServers }); },
    hangUp: () => { session.terminate(); },
    unregister: () => { ua.unregister(); },
  };
}

function sipjs({ uri, server, password }) {
  const log = journal();
  let session;
  const constraints = { sessionDescriptionHandlerOptions: { constraints: media } };
  const watch = (made) => {
    session = made;
    made.stateChange.addListener((state) => {
      if (state === SIP.SessionState.Established) log.note('confirmed');
      if (state === SIP.SessionState.Terminated) log.note('ended');
    });
  };
  const ua = new SIP.UserAgent({
    uri: SIP.UserAgent.makeURI(uri),
    transportOptions: { server },
    authorizationUsername: SIP.UserAgent.makeURI(uri).user,
    authorizationPassword: password,
    sessionDescriptionHandlerFactoryOptions: { peerConnectionConfiguration: noServers, iceGatheringTimeout: 1000 },
    logLevel: 'error',
    delegate: {
      onInvite: (invitation) => {
        watch(invitation);
        void invitation.accept(constraints);
      },
    },
  });
  const registerer = new SIP.Registerer(ua);
  registerer.stateChange.addListener((state) => log.note(state.toLowerCase()));
  ua.start().then(() => registerer.register({ requestDelegate: { onReject: ({ message }) => log.note('not registered: ' + message.statusCode) } }));
  return {
    log,
    call: (target) => {
      const inviter = new SIP.Inviter(ua, SIP.UserAgent.makeURI(target), constraints);
      watch(inviter);
      void inviter.invite({ requestDelegate: { onReject: ({ message }) => log.note('failed: ' + message.statusCode) } });
    },
    hangUp: () => { void session.bye(); },
    unregister: () => { void registerer.unregister(); },
  };
}

globalThis.libraries = { jssip, sipjs };
`;

/** Both libraries and the code that drives them, as one script for a page. */
export async function phonesScript(): Promise<string> {
  const id = '\0phones';
  const made = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, minify: false, lib: { entry: 'phones', formats: ['iife'], name: 'phones' } },
    plugins: [
      {
        name: 'phones',
        resolveId: (source) => (source === 'phones' || source.endsWith('/phones') ? id : undefined),
        load: (source) => (source === id ? PAGE_CODE : undefined),
      },
    ],
  });
  const [bundle] = Array.isArray(made) ? made : [made];
  if (bundle === undefined || !('output' in bundle)) throw new Error('the libraries were not bundled');
  return bundle.output[0].code;
}
