import type { TunnelSide } from '../capture/addresses.ts';
import { type ListenerOptions, openListener } from '../capture/listener.ts';
import { defaultPace } from '../capture/pace.ts';
import { defaults } from '../model/defaults.ts';
import { addressesToBind, loopbackAddresses } from '../model/host-address.ts';
import { refuseOwnPort } from './own-address.ts';
import { type PipelineContext, receive, unrecordable } from './pipeline.ts';
import { confirmHandshake, publicUrlOf, type SessionContext } from './session-context.ts';
import { withToken } from './session-plan.ts';
import type { TunnelKeeper } from './tunnel-keeper.ts';

/**
 * Binds the session's port and announces it; with a tunnel, binds another one for it and starts to open it. Resolves
 * with the local URL; rejects with a UserError if the port is taken, or a target is this port itself.
 */
export async function openPorts(context: SessionContext): Promise<string> {
  const { options, plan, storedSession, announcement, deliveries, listeners, keeper } = context;
  const sharesPort = plan.tunnel.drivers[0]?.driver.sharesPort === true;
  const capture = captureOptions(context);
  const main = await openListener({
    ...capture,
    port: options.port ?? 0,
    addresses: addressesToBind(plan.host),
    requiredAddress: plan.host?.address,
    replyToChallenge: (headers) => announcement.reply(headers),
    ...(keeper && sharesPort ? { tunnel: sharedSide(keeper) } : {}),
  });
  listeners.push(main);
  for (const { target } of deliveries.values()) refuseOwnPort(target, main.port, plan.host);
  const origin = `http://localhost:${main.port}`;
  const localUrl = withToken(origin, plan);
  // Other commands may fail to find this session, but it captures.
  await storedSession.update({ localUrl: origin }).catch(() => {});
  announcement.announce(main.port, () => ({
    localUrl,
    publicUrl: publicUrlOf(context),
    defaultTarget: plan.target?.href ?? null,
    targets: [...deliveries.keys()],
    sending: { hostHeader: options.hostHeader ?? 'keep', insecure: options.insecure ?? false },
    tunnel: keeper?.status ?? null,
  }));
  if (keeper && sharesPort) keeper.start(main.port);
  else if (keeper) await openTunnelPort(context, capture, keeper);
  return localUrl;
}

/** The tunnel has a port of its own, so that only what comes through it can claim to be forwarded. */
async function openTunnelPort(
  { listeners }: SessionContext,
  capture: CaptureOptions,
  keeper: TunnelKeeper,
): Promise<void> {
  const listener = await openListener({
    ...capture,
    port: 0,
    tunnel: tunnelSide(keeper),
  });
  listeners.push(listener);
  keeper.start(listener.port);
}

function tunnelSide(keeper: TunnelKeeper): TunnelSide {
  return {
    url: () => keeper.status.url ?? undefined,
    addressSource: () => keeper.addressSource,
    replyToProbe: keeper.probeReply,
    wantsReport: keeper.wantsReport,
    requestBegan: keeper.requestBegan,
  };
}

/** Requests on a port that local ones use, too, prove nothing of the tunnel. */
function sharedSide(keeper: TunnelKeeper): TunnelSide {
  return { ...tunnelSide(keeper), isShared: true, requestBegan: () => () => {} };
}

type CaptureOptions = Omit<ListenerOptions, 'port' | 'answerChallenge' | 'tunnel'>;

function captureOptions(context: SessionContext): CaptureOptions {
  const { options, plan, store, bus } = context;
  const pipeline: PipelineContext = {
    ...context,
    sessionId: context.storedSession.id,
    name: plan.name,
    emit: bus.emit,
    onHandshakeAnswered: (handshake) => confirmHandshake(context, handshake),
  };
  return {
    addresses: loopbackAddresses,
    maxBodyBytes: options.maxBodyBytes ?? defaults.maxBodyBytes,
    headTimeoutMs: options.headTimeoutMs ?? defaults.headTimeoutMs,
    bodyTimeoutMs: options.bodyTimeoutMs ?? defaults.bodyTimeoutMs,
    pace: { ...defaultPace, bytesPerSecond: options.minRate ?? defaults.minRate },
    mostArriving: options.mostArriving ?? defaults.maxArriving,
    access: plan.access,
    recordRefused: options.recordRefused ?? false,
    openBody: store.openBody,
    receive: (arrival, sender, refusal) => receive(pipeline, arrival, sender, refusal),
    unrecordable: (error) => unrecordable(pipeline, error),
    refused: (status, reason) => bus.emit({ type: 'refused', status, reason }),
  };
}
