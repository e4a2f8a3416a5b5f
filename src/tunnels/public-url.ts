import type { AddressSource } from '../model/address-source.ts';
import { UserError } from '../model/errors.ts';
import type { DriverFamily, ListedDriver, Tunnel, TunnelDriver } from './tunnel.ts';

/** No tunnel of ours: a reverse proxy of the user's own leads from a public URL to the session's port. */
export const publicUrl: DriverFamily & ListedDriver = {
  name: 'public-url',
  takes: 'URL',
  facts: {
    about: 'a reverse proxy of your own that leads to the local port',
    account: 'none',
    key: 'none',
    keepsUrl: 'yes',
    bytes: 'as your reverse proxy passes them on',
    tested: 'a reverse proxy',
  },
  options: [
    {
      name: 'addressHeader',
      help: 'the header in which your reverse proxy tells the address of the sender, such as X-Forwarded-For',
      check: (value) => (/^[\w!#$%&'*+.^`|~-]+$/.test(value) ? undefined : 'it is not the name of a header'),
    },
  ],
  driverFor: (text) => driverFor(publicUrlOf(text)),
};

function driverFor(url: string): TunnelDriver {
  const { name, facts, options = [] } = publicUrl;
  return {
    name,
    facts,
    options,
    keepsName: false,
    sharesPort: true,
    messages: {
      otherResponse: (status) =>
        `the reverse proxy responds ${status} itself, and does not lead to the local port`,
    },
    addressSource: ({ addressHeader }) => sourceOf(addressHeader),
    open: async () => tunnelTo(url),
  };
}

function sourceOf(header: string | undefined): AddressSource {
  if (header === undefined) return 'socket';
  return header.toLowerCase() === 'x-forwarded-for' ? 'x-forwarded-for' : { header };
}

/** Nothing is opened, so nothing can be lost: whether requests arrive is for the keeper's own calls to tell. */
function tunnelTo(url: string): Tunnel {
  let end!: (reason: undefined) => void;
  const ended = new Promise<undefined>((resolve) => (end = resolve));
  return { url, ended, isConnected: async () => true, close: async () => end(undefined) };
}

/** The URL without a slash at its end. Throws a UserError. */
function publicUrlOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain =
    url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username && !url.password;
  if (!isPlain) {
    throw new UserError(
      'usage',
      `${JSON.stringify(text)} is not a public URL.`,
      'Give scheme and host, such as https://hooks.example.com.',
    );
  }
  return url.href.replace(/\/+$/, '');
}
