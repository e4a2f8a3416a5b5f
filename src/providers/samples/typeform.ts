import type { Fresh, SampleRequest, Samples } from './sample.ts';

type Answer = Readonly<Record<string, unknown>>;

/** Responses of https://www.typeform.com/developers/webhooks/example-payload/, with each kind of answer. */
export const typeformSamples: Samples = {
  form_response: (fresh) =>
    response(fresh, [
      { type: 'text', text: 'Laura' },
      { type: 'boolean', boolean: true },
    ]),
  'form_response.email': (fresh) => response(fresh, [{ type: 'email', email: 'jenny.rosen@example.com' }]),
  'form_response.choice': (fresh) => response(fresh, [{ type: 'choice', choice: { label: 'London' } }]),
  'form_response.choices': (fresh) =>
    response(fresh, [{ type: 'choices', choices: { labels: ['New York', 'Tokyo'] } }]),
  'form_response.payment': (fresh) =>
    response(fresh, [
      { type: 'payment', payment: { amount: '1000', last4: '4242', name: 'Jenny Rosen', success: true } },
    ]),
};

function response(fresh: Fresh, answers: readonly Answer[]): SampleRequest {
  const refs = answers.map(({ type }) => ({ id: fresh.id('', 12), ref: fresh.uuid(), type }));
  const form = fresh.id('', 6);
  return {
    headers: [
      ['Content-Type', 'application/json'],
      ['User-Agent', 'Typeform Webhooks'],
    ],
    body: {
      event_id: fresh.id('', 26).toUpperCase(),
      event_type: 'form_response',
      form_response: {
        form_id: form,
        token: fresh.hex(32),
        landed_at: fresh.iso,
        submitted_at: fresh.iso,
        definition: {
          id: form,
          title: 'Webhooks example',
          fields: refs.map((field) => ({ ...field, title: 'A question', properties: {} })),
        },
        answers: answers.map((answer, index) => ({ ...answer, field: refs[index] })),
      },
    },
  };
}
