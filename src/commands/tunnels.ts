import { command, commonOptions, type Invocation } from '../cli/command.ts';
import { type Io, write } from '../cli/io.ts';
import { stylingFor } from '../cli/output-style.ts';
import { stringifyJson } from '../format/json.ts';
import { printable } from '../format/printable.ts';
import { padded, textWidth, wrapWords } from '../format/width.ts';
import { mostSimilar } from '../model/did-you-mean.ts';
import type { Environment } from '../model/environment.ts';
import { UserError } from '../model/errors.ts';
import { isAvailable } from '../tunnels/driver-program.ts';
import { profileNamed, tunnelDrivers, usageOf } from '../tunnels/index.ts';
import type { DriverOption, ListedDriver } from '../tunnels/tunnel.ts';

const options = { json: commonOptions.json } as const;

export const tunnelsCommand = command({
  arguments: [{ name: 'name', help: 'show these drivers only, with their options', many: true }],
  options,
  examples: [
    'webhook-cli tunnels',
    'webhook-cli tunnels ssh',
    'webhook-cli listen 3000 --tunnel localtunnel,cloudflared  try them in order',
  ],
  run: printTunnels,
});

async function printTunnels(invocation: Invocation<typeof options>): Promise<number> {
  const { args, io } = invocation;
  const chosen = args.length === 0 ? tunnelDrivers : args.map(named);
  if (invocation.options.json) {
    for (const driver of chosen) await write(io.stdout, `${stringifyJson(driverJson(driver, io.env))}\n`);
    return 0;
  }
  const widest = Math.max(...chosen.map((driver) => textWidth(usageOf(driver))));
  const lines = chosen.flatMap((driver, index) => [
    ...(index === 0 ? [] : ['']),
    ...description(driver, widest, io, args.length > 0),
  ]);
  await write(io.stdout, `${lines.join('\n')}\n`);
  return 0;
}

function named(name: string): ListedDriver {
  const driver = profileNamed(name);
  if (driver) return driver;
  const names = tunnelDrivers.map((each) => each.name);
  const close = mostSimilar(name, names);
  throw new UserError(
    'usage',
    `Unknown tunnel driver ${JSON.stringify(name)}.`,
    close === undefined ? `Available: ${names.join(', ')}.` : `Did you mean ${close}?`,
  );
}

function driverJson(driver: ListedDriver, env: Environment) {
  const { name, facts, program, options = [] } = driver;
  return {
    name,
    usage: usageOf(driver),
    available: isAvailable(driver, env),
    ...facts,
    program: program ?? null,
    options: options.map(({ name, help, values }) => ({ name, help, values: values ?? null })),
  };
}

function description(driver: ListedDriver, widest: number, io: Io, withOptions: boolean): string[] {
  const { paint } = stylingFor(io.stdout, io.env);
  const { facts, program, options = [] } = driver;
  const isThere = isAvailable(driver, io.env);
  const state = isThere ? 'can run here' : `not found: ${program?.name}`;
  const head = `${padded(usageOf(driver), widest)}  ${state}`;
  const texts = [
    facts.about,
    ...(isThere || !program ? [] : [program.install]),
    `account: ${facts.account} · key: ${facts.key} · keeps its URL: ${facts.keepsUrl}`,
    `bytes: ${facts.bytes}`,
    `tested with: ${facts.tested}`,
    ...(withOptions ? options.map((option) => optionText(driver.name, option)) : []),
  ];
  const columns = io.stdout.isTTY ? io.stdout.columns : Number.POSITIVE_INFINITY;
  const lines = texts.flatMap((text) => wrapped(printable(text), columns));
  return [paint(isThere ? 'strong' : 'dim', head), ...lines];
}

function optionText(driver: string, { name, help, values }: DriverOption): string {
  const value = values ? values.join('|') : 'VALUE';
  return `--tunnel-option ${driver}.${name}=${value}  ${help}`;
}

function wrapped(text: string, columns: number): string[] {
  if (!Number.isFinite(columns)) return [`  ${text}`];
  return wrapWords(text, Math.max(20, columns - 2)).map((line) => `  ${line}`);
}
