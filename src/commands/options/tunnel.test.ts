import { expect, test } from 'vitest';
import { localtunnel } from '../../tunnels/localtunnel.ts';
import { tunnelSettings } from './tunnel.ts';

test('the settings of the driver in use, the last one counts', () => {
  const given = ['localtunnel.trustForwarded=no', 'localtunnel.trustForwarded=yes'];
  expect(tunnelSettings(given, localtunnel)).toEqual({ trustForwarded: 'yes' });
  expect(tunnelSettings(given, undefined)).toBeUndefined();
  expect(tunnelSettings([], localtunnel)).toBeUndefined();
});

test.each([
  ['trustForwarded=yes', /is not driver\.key=value/, /Example/],
  ['localtunnel.trustForwarded', /is not driver\.key=value/, /Example/],
  ['', /is not driver\.key=value/, /Example/],
  ['localtunel.trustForwarded=yes', /unknown tunnel driver "localtunel"/, /Did you mean localtunnel/],
  ['ngrok.region=eu', /unknown tunnel driver "ngrok"/, /Available: localtunnel/],
  ['localtunnel.trustForward=yes', /no option "trustForward"/, /Did you mean trustForwarded/],
  ['localtunnel.region=eu', /no option "region"/, /Available: trustForwarded/],
  ['localtunnel.trustForwarded=true', /can't be "true"/, /no or yes/],
  ['localtunnel.trustForwarded=', /can't be ""/, /no or yes/],
])('%j is refused', (text, message, hint) => {
  const refused = () => tunnelSettings([text], undefined);
  expect(refused).toThrow(message);
  expect(refused).toThrow(expect.objectContaining({ code: 'usage', hint: expect.stringMatching(hint) }));
});
