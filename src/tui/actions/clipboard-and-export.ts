import { type CurlCommand, curlExport } from '../../format/curl.ts';
import { rawRequest } from '../../format/http.ts';
import { requestJson, stringifyJson } from '../../format/json.ts';
import type { MaskOptions } from '../../format/mask.ts';
import { printable } from '../../format/printable.ts';
import { sizeText } from '../../format/size.ts';
import { wholeBody } from '../../model/body.ts';
import { withoutToken } from '../../model/path-token.ts';
import type { RequestRecord } from '../../model/request.ts';
import { joinTarget } from '../../model/request-target.ts';
import { type Controls, type Handlers, selectedRequest, showError } from './controls.ts';
import { exportFile } from './export-file.ts';
import { openInBrowser } from './open-url.ts';

/** Some terminals refuse to copy more than this. */
const maxClipboardBytes = 74_000;

/** Handlers of the keys that copy, export to a file, or open the browser. */
export function clipboardAndExportHandlers(
  controls: Controls,
): Handlers<MenuAction | CopyAction | ExportAction> {
  return { ...menuHandlers(controls), ...copyHandlers(controls), ...exportHandlers(controls) };
}

type MenuAction = 'copy' | 'export' | 'open-url';

function menuHandlers(controls: Controls): Handlers<MenuAction> {
  const open = (menu: 'copy' | 'export') =>
    controls.change({ type: 'prompt', prompt: { type: 'menu', menu } });
  return {
    copy: () => open('copy'),
    export: () => open('export'),
    'open-url': () => openSelectedUrl(controls),
  };
}

type CopyAction = 'copy-url' | 'copy-curl' | 'copy-curl-with-secrets' | 'copy-body' | 'copy-id';

function copyHandlers(controls: Controls): Handlers<CopyAction> {
  const { session, masking } = controls;
  return {
    'copy-url'() {
      const url = session.url ?? session.localUrl;
      const remark = session.url === null ? ' (local: there is no public URL)' : '';
      copy(controls, url, `${printable(url)}${remark}`);
    },
    'copy-curl': () => copyCurl(controls, masking),
    'copy-curl-with-secrets': () => copyCurl(controls, { showSecrets: true }),
    'copy-body': () => copyBody(controls),
    'copy-id'() {
      const request = selectedRequest(controls);
      if (request) copy(controls, request.id, request.id);
    },
  };
}

type ExportAction = 'export-curl' | 'export-curl-with-secrets' | 'export-http' | 'export-json';

function exportHandlers(controls: Controls): Handlers<ExportAction> {
  const { masking } = controls;
  return {
    'export-curl': () => exportCurl(controls, masking),
    'export-curl-with-secrets': () => exportCurl(controls, { showSecrets: true }),
    'export-http': () => exportSelected(controls, 'http', ({ request }) => rawRequest(request)),
    'export-json': () =>
      exportSelected(controls, 'json', (record) => [
        stringifyJson(requestJson(record, { bodies: true })),
        '\n',
      ]),
  };
}

function closeMenu({ change }: Controls): void {
  change({ type: 'prompt', prompt: undefined });
}

/** The selected request as it was captured, unmasked. */
function selectedRecord(controls: Controls): RequestRecord | undefined {
  const summary = selectedRequest(controls);
  return summary && controls.store.record(summary.seq);
}

function copy(controls: Controls, text: string, what: string): void {
  const { screen, notice } = controls;
  closeMenu(controls);
  const size = Buffer.byteLength(text);
  if (size > maxClipboardBytes) {
    notice(`${sizeText(size)} is too large for the clipboard of a terminal: x exports to a file.`, 'warn');
    return;
  }
  screen.copy(text);
  notice(`copied ${what}`, 'good');
}

function copyBody(controls: Controls): void {
  const body = selectedRecord(controls)?.request.body;
  if (!body) return;
  // A large body is not read: it is refused for its size.
  const text = body.size > maxClipboardBytes ? ' '.repeat(maxClipboardBytes + 1) : textOf(wholeBody(body));
  if (text === undefined) {
    closeMenu(controls);
    controls.notice('The body is not text: x exports it to a file.', 'warn');
  } else copy(controls, text, `the body, ${sizeText(body.size)}`);
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Removes the path token that let the request in: the target does not get to see it. */
function withoutOwnToken<T extends { readonly requestTarget: string }>(controls: Controls, request: T): T {
  const token = controls.pathTokenOf(request.requestTarget);
  return { ...request, requestTarget: withoutToken(request.requestTarget, token) };
}

type CurlOfSelected = CurlCommand & { readonly remark: string };

function curlOfSelected(controls: Controls, options: MaskOptions): CurlOfSelected | undefined {
  const { session } = controls;
  const record = selectedRecord(controls);
  if (!record) return undefined;
  const origin = session.target?.href ?? session.localUrl;
  const made = curlExport(withoutOwnToken(controls, record.request), origin, options);
  const whole = options.showSecrets ? ', with credentials' : '';
  return { ...made, remark: made.isMasked ? ', credentials masked (C includes them)' : whole };
}

function copyCurl(controls: Controls, options: MaskOptions): void {
  const made = curlOfSelected(controls, options);
  if (made) copy(controls, made.command, `a curl command${made.remark}`);
}

function exportCurl(controls: Controls, options: MaskOptions): void {
  const made = curlOfSelected(controls, options);
  if (made) exportSelected(controls, 'sh', () => ['#!/bin/sh\n', made.command, '\n'], made.remark);
}

/** Writes the selected request to a file in the working directory. */
function exportSelected(
  controls: Controls,
  extension: string,
  contentOf: (record: RequestRecord) => Iterable<string | Uint8Array>,
  remark = '',
): void {
  closeMenu(controls);
  const record = selectedRecord(controls);
  if (!record) return;
  exportFile(controls.io.cwd, `webhook-${record.request.id}`, extension, contentOf(record)).then(
    (file) => controls.notice(`wrote ${printable(file)}${remark}`, 'good'),
    showError(controls),
  );
}

function openSelectedUrl(controls: Controls): void {
  const { session, notice, io, fail } = controls;
  const { target } = session;
  const request = selectedRecord(controls)?.request;
  const joined =
    target && request ? joinTarget(target, withoutOwnToken(controls, request).requestTarget) : undefined;
  if (joined && 'fault' in joined) {
    notice(`Cannot open the URL: ${joined.fault}.`, 'warn');
    return;
  }
  const url = joined?.url ?? target?.href ?? session.url ?? session.localUrl;
  openInBrowser(url, io.env).then((opened) => notice(opened.text, opened.tone), fail);
}
