import { crc32 } from 'node:zlib';
import { defineProvider } from '../core/define-provider.ts';
import type { Scheme } from '../core/scheme.ts';
import { invalid, unchecked } from '../core/verdict.ts';
import { valueAt } from '../request/locator.ts';
import type { ParsedRequest } from '../request/parsed-request.ts';
import { publicKeySignature } from '../schemes/public-key-signature.ts';
import { askTheVendor } from '../schemes/unsigned.ts';
import { type KeySource, keysOption } from '../signature/key-source.ts';

const certificateUrlAt = 'header:PAYPAL-CERT-URL';

/** The URL of the certificate, if it belongs to PayPal: the request names it, so it cannot be trusted. */
function certificateUrl(parsed: ParsedRequest): string | undefined {
  const url = URL.parse(valueAt(parsed, certificateUrlAt) ?? '');
  const trusted = url?.protocol === 'https:' && url.port === '' && url.username === '' && isApi(url.hostname);
  return trusted ? url.href : undefined;
}

/** Hosts of PayPal's API: others in its domain may have content of its customers. */
function isApi(hostname: string): boolean {
  return /^api(-m)?(\.sandbox)?\.paypal\.com$/.test(hostname);
}

const certificate: KeySource = {
  fetchable(parsed) {
    const url = certificateUrl(parsed);
    return url === undefined ? undefined : { url, option: keysOption };
  },
};

function schemeFor(webhookId: string): Scheme {
  return publicKeySignature({
    algorithm: 'rsa-sha256',
    at: 'header:PAYPAL-TRANSMISSION-SIG',
    encoding: 'base64',
    clock: { at: 'header:PAYPAL-TRANSMISSION-TIME', unit: 'iso' },
    keys: certificate,
    message: (parsed, timestamp) => [
      Buffer.from(
        `${valueAt(parsed, 'header:PAYPAL-TRANSMISSION-ID') ?? ''}|${timestamp}|${webhookId}|${crc32(parsed.body)}`,
      ),
    ],
  });
}

const described = schemeFor('');

/** The id of the webhook is signed but not sent, so it must be configured. */
const scheme: Scheme = {
  ...described,
  needs: 'certificate',
  options: ['webhookId'],
  verify(parsed, context) {
    const { webhookId } = context.options;
    if (valueAt(parsed, certificateUrlAt) !== undefined && certificateUrl(parsed) === undefined) {
      return invalid('malformed', 'the certificate URL does not belong to PayPal');
    }
    if (webhookId === undefined && valueAt(parsed, described.signatureAt[0]!) !== undefined) {
      return unchecked('no-option', 'the option webhookId is not set');
    }
    return schemeFor(webhookId ?? '').verify(parsed, context);
  },
  sign: (request, context) => schemeFor(context.options.webhookId ?? '').sign!(request, context),
};

export const paypal = defineProvider({
  name: 'paypal',
  title: 'PayPal',
  detect: ['header:PAYPAL-TRANSMISSION-SIG', 'header:PAYPAL-TRANSMISSION-ID'],
  event: '{json:event_type}',
  eventId: '{json:id}',
  scheme,
  source: 'https://developer.paypal.com/api/rest/webhooks/rest/',
  retries: 'up to 25 times over 3 days',
  note: 'the certificate URL is checked, its chain is not; simulator events cannot be verified',
});

export const paypalIpn = defineProvider({
  name: 'paypal-ipn',
  title: 'PayPal IPN',
  detect: [['form:ipn_track_id', 'form:verify_sign']],
  event: ['{form:txn_type}', '{form:payment_status}'],
  eventId: ['{form:ipn_track_id}'],
  scheme: askTheVendor('only PayPal can verify it: send the body back after cmd=_notify-validate&'),
  source: 'https://developer.paypal.com/api/nvp-soap/ipn/',
  evidence: 'unconfirmed',
});
