// npm http-proxy with a keep-alive agent, which records nothing: node http-proxy.js TARGET-PORT.
import { Agent, createServer } from 'node:http';
import { requireTool } from '../tools.js';

const target = `http://127.0.0.1:${process.argv[2]}`;
const proxy = requireTool('http-proxy').createProxyServer({ target, agent: new Agent({ keepAlive: true }) });
proxy.on('error', (_error, _request, response) => response.writeHead(502).end());
const server = createServer((request, response) => proxy.web(request, response));
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
