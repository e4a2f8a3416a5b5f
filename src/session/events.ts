import type { Attempt } from '../model/attempt.ts';
import type { Facts } from '../model/facts.ts';
import type { ReplySummary } from '../model/reply.ts';
import type { CapturedRequest, Owed, Withholding } from '../model/request.ts';
import type { Seq } from '../model/seq.ts';

/** `online`: requests arrive. `unreachable`: there is no tunnel now, or it carries nothing; it is being reopened. */
export type TunnelState = 'connecting' | 'online' | 'unreachable' | 'closed';

export interface TunnelStatus {
  readonly state: TunnelState;
  /** The public URL, or null while there has been none. */
  readonly url: string | null;
  /** What the user has to know or do, in a sentence. */
  readonly message: string | null;
  /** Milliseconds that a request to the public URL takes until it is here, where that was measured. */
  readonly latencyMs: number | null;
}

/** What a session tells, in the order in which it happens. Headers and bodies are as they were: hostile text. */
export type SessionEvent =
  | {
      /** Once: the port is bound, and the tunnel is online or has had its 10 s. */
      readonly type: 'ready';
      readonly url: string | null;
      readonly localUrl: string;
      readonly target: string | null;
    }
  | ({
      /** A request is durable. */
      readonly type: 'request';
      readonly seq: Seq;
      readonly request: CapturedRequest;
      /** The reply where it is known already, else nulls. */
      readonly reply: ReplySummary;
      readonly facts: Facts;
      /** The id of the first request with this delivery id, where this one is not the first. */
      readonly redeliveryOf: string | undefined;
      readonly owed: readonly Owed[];
    } & Withholding)
  | {
      /** An attempt has ended; `recorded` is false if the store failed, and its number is 0 then. */
      readonly type: 'attempt';
      readonly seq: Seq;
      readonly request: CapturedRequest;
      readonly attempt: Attempt;
      readonly recorded: boolean;
    }
  | {
      /** It is recorded that the sender hung up before its reply, so many ms after the request's head had arrived. */
      readonly type: 'disconnected';
      readonly requestId: string;
      readonly afterMs: number;
    }
  | ({ readonly type: 'tunnel' } & TunnelStatus)
  | {
      /** Forwarding was paused or goes on; the breakpoint was set or taken off, stops a request or lets it go. */
      readonly type: 'forwarding';
      readonly paused: boolean;
    }
  | {
      /** Something that is answered but not recorded: an unknown method, CONNECT, a message that is no HTTP. */
      readonly type: 'refused';
      readonly status: number;
      readonly reason: string;
    }
  | {
      /** The user should know: a request could not be recorded, an answer was not recorded, and why. */
      readonly type: 'warning';
      readonly message: string;
    };

export type SessionListener = (event: SessionEvent) => void;
