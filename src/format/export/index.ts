import { curlFormat, curlWithSecretsFormat } from './curl.ts';
import { httpFormat } from './http.ts';
import { jsonFormat } from './json.ts';

/** The formats of exports, in the order of menus. */
export const exportFormats = [curlFormat, curlWithSecretsFormat, httpFormat, jsonFormat] as const;

type ListedFormat = (typeof exportFormats)[number];

/** The name of a format. */
export type FormatName = ListedFormat['name'];

/** The name of a format that can be copied. */
export type CopyFormatName = Extract<ListedFormat, { readonly copyHelp: string }>['name'];
