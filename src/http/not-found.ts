import type { RequestHandler } from 'express';
import { ServiceError } from '../errors.ts';

/** As much of Express's router as says which methods an address takes. */
interface Layer {
  route?: { methods: Record<string, boolean> };
  handle?: { stack?: Layer[] };
  match(path: string): boolean;
}

const methodsAt = (stack: readonly Layer[], path: string): string[] =>
  stack.flatMap((layer) => {
    if (layer.route) return layer.match(path) ? Object.keys(layer.route.methods) : [];
    return methodsAt(layer.handle?.stack ?? [], path);
  });

/** Last route: nobody answered. 405 and `Allow` (RFC 9110 §15.5.6) where another method would have been. */
export const notFound = (): RequestHandler => (req, res) => {
  const { stack } = req.app.router as unknown as { stack: Layer[] };
  const methods = new Set(methodsAt(stack, req.path).map((method) => method.toUpperCase()));
  if (methods.has('GET')) methods.add('HEAD');
  if (methods.size === 0 || methods.has(req.method)) throw new ServiceError('not_found');
  res.set('allow', [...methods].sort().join(', '));
  throw new ServiceError('method_not_allowed');
};
