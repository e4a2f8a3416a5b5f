import type { AddressSource } from '../model/address-source.ts';

/** A public address that leads to a loopback port. */
export interface Tunnel {
  /** The public URL, without a slash at its end. */
  readonly url: string;
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
  /** The requested subdomain of the public URL; the server may give another. */
  readonly subdomain?: string | undefined;
  /** The tunnel server; the driver's default unless given. */
  readonly host?: string | undefined;
}

/** An option of one driver (`--tunnel-option driver.name=value`). */
export interface DriverOption {
  readonly name: string;
  /** The values there are; the first is the default. */
  readonly values: readonly [string, ...string[]];
  readonly help: string;
}

/** Values of a driver's options, by name. */
export type DriverSettings = Readonly<Record<string, string>>;

/** Texts about the tunnels of one driver, each a sentence. */
export interface DriverMessages {
  /** The tunnel server responds to our own calls with this status; undefined: nothing special is known of it. */
  ownResponse?(status: number): string | undefined;
}

/** One way to a public URL. */
export interface TunnelDriver {
  readonly name: string;
  /** Absent: it has none. */
  readonly options?: readonly DriverOption[];
  /** True if a tunnel that is reopened gets its URL again while nobody else has taken it; false: each has a new URL. */
  readonly keepsName: boolean;
  readonly messages?: DriverMessages;
  /**
   * The place where requests that come through this tunnel tell the sender's address. `none` unless it is certain that
   * whatever the sender writes there is replaced or stands before it; absent: `none`.
   */
  addressSource?(settings: DriverSettings): AddressSource;
  /**
   * Opens a tunnel to `port` on loopback. Rejects with a UserError (code `unavailable`) that says why in one
   * plain sentence, and with `signal.reason` when aborted. It never prompts, prints or exits.
   */
  open(port: number, options: TunnelOptions, signal: AbortSignal): Promise<Tunnel>;
}
