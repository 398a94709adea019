import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Address } from '../../../stack/core/address.ts';
import type { Clock } from '../../../stack/core/clock.ts';
import { Emitter, type Unsubscribe } from '../../../stack/core/emitter.ts';
import type { Ids } from '../../../stack/core/ids.ts';
import type { Transport } from '../../../stack/transport/transport.ts';
import type { MethodName, Params } from '../../contract/define.ts';
import { ContractError } from '../../contract/errors.ts';
import { type Lab, LAB_PHONES, type LabPhoneName } from '../../contract/lab.ts';
import { ServerConfig } from '../../contract/server-config.ts';
import type { ServerInfo } from '../../contract/servers.ts';
import type { Workbench } from '../../contract/workbench.ts';
import type { Servers } from '../servers/servers.ts';
import { type RunningCall, runCall } from './lab-call.ts';
import { Phone } from './phone.ts';

const HOST = '127.0.0.1';
/** Everybody expects SIP here; where somebody holds it the lab takes one nearby. */
const WANTED_PORT = 5060;
/** A port that was free a moment ago may be taken when the proxy binds it. */
const PORT_ATTEMPTS = 5;
/** How long the phones may take to say goodbye. */
const GRACE_MS = 1000;

type LabMethod = Extract<MethodName<Workbench>, `lab.${string}`>;

export interface LabOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly servers: Pick<Servers, 'handlers' | 'list' | 'addTemporary' | 'onChanged'>;
  /** The first free port after the one given. */
  readonly findFreePort: (host: string, port: number) => Promise<number | undefined>;
  /** A UDP socket of a phone, on a port of its own. */
  readonly bind: (host: string) => Promise<Transport>;
}

/** The living lab of the workbench. */
export interface LabService {
  readonly handlers: { readonly [M in LabMethod]: (params: Params<Workbench, M>) => Lab | Promise<Lab> };
  readonly info: Lab;
  onChanged(listener: () => void): Unsubscribe;
  dispose(): Promise<void>;
}

/** What a lab that is on holds. */
interface Equipment {
  readonly server: ServerInfo;
  readonly phones: Readonly<Record<LabPhoneName, Phone>>;
}

const other = (name: LabPhoneName): LabPhoneName => (name === 'alice' ? 'bob' : 'alice');

