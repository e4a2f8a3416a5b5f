import type { Provider } from './provider.ts';
import { github } from './vendors/github.ts';
import { slack } from './vendors/slack.ts';
import { stripe } from './vendors/stripe.ts';

/** Every provider. Where a request has the traits of several, the first here is meant: the special before the general. */
export const providers: readonly Provider[] = [stripe, slack, github];
