import type { Matcher } from './provider.ts';

/**
 * Matchers of requests without a signature, used if no other matcher matches:
 * the user agent and the form of ids. Each is in the vendor's documentation or code.
 */
export const unsignedMatchers: Readonly<Record<string, readonly Matcher[]>> = {
  stripe: [
    'header:User-Agent=Stripe/*',
    ['json:id=evt_*', 'json:object=event', 'json:type'],
    ['json:id=evt_*', 'json:object=v2.core.event', 'json:type'],
  ],
  github: [
    'header:User-Agent=GitHub-Hookshot/*',
    'header:X-GitHub-Delivery',
    'header:X-GitHub-Hook-ID',
    ['json:repository.html_url=https://github.com/*', 'json:sender.login'],
  ],
  gitlab: ['header:User-Agent=GitLab/*'],
  bitbucket: ['header:User-Agent=Bitbucket-Webhooks/*'],
  slack: ['header:User-Agent=Slackbot 1.0*'],
  twilio: ['header:User-Agent=TwilioProxy/*', 'form:AccountSid=AC*', 'header:I-Twilio-Idempotency-Token'],
  square: ['header:User-Agent=Square Connect v2*'],
  discord: ['header:User-Agent=Discord-Interactions/*', 'header:User-Agent=Discord-Webhook/*'],
  meta: ['header:User-Agent=facebookexternalua*', 'header:User-Agent=facebookplatform/*'],
  zoom: ['header:User-Agent=Zoom Marketplace/*'],
  linear: ['header:User-Agent=Linear-Webhook*'],
  intercom: ['header:User-Agent=intercom-webhooks/*'],
  typeform: ['header:User-Agent=Typeform Webhooks*'],
  trello: ['header:User-Agent=Trello Webhook*'],
  'aws-sns': ['header:User-Agent=Amazon Simple Notification Service Agent*'],
  circleci: ['header:User-Agent=CircleCI-Webhook/*'],
  pagerduty: ['header:User-Agent=PagerDuty-Webhook/*'],
  woocommerce: ['header:User-Agent=WooCommerce/* Hookshot*'],
  heroku: ['header:User-Agent=Heroku-Webhooks*'],
  gocardless: ['header:User-Agent=gocardless-webhook-service/*'],
  line: ['header:User-Agent=LineBotWebhook/*'],
  openai: ['header:User-Agent=OpenAI/* (+https://platform.openai.com/docs/webhooks)'],
  svix: ['header:User-Agent=Svix-Webhooks/*'],
  mailgun: ['header:User-Agent=mailgun/*'],
  mandrill: ['header:User-Agent=Mandrill-Webhook*'],
  todoist: ['header:User-Agent=Todoist-Webhooks*'],
  pipedrive: ['header:User-Agent=Pipedrive Webhooks*'],
  'upstash-qstash': ['header:User-Agent=Upstash-QStash*'],
  'dropbox-sign': ['header:User-Agent=HelloSign API*'],
};
