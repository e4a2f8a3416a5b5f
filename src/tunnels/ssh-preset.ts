import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UserError } from '../model/errors.ts';
import { requireProgram } from './driver-program.ts';
import { openProgramTunnel } from './program-tunnel.ts';
import { addressArguments, type SshAddress } from './ssh-address.ts';
import { isSshDetail, sshProgram, tunnelArguments } from './ssh-command.ts';
import { ensureKey, identityFiles, openSshIdentity, type SshIdentity } from './ssh-identity.ts';
import { createSshReasons, type SshAdvice } from './ssh-reasons.ts';
import type {
  DriverFacts,
  DriverOption,
  DriverSettings,
  ListedDriver,
  Tunnel,
  TunnelDriver,
  TunnelOptions,
} from './tunnel.ts';

/** A public service that gives URLs to whoever runs `ssh -R` to it. */
export interface SshPreset {
  readonly name: string;
  readonly facts: DriverFacts;
  /** Where to log in without an account. */
  readonly address: SshAddress;
  /** The user to log in as with a key of one's account; absent: the service knows no such keys. */
  readonly keyUser?: string;
  /** What is forwarded, as `-R` takes it before the local address. */
  readonly forwarded: string;
  /** True if it wants a key, any key, also without an account. */
  readonly needsKey: boolean;
  /** The public URL, or undefined if this line of the service does not tell it. */
  readonly urlIn: (line: string) => string | undefined;
}

const keyOption: DriverOption = {
  name: 'key',
  help: 'the file of an SSH key that is registered with your account there',
};

/**
 * The driver of a public service. It gets nothing of the user's own: no configuration, keys, agent or known hosts. The
 * service's host key is kept when it is first seen, and another one later is an error.
 */
export function sshPreset(preset: SshPreset): ListedDriver & TunnelDriver {
  const { name, facts, keyUser } = preset;
  return {
    name,
    facts,
    options: keyUser === undefined ? [] : [keyOption],
    program: sshProgram,
    keepsName: false,
    openMs: 20_000,
    async open(port, options, signal) {
      const identity = openSshIdentity(options.stateFolder);
      try {
        const tunnel = await openPreset(preset, port, options, identity, signal);
        return {
          ...tunnel,
          close: () => tunnel.close().finally(identity.release),
        };
      } catch (error) {
        identity.release();
        throw error;
      }
    },
  };
}

async function openPreset(
  preset: SshPreset,
  port: number,
  { env = {}, settings = {} }: TunnelOptions,
  { folder }: SshIdentity,
  signal: AbortSignal,
): Promise<Tunnel> {
  const file = requireProgram(sshProgram, env);
  const { address, forwarded, keyUser } = preset;
  const key = keyOf(preset, settings);
  if (key === undefined && preset.needsKey) await ensureKey(folder, env, signal);
  const login = key === undefined ? address : { ...address, user: keyUser };
  const reasons = createSshReasons(address, adviceOf(preset, folder, key));
  const tunnel = await openProgramTunnel(
    {
      title: preset.name,
      file,
      env,
      folder,
      args: [
        '-F',
        'none',
        ...tunnelArguments({ ...trustSettings, ...keySettings(key, preset.needsKey) }),
        '-R',
        `${forwarded}:127.0.0.1:${port}`,
        ...addressArguments(login),
      ],
      // The services show the URL in a session, which may end with its input.
      input: 'silent',
      urlIn: preset.urlIn,
      reasonIn: reasons.reasonIn,
      isDetail: isSshDetail,
    },
    signal,
  );
  let isRunning = true;
  void tunnel.ended.then(() => (isRunning = false));
  return { ...tunnel, isConnected: async () => isRunning };
}

function adviceOf({ name }: SshPreset, folder: string, key: string | undefined): SshAdvice {
  const file = join(folder, identityFiles.knownHosts);
  return {
    unknownHostKey: `it could not be kept in ${file}`,
    changedHostKey: `if ${name} says that it has a new one, remove the old one from ${file}`,
    deniedLogin: key === undefined ? 'use another tunnel' : 'register the key with your account there',
  };
}

/** Files are named as seen from their folder, so that nothing in its path has a meaning to ssh. */
const trustSettings: Readonly<Record<string, string>> = {
  StrictHostKeyChecking: 'accept-new',
  UserKnownHostsFile: identityFiles.knownHosts,
  GlobalKnownHostsFile: '/dev/null',
  UpdateHostKeys: 'no',
};

function keySettings(key: string | undefined, needsKey: boolean): Readonly<Record<string, string>> {
  // An agent may have to unlock the user's key; it offers no other one.
  if (key !== undefined) return { IdentityFile: `"${key}"`, IdentitiesOnly: 'yes' };
  if (needsKey) return { IdentityFile: identityFiles.key, IdentitiesOnly: 'yes', IdentityAgent: 'none' };
  return { PubkeyAuthentication: 'no' };
}

function keyOf({ name }: SshPreset, { key }: DriverSettings): string | undefined {
  if (key === undefined) return undefined;
  const file = resolve(key);
  if (!existsSync(file))
    throw new UserError('usage', `The file ${JSON.stringify(file)} of ${name}.key was not found.`);
  if (!/["%\\]/.test(file)) return file;
  throw new UserError('usage', `${name}.key: a path with ", % or \\ cannot be given to ssh.`);
}
