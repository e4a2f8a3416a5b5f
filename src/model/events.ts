import type { Attempt } from './attempt.ts';
import type { Phrase } from './phrase.ts';
import type { CapturedRequest, RequestRecord } from './request.ts';
import type { Seq } from './seq.ts';
import type { TargetHealth } from './target-health.ts';
import type { TunnelFidelity } from './tunnel-fidelity.ts';

/** `online`: requests arrive, as far as is known. `unreachable`: there is no tunnel, or it carries nothing; it is being reopened. */
export type TunnelState = 'connecting' | 'online' | 'unreachable' | 'closed';

/** The state of a session's tunnel. */
export interface TunnelStatus {
  readonly state: TunnelState;
  /** The name of the tunnel's driver; null without a tunnel. */
  readonly driver: string | null;
  /** The public URL, or null while there has been none. */
  readonly url: string | null;
  /** Online, and our own call to the public URL has arrived; false: that is known from other evidence. */
  readonly verified: boolean;
  /** A sentence for the user: what to know or do. */
  readonly message: string | null;
  /** Milliseconds from the public URL to this machine, if measured. */
  readonly latencyMs: number | null;
  /** What the tunnel with this URL keeps of requests, as measured; null until then. */
  readonly fidelity: TunnelFidelity | null;
}

/** An event of a session, emitted in the order in which things happen. Headers and bodies are hostile text. */
export type SessionEvent =
  | {
      /**
       * Once: the port is bound, and the tunnel is online or has had its 10 s (15 s while its name is taken, 25 s while
       * another driver can be tried).
       */
      readonly type: 'ready';
      readonly url: string | null;
      readonly localUrl: string;
      readonly target: string | null;
    }
  | ({
      /** A request is durable. Its reply is known already, or its members are null. */
      readonly type: 'request';
    } & Omit<RequestRecord, 'attempts'>)
  | {
      /** An attempt has ended; `recorded` is false if the store failed, and its number is 0 then. */
      readonly type: 'attempt';
      readonly seq: Seq;
      readonly request: CapturedRequest;
      readonly attempt: Attempt;
      readonly recorded: boolean;
    }
  | {
      /** It is recorded that the sender disconnected before its reply, in ms after the request's head had arrived. */
      readonly type: 'disconnected';
      readonly requestId: string;
      readonly afterMs: number;
    }
  | ({ readonly type: 'tunnel' } & TunnelStatus)
  | {
      /** The tunnel is not online in time, and the user can choose to use this driver: `takeFallback` of the session. */
      readonly type: 'fallback';
      readonly driver: string;
    }
  | {
      /** Forwarding was paused or resumed; the breakpoint was set or removed, intercepted or released a request. */
      readonly type: 'forwarding';
      readonly paused: boolean;
    }
  | {
      /** The health of a target has changed. */
      readonly type: 'target';
      readonly target: string;
      readonly health: TargetHealth;
    }
  | {
      /** A message that got a reply but is not recorded: an unknown method, CONNECT, or not HTTP. */
      readonly type: 'refused';
      readonly status: number;
      readonly reason: string;
    }
  | {
      /** A problem the user should know of, such as a request that could not be recorded. */
      readonly type: 'warning';
      readonly message: string;
      /** The message for an interface that has its own names for options. */
      readonly said?: Phrase | undefined;
    };

/** Receives the events of a session. */
export type SessionListener = (event: SessionEvent) => void;
