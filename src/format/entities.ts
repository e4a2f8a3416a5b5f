import type { Body } from '../model/body.ts';
import type { HeaderList } from '../model/headers.ts';
import { parsedJson } from '../model/json.ts';
import { decodeText, unpack } from './decode.ts';
import { formFields } from './form.ts';
import { contentKind, isJsonLike, mediaTypeOf } from './media-type.ts';

/** Something that a request is about, by the id that its provider knows it by. */
export interface Entity {
  readonly id: string;
  /** Its path in the body: `data.object.customer`. */
  readonly path: string;
}

const mostEntities = 20;

/** Larger bodies are not looked into, nor more values than that, nor more items of one list. */
const mostBytes = 512 * 1024;
const mostValues = 5_000;
const mostItems = 20;

/**
 * The ids of what a JSON or form body is about, those nearest to its root first. What a whole account has in common
 * (the account, its shop, its repository) comes only where nothing else does; ids of the delivery itself never do.
 */
export function entitiesOf(body: Body, headers: HeaderList): readonly Entity[] {
  if (body.size === 0 || body.size > mostBytes) return [];
  const { bytes } = unpack(body.bytes(mostBytes), headers);
  const type = mediaTypeOf(headers);
  const kind = bytes.length === 0 ? undefined : contentKind(bytes, type);
  if (kind !== 'json' && kind !== 'form') return [];
  const text = decodeText(bytes, type.charset);
  const root = kind === 'json' ? parsedJson(text) : fieldsOf(text);
  const narrow = new Map<string, Entity>();
  const wide = new Map<string, Entity>();
  for (const { key, path, around, value } of scalarsOf(root)) {
    const id = idIn(key, value);
    if (id === undefined || isOfDelivery(key, path, id)) continue;
    const found = isWide(key, around) ? wide : narrow;
    if (!found.has(id)) found.set(id, { id, path });
  }
  const entities = narrow.size > 0 ? narrow : wide;
  return [...entities.values()].slice(0, mostEntities);
}

function fieldsOf(text: string): unknown {
  return Object.fromEntries(
    [...formFields(text)].map(([name, value]) => [name, isJsonLike(value) ? parsedJson(value) : value]),
  );
}

interface Scalar {
  readonly key: string;
  readonly path: string;
  /** The key of the object that it is in; of an item, that of its list. */
  readonly around: string;
  readonly value: string | number;
}

/** Strings and numbers under a key, level by level. */
function* scalarsOf(root: unknown): Generator<Scalar> {
  const waiting: { key: string; around: string; path: string; value: unknown }[] = [
    { key: '', around: '', path: '', value: root },
  ];
  for (let at = 0; at < waiting.length && at < mostValues; at++) {
    const { key, around, path, value } = waiting[at]!;
    if (typeof value === 'string' || typeof value === 'number') {
      yield { key, path, around, value };
    } else if (Array.isArray(value)) {
      for (const [index, item] of value.slice(0, mostItems).entries()) {
        waiting.push({ key, around, path: `${path}[${index}]`, value: item as unknown });
      }
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, member] of Object.entries(value)) {
        waiting.push({ key: name, around: key, path: path === '' ? name : `${path}.${name}`, value: member });
      }
    }
  }
}

/** `id`, `order_id`, `orderId`, `MessageSid`, `commit-id`. */
const camelIdKey = /[a-z](?:Id|ID|Uuid|UUID|Sid)$/;
const snakeIdKey = /^(?:id|gid|uuid|guid|sid)$|[_-](?:id|gid|uuid|sid)$/i;
const commitKey = /^(?:sha|head_sha|before|after|commit_id)$/;

/** `pi_3PQ7xLabcdef`, `cus_test_…`: what it is, then a random part with a digit. */
const prefixed = /^[a-z]{2,12}_(?:[a-z]{4}_)?(?=[A-Za-z0-9]*\d)[A-Za-z0-9]{8,64}$/;

/** A commit, but not the one of zeros that stands for none. */
const commit = /^(?!0+$)[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

const plainId = /^(?=.*\d)[\w:/.=+-]{4,128}$/;

/** The id that a value is, if it is one. */
function idIn(key: string, value: string | number): string | undefined {
  const isNamed = snakeIdKey.test(key) || camelIdKey.test(key);
  // Few digits stand in too many bodies for something else.
  if (typeof value === 'number') {
    return isNamed && Number.isSafeInteger(value) && value >= 10_000 ? String(value) : undefined;
  }
  if (prefixed.test(value)) return value;
  if (commitKey.test(key)) return commit.test(value) ? value : undefined;
  if (!isNamed || !plainId.test(value)) return undefined;
  return /^\d{1,4}$/.test(value) || /^0+$/.test(value) ? undefined : value;
}

/** Ids of one delivery, or of the call that caused it: other requests do not share them. */
function isOfDelivery(key: string, path: string, id: string): boolean {
  if (
    /^(?:event|delivery|request|message|msg|webhook|hook|trace|span|correlation|idempotency|batch|trigger)[_-]?(?:id|uuid)$/i.test(
      key,
    )
  ) {
    return true;
  }
  return /^(?:evt|req|whsec|we|msg)_/.test(id) || path === 'request.idempotency_key';
}

/** Names of ids that all requests of one account share. */
const wideNames =
  /^(?:api_?)?(?:account|app|application|client|team|workspace|enterprise|tenant|organi[sz]ation|org|owner|repository|repo|project|sender|pusher|shop|store|site|location|installation|webhook|hook|merchant|business|seller|partner|node)s?$/i;

function isWide(key: string, around: string): boolean {
  const subject = key.replace(/(?:[_-](?:id|gid|uuid|sid)|(?<=[a-z])(?:Id|ID|Uuid|UUID|Sid))$/, '');
  return (
    wideNames.test(/^(?:id|gid|uuid|guid|sid|node_id)$/i.test(key) ? around : subject) || key === 'node_id'
  );
}

/**
 * Tells which of these ids bytes carry, unpacked if the headers say that they are packed; undefined if none. An id
 * counts only where it stands by itself, not within a longer one.
 */
export function carriesAny(
  ids: readonly string[],
): (bytes: Uint8Array, headers: HeaderList) => string | undefined {
  const sought = ids.flatMap((id) => {
    // Some write a slash in JSON as `\/`.
    const spellings = id.includes('/') ? [id, id.replaceAll('/', '\\/')] : [id];
    return spellings.map((spelling) => ({ id, spelling: Buffer.from(spelling) }));
  });
  return (bytes, headers) => {
    const plain = unpack(bytes, headers).bytes;
    const buffer = Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength);
    return sought.find(({ spelling }) => stands(buffer, spelling))?.id;
  };
}

function stands(buffer: Buffer, spelling: Buffer): boolean {
  for (let at = buffer.indexOf(spelling); at !== -1; at = buffer.indexOf(spelling, at + 1)) {
    if (!isOfId(buffer[at - 1]) && !isOfId(buffer[at + spelling.length])) return true;
  }
  return false;
}

/** True if a byte would make an id longer: letters, digits, `_` and `-`. */
function isOfId(code: number | undefined): boolean {
  return code !== undefined && /[\w-]/.test(String.fromCharCode(code));
}
