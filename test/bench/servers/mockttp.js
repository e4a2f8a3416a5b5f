// mockttp, which records in memory: it answers 200, or forwards to a target: node mockttp.js [TARGET-PORT].
import { requireTool } from '../tools.js';

const server = requireTool('mockttp').getLocal();
await server.start();
const [targetPort] = process.argv.slice(2);
const rule = server.forAnyRequest();
if (targetPort) await rule.thenForwardTo(`http://127.0.0.1:${targetPort}`);
else await rule.thenReply(200, 'ok');
process.send({ port: server.port });
