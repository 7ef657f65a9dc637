// Like scripts/typescript.mjs, and takes the built files of dist/ for those of src/: a child that is killed a thousand times starts faster.
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import { load } from '../../scripts/typescript.mjs';

if (isMainThread) register(import.meta.url);

const root = new URL('../../', import.meta.url).href;

export { load };

export const resolve = async (specifier, context, nextResolve) => {
  const resolved = await nextResolve(specifier, context);
  if (!resolved.url.startsWith(`${root}src/`)) return resolved;
  return { ...resolved, url: resolved.url.replace(`${root}src/`, `${root}dist/`).replace(/\.ts$/, '.js') };
};
