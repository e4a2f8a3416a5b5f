import type { AccessOptions } from '../capture/access-control.ts';
import type { TargetClientOptions } from '../delivery/client-options.ts';
import type { RetryOptions } from '../delivery/retry-policy.ts';
import type { TimeSources } from '../model/clock.ts';
import type { Environment } from '../model/environment.ts';
import type { SessionListener } from '../model/events.ts';
import type { ProviderSettings } from '../providers/assess.ts';
import type { Provider } from '../providers/core/provider.ts';
import type { Store } from '../store/store.ts';
import type { DriverSettings, TunnelDriver } from '../tunnels/tunnel.ts';
import type { KeeperTiming } from './keeper-context.ts';

/** Options of `listen`; only the store is required. */
export interface ListenOptions
  extends TargetClientOptions,
    RetryOptions,
    TimeSources,
    Omit<AccessOptions, 'pathToken'> {
  readonly store: Store;
  /**
   * Drivers of the tunnel to a public URL, tried in this order; the one of the project's last URL goes first. None:
   * requests reach the local URL only.
   */
  readonly tunnels?: readonly TunnelDriver[] | undefined;
  /** A driver that is offered (`fallback`) if these open no tunnel within 10 s, and used if the user agrees. */
  readonly fallbackTunnel?: TunnelDriver | undefined;
  /** The target to forward to: `3000`, `localhost:3000/base` …; none: requests are recorded, and their senders get 200. */
  readonly target?: string | undefined;
  /** `path:/stripe/* => 3000, 4000`: targets of the requests that match a filter. The first route that matches decides. */
  readonly routes?: readonly string[] | undefined;
  /** The local port; any free one unless given. */
  readonly port?: number | undefined;
  /**
   * An IP address to listen on besides loopback, such as `0.0.0.0` in a container. Where other machines can connect, it
   * needs `pathToken` or `basicAuth`.
   */
  readonly host?: string | undefined;
  /** The session's name, recorded with every request; `default` unless given. */
  readonly project?: string | undefined;
  /** Maximum body size in bytes; larger bodies are recorded as truncated, and their senders get 413. 25 MB unless given. */
  readonly maxBodyBytes?: number | undefined;
  /** Accept only requests below a random path, which is made once for `folder`, stored, and part of the public URL. */
  readonly pathToken?: boolean | undefined;
  /** The real path of the project's folder: its path token and the name of its tunnel belong to it. */
  readonly folder?: string | undefined;
  /**
   * The user's state folder: the session is announced there to the user's other commands, and the name of its tunnel is
   * kept there. Neither is done unless given.
   */
  readonly stateFolder?: string | undefined;
  /** Also record requests that access control rejects. */
  readonly recordRefused?: boolean | undefined;
  /** Time limit for the head of a request in ms; 60 s unless given. */
  readonly headTimeoutMs?: number | undefined;
  /** Time limit for a pause within a body in ms; 30 s unless given. */
  readonly bodyTimeoutMs?: number | undefined;
  /** Minimum average rate of a body in bytes per second, after its first 10 s; 100 unless given, 0 for no limit. */
  readonly minRate?: number | undefined;
  /** Maximum number of requests that arrive at once; 256 unless given. The sender of the next one gets 503. */
  readonly mostArriving?: number | undefined;
  /** The user's own providers, matched before the built-in ones. */
  readonly providers?: readonly Provider[] | undefined;
  /** Secrets of providers, and other settings of their schemes. */
  readonly providerSettings?: ProviderSettings | undefined;
  /** Reply to providers' handshakes even if there is a target. */
  readonly handshake?: boolean | undefined;
  /** Confirm subscriptions of AWS SNS by calling the URL that they contain, if it is one of amazonaws.com. */
  readonly confirmSns?: boolean | undefined;
  /** Forward only requests with a valid signature; the senders of all others get 401. */
  readonly requireSignature?: boolean | undefined;
  /** The requested subdomain of the public URL; the one kept for the folder unless given. */
  readonly subdomain?: string | undefined;
  /** The tunnel server; the driver's default unless given. */
  readonly tunnelHost?: string | undefined;
  /** Options of the drivers, by the driver's name. */
  readonly tunnelSettings?: Readonly<Record<string, DriverSettings>> | undefined;
  /** The environment for programs of drivers and for proxies; empty unless given. */
  readonly env?: Environment | undefined;
  /** Reject with code `unavailable` if there is no tunnel within 10 s, or 25 s with several drivers. */
  readonly requireTunnel?: boolean | undefined;
  /** Subscribed before anything can happen, so that no event is missed. */
  readonly onEvent?: SessionListener | undefined;
  /** Aborts the start. */
  readonly signal?: AbortSignal | undefined;
  /** The waits of the tunnel keeper. */
  readonly tunnelTiming?: Partial<KeeperTiming> | undefined;
}
