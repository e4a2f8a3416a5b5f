/** Values that apply unless the user sets others. Options declare these, so that help shows what is applied. */
export const defaults = {
  /** Time limit for a target's whole response. */
  timeoutMs: 30_000,
  /** Time limit for connecting to a target. */
  connectTimeoutMs: 5_000,
  /** Connections to one target at a time. */
  maxConnections: 64,
  /** Age at which a held request expires. */
  giveUpAfterMs: 3 * 24 * 60 * 60 * 1000,
  /** The largest body that GitHub sends (https://docs.github.com/webhooks/webhook-events-and-payloads#payload-cap). */
  maxBodyBytes: 25 * 1024 * 1024,
  /** Time limit for receiving the head of a request. */
  headTimeoutMs: 60_000,
  /** Time limit for each pause within a body. */
  bodyTimeoutMs: 30_000,
  /** Bytes per second that a body must bring on average. */
  minRate: 100,
  /** Time limit for waiting for a locked database. */
  dbTimeoutMs: 5_000,
  /** Requests that may arrive at the same time. */
  maxArriving: 256,
  /** Time that `ready` waits for the tunnel. */
  tunnelReadyMs: 10_000,
} as const;
