import { type ListenerOptions, openListener } from '../capture/listener.ts';
import { defaultPace } from '../capture/pace.ts';
import { defaults } from '../model/defaults.ts';
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
  const capture = captureOptions(context);
  const main = await openListener({
    ...capture,
    port: options.port ?? 0,
    replyToChallenge: (headers) => announcement.reply(headers),
  });
  listeners.push(main);
  for (const { target } of deliveries.values()) refuseOwnPort(target, main.port);
  const origin = `http://localhost:${main.port}`;
  const localUrl = withToken(origin, plan);
  // Other commands may fail to find this session, but it captures.
  await storedSession.update({ localUrl: origin }).catch(() => {});
  announcement.announce(main.port, () => ({
    localUrl,
    publicUrl: publicUrlOf(context),
    defaultTarget: plan.target?.href ?? null,
    targets: [...deliveries.keys()],
    tunnel: keeper?.status ?? null,
  }));
  if (keeper) await openTunnelPort(context, capture, keeper);
  return localUrl;
}

/** The tunnel has a port of its own, so that only what comes through it can claim to be forwarded. */
async function openTunnelPort(
  { plan, listeners }: SessionContext,
  capture: CaptureOptions,
  keeper: TunnelKeeper,
): Promise<void> {
  const listener = await openListener({
    ...capture,
    port: 0,
    tunnel: {
      url: () => keeper.status.url ?? undefined,
      addressSource: plan.addressSource,
      replyToProbe: keeper.probeReply,
      wantsReport: keeper.wantsReport,
      requestBegan: keeper.requestBegan,
    },
  });
  listeners.push(listener);
  keeper.start(listener.port);
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
    addresses: ['127.0.0.1', '::1'],
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
