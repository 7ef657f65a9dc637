/** Container health check: asks /health/ready under the issuer's own host name. Exit code 0 when ready. */
import { request } from 'node:http';
import { readConfig } from '../config.ts';

const config = readConfig();
const probe = request(
  {
    host: '127.0.0.1',
    port: config.port,
    path: '/health/ready',
    headers: { host: new URL(config.baseUrl).host },
    timeout: 2_500,
  },
  (response) => process.exit(response.statusCode === 200 ? 0 : 1),
);
probe.on('error', () => process.exit(1));
probe.on('timeout', () => process.exit(1));
probe.end();