/** One proxy, two phones, one call at a time. */
export function createLab({ clock, ids, servers, findFreePort, bind }: LabOptions): LabService {
  const changed = new Emitter<void>();
  let state: Lab['state'] = 'off';
  let problem: string | undefined;
  let serverId: string | undefined;
  let phones: Phone[] = [];
  let call: RunningCall | undefined;
  let equipment: Equipment | undefined;
  let usersDir: string | undefined;

  const tell = (): void => {
    changed.emit();
  };
  const become = (next: Lab['state'], why?: string): void => {
    state = next;
    problem = why;
    tell();
  };
  const info = (): Lab => ({
    state,
    phones: phones.map((phone) => phone.info),
    ...(serverId === undefined ? {} : { server: serverId }),
    ...(call === undefined ? {} : { call: call.info }),
    ...(problem === undefined ? {} : { problem }),
  });
  const proxyOf = (id: string): ServerInfo | undefined => servers.list().find((server) => server.id === id);

  /** Whoever stops or deletes the proxy by hand reads in the lab why it is dead. */
  const watching = servers.onChanged(() => {
    if (state !== 'running' || serverId === undefined) return;
    const proxy = proxyOf(serverId);
    const why =
      proxy === undefined
        ? 'The proxy of the lab was deleted: stop the lab, and start another one.'
        : proxy.state === 'running'
          ? undefined
          : `${proxy.config.name} does not run: start it again, or stop the lab.`;
    if (why !== problem) become('running', why);
  });

  const startProxy = async (passwords: Readonly<Record<LabPhoneName, string>>): Promise<ServerInfo> => {
    usersDir = await mkdtemp(join(tmpdir(), 'siphon-lab-'));
    const authUsers = join(usersDir, 'users.json');
    await writeFile(authUsers, JSON.stringify(passwords), { mode: 0o600 });
    let wanted = WANTED_PORT;
    for (let attempt = 1; ; attempt++) {
      const port = (await findFreePort(HOST, wanted - 1)) ?? 0;
      const { id } = servers.addTemporary(
        ServerConfig.parse({
          name: 'Lab proxy',
          mode: 'proxy',
          udpBind: [`${HOST}:${port}`],
          tcpBind: [`${HOST}:${port}`],
          sipsBind: [],
          auth: true,
          authUsers,
        }),
      );
      serverId = id;
      tell();
      try {
        return await servers.handlers['servers.start']({ id });
      } catch (error) {
        const isTaken = error instanceof ContractError && error.code === 'port-in-use';
        if (!isTaken || attempt === PORT_ATTEMPTS) throw error;
        await servers.handlers['servers.delete']({ id });
        wanted = port + 1;
      }
    }
  };

  const startPhone = async (name: LabPhoneName, password: string, proxy: Address): Promise<Phone> => {
    const phone = new Phone({ name, password, clock, ids, proxy, transport: await bind(HOST) });
    phones.push(phone);
    phone.onChanged(tell);
    tell();
    const refusal = await phone.register();
    if (refusal !== undefined) throw new ContractError('internal', `${name} was not registered: ${refusal}.`);
    return phone;
  };

  const clearUp = async (): Promise<void> => {
    call?.hangUp();
    await Promise.all(phones.map((phone) => phone.stop(GRACE_MS)));
    if (serverId !== undefined && proxyOf(serverId) !== undefined) {
      await servers.handlers['servers.stop']({ id: serverId });
      await servers.handlers['servers.delete']({ id: serverId });
    }
    if (usersDir !== undefined) await rm(usersDir, { recursive: true, force: true });
    equipment = call = serverId = usersDir = undefined;
    phones = [];
  };

  const begin = (from: LabPhoneName): void => {
    if (equipment === undefined) throw new ContractError('conflict', 'The lab is off: start it first.');
    if (call !== undefined && call.info.state !== 'ended')
      throw new ContractError('conflict', `${call.info.from} calls ${call.info.to} at the moment.`);
    const to = other(from);
    call = runCall({
      from,
      to,
      caller: equipment.phones[from],
      callee: equipment.phones[to],
      clock,
      onChanged: tell,
    });
    tell();
  };

  const setUp = async (): Promise<void> => {
    try {
      const passwords = { alice: ids.token(16), bob: ids.token(16) };
      const server = await startProxy(passwords);
      const [listener] = server.listeners;
      if (listener === undefined)
        throw new ContractError('internal', 'The proxy of the lab has no listener.');
      const { host, port } = listener;
      const [alice, bob] = await Promise.all(
        LAB_PHONES.map((name) => startPhone(name, passwords[name], { host, port })),
      );
      if (alice === undefined || bob === undefined)
        throw new ContractError('internal', 'A phone is missing.');
      equipment = { server, phones: { alice, bob } };
    } catch (error) {
      await clearUp();
      become('off', error instanceof Error ? error.message : String(error));
      throw error;
    }
    become('running');
    begin('alice');
  };

  let settingUp: Promise<void> | undefined;
  const start = async (): Promise<Lab> => {
    if (state !== 'off') throw new ContractError('conflict', 'The lab is on already.');
    become('starting');
    settingUp = setUp();
    await settingUp;
    return info();
  };

  const stop = async (): Promise<Lab> => {
    // A lab on its way up cannot be stopped half way: whoever started it hears of a failure.
    await settingUp?.catch(() => undefined);
    if (state === 'running') {
      become('stopping');
      await clearUp();
      become('off');
    }
    return info();
  };

  return {
    get info() {
      return info();
    },
    onChanged: (listener) => changed.on(listener),
    handlers: {
      'lab.read': info,
      'lab.start': start,
      'lab.stop': stop,
      'lab.call': ({ from }) => {
        begin(from);
        return info();
      },
      'lab.hangUp': () => {
        if (call === undefined || call.info.state === 'ended')
          throw new ContractError('conflict', 'There is no call to end.');
        call.hangUp();
        return info();
      },
    },
    dispose: async () => {
      watching();
      await stop();
    },
  };
}
