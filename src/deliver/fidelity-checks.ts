import { createHash, randomBytes } from 'node:crypto';
import type { ArrivedProbe } from '../model/arrived-probe.ts';
import type { TargetResponse } from '../model/attempt.ts';
import { type Body, bodyOf, emptyBody, wholeBody } from '../model/body.ts';
import { type HeaderList, headerValues } from '../model/headers.ts';
import type { Reply } from '../model/reply.ts';
import type { FidelityAspect, FidelityFinding } from '../model/tunnel-fidelity.ts';
import type { OutgoingRequest } from './client.ts';

interface CheckRequest {
  /** One for each aspect, in their order. */
  readonly aspects: readonly FidelityAspect[];
  /** It sends 1 MB. */
  readonly isLarge?: boolean;
  /** The request; headers that every call has are added to it. */
  request(): OutgoingRequest;
}

/** One request that is easily changed on its way, and how to see what was. */
export type FidelityCheck = CheckRequest &
  (
    | {
        readonly wants: 'report';
        findings(sent: OutgoingRequest, arrived: ArrivedProbe): readonly FidelityFinding[];
      }
    | {
        readonly wants: 'nonce' | 'response';
        findings(response: TargetResponse, nonce: string): readonly FidelityFinding[];
      }
  );

/** Every value that a byte can have. */
const allBytes = Uint8Array.from({ length: 256 }, (_, value) => value);

const largeBytes = 1024 * 1024;

const caseName = 'X-wEbHoOk-cLi-CaSe';
const repeatName = 'X-Webhook-Cli-Repeat';
const bytesName = 'X-Webhook-Cli-Bytes';

/** Neither sorted nor grouped by name. */
const ordered: HeaderList = [
  ['X-Webhook-Cli-Order-M', '1'],
  [repeatName, '1'],
  ['X-Webhook-Cli-Order-Z', '2'],
  [caseName, 'kept'],
  [repeatName, '2'],
  ['X-Webhook-Cli-Order-A', '3'],
];

/** Latin1, UTF-8 and values that neither has, with one character a byte. */
const headerBytes = 'caf\xe9 caf\xc3\xa9 \x80\xfe\xff.';

const oddTarget = '/a%2Fb/..%2fc//%7Ed/./e%2E/?x=%zz&y=a+b&&z=%C3%A9';

/** What browsers send, as far as a tunnel server tells them from programs by it. */
const browserHeaders: HeaderList = [
  [
    'User-Agent',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  ],
  ['Accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'],
  ['Accept-Language', 'en'],
];

/** The reply that is easily changed on its way: an error's status, odd case, bytes of every value. */
export const oddReply: Reply = {
  status: 422,
  headers: [
    ['Content-Type', 'application/octet-stream'],
    [caseName, 'kept'],
  ],
  body: bodyOf(allBytes),
  by: 'listener',
};

/** The requests that are sent, in their order: the large one last. */
export const fidelityChecks: readonly FidelityCheck[] = [
  {
    aspects: ['headerCase', 'headerRepeats', 'headerOrder', 'emptyBody'],
    wants: 'report',
    request: () => get({ headers: ordered }),
    findings: (_sent, arrived) => [
      kept(arrived.headers.some(([name]) => name === caseName)),
      kept(headerValues(arrived.headers, repeatName).join('|') === '1|2'),
      kept(orderOf(arrived.headers) === orderOf(ordered)),
      kept(arrived.method === 'GET' && arrived.bodySize === 0),
    ],
  },
  {
    aspects: ['headerBytes'],
    wants: 'report',
    request: () => get({ headers: [[bytesName, headerBytes]] }),
    findings: (_sent, { headers }) => [kept(headerValues(headers, bytesName).join() === headerBytes)],
  },
  {
    aspects: ['path'],
    wants: 'report',
    request: () => get({ requestTarget: oddTarget }),
    // A public URL may have a path of its own before it.
    findings: (_sent, arrived) => [kept(arrived.requestTarget.endsWith(oddTarget))],
  },
  {
    aspects: ['body'],
    wants: 'report',
    request: () => post(bodyOf(Buffer.concat([allBytes, allBytes.toReversed()]))),
    findings: (sent, arrived) => [kept(isSameBody(sent, arrived))],
  },
  {
    aspects: ['response', 'responseHeaderCase'],
    wants: 'response',
    request: () => get({}),
    findings: ({ status, headers, body }) => {
      const isWhole = status === oddReply.status && Buffer.compare(wholeBody(body), allBytes) === 0;
      const isOurs = headerValues(headers, caseName).length > 0;
      const hasCase = headers.some(([name]) => name === caseName);
      return [kept(isWhole), isOurs ? kept(hasCase) : isWhole ? 'lost' : 'unknown'];
    },
  },
  {
    aspects: ['browsers'],
    wants: 'nonce',
    request: () => get({ headers: browserHeaders }),
    findings: ({ status, body }, nonce) => {
      const isOurs = Buffer.from(body.bytes(nonce.length + 1)).toString() === nonce;
      // A page of the moment, such as that the server is overloaded, says nothing.
      return [isOurs ? 'kept' : status < 500 || status === 511 ? 'lost' : 'unknown'];
    },
  },
  {
    aspects: ['largeBody'],
    isLarge: true,
    wants: 'report',
    request: () => post(bodyOf(randomBytes(largeBytes))),
    findings: (sent, arrived) => [kept(isSameBody(sent, arrived))],
  },
];

function get({ requestTarget = '/', headers = [] }: Partial<OutgoingRequest>): OutgoingRequest {
  return { method: 'GET', requestTarget, headers, body: emptyBody };
}

function post(body: Body): OutgoingRequest {
  return {
    method: 'POST',
    requestTarget: '/',
    headers: [['Content-Type', 'application/octet-stream']],
    body,
  };
}

function kept(isKept: boolean): FidelityFinding {
  return isKept ? 'kept' : 'lost';
}

/** Our own fields in their order, repeats aside. */
function orderOf(headers: HeaderList): string {
  const names = headers.map(([name]) => name.toLowerCase());
  const own = ordered.map(([name]) => name.toLowerCase());
  return [...new Set(names.filter((name) => own.includes(name)))].join();
}

function isSameBody({ method, body }: OutgoingRequest, arrived: ArrivedProbe): boolean {
  const sha256 = createHash('sha256').update(wholeBody(body)).digest('hex');
  return arrived.method === method && arrived.bodySize === body.size && arrived.bodySha256 === sha256;
}
