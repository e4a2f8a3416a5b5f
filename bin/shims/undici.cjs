// All that is used of undici. Its index loads fetch, WebSocket, caches and mocks besides: four fifths of the bundle.
exports.Agent = require('../../node_modules/undici/lib/dispatcher/agent.js');
