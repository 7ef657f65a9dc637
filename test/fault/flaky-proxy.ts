import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between a client and a real server, and can stop answering or lose one answer. */
export class FlakyProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #frozen = false;
  #loseReplyTo: string | undefined;

  private constructor(target: { host: string; port: number }) {
    this.#server = createServer((client) => {
      const upstream = connect(target);
      let losing = false;
      for (const socket of [client, upstream]) {
        this.#sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          this.#sockets.delete(socket);
          client.destroy();
          upstream.destroy();
        });
      }
      client.on('data', (bytes) => {
        if (this.#loseReplyTo !== undefined && bytes.includes(this.#loseReplyTo)) {
          this.#loseReplyTo = undefined;
          losing = true;
        }
        if (!this.#frozen) upstream.write(bytes);
      });
      upstream.on('data', (bytes) => {
        if (losing) client.destroy();
        else if (!this.#frozen) client.write(bytes);
      });
    });
  }

  /** In front of the server of that address; `url` is the address to use instead, without what its query asks for. */
  static async before(server: string): Promise<{ proxy: FlakyProxy; url: string }> {
    const [address] = server.split('?') as [string];
    const { hostname, port } = new URL(address);
    const proxy = new FlakyProxy({ host: hostname, port: Number(port) });
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    const own = (proxy.#server.address() as AddressInfo).port;
    return { proxy, url: address.replace(`${hostname}:${port}`, `127.0.0.1:${own}`) };
  }

  /** Swallows everything from now on, as a stopped server does. */
  freeze(): void {
    this.#frozen = true;
  }

  /** Answers again; connections from before are gone. */
  thaw(): void {
    this.#frozen = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Lets the next request that contains this text through, and cuts the connection when the answer comes. */
  loseReplyTo(text: string): void {
    this.#loseReplyTo = text;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
