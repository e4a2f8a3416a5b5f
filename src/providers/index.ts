import { banking } from './catalogue/banking.ts';
import { billing } from './catalogue/billing.ts';
import { calendars } from './catalogue/calendars.ts';
import { calls } from './catalogue/calls.ts';
import { code } from './catalogue/code.ts';
import { commerce } from './catalogue/commerce.ts';
import { content } from './catalogue/content.ts';
import { crypto } from './catalogue/crypto.ts';
import { devices } from './catalogue/devices.ts';
import { documents } from './catalogue/documents.ts';
import { forms } from './catalogue/forms.ts';
import { hosting } from './catalogue/hosting.ts';
import { identity } from './catalogue/identity.ts';
import { mail } from './catalogue/mail.ts';
import { marketing } from './catalogue/marketing.ts';
import { media } from './catalogue/media.ts';
import { messaging } from './catalogue/messaging.ts';
import { operations } from './catalogue/operations.ts';
import { parcels } from './catalogue/parcels.ts';
import { payments } from './catalogue/payments.ts';
import { paymentsByCountry } from './catalogue/payments-by-country.ts';
import { people } from './catalogue/people.ts';
import { relays } from './catalogue/relays.ts';
import { standardWebhooksAlone, standardWebhooksFamily } from './catalogue/standard-webhooks.ts';
import { support } from './catalogue/support.ts';
import { svixFamily } from './catalogue/svix.ts';
import { work } from './catalogue/work.ts';
import type { Provider } from './core/provider.ts';
import { hmacByOptions } from './custom/hmac-by-options.ts';
import { adyen, adyenPlatform } from './vendors/adyen.ts';
import { appleAppStore } from './vendors/apple-app-store.ts';
import { asana } from './vendors/asana.ts';
import { awsSns } from './vendors/aws-sns.ts';
import { braintree } from './vendors/braintree.ts';
import { cloudEvents, eventGrid } from './vendors/cloudevents.ts';
import { contentful } from './vendors/contentful.ts';
import { discord } from './vendors/discord.ts';
import { dropbox } from './vendors/dropbox.ts';
import { dropboxSign } from './vendors/dropbox-sign.ts';
import { forgejo, gitea, gogs } from './vendors/gitea.ts';
import { github } from './vendors/github.ts';
import { gitlab } from './vendors/gitlab.ts';
import { hubspot } from './vendors/hubspot.ts';
import { keygen } from './vendors/keygen.ts';
import { mailchannels } from './vendors/mailchannels.ts';
import { instagram, meta, whatsapp } from './vendors/meta.ts';
import { microsoftGraph } from './vendors/microsoft-graph.ts';
import { okta } from './vendors/okta.ts';
import { paddleClassic } from './vendors/paddle-classic.ts';
import { paypal, paypalIpn } from './vendors/paypal.ts';
import { slack } from './vendors/slack.ts';
import { stripe } from './vendors/stripe.ts';
import { truelayer } from './vendors/truelayer.ts';
import { twilio } from './vendors/twilio.ts';
import { twitch } from './vendors/twitch.ts';
import { x } from './vendors/x.ts';
import { xero } from './vendors/xero.ts';
import { zoom } from './vendors/zoom.ts';

const themes = [
  ...paymentsByCountry,
  ...banking,
  ...billing,
  ...calls,
  ...support,
  ...documents,
  ...calendars,
  ...people,
  ...hosting,
  ...parcels,
  ...media,
  ...marketing,
  ...code,
  ...operations,
  ...payments,
  ...commerce,
  ...work,
  ...messaging,
  ...mail,
  ...content,
  ...identity,
  ...forms,
  ...crypto,
  ...devices,
];

/** All built-in providers. The first one that matches a request is taken, so special ones precede general ones. */
export const providers: readonly Provider[] = [
  ...relays,
  stripe,
  slack,
  forgejo,
  gitea,
  gogs,
  github,
  gitlab,
  whatsapp,
  instagram,
  twilio,
  adyen,
  adyenPlatform,
  paypal,
  paypalIpn,
  braintree,
  discord,
  x,
  twitch,
  zoom,
  dropbox,
  dropboxSign,
  microsoftGraph,
  hubspot,
  awsSns,
  contentful,
  xero,
  okta,
  keygen,
  truelayer,
  mailchannels,
  paddleClassic,
  appleAppStore,
  ...themes,
  asana,
  meta,
  ...svixFamily,
  ...standardWebhooksFamily,
  standardWebhooksAlone,
  eventGrid,
  cloudEvents,
  hmacByOptions,
];
