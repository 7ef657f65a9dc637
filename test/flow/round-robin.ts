/** A front for several instances: each request goes to the next one, as a load balancer without stickiness does. */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RoundRobin {
  baseUrl: string;
  /** How many requests each instance has answered. */
  answered: number[];
  close(): Promise<void>;
}

/** `instances` are origins; more may be pushed while it runs. */
export const startRoundRobin = async (instances: string[]): Promise<RoundRobin> => {
  const answered: number[] = [];
  let next = 0;
  const server = createServer((req, res) => {
    const turn = next % instances.length;
    next += 1;
    answered[turn] = (answered[turn] ?? 0) + 1;
    const { hostname, port } = new URL(instances[turn]!);
    const onward = request(
      // A connection each: a kept one may be closed at the other end just as it is used again.
      { hostname, port, path: req.url, method: req.method, headers: req.headers, agent: false },
      (answer) => {
        res.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(res);
      },
    );
    onward.on('error', () => res.writeHead(502).end());
    req.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://localhost:${(server.address() as AddressInfo).port}`,
    answered,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
};
