import type { AccessOptions } from '../capture/access-control.ts';
import type { ProviderSettings } from '../providers/assess.ts';
import type { Provider } from '../providers/provider.ts';
import type { Store } from '../store/store.ts';
import type { DriverSettings, TunnelDriver } from '../tunnels/tunnel.ts';
import type { SessionListener } from './events.ts';
import type { HoldingOptions } from './holding.ts';
import type { SendingOptions } from './sending.ts';
import type { KeeperTiming } from './tunnel-keeper.ts';

/** All that can be said to `listen`; only the store has to be. */
export interface ListenOptions extends SendingOptions, HoldingOptions, Omit<AccessOptions, 'pathToken'> {
  readonly store: Store;
  /** The way to a public URL; none: requests reach the local URL only. */
  readonly tunnel?: TunnelDriver | undefined;
  /** Where requests go: `3000`, `localhost:3000/base` …; none: they are recorded and answered 200. */
  readonly target?: string | undefined;
  /** `path:/stripe/* => 3000, 4000`: where requests go that a filter means. The first route that does decides. */
  readonly routes?: readonly string[] | undefined;
  /** The local port; any free one unless given. */
  readonly port?: number | undefined;
  /** Tells projects on one database apart; `default` unless given. */
  readonly name?: string | undefined;
  /** Bodies over this many bytes are recorded as truncated and answered 413; 25 MB unless given. */
  readonly maxBodyBytes?: number | undefined;
  /** Only requests below a random path are taken, which is made once for `folder` and kept. The public URL has it. */
  readonly pathToken?: boolean | undefined;
  /** The real path of the project's folder: path tokens belong to it. */
  readonly folder?: string | undefined;
  /** Where the session is announced to the other commands of its user; nowhere unless given. */
  readonly stateFolder?: string | undefined;
  /** Record those, too, who may not come in. */
  readonly recordRefused?: boolean | undefined;
  /** How long a sender may take for the head of a request; 60 s unless given. */
  readonly headTimeoutMs?: number | undefined;
  /** How long a sender may be silent within a body; 30 s unless given. */
  readonly bodyTimeoutMs?: number | undefined;
  /** Bytes a second that a body has to bring on average, after its first 10 s; 100 unless given, 0 for no limit. */
  readonly minRate?: number | undefined;
  /** Requests that may arrive at once; 256 unless given. The next one is answered 503. */
  readonly mostArriving?: number | undefined;
  /** Providers known besides our own, asked before them. */
  readonly providers?: readonly Provider[] | undefined;
  /** Secrets of providers, and what their schemes need besides. */
  readonly providerSettings?: ProviderSettings | undefined;
  /** Answer the handshakes of providers also where there is a target. */
  readonly handshake?: boolean | undefined;
  /** Confirm subscriptions of AWS SNS by the address that they name, if that is one of amazonaws.com. */
  readonly confirmSns?: boolean | undefined;
  /** Answer 401 to all that is not known to be genuine, and forward none of it. */
  readonly requireSignature?: boolean | undefined;
  readonly subdomain?: string | undefined;
  readonly tunnelHost?: string | undefined;
  /** Options of the tunnel's driver, by name. */
  readonly tunnelSettings?: DriverSettings | undefined;
  /** Reject with code `unavailable` where there is no tunnel within 10 s. */
  readonly requireTunnel?: boolean | undefined;
  /** Called before anything can happen, so that no event is missed. */
  readonly onEvent?: SessionListener | undefined;
  /** Ends the start-up. */
  readonly signal?: AbortSignal | undefined;
  readonly tunnelTiming?: Partial<KeeperTiming> | undefined;
}
