import { descriptionOf, type LoadedCommand } from '../../src/cli/command.ts';
import { defaultText, flagsOf, type OptionSpec } from '../../src/cli/option.ts';
import { flagOf } from '../../src/format/in-flags.ts';
import { deliveryFields, type Field, requestFieldList } from '../../src/model/fields.ts';
import { groupTitles, keys } from '../../src/tui/input/keys.ts';
import { tunnelDrivers, usageOf } from '../../src/tunnels/index.ts';

/** The part of the README between two markers, markers included; undefined if they are not there. */
export function section(readme: string, name: string): string | undefined {
  return new RegExp(`<!-- ${name}:start -->[\\s\\S]*<!-- ${name}:end -->`).exec(readme)?.[0];
}

/** The README with the part between two markers put in. */
export function withSection(readme: string, name: string, content: string): string {
  const old = section(readme, name);
  if (old === undefined) throw new Error(`README.md has no markers for ${name}`);
  return readme.replace(old, () => sectionText(name, content));
}

export function sectionText(name: string, content: string): string {
  return `<!-- ${name}:start -->\n${content.trim()}\n<!-- ${name}:end -->`;
}

/** Every command with its arguments and options, as the declarations have them. */
export function commandTables(commands: readonly LoadedCommand[]): string {
  return commands.map(commandTable).join('\n');
}

function commandTable(spec: LoadedCommand): string {
  const args = spec.arguments.map(({ name, required, many }) => {
    const text = many ? `${name}…` : name;
    return required ? `<${text}>` : `[${text}]`;
  });
  const rows = Object.entries(spec.options)
    .filter(([, option]) => !option.noFlag)
    .map(([name, option]) => optionRow(name, option));
  return [
    '<details>',
    `<summary><code>${escaped([spec.name, ...args].join(' '))}</code>: ${spec.summary}</summary>`,
    '',
    descriptionOf(spec),
    '',
    '| option | meaning | default |',
    '|---|---|---|',
    ...rows,
    '',
    '</details>',
    '',
  ].join('\n');
}

/** Text for HTML. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function optionRow(name: string, option: OptionSpec): string {
  const no = option.negatable ? `, \`${flagOf(name).replace('--', '--no-')}\`` : '';
  const open = /^(allowed|lower|higher)$/.test(option.untrusted ?? '') ? ' *(any project)*' : '';
  const inCell = (text: string) => text.replaceAll('|', '\\|');
  return `| \`${inCell(flagsOf(name, option))}\`${no} | ${inCell(option.help)}${open} | ${defaultText(option) ?? ''} |`;
}

/** Every tunnel driver with what it needs and does. */
export function tunnelTable(): string {
  const rows = tunnelDrivers.map((driver) => {
    const { about, account, key, keepsUrl, bytes, tested } = driver.facts;
    const cells = [`\`--tunnel ${usageOf(driver)}\`: ${about}`, account, key, keepsUrl, bytes, tested];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return [
    '| driver | account | key | keeps its URL | bytes | tested with |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** Every key of the terminal UI, in its group. */
export function keyTable(): string {
  const groups = Object.keys(groupTitles) as (keyof typeof groupTitles)[];
  const rows = groups.flatMap((group) => keys.filter((key) => key.group === group));
  return [
    '| key | what it does |',
    '|---|---|',
    ...rows.map(({ label, help }) => `| \`${label}\` | ${help} |`),
  ].join('\n');
}

/** Every field in the JSON of a request, and below `deliveries` those of a delivery. */
export function requestFieldTable(): string {
  const rows = requestFieldList
    .filter(({ isHidden }) => !isHidden)
    .flatMap((field) => {
      const inside = field.kind === 'deliveries' ? Object.entries<Field>(deliveryFields) : [];
      const within = inside.map(([name, each]) => fieldRow(`${field.name}[].${name}`, each));
      return [fieldRow(field.name, field), ...within];
    });
  return ['| field | type | meaning |', '|---|---|---|', ...rows].join('\n');
}

function fieldRow(name: string, field: Field): string {
  return `| \`${name}\` | ${typeText(field)}${field.isOptional ? ' or null' : ''} | ${field.help} |`;
}

function typeText({ kind, values = [] }: Field): string {
  switch (kind) {
    case 'id':
    case 'text':
      return 'text';
    case 'enum':
      return values.map((value) => `\`${value}\``).join(', ');
    case 'number':
    case 'time':
    case 'boolean':
      return kind;
    case 'headers':
      return '`[["Name", "value"], …]`';
    case 'body':
      return '`{ encoding: "utf8" or "base64", data, size }`';
    case 'deliveries':
    case 'attempts':
      return 'list';
  }
}
