import { type HeaderList, headerValue, headerValues } from '../../model/headers.ts';
import type { Diagnosis } from './diagnosis.ts';

interface Framework {
  readonly name: string;
  readonly advice: string;
  /** Tests whether a response with these headers comes from this framework. */
  readonly isBehind: (headers: HeaderList) => boolean;
}

const poweredBy = (pattern: RegExp) => (headers: HeaderList) =>
  pattern.test(headerValue(headers, 'x-powered-by') ?? '');
const server = (pattern: RegExp) => (headers: HeaderList) =>
  pattern.test(headerValue(headers, 'server') ?? '');
const cookie = (pattern: RegExp) => (headers: HeaderList) =>
  headerValues(headers, 'set-cookie').some((value) => pattern.test(value));

const frameworks: readonly Framework[] = [
  {
    name: 'Express',
    advice: "app.post('/webhook', express.raw({ type: '*/*' }), …) before any express.json()",
    isBehind: poweredBy(/^Express/i),
  },
  {
    name: 'Next.js',
    // In backticks: a bare export makes package linters take the CommonJS bundle for ESM.
    advice:
      'await request.text() in a route handler; in pages/api: `export const config = { api: { bodyParser: false } }`',
    isBehind: poweredBy(/^Next\.js/i),
  },
  {
    name: 'Laravel',
    advice: '$request->getContent(), not $request->all(); and exempt the route from CSRF',
    isBehind: cookie(/laravel_session|XSRF-TOKEN/),
  },
  {
    name: 'Rails',
    advice: 'request.raw_post, not params; and skip_forgery_protection in that controller',
    isBehind: (headers) => headerValue(headers, 'x-runtime') !== undefined,
  },
  {
    name: 'Django',
    advice: 'request.body, not request.POST or json.loads again; and @csrf_exempt on the view',
    isBehind: (headers) => cookie(/csrftoken/)(headers) || server(/^WSGIServer/i)(headers),
  },
  {
    name: 'Flask',
    advice: 'request.get_data(), not request.json',
    isBehind: server(/^Werkzeug/i),
  },
  { name: 'FastAPI', advice: 'await request.body(), not a model argument', isBehind: server(/^uvicorn/i) },
  {
    name: 'ASP.NET',
    advice: 'Request.EnableBuffering() and read Request.Body, not [FromBody]',
    isBehind: server(/^Kestrel/i),
  },
  {
    name: 'Fastify',
    advice:
      "addContentTypeParser('application/json', { parseAs: 'buffer' }, (_, body, done) => done(null, body))",
    isBehind: () => false,
  },
];

/**
 * Explains a 400, 401 or 403 of a target to a request whose signature is valid; undefined for other responses.
 * The hint names the framework that the response reveals. If it reveals none, `details` has a line for
 * each.
 */
export function appAdvice(
  status: number,
  headers: HeaderList,
): (Diagnosis & { readonly hint: string }) | undefined {
  if (status !== 400 && status !== 401 && status !== 403) return undefined;
  const behind = frameworks.find(({ isBehind }) => isBehind(headers));
  return {
    cause: 'app-parses-first',
    message: `The signature is valid, but your app responded ${status}: it probably parsed the body before verifying, or uses another secret.`,
    hint: behind ? `Verify the raw body. ${lineOf(behind)}` : 'Verify the raw body.',
    ...(behind ? {} : { details: frameworks.map(lineOf) }),
  };
}

function lineOf({ name, advice }: Framework): string {
  return `${name}: ${advice}`;
}
