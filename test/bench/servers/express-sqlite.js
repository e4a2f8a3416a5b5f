// express that inserts each request with better-sqlite3 and its defaults: node express-sqlite.js FILE.
import { requireDriver, requireTool } from '../tools.js';

const express = requireTool('express');
const Database = requireDriver();
const db = new Database(process.argv[2]);
db.exec('CREATE TABLE requests (id INTEGER PRIMARY KEY, received_at INTEGER, headers TEXT, body TEXT)');
const insert = db.prepare('INSERT INTO requests (received_at, headers, body) VALUES (?, ?, ?)');
const app = express();
app.use(express.json({ limit: '25mb' }));
app.post('/*path', (request, response) => {
  insert.run(Date.now(), JSON.stringify(request.headers), JSON.stringify(request.body));
  response.json({ ok: true });
});
const server = app.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
