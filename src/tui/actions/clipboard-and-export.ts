import type { ExportFormat } from '../../format/export/format.ts';
import { type CopyFormatName, exportFormats, type FormatName } from '../../format/export/index.ts';
import { printable } from '../../format/printable.ts';
import { sizeText } from '../../format/size.ts';
import { wholeBody } from '../../model/body.ts';
import { withoutToken } from '../../model/path-token.ts';
import type { RequestRecord } from '../../model/request.ts';
import { joinTarget } from '../../model/request-target.ts';
import { exportRequest } from '../../operations/export.ts';
import { type Controls, type Handlers, selectedRequest, showError } from './controls.ts';
import { copyLimit, copyText, tooLargeText } from './copy-text.ts';
import { exportFile } from './export-file.ts';
import { openInBrowser } from './open-url.ts';

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

type CopyAction = 'copy-url' | 'copy-body' | 'copy-id' | `copy-${CopyFormatName}`;

function copyHandlers(controls: Controls): Handlers<CopyAction> {
  const { session } = controls;
  return {
    'copy-url'() {
      const url = session.url ?? session.localUrl;
      const remark = session.url === null ? ' (local only)' : '';
      copy(controls, url, `the URL ${printable(url)}${remark}`);
    },
    'copy-body': () => copyBody(controls),
    'copy-id'() {
      const request = selectedRequest(controls);
      if (request) copy(controls, request.id, `the id ${request.id}`);
    },
    ...formatHandlers('copy', (format) => copyIn(controls, format)),
  };
}

type ExportAction = `export-${FormatName}`;

function exportHandlers(controls: Controls): Handlers<ExportAction> {
  return formatHandlers('export', (format) => exportIn(controls, format));
}

/** A handler for every format. */
function formatHandlers<Menu extends 'copy' | 'export'>(
  menu: Menu,
  handle: (format: ExportFormat) => void,
): Readonly<Record<`${Menu}-${FormatName}`, () => void>> {
  const handlers = exportFormats.map((format) => [`${menu}-${format.name}`, () => handle(format)]);
  return Object.fromEntries(handlers);
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
  closeMenu(controls);
  copyText(controls, text, what).catch(controls.fail);
}

/** The selected request, unless its body is too large for the clipboard: nothing of that is read. */
function copyableRecord(controls: Controls): RequestRecord | undefined {
  const record = selectedRecord(controls);
  const size = record?.request.body.size ?? 0;
  if (size <= copyLimit(controls)) return record;
  closeMenu(controls);
  controls.notice(tooLargeText(controls, size), 'warn');
  return undefined;
}

function copyBody(controls: Controls): void {
  const body = copyableRecord(controls)?.request.body;
  if (!body) return;
  const text = textOf(wholeBody(body));
  if (text === undefined) {
    closeMenu(controls);
    controls.notice(`The body is not text: ${controls.keymap.keyOf('export')} exports it to a file.`, 'warn');
  } else copy(controls, text, `the body, ${sizeText(body.size)}`);
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The record in a format, and a remark of what was masked in it or was not. */
function exported(controls: Controls, format: ExportFormat, record: RequestRecord, isFile: boolean) {
  const { session, masking } = controls;
  const origin = session.target?.href ?? session.localUrl;
  const made = exportRequest(controls, { ...masking, record, format, origin, isFile });
  const remark = made.isMasked
    ? `credentials masked (${controls.keymap.keyOf(isFile ? 'export-curl-with-secrets' : 'copy-curl-with-secrets')} includes them)`
    : made.remark;
  return { content: made.content, remark: remark === undefined ? '' : `, ${remark}` };
}

function copyIn(controls: Controls, format: ExportFormat): void {
  const record = copyableRecord(controls);
  if (!record) return;
  const { content, remark } = exported(controls, format, record, false);
  const text = Buffer.concat([...content].map((part) => Buffer.from(part as string))).toString();
  copy(controls, text.replace(/\n$/, ''), `${format.copyNoun ?? format.title}${remark}`);
}

/** Writes the selected request to a file in the working directory. */
function exportIn(controls: Controls, format: ExportFormat): void {
  closeMenu(controls);
  const record = selectedRecord(controls);
  if (!record) return;
  const { content, remark } = exported(controls, format, record, true);
  const { cwd } = controls.io;
  exportFile(cwd, `webhook-${record.request.id}`, format.extension, content).then(
    (file) => controls.notice(`wrote ${printable(file)}${remark}`, 'good'),
    showError(controls),
  );
}

function openSelectedUrl(controls: Controls): void {
  const { session, notice, io, fail } = controls;
  const { target } = session;
  const request = selectedRecord(controls)?.request;
  const joined = target && request ? joinTarget(target, targetOfRequest(controls, request)) : undefined;
  if (joined && 'fault' in joined) {
    notice(`Cannot open the URL: ${joined.fault}.`, 'warn');
    return;
  }
  const url = joined?.url ?? target?.href ?? session.url ?? session.localUrl;
  openInBrowser(url, io.env).then((opened) => notice(opened.text, opened.tone), fail);
}

/** The request target without the path token that let the request in: the target does not get to see it. */
function targetOfRequest(controls: Controls, { requestTarget }: RequestRecord['request']): string {
  return withoutToken(requestTarget, controls.pathTokenOf(requestTarget));
}
