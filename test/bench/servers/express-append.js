// What one writes in ten minutes: express that appends each request to a file, unflushed: node express-append.js FILE.
import { appendFile } from 'node:fs';
import { requireTool } from '../tools.js';

const express = requireTool('express');
const app = express();
app.use(express.json({ limit: '25mb' }));
app.post('/*path', (request, response, next) => {
  const line = `${JSON.stringify({ headers: request.headers, body: request.body })}\n`;
  appendFile(process.argv[2], line, (error) => (error ? next(error) : response.json({ ok: true })));
});
const server = app.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
