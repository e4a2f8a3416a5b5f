/** What somebody sends who has sent nothing yet: a provider and its event. */
export const firstSample = 'stripe payment_intent.succeeded';
