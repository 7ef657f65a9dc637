import { Readable } from 'node:stream';
import type { KoaContextWithOIDC } from 'oidc-provider';

const bodyLimit = 56 * 1024;

/** The whole body; undefined when it is larger than the library would read. */
export const readBody = async (stream: AsyncIterable<Buffer>): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > bodyLimit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/** Puts a body in the place of the one that was read: the library reads its own from a stream. */
export const handOn = (ctx: KoaContextWithOIDC, body: Buffer, contentType?: string): void => {
  const { headers } = ctx.request.req;
  if (headers['content-length']) headers['content-length'] = String(body.length);
  if (contentType) headers['content-type'] = contentType;
  ctx.req = Readable.from([body], { objectMode: false }) as typeof ctx.req;
};

/** Refuses in the words of the protocol, before or after the library. */
export const refuse = (ctx: KoaContextWithOIDC, status: number, error: string, description: string): void => {
  ctx.status = status;
  ctx.set('cache-control', 'no-store');
  ctx.body = { error, error_description: description };
};
