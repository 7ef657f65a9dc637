import type { Express } from 'express';

interface Layer {
  route?: { path: string | string[]; methods: Record<string, boolean> };
  handle?: { stack?: Layer[] };
}

const routesIn = (stack: Layer[]): string[] =>
  stack.flatMap((layer) =>
    layer.route
      ? [layer.route.path]
          .flat()
          .flatMap((path) => Object.keys(layer.route!.methods).map((method) => `${method} ${path}`))
      : routesIn(layer.handle?.stack ?? []),
  );

/** Every route an app has, as `method path` in Express's own spelling. */
export const routesOf = (express: Express): string[] => [
  ...new Set(routesIn((express as unknown as { router: { stack: Layer[] } }).router.stack)),
];
