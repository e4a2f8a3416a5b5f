import { option, phrase } from '../../model/phrase.ts';
import type { Provider } from '../core/provider.ts';
import { decodeBase64, decodeHex } from '../signature/key.ts';
import type { Hypothesis } from './diagnosis.ts';
import { bareSecret, withoutAssignment, withoutInvisible } from './secret-kind.ts';

/** Prefixes of secrets, which are part of the key for some vendors and not for others. */
const prefixes = ['whsec_', 'v1,whsec_', 'whpk_', 'sk_', 'Bearer ', 'hmac '];

/** Mistakes in a secret that is almost right. */
export function* secretHypotheses(
  { name, title }: Provider,
  secrets: readonly string[],
  others: ReadonlyMap<string, readonly string[]> | undefined,
): Generator<Hypothesis> {
  for (const secret of secrets) {
    for (const { cause, message, forms } of variantsOf(secret, title)) {
      for (const form of forms) {
        if (form === undefined || form === '' || form === secret) continue;
        yield { cause, message, hint: 'Give the secret exactly as the provider shows it.', secrets: [form] };
      }
    }
  }
  for (const [other, values] of others ?? []) {
    if (other === name) continue;
    yield {
      cause: 'another-secret',
      message: `The request is signed with the secret configured for ${other}.`,
      hint: phrase`Configure that secret for ${name}: ${option('secret', `${name}=…`)}`,
      secrets: values,
    };
  }
}

function variantsOf(secret: string, title: string) {
  const trimmed = secret.trim();
  const bare = trimmed.replace(/^(["'])(.*)\1$/s, '$2');
  return [
    {
      cause: 'secret-invisible',
      message: 'The secret contains invisible characters, such as zero-width spaces.',
      forms:
        withoutInvisible(secret) === secret
          ? []
          : [withoutInvisible(secret), withoutInvisible(secret).trim()],
    },
    {
      cause: 'secret-assignment',
      message: 'The secret includes the name of its variable, as in NAME=value.',
      forms: withoutAssignment(secret) === secret ? [] : [bareSecret(secret)],
    },
    {
      cause: 'secret-space',
      message: 'The secret has white space or quotes around it.',
      forms: [trimmed, bare],
    },
    {
      cause: 'secret-prefix-missing',
      message: `The secret lacks its prefix, which is part of the secret at ${title}.`,
      forms: prefixes.map((prefix) => prefix + bare),
    },
    {
      cause: 'secret-prefix',
      message: `The secret has a prefix that is not part of the secret at ${title}.`,
      forms: prefixes.map((prefix) => (bare.startsWith(prefix) ? bare.slice(prefix.length) : undefined)),
    },
    {
      cause: 'secret-encoding',
      message: 'The secret was base64-encoded.',
      forms: [asText(decodeBase64(bare))],
    },
    {
      cause: 'secret-encoding',
      message: 'The secret was hex-encoded.',
      forms: [asText(decodeHex(bare))],
    },
    {
      cause: 'secret-encoding',
      message: `The secret is in hex, but ${title} uses base64.`,
      forms: [encoded(decodeHex(bare), 'base64')],
    },
    {
      cause: 'secret-encoding',
      message: `The secret is in base64, but ${title} uses hex.`,
      forms: [encoded(decodeBase64(bare), 'hex')],
    },
    {
      cause: 'secret-encoding',
      message: `The secret is text, but ${title} uses base64 or hex.`,
      forms: [encoded(Buffer.from(bare), 'base64'), encoded(Buffer.from(bare), 'hex')],
    },
  ];
}

function asText(bytes: Uint8Array | undefined): string | undefined {
  if (!bytes) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\n$/, '');
  } catch {
    return undefined;
  }
}

function encoded(bytes: Uint8Array | undefined, encoding: 'base64' | 'hex'): string | undefined {
  return bytes && Buffer.from(bytes).toString(encoding);
}
