/** A public address that leads to a loopback port. */
export interface Tunnel {
  /** The public URL, without a slash at its end. */
  readonly url: string;
  /** Resolves once, when the tunnel is gone: with the reason, or undefined after `close`. Never rejects. */
  readonly ended: Promise<Error | undefined>;
  /** Ends the tunnel; safe to call twice. */
  close(): Promise<void>;
}

export interface TunnelOptions {
  /** The name wished for in the public address; the server may give another. */
  readonly subdomain?: string | undefined;
  /** The tunnel server, where the driver's own default is not wanted. */
  readonly host?: string | undefined;
}

/** One way to a public URL. */
export interface TunnelDriver {
  readonly name: string;
  /**
   * Opens a tunnel to `port` on loopback. Rejects with a UserError (code `unavailable`) that says why in one
   * plain sentence, and with `signal.reason` when aborted. It never prompts, prints or exits.
   */
  open(port: number, options: TunnelOptions, signal: AbortSignal): Promise<Tunnel>;
}
