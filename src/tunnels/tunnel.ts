import type { AddressSource } from '../model/address-source.ts';
import type { Environment } from '../model/environment.ts';
import type { DriverProgram } from './driver-program.ts';

/** A public address that leads to a loopback port. */
export interface Tunnel {
  /** The public URL, without a slash at its end. */
  readonly url: string;
  /** The name that it has, where that is not the first label of the URL's host. */
  readonly name?: string | undefined;
  /** Resolves once, when the tunnel is gone: with the reason, or undefined after `close`. Never rejects. */
  readonly ended: Promise<Error | undefined>;
  /**
   * Tells whether the driver's own connections to its server are up, and the server can be reached now. Absent: the
   * driver cannot tell.
   */
  isConnected?(signal: AbortSignal): Promise<boolean>;
  /** Ends the tunnel; safe to call twice. */
  close(): Promise<void>;
}

export interface TunnelOptions {
  /** The requested name, such as the subdomain of the public URL; the server may give another. */
  readonly subdomain?: string | undefined;
  /** The tunnel server; the driver's default unless given. */
  readonly host?: string | undefined;
  /** The driver's options; its defaults unless given. */
  readonly settings?: DriverSettings | undefined;
  /** The user's state folder, for files that a driver keeps; none are kept without. */
  readonly stateFolder?: string | undefined;
  /** The environment for programs and proxies; empty unless given. */
  readonly env?: Environment | undefined;
  /** Called with what was heard of a tunnel that is still being opened, as the end of a sentence; for a time limit's error. */
  readonly heard?: ((what: string) => void) | undefined;
}

/** An option of one driver (`--tunnel-option driver.name=value`). */
export interface DriverOption {
  readonly name: string;
  readonly help: string;
  /** The values there are, the first is the default; absent: any text that `check` takes, and none is the default. */
  readonly values?: readonly [string, ...string[]];
  /** What is wrong with a value, as the end of "driver.name: …"; undefined if nothing is. */
  check?(value: string): string | undefined;
}

/** Values of a driver's options, by name. */
export type DriverSettings = Readonly<Record<string, string>>;

/** Texts about the tunnels of one driver, each a sentence unless said otherwise. */
export interface DriverMessages {
  /** The tunnel server responds to our own calls with this status; undefined: nothing special is known of it. */
  ownResponse?(status: number): string | undefined;
  /**
   * What responds with this status in our place, as a part of a sentence; `the tunnel server responds STATUS itself`
   * unless given.
   */
  otherResponse?(status: number): string;
  /** What a requested name stands for, as the subject of a sentence; `Subdomain "NAME"` unless given. */
  nameText?(name: string): string;
}

/** What users want to know of a driver before they choose it: texts for a table. */
export interface DriverFacts {
  /** What it is, with its server. */
  readonly about: string;
  /** The account that it needs, or `none`. */
  readonly account: string;
  /** The key that it needs, or `none`. */
  readonly key: string;
  /** Whether a project's public URL stays the same: `yes`, `no`, or when. */
  readonly keepsUrl: string;
  /** What it does to the bytes of a request: `exact`, or what is changed. */
  readonly bytes: string;
  /** What its tests run against; `not run against the real service` where that is so. */
  readonly tested: string;
}

/** What is known of a driver without opening a tunnel. */
export interface DriverProfile {
  readonly name: string;
  /** Every driver of the list has them; absent in a driver of one's own. */
  readonly facts?: DriverFacts;
  /** Absent: it has none. */
  readonly options?: readonly DriverOption[];
  /** The program that it runs; absent: none. */
  readonly program?: DriverProgram;
}

/** One way to a public URL. */
export interface TunnelDriver extends DriverProfile {
  /** True if a tunnel that is reopened gets its URL again while nobody else has taken it; false: each has a new URL. */
  readonly keepsName: boolean;
  /** Requests come in on the session's own port, where local ones do, too; absent: on a port for the tunnel alone. */
  readonly sharesPort?: boolean;
  /** Time limit for opening a tunnel in ms; 10 s unless given. */
  readonly openMs?: number;
  readonly messages?: DriverMessages;
  /**
   * The place where requests that come through this tunnel tell the sender's address. `none` unless it is certain that
   * whatever the sender writes there is replaced or stands before it; absent: `none`.
   */
  addressSource?(settings: DriverSettings): AddressSource;
  /**
   * Opens a tunnel to `port` on loopback. Rejects with a UserError (code `unavailable`, or `usage` if no retry can help)
   * that says why in one plain sentence, and with `signal.reason` when aborted. It never prompts, prints or exits.
   */
  open(port: number, options: TunnelOptions, signal: AbortSignal): Promise<Tunnel>;
}

/** Drivers that need more than a name, written after a colon: `ssh:user@host`. */
export interface DriverFamily extends DriverProfile {
  /** What comes after the colon, for help: `user@host[:port]`. */
  readonly takes: string;
  /** A driver of the family; throws a UserError for a text that it does not take. */
  driverFor(text: string): TunnelDriver;
}

/** A driver, or a family, that users can choose by name. */
export type ListedDriver = (TunnelDriver | DriverFamily) & { readonly facts: DriverFacts };
