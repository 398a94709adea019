// The server of the REGISTER rows: a registrar in memory, with digest when it is asked for. Arguments: `plain` or `digest`.
import '../tools/ts-worker-hooks.mjs';

const [
  { createUserAgent },
  { createDigestServer },
  { nodeHashes },
  { createRandomIds },
  { createSystemClock },
  { createMemoryLocations },
  { createRegistrar },
  { compose },
  { authenticate },
  { register },
  { bindUdp },
] = await Promise.all(
  [
    'agent/user-agent',
    'auth/digest-server',
    'auth/node/hashes',
    'core/node/random-ids',
    'core/node/system-clock',
    'registrar/memory-locations',
    'registrar/registrar',
    'server/handler',
    'server/handlers/authenticate',
    'server/handlers/register',
    'transport/node/udp',
  ].map((name) => import(`../stack/${name}.ts`)),
);

const clock = createSystemClock();
const ids = createRandomIds();
const store = createMemoryLocations({ clock });
const agent = createUserAgent({
  clock,
  ids,
  identity: { product: 'Siphon Workbench', contactUser: 'siphon' },
  maxTransactions: 1_000_000,
});
const transport = await bindUdp({ host: '127.0.0.1', port: 0 }, { clock });
agent.addTransport(transport);
const digest = () =>
  authenticate({
    server: createDigestServer({
      realm: 'bench',
      clock,
      ids,
      hashes: nodeHashes,
      algorithms: ['MD5'],
      users: () => ({ password: 'secret' }),
    }),
    methods: ['REGISTER'],
  });
const registering = register(createRegistrar({ clock, ids, store }));
agent.serve(compose(process.argv[2] === 'digest' ? [digest(), registering] : [registering]));
console.log(`listening on udp 127.0.0.1:${transport.local.port}`);

process.on('SIGTERM', async () => {
  agent.dispose();
  store.dispose();
  await transport.close();
  clock.dispose();
  process.exit(0);
});
