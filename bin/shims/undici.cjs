// All that is used of undici. Its index loads fetch, WebSocket, caches and mocks besides: four fifths of the bundle.
exports.Client = require('../../node_modules/undici/lib/dispatcher/client.js');
exports.buildConnector = require('../../node_modules/undici/lib/core/connect.js');
