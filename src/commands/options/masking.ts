import type { Invocation } from '../../cli/command.ts';
import type { OptionSpecs } from '../../cli/option.ts';
import { stateFolder } from '../../cli/paths.ts';
import type { MaskOptions } from '../../format/mask.ts';
import { openPathTokens, type PathTokens } from '../../state/path-tokens.ts';
import { secretsToMask } from './provider-secrets.ts';
import { providerOptions } from './providers.ts';

/** Provider options of a command that only shows requests: they are used for masking alone. */
export const maskingOptions = {
  secret: { ...providerOptions.secret, untrusted: 'unused', noFlag: true },
  defineProvider: { ...providerOptions.defineProvider, untrusted: 'unused', noFlag: true },
} as const satisfies OptionSpecs;

type Given = Pick<Invocation<typeof maskingOptions>, 'options' | 'fromProject' | 'io'>;

/** Masking for such a command: readable configured secrets, path tokens, secret headers of the user's own providers. */
export async function maskingOf({ options, fromProject, io }: Given): Promise<MaskOptions> {
  const project = (fromProject['secret']?.value as readonly string[] | undefined) ?? [];
  const secrets = secretsToMask([...(options.secret ?? []), ...project], io);
  const tokens = openPathTokens(stateFolder(io.env)).all();
  if (options.defineProvider === undefined) return { secrets: [...secrets, ...tokens] };
  const { providerSetWith } = await import('../../providers/provider-set.ts');
  const { secretHeaders } = await import('../../providers/core/secret-headers.ts');
  return {
    secrets: [...secrets, ...tokens],
    secretHeaders: secretHeaders(providerSetWith(options.defineProvider).custom),
  };
}

/** Masking for a session, to which secrets can be added. */
export interface SessionMasking extends MaskOptions {
  /** Masks this secret, too. */
  readonly add: (secret: string) => void;
}

/** Masking for a session, including path tokens that are created while it runs. */
export function sessionMasking(
  configured: readonly string[],
  secretHeaders: ReadonlySet<string>,
  pathTokens: PathTokens,
): SessionMasking {
  let seen: readonly string[] | undefined;
  let secrets = configured;
  let all = secrets;
  return {
    secretHeaders,
    add(secret) {
      secrets = [...secrets, secret];
      seen = undefined;
    },
    get secrets() {
      const tokens = pathTokens.all();
      if (tokens !== seen) all = [...secrets, ...tokens];
      seen = tokens;
      return all;
    },
  };
}
