import { expect, test } from 'vitest';
import { tunnelSettings } from './tunnel-settings.ts';

test('gives the settings of each driver, the last one counts', () => {
  const given = [
    'localtunnel.trustForwarded=no',
    'command.url=https://a.example/?x=1',
    'localtunnel.trustForwarded=yes',
  ];
  expect(tunnelSettings(given)).toEqual({
    localtunnel: { trustForwarded: 'yes' },
    command: { url: 'https://a.example/?x=1' },
  });
  expect(tunnelSettings([])).toEqual({});
});

test.each([
  ['trustForwarded=yes', /is not driver\.key=value/, /Example/],
  ['localtunnel.trustForwarded', /is not driver\.key=value/, /Example/],
  ['', /is not driver\.key=value/, /Example/],
  ['localtunel.trustForwarded=yes', /unknown tunnel driver "localtunel"/, /Did you mean localtunnel/],
  ['other.region=eu', /unknown tunnel driver "other"/, /Available: localtunnel/],
  ['command.url=bore.pub', /command\.url: it is not an http or https URL/, /It is the public URL/],
  ['localtunnel.trustForward=yes', /no option "trustForward"/, /Did you mean trustForwarded/],
  ['localtunnel.region=eu', /no option "region"/, /Available: trustForwarded/],
  ['localtunnel.trustForwarded=true', /can't be "true"/, /no or yes/],
  ['localtunnel.trustForwarded=', /can't be ""/, /no or yes/],
])('%j is refused', (text, message, hint) => {
  const refused = () => tunnelSettings([text]);
  expect(refused).toThrow(message);
  expect(refused).toThrow(expect.objectContaining({ code: 'usage', hint: expect.stringMatching(hint) }));
});
