import { type CurlCommand, curlExport } from '../../format/curl.ts';
import { rawRequest } from '../../format/http.ts';
import { requestJson, stringifyJson } from '../../format/json.ts';
import type { MaskOptions } from '../../format/mask.ts';
import { printable } from '../../format/printable.ts';
import { sizeText } from '../../format/size.ts';
import { wholeBody } from '../../model/body.ts';
import { withoutToken } from '../../model/path-token.ts';
import { joinTarget } from '../../model/request-target.ts';
import { type Acts, type Controls, selectedRequest, withReason } from '../controls.ts';
import { exportFile } from '../export-file.ts';
import { openInBrowser } from '../open-url.ts';

type Takes =
  | 'copy'
  | 'export'
  | 'copy-url'
  | 'copy-curl'
  | 'copy-curl-whole'
  | 'copy-body'
  | 'copy-id'
  | 'export-curl'
  | 'export-curl-whole'
  | 'export-http'
  | 'export-json'
  | 'open-url';

/** More than this some terminals do not take into their clipboard. */
const mostCopied = 74_000;

/** What is taken out of the UI: into the clipboard, into files, into the browser. */
export function taking(controls: Controls): Acts<Takes> {
  const { change, session, store, masking, screen, notice, io } = controls;

  function closeMenu(): void {
    change({ type: 'prompt', prompt: undefined });
  }

  function copy(text: string, what: string): void {
    closeMenu();
    const size = Buffer.byteLength(text);
    if (size > mostCopied) {
      notice(
        `${sizeText(size)} are more than a terminal takes into its clipboard: x exports to a file.`,
        'warn',
      );
      return;
    }
    screen.copy(text);
    notice(`copied ${what}`, 'good');
  }

  function selected() {
    const summary = selectedRequest(controls);
    return summary && store.record(summary.seq);
  }

  /** A request without the path token that let it in, which is not the target's. */
  function withoutOwnToken<T extends { readonly requestTarget: string }>(request: T): T {
    const token = controls.pathTokenOf(request.requestTarget);
    return { ...request, requestTarget: withoutToken(request.requestTarget, token) };
  }

  /** Where the request would be sent again. */
  const origin = () => session.target?.href ?? session.localUrl;

  function curl(options: MaskOptions): (CurlCommand & { readonly remark: string }) | undefined {
    const record = selected();
    if (!record) return undefined;
    const made = curlExport(withoutOwnToken(record.request), origin(), options);
    const whole = options.showSecrets ? ', with its credentials' : '';
    return { ...made, remark: made.isMasked ? ', credentials masked (C includes them)' : whole };
  }

  function copyCurl(options: MaskOptions): void {
    const made = curl(options);
    if (made) copy(made.command, `a curl command${made.remark}`);
  }

  function exportCurl(options: MaskOptions): void {
    const made = curl(options);
    if (made) exported('sh', () => ['#!/bin/sh\n', made.command, '\n'], made.remark);
  }

  async function save(extension: string, parts: Iterable<string | Uint8Array>, remark = ''): Promise<void> {
    const record = selected();
    if (!record) return;
    const file = await exportFile(io.cwd, `webhook-${record.request.id}`, extension, parts);
    notice(`wrote ${printable(file)}${remark}`, 'good');
  }

  function exported(extension: string, parts: () => Iterable<string | Uint8Array>, remark?: string): void {
    closeMenu();
    save(extension, parts(), remark).catch(withReason(controls));
  }

  return {
    copy: () => change({ type: 'prompt', prompt: { type: 'menu', menu: 'copy' } }),
    export: () => change({ type: 'prompt', prompt: { type: 'menu', menu: 'export' } }),
    'copy-url'() {
      const url = session.url ?? session.localUrl;
      copy(url, `${printable(url)}${session.url === null ? ' (local: there is no public URL)' : ''}`);
    },
    'copy-curl': () => copyCurl(masking),
    'copy-curl-whole': () => copyCurl({ showSecrets: true }),
    'copy-body'() {
      const body = selected()?.request.body;
      if (!body) return;
      const text = body.size > mostCopied ? ' '.repeat(mostCopied + 1) : textOf(wholeBody(body));
      if (text === undefined) {
        closeMenu();
        notice('The body is no text: x exports it.', 'warn');
      } else {
        copy(text, `the body, ${sizeText(body.size)}`);
      }
    },
    'copy-id'() {
      const request = selectedRequest(controls);
      if (request) copy(request.id, request.id);
    },
    'export-curl': () => exportCurl(masking),
    'export-curl-whole': () => exportCurl({ showSecrets: true }),
    'export-http': () => exported('http', () => rawOf(controls)),
    'export-json': () =>
      exported('json', () => {
        const record = selected();
        return record ? [stringifyJson(requestJson(record, { bodies: true })), '\n'] : [];
      }),
    'open-url'() {
      const { target } = session;
      // As it was captured, not as it is shown.
      const request = selected()?.request;
      const joined =
        target && request ? joinTarget(target, withoutOwnToken(request).requestTarget) : undefined;
      if (joined && 'fault' in joined) {
        notice(`This can't be opened: ${joined.fault}.`, 'warn');
        return;
      }
      openInBrowser(joined?.url ?? target?.href ?? session.url ?? session.localUrl, io.env).then(
        (opened) => notice(opened.text, opened.tone),
        controls.fail,
      );
    },
  };
}

function rawOf(controls: Controls): Iterable<Uint8Array> {
  const summary = selectedRequest(controls);
  const request = summary && controls.store.request(summary.seq);
  return request ? rawRequest(request) : [];
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
