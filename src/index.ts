/** webhook-cli as a library: nothing here prints, exits, reads the environment or handles signals. */

export type { AddressSource } from './model/address-source.ts';
export type {
  Attempt,
  AttemptKind,
  FailureCode,
  NewAttempt,
  Outcome,
  SentRequest,
  TargetResponse,
} from './model/attempt.ts';
export type { Body } from './model/body.ts';
export type { Classification, Verification, VerificationResult } from './model/classification.ts';
export type { Clock } from './model/clock.ts';
export { type ErrorCode, UserError } from './model/errors.ts';
export type { SessionEvent, SessionListener, TunnelState, TunnelStatus } from './model/events.ts';
export type { Header, HeaderList } from './model/headers.ts';
export type { Phrase } from './model/phrase.ts';
export type { RefusalCode } from './model/refusal.ts';
export type { HandledBy, Reply, ReplyAuthor, ReplySummary } from './model/reply.ts';
export type {
  AttemptSummary,
  CapturedRequest,
  Delivery,
  RequestRecord,
  RequestState,
  RequestSummary,
  Withholding,
} from './model/request.ts';
export type { KnownTarget, TargetHealth } from './model/target-health.ts';
export type { FidelityAspect, FidelityFinding, TunnelFidelity } from './model/tunnel-fidelity.ts';
export { type Explanation, type Report, type VerifyOptions, verifyRequest } from './operations/verify.ts';
export {
  type Assessor,
  createAssessor,
  type ProviderPath,
  type ProviderSettings,
} from './providers/assess.ts';
export type { Provider } from './providers/core/provider.ts';
export { providers } from './providers/index.ts';
export type { Breakpoint, InterceptedRequest } from './session/breakpoint.ts';
export { listen } from './session/listen.ts';
export type { ListenOptions } from './session/listen-options.ts';
export type { ReplayOptions, Session } from './session/session.ts';
export { openPathTokens, type PathTokens } from './state/path-tokens.ts';
export { openStore, type PageOptions, type Store, StoreFailure, type StoreOptions } from './store/store.ts';
export { findTunnelDriver, tunnelDrivers } from './tunnels/index.ts';
export { localtunnel } from './tunnels/localtunnel.ts';
export type {
  DriverOption,
  DriverSettings,
  Tunnel,
  TunnelDriver,
  TunnelOptions,
} from './tunnels/tunnel.ts';
